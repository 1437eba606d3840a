"""A Wechaty gateway for the tests: people speak through it, it speaks the real protocol, and it can misbehave."""

import asyncio
import itertools
import json
import socket
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from grpc import StatusCode, aio
from wechaty_grpc.wechaty import puppet

HERE = Path(__file__).parent
CERTIFICATE = HERE / "gateway.pem"
NO_SERVER = HERE / "no_server.pem"  # a certificate that no server may show
BOT = "wxid_bot"
ROOM = "1001@chatroom"
T0 = 1_780_000_000_000  # 2026-05-28, when every scene here begins; gateways tell milliseconds
HEARTBEAT, MESSAGE, DONG, LOGIN, LOGOUT, SCAN = 1, 2, 3, 25, 26, 22
TEXT = 7

Event = dict[str, Any]
Context = aio.ServicerContext[bytes, bytes]
Words = dict[str, Any]


class Failure(Exception):
    """What a gateway answers with when it cannot."""

    def __init__(self, status: StatusCode, words: str) -> None:
        super().__init__(status, words)
        self.status, self.words = status, words


@dataclass
class WechatGateway:
    """One WeChat account. `sent` holds what the bot had it say, in order: conversation, text, mentioned ids."""

    token: str = "right-token"
    account: str = BOT
    names: dict[str, str] = field(default_factory=lambda: {BOT: "小通", "wxid_wang": "王工", "wxid_li": "小李"})
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)  #: what somebody calls himself in a room
    topics: dict[str, str] = field(default_factory=lambda: {ROOM: "直通车一群"})
    sent: list[tuple[str, str, list[str]]] = field(default_factory=list)
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    messages: dict[str, Words] = field(default_factory=dict)
    logged_in: bool = True
    scan: Event | None = None
    sending: Callable[[str], Awaitable[str]] | None = None  #: what to do instead of sending; the id it returns
    giving: Callable[[str], Awaitable[None]] | None = None  #: what to do before the message of this id is given
    keeps_rooms: int = 0  #: how often it will still fail to tell which rooms there are
    is_frozen: bool = False  #: answers nothing and emits nothing, the connection stays open
    is_mute: bool = False  #: answers calls and emits nothing: the stream is dead and nobody noticed
    port: int = 0
    _events: "asyncio.Queue[puppet.EventResponse] | None" = None
    _server: aio.Server | None = None
    _thawed: asyncio.Event = field(default_factory=asyncio.Event)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    # --- the connection

    @asynccontextmanager
    async def up(self, *, certificate: Path | None = None) -> AsyncIterator["WechatGateway"]:
        """Listening for the length of the block, on the same port each time."""
        self._server = server = aio.server(options=[("grpc.so_reuseport", 0)])
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("wechaty.Puppet", self._calls())])
        self.port = self.port or free_port()
        address = f"127.0.0.1:{self.port}"
        server.add_secure_port(address, _tls(certificate)) if certificate else server.add_insecure_port(address)
        await server.start()
        try:
            yield self
        finally:
            await self.go_down()

    async def go_down(self) -> None:
        """Every connection is lost."""
        server, self._server = self._server, None
        if server is not None:
            self.thaw()
            await server.stop(None)
        self._events = None

    def freeze(self) -> None:
        self.is_frozen = True
        self._thawed.clear()

    def thaw(self) -> None:
        self.is_frozen = False
        self._thawed.set()

    @property
    def is_listened_to(self) -> bool:
        return self._events is not None

    async def _let_in(self, method: str, context: Context) -> None:
        self.calls.append(method)
        shown = dict(context.invocation_metadata() or ()).get("authorization")
        if shown != f"Wechaty {self.token}":
            raise Failure(StatusCode.UNAUTHENTICATED, f"Invalid Wechaty TOKEN {shown!r}")
        if self.is_frozen:
            await self._thawed.wait()

    # --- people speak

    def emit(self, type: int, payload: Event | str) -> None:
        """An event as it stands; lost when nobody listens."""
        if self._events is None or self.is_mute:
            return
        text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
        self._events.put_nowait(puppet.EventResponse(type=type, payload=text))

    def says(self, text: str, *, sender: str = "wxid_wang", room: str = ROOM, **more: Any) -> str:
        """Somebody says something in a room, or in private when the room is empty; its id."""
        number = next(self._ids)
        id = str(more.pop("id", f"m{number}"))
        words = {"from_id": sender, "room_id": room, "to_id": "" if room else self.account, "text": text, "type": TEXT}
        self.messages[id] = {"id": id, "timestamp": T0 + number * 1000, **words, **more}
        self.emit(MESSAGE, {"messageId": id})
        return id

    def log_in(self) -> None:
        self.logged_in, self.scan = True, None
        self.emit(LOGIN, {"contactId": self.account})

    def log_out(self, reason: str = "") -> None:
        self.logged_in = False
        self.emit(LOGOUT, {"contactId": self.account, "data": reason})

    def want_scan(self, code: str) -> None:
        self.scan = {"status": 2, "qrcode": code}
        self.emit(SCAN, self.scan)

    # --- the bot calls

    def _calls(self) -> dict[str, "grpc.RpcMethodHandler[bytes, bytes]"]:
        calls: dict[str, tuple[Callable[[Any], Awaitable[Any]], Any]] = {
            "Start": (self._start, puppet.StartRequest),
            "Stop": (self._start, puppet.StopRequest),
            "Version": (self._version, puppet.VersionRequest),
            "Ding": (self._ding, puppet.DingRequest),
            "MessagePayload": (self._message, puppet.MessagePayloadRequest),
            "RoomList": (self._rooms, puppet.RoomListRequest),
            "RoomPayload": (self._room, puppet.RoomPayloadRequest),
            "RoomMemberPayload": (self._member, puppet.RoomMemberPayloadRequest),
            "ContactPayload": (self._contact, puppet.ContactPayloadRequest),
            "MessageSendText": (self._send, puppet.MessageSendTextRequest),
            "MessageSendFile": (self._send_file, puppet.MessageSendFileRequest),
        }
        unary = {name: self._answering(name, do, asked) for name, (do, asked) in calls.items()}
        return {**unary, "Event": grpc.unary_stream_rpc_method_handler(self._stream)}

    def _answering(
        self, name: str, do: Callable[[Any], Awaitable[Any]], asked: Any
    ) -> "grpc.RpcMethodHandler[bytes, bytes]":
        async def answer(data: bytes, context: Context) -> bytes:
            try:
                await self._let_in(name, context)
                return bytes(await do(asked().parse(data)))
            except Failure as failure:
                await context.abort(failure.status, failure.words)

        return grpc.unary_unary_rpc_method_handler(answer)

    async def _stream(self, _: bytes, context: Context) -> None:
        try:
            await self._let_in("Event", context)
        except Failure as failure:
            await context.abort(failure.status, failure.words)
        if self._events is not None:
            await context.abort(StatusCode.ALREADY_EXISTS, "GrpcServerImpl.event() can not call twice.")
        self.is_mute = False
        events: asyncio.Queue[puppet.EventResponse] = asyncio.Queue()
        self._events = events
        self.emit(HEARTBEAT, {"data": "connected"})
        if self.logged_in:
            self.emit(LOGIN, {"contactId": self.account})
        if self.scan is not None:
            self.emit(SCAN, self.scan)
        try:
            await self._pump(context, events)
        finally:
            if self._events is events:
                self._events = None

    async def _pump(self, context: Context, events: "asyncio.Queue[puppet.EventResponse]") -> None:
        while True:
            event = await events.get()
            if self.is_frozen:
                await self._thawed.wait()
            await context.write(bytes(event))

    async def _start(self, _: Any) -> Any:
        return puppet.StartResponse()

    async def _version(self, _: Any) -> Any:
        return puppet.VersionResponse(version="test")

    async def _ding(self, asked: puppet.DingRequest) -> Any:
        self.emit(DONG, {"data": asked.data})
        return puppet.DingResponse()

    async def _message(self, asked: puppet.MessagePayloadRequest) -> Any:
        if self.giving is not None:
            await self.giving(asked.id)
        if asked.id not in self.messages:
            raise Failure(StatusCode.UNKNOWN, f"Error: no payload found for id {asked.id}")
        return puppet.MessagePayloadResponse(**self.messages[asked.id])

    async def _rooms(self, _: Any) -> Any:
        if self.keeps_rooms > 0:
            self.keeps_rooms -= 1
            raise Failure(StatusCode.UNKNOWN, "Error: the rooms are not loaded yet")
        return puppet.RoomListResponse(ids=list(self.topics))

    async def _room(self, asked: puppet.RoomPayloadRequest) -> Any:
        return puppet.RoomPayloadResponse(id=asked.id, topic=self.topics.get(asked.id, ""))

    async def _member(self, asked: puppet.RoomMemberPayloadRequest) -> Any:
        alias = self.aliases.get((asked.id, asked.member_id), "")
        name = self.names.get(asked.member_id, "")
        return puppet.RoomMemberPayloadResponse(id=asked.member_id, room_alias=alias, name=name)

    async def _contact(self, asked: puppet.ContactPayloadRequest) -> Any:
        if asked.id not in self.names:
            raise Failure(StatusCode.UNKNOWN, f"no contact {asked.id}")
        return puppet.ContactPayloadResponse(id=asked.id, name=self.names[asked.id])

    async def _send(self, asked: puppet.MessageSendTextRequest) -> Any:
        id = f"sent{next(self._ids)}"
        if self.sending is not None:
            id = await self.sending(id)
        if not self.logged_in:
            raise Failure(StatusCode.UNKNOWN, "Error: not logged in")
        self.sent.append((asked.conversation_id, asked.text, list(asked.mentonal_ids)))
        about = {"room_id": asked.conversation_id} if "@chatroom" in asked.conversation_id else {"room_id": ""}
        self.says(asked.text, sender=self.account, room=about["room_id"], id=id)
        return puppet.MessageSendTextResponse(id=id)

    async def _send_file(self, asked: puppet.MessageSendFileRequest) -> Any:
        box = json.loads(asked.filebox)
        self.files.append((asked.conversation_id, box["name"], b64decode(box["base64"])))
        id = f"sent{next(self._ids)}"
        if self.sending is not None:
            id = await self.sending(id)
        self.says(box["name"], sender=self.account, room=asked.conversation_id, id=id)
        return puppet.MessageSendFileResponse(id=id)


def failing(status: StatusCode, words: str) -> Callable[[str], Awaitable[str]]:
    """For `sending`: the gateway answers with this failure."""

    async def fail(_: str) -> str:
        raise Failure(status, words)

    return fail


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tls(certificate: Path) -> grpc.ServerCredentials:
    pem = certificate.read_bytes()
    return grpc.ssl_server_credentials([(pem, pem)])
