"""A OneBot v11 implementation for the tests: it dials the bot, people speak through it, and it can misbehave."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Event = dict[str, Any]
Answering = Callable[[Event], Mapping[str, Any] | None]
T0 = 1_780_000_000  # 2026-05-28, when every scene here begins
CONNECTED = {"post_type": "meta_event", "meta_event_type": "lifecycle", "sub_type": "connect"}


def text(words: str) -> Event:
    return {"type": "text", "data": {"text": words}}


def at(who: str | int) -> Event:
    return {"type": "at", "data": {"qq": str(who)}}


def reply(to: str | int) -> Event:
    return {"type": "reply", "data": {"id": str(to)}}


@dataclass
class OneBotPeer:
    """One QQ account. `sent` holds every message the bot had it send, as the action's parameters, in order."""

    account: str = "3889000770"
    token: str = "right-token"
    sent: list[Event] = field(default_factory=list)
    calls: list[Event] = field(default_factory=list)
    online: bool = True  #: what it says of itself when asked
    answering: Answering | None = None  #: what to answer instead of ok; None from it means never to answer
    _ids: Any = field(default_factory=lambda: itertools.count(1_100_001))
    _ws: Connection | None = None
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    # --- the connection

    @asynccontextmanager
    async def dialled(self, url: str, **headers: str) -> AsyncIterator["OneBotPeer"]:
        """Connected to the bot for the length of the block."""
        async with connect(url, additional_headers=self._headers(headers), compression=None, ping_interval=None) as ws:
            self._ws = ws
            await self.emit(CONNECTED)
            listener = asyncio.create_task(self._listen(ws))
            try:
                yield self
            finally:
                listener.cancel()
                self._ws = None

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[tuple["OneBotPeer", str]]:
        """Waiting to be dialled, with the address; who shows a wrong token is let in, told so and hung up on."""
        async with serve(self._dialled, "127.0.0.1", 0, ping_interval=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            yield self, f"ws://127.0.0.1:{port}"

    async def _dialled(self, ws: ServerConnection) -> None:
        assert ws.request is not None
        if self.token and ws.request.headers.get("Authorization") != f"Bearer {self.token}":
            await ws.send(json.dumps(failed(1403, "token验证失败")))
            return
        self._ws = ws
        await self.emit(CONNECTED)
        await self._listen(ws)

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        own = {
            "X-Self-ID": self.account,
            "X-Client-Role": "Universal",
            "Authorization": f"Bearer {self.token}" if self.token else "",
        }
        own.update({name.replace("_", "-"): value for name, value in headers.items()})
        return {name: value for name, value in own.items() if value}

    async def closed(self) -> int | None:
        """Wait until the bot has closed the connection; the close code."""
        assert self._ws is not None
        await self._ws.wait_closed()
        return self._ws.close_code

    async def hang_up(self) -> None:
        assert self._ws is not None
        await self._ws.close()

    def freeze(self) -> None:
        """Like a stopped process: nothing is answered and nothing said any more, and the connection stays open."""
        self.answering = lambda call: None
        self._ws = None

    # --- people speak

    def group_message(
        self, message: list[Event] | str, *, group: str | int = 720000001, user: str | int = 10001, **more: Any
    ) -> Event:
        """What the implementation emits when somebody speaks in a group."""
        id = next(self._ids)
        return {
            "post_type": "message",
            "message_type": "group",
            "sub_type": "normal",
            "time": T0 + id % 1_000_000,
            "message_id": id,
            "group_id": group,
            "user_id": user,
            "message": [text(message)] if isinstance(message, str) else message,
            "message_format": "array",
            "sender": {"user_id": user, "nickname": f"nick{user}", "card": "", "role": "member"},
            **more,
        }

    def private_message(self, words: str, *, user: str | int = 10001, **more: Any) -> Event:
        event = self.group_message(words, user=user, message_type="private", sub_type="friend", **more)
        del event["group_id"]
        return event

    async def emit(self, event: Event) -> None:
        await self.emit_raw(json.dumps({"self_id": int(self.account), "time": T0, **event}, ensure_ascii=False))

    async def emit_raw(self, frame: str | bytes) -> None:
        if self._ws is None:
            raise ConnectionError("not connected")
        await self._ws.send(frame)

    async def heartbeat(self, *, interval: float, online: bool = True) -> None:
        status = {"online": online, "good": online}
        await self.emit(
            {
                "post_type": "meta_event",
                "meta_event_type": "heartbeat",
                "status": status,
                "interval": int(interval * 1000),
            }
        )

    # --- the bot acts

    async def _listen(self, ws: Connection) -> None:
        with suppress(ConnectionClosed):
            async for frame in ws:
                call = json.loads(frame)
                answer = self._do(call)
                async with self._news:
                    self.calls.append(call)
                    self._news.notify_all()
                if answer is not None:
                    await ws.send(json.dumps({"echo": call["echo"], **answer}, ensure_ascii=False))

    def _do(self, call: Event) -> Mapping[str, Any] | None:
        answer = self.usual(call) if self.answering is None else self.answering(call)
        if answer and answer.get("status") == "ok" and call["action"].startswith("send_"):
            self.sent.append(call["params"])
        return answer

    def usual(self, call: Event) -> Mapping[str, Any]:
        """What an implementation answers on a good day."""
        if call["action"] in ("send_group_msg", "send_private_msg"):
            return ok({"message_id": next(self._ids)})
        if call["action"] == "get_status":
            return ok({"online": self.online, "good": self.online})
        return failed(1404, f"不支持的API {call['action']}")

    async def until(self, condition: Callable[["OneBotPeer"], bool]) -> None:
        """Wait for what the bot does; a scene that never gets there fails by the time-out of its test."""
        async with self._news:
            await self._news.wait_for(lambda: condition(self))


def ok(data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"status": "ok", "retcode": 0, "data": data, "message": ""}


def failed(retcode: int, words: str = "") -> dict[str, Any]:
    return {"status": "failed", "retcode": retcode, "data": None, "message": words, "wording": words}


def words_of(params: Event) -> str:
    """The text of a message the bot sent."""
    return "".join(segment["data"]["text"] for segment in params["message"] if segment["type"] == "text").strip()
