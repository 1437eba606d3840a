"""WeCom's AI bot service for the tests: people speak to the bot through it, and it can misbehave."""

import asyncio
import itertools
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]


@dataclass
class WeComService:
    """One bot's account. `said` holds the bodies of what the bot replied and pushed, in order."""

    bot: str = "aib1"
    secret: str = "right-secret"
    said: list[Frame] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    code_for: Callable[[Frame], int | None] = lambda _: 0  #: the errcode to answer with; None never answers
    is_frozen: bool = False  #: reads and writes nothing, the connection stays open
    port: int = 0
    _is_tls: bool = False
    _socket: ServerConnection | None = None
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _thawed: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def up(self, *, certificate: Path | None = None) -> AsyncIterator["WeComService"]:
        """Served until the block ends; with a certificate (and its key) over TLS."""
        self._is_tls = certificate is not None
        tls = _tls(certificate) if certificate else None
        async with serve(self._serve, "127.0.0.1", self.port, ssl=tls, ping_interval=None, close_timeout=0.1) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            try:
                yield self
            finally:
                self.thaw()

    @property
    def url(self) -> str:
        return f"{'wss' if self._is_tls else 'ws'}://127.0.0.1:{self.port}"

    def freeze(self) -> None:
        self.is_frozen = True
        self._thawed.clear()

    def thaw(self) -> None:
        self.is_frozen = False
        self._thawed.set()

    async def says(self, text: str, *, sender: str = "wang", chat: str | None = "chat1", **more: Any) -> str:
        """Somebody says something to the bot, in private when there is no chat; the message's id."""
        id = f"m{next(self._ids)}"
        place = {"chattype": "single"} if chat is None else {"chattype": "group", "chatid": chat}
        content = {"msgtype": "text", "text": {"content": text}}
        body = {"msgid": id, "aibotid": self.bot, **place, "from": {"userid": sender}, **content, **more}
        await self.emit({"cmd": "aibot_msg_callback", "headers": {"req_id": f"req-{id}"}, "body": body})
        return id

    async def happens(self, kind: str) -> None:
        event = {"msgtype": "event", "event": {"eventtype": kind}}
        await self.emit({"cmd": "aibot_event_callback", "headers": {"req_id": "e1"}, "body": event})

    async def emit(self, frame: Frame | str) -> None:
        assert self._socket is not None
        await self._socket.send(frame if isinstance(frame, str) else json.dumps(frame, ensure_ascii=False))

    async def hang_up(self) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def _serve(self, socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await self._serve_until_closed(socket)

    async def _serve_until_closed(self, socket: ServerConnection) -> None:
        async for raw in socket:
            if self.is_frozen:
                await self._thawed.wait()
            frame = json.loads(raw)
            self.commands.append(frame["cmd"])
            code = self._do(socket, frame)
            if code is not None:
                words = "ok" if code == 0 else "no"
                answer = {"headers": {"req_id": frame["headers"]["req_id"]}, "errcode": code, "errmsg": words}
                await socket.send(json.dumps(answer))

    def _do(self, socket: ServerConnection, frame: Frame) -> int | None:
        match frame["cmd"]:
            case "aibot_subscribe":
                if frame["body"] != {"bot_id": self.bot, "secret": self.secret}:
                    return 40001
                self._socket = socket
            case "aibot_send_msg" | "aibot_respond_msg":
                code = self.code_for(frame)
                if code == 0:
                    self.said.append(frame["body"])
                return code
        return 0


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
