"""What is asked of a Wechaty gateway. Its puppet is never stopped: that would log the account out."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from typing import Protocol, Self, TypeVar

from wechaty_grpc.wechaty import puppet
from wechaty_grpc.wechaty.puppet import EventResponse, MessagePayloadResponse

from bot.channels.wechat_gateway import UNREADABLE, Failed, Gateway, Unreached


class Spoken(Protocol):
    """A message of the protocol, to be asked with and to be answered by."""

    def __bytes__(self) -> bytes: ...

    def parse(self, data: bytes) -> Self: ...


T = TypeVar("T", bound=Spoken)


class Current:
    """The link of the moment, for who needs one whichever it is."""

    def __init__(self) -> None:
        self._link: Link | None = None
        self._is_there = asyncio.Event()

    def found(self, link: "Link") -> None:
        self._link = link
        self._is_there.set()

    def lost(self) -> None:
        self._link = None
        self._is_there.clear()

    async def link(self, *, within: float) -> "Link":
        """The link, waiting for one if need be; raises Unreached when none comes."""
        if (link := self._link) is not None:
            return link
        try:
            async with asyncio.timeout(within):
                await self._is_there.wait()
        except TimeoutError as error:
            raise Unreached("未连接") from error
        if self._link is None:
            raise Unreached("连接刚刚断开")
        return self._link


class Link:
    """What can be asked over one connection, of which wechat_wire.py tells what may go wrong."""

    def __init__(self, gateway: Gateway, *, timeout: float) -> None:
        os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")  # we never fork, and it complains of each child process
        os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # a gateway that goes is told of by us, in words
        from bot.channels.wechat_wire import Wire  # gRPC takes 14 MB, which only who has a gateway shall spend

        self._wire = Wire(gateway, timeout=timeout)

    async def close(self) -> None:
        await self._wire.close()

    async def start(self) -> None:
        """Have the gateway's account running; nothing happens when it is."""
        await self._ask("Start", puppet.StartRequest(), puppet.StartResponse)

    async def version(self) -> str:
        return str((await self._ask("Version", puppet.VersionRequest(), puppet.VersionResponse)).version)

    async def events(self) -> AsyncIterator[EventResponse]:
        """Events as they come, an empty one for what cannot be read; ends when the gateway ends it."""
        async for data in self._wire.listen("Event", bytes(puppet.EventRequest())):
            yield event_of(data)

    async def ding(self, data: str) -> None:
        """Ask for a dong, which comes as an event."""
        await self._ask("Ding", puppet.DingRequest(data=data), puppet.DingResponse)

    async def message(self, id: str) -> MessagePayloadResponse:
        return await self._ask("MessagePayload", puppet.MessagePayloadRequest(id=id), MessagePayloadResponse)

    async def rooms(self) -> list[str]:
        return list((await self._ask("RoomList", puppet.RoomListRequest(), puppet.RoomListResponse)).ids)

    async def topic(self, room: str) -> str:
        asked = puppet.RoomPayloadRequest(id=room)
        return str((await self._ask("RoomPayload", asked, puppet.RoomPayloadResponse)).topic)

    async def name_in(self, room: str, person: str) -> str:
        """What somebody is called in a group: by the name he took there, else by his own."""
        asked = puppet.RoomMemberPayloadRequest(id=room, member_id=person)
        member = await self._ask("RoomMemberPayload", asked, puppet.RoomMemberPayloadResponse)
        return str(member.room_alias or member.name)

    async def name(self, person: str) -> str:
        asked = puppet.ContactPayloadRequest(id=person)
        return str((await self._ask("ContactPayload", asked, puppet.ContactPayloadResponse)).name)

    async def say(self, to: str, text: str, mention: Sequence[str]) -> str:
        """Send a text and return the id it was given; "" when the gateway tells none."""
        words = puppet.MessageSendTextRequest(conversation_id=to, text=text, mentonal_ids=list(mention))
        return str((await self._ask("MessageSendText", words, puppet.MessageSendTextResponse)).id or "")

    async def send_file(self, to: str, box: str) -> str:
        """Send a file packed as gateways unpack it, and return the id it was given; "" when the gateway tells none."""
        asked = puppet.MessageSendFileRequest(conversation_id=to, filebox=box)
        return str((await self._ask("MessageSendFile", asked, puppet.MessageSendFileResponse)).id or "")

    async def _ask(self, method: str, request: Spoken, answer: type[T]) -> T:
        return read(await self._wire.ask(method, bytes(request)), answer)


def event_of(data: bytes) -> EventResponse:
    """An event, an empty one where it cannot be read: it must not end the stream of all others."""
    try:
        return read(data, EventResponse)
    except Failed:
        return EventResponse()


def read(data: bytes, kind: type[T]) -> T:
    """A message of the protocol; bad bytes are no answer."""
    try:
        return kind().parse(data)
    except Exception as error:
        raise Failed(UNREADABLE, repr(error)) from error
