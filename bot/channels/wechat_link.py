"""One gRPC connection to a Wechaty gateway. It never stops the gateway's puppet: that would log the account out."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from grpclib.config import Configuration
from grpclib.const import Status
from grpclib.encoding.proto import ProtoCodec
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
from wechaty_grpc.wechaty import PuppetStub
from wechaty_grpc.wechaty.puppet import EventResponse, MessagePayloadResponse

from bot.channels.one_write import OneWriteChannel

TOKEN_VARIABLE = "ZHITONGCHE_WECHAT_TOKEN"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """Where a gateway is and how it is spoken to. `name` is what the operator calls the account behind it."""

    name: str
    host: str
    port: int
    token: str = field(repr=False)
    token_variable: str = TOKEN_VARIABLE
    tls: bool = False
    ca: Path | None = None  #: None: encrypted, but whoever answers is believed; gateways ship one certificate for all
    server_name: str = "insecure"

    @property
    def address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Unreached(Exception):
    """There is no connection: nothing was sent."""


class Unanswered(Exception):
    """It was sent and nobody knows what became of it. `silent`: the connection lives, and the gateway says nothing."""

    def __init__(self, words: str, *, silent: bool) -> None:
        super().__init__(words)
        self.silent = silent


class Failed(Exception):
    """The gateway answered with a failure."""

    def __init__(self, status: Status, words: str) -> None:
        super().__init__(f"{status.name} {words}".strip()[:300])
        self.status, self.words = status, words


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
        try:
            async with asyncio.timeout(within):
                await self._is_there.wait()
        except TimeoutError as error:
            raise Unreached("未连接") from error
        if self._link is None:
            raise Unreached("连接刚刚断开")
        return self._link


class Link:
    """Every call returns within `timeout` seconds, or raises Unreached, Unanswered or Failed."""

    def __init__(self, gateway: Gateway, *, timeout: float) -> None:
        self._timeout = timeout
        self._metadata = {"authorization": f"Wechaty {gateway.token}"}
        config = Configuration(ssl_target_name_override=gateway.server_name if gateway.tls else None)
        self._channel = OneWriteChannel(gateway.host, gateway.port, ssl=_tls(gateway), config=config, codec=Codec())
        self._stub = PuppetStub(self._channel, metadata=self._metadata)

    def close(self) -> None:
        self._channel.close()

    async def start(self) -> None:
        """Have the gateway's account running; nothing happens when it is."""
        await self._call(self._stub.start)

    async def version(self) -> str:
        return str((await self._call(self._stub.version)).version)

    async def events(self) -> AsyncIterator[EventResponse]:
        """Events as they come, an empty one for what cannot be read; ends when the gateway ends it."""
        await self._connect()
        with _told_apart():
            async for event in self._stub.event():
                yield event

    async def ding(self, data: str) -> None:
        """Ask for a dong, which comes as an event."""
        await self._call(lambda: self._stub.ding(data=data))

    async def message(self, id: str) -> MessagePayloadResponse:
        return await self._call(lambda: self._stub.message_payload(id=id))

    async def rooms(self) -> list[str]:
        return list((await self._call(self._stub.room_list)).ids)

    async def topic(self, room: str) -> str:
        return str((await self._call(lambda: self._stub.room_payload(id=room))).topic)

    async def name_in(self, room: str, person: str) -> str:
        """What somebody is called in a group: by the name he took there, else by his own."""
        member = await self._call(lambda: self._stub.room_member_payload(id=room, member_id=person))
        return str(member.room_alias or member.name)

    async def name(self, person: str) -> str:
        return str((await self._call(lambda: self._stub.contact_payload(id=person))).name)

    async def say(self, to: str, text: str, mention: Sequence[str]) -> str:
        """Send a text and return the id it was given; "" when the gateway tells none."""
        sent = await self._call(
            lambda: self._stub.message_send_text(conversation_id=to, text=text, mentonal_ids=list(mention))
        )
        return str(sent.id or "")

    async def send_file(self, to: str, box: str) -> str:
        """Send a file packed as gateways unpack it, and return the id it was given; "" when the gateway tells none."""
        sent = await self._call(lambda: self._stub.message_send_file(conversation_id=to, filebox=box))
        return str(sent.id or "")

    async def _connect(self) -> None:
        """A call on a dead connection would not know whether it went out; so connect first."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._channel.__connect__()
        except TimeoutError as error:
            raise Unreached("连接超时") from error
        except OSError as error:
            raise Unreached(error.strerror or str(error) or type(error).__name__) from error

    async def _call(self, ask: Callable[[], Awaitable[T]]) -> T:
        await self._connect()
        try:
            with _told_apart():
                async with asyncio.timeout(self._timeout):
                    return await ask()
        except TimeoutError as error:
            raise Unanswered(f"{self._timeout:g} 秒内没有回应", silent=True) from error


class Codec(ProtoCodec):
    """Reads what can be read: one event of bad bytes must not end the stream of all others."""

    def decode(self, data: bytes, message_type: Any) -> Any:
        try:
            return super().decode(data, message_type)
        except Exception as error:
            if message_type is EventResponse:
                return EventResponse()
            raise ProtocolError(f"unreadable answer: {error!r}") from error


@contextmanager
def _told_apart() -> Iterator[None]:
    """What the libraries raise, in our words."""
    try:
        yield
    except GRPCError as error:
        raise Failed(error.status, error.message or "") from error
    except TimeoutError:
        raise
    except (OSError, ProtocolError, StreamTerminatedError, AssertionError) as error:
        raise Unanswered("连接断开", silent=False) from error


def _tls(gateway: Gateway) -> ssl.SSLContext | None:
    if not gateway.tls:
        return None
    context = ssl.create_default_context(cafile=gateway.ca)
    context.set_alpn_protocols(["h2"])
    if gateway.ca is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
