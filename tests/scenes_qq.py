"""Scenes in QQ: the endpoint as it is served, and OneBot implementations that dial it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette

from bot.channels import qq_wire
from bot.channels.base import Outgoing, Pace, State
from bot.channels.qq import QQChannel
from bot.channels.qq_wire import Frame
from bot.web import build_server
from handlers.base import Conversation, Person
from tests.peers.onebot import OneBotPeer
from tests.scenes import Bot, until

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ACCOUNT = "3889000770"
OURS = frozenset({ACCOUNT, "555"})
GROUP = Conversation.group("qq", "720000001")
ASKER = Person(channel="qq", id="10001", name="王工")
TOKEN = "right-token"


@dataclass
class Served(Bot):
    """`url` is what implementations dial."""

    url: str = ""

    @asynccontextmanager
    async def peer(self, **about: Any) -> AsyncIterator[OneBotPeer]:
        async with OneBotPeer(**about).dialled(self.url) as peer:
            await self.becomes(State.UP)
            yield peer


@asynccontextmanager
async def served(*, running: bool = True, token: str | None = TOKEN, **about: Any) -> AsyncIterator[Served]:
    channel = QQChannel(token=token, pace=Pace(), clock=lambda: NOW, **about)
    app = Starlette()
    channel.attach(app)
    async with web(app) as port:
        bot = Served(channel, GROUP, url=f"ws://127.0.0.1:{port}/onebot/v11/ws")
        async with bot.alive() if running else nullcontext():
            yield bot


@asynccontextmanager
async def web(app: Starlette) -> AsyncIterator[int]:
    """Served as the bot serves it."""
    server, listening = build_server(app), socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await until(lambda: server.started)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        await task


def answer(words: str, **about: Any) -> Outgoing:
    return Outgoing(to=GROUP, text=words, **about)


def read(frame: str | bytes) -> Frame:
    """What our account makes of one frame."""
    return qq_wire.read(frame, account=ACCOUNT, ours=OURS, now=NOW)
