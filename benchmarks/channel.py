"""What the QQ channel costs on loopback, each way, and its memory over many messages: `python -m benchmarks.channel`.

Channel and peer share this process, so the figures hold the peer's work as well.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from benchmarks.figures import Spread, spread
from bot.channels.base import Outgoing, Pace, State
from bot.channels.qq import PATH, QQChannel
from handlers.base import Conversation, Message
from tests.peers.onebot import OneBotPeer

TOKEN = "benchmark"
GROUPS = 20_000  # more than the channel remembers


@dataclass
class Ear:
    """Remembers when each message was handed over."""

    heard: dict[str, float] = field(default_factory=dict)
    count: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, message: Message) -> None:
        self.heard[message.id] = time.perf_counter()
        self.count += 1
        self.news.set()

    async def until(self, count: int) -> None:
        while self.count < count:
            self.news.clear()
            await self.news.wait()


@dataclass(frozen=True, kw_only=True)
class Figures:
    inward_ms: Spread
    outward_ms: Spread
    messages: int
    seconds: float
    resident_mb: list[float]  #: at the start and after each fifth of the messages


@asynccontextmanager
async def together() -> AsyncIterator[tuple[QQChannel, OneBotPeer, Ear]]:
    """The channel behind a real server, a peer connected to it."""
    channel, app, ear = QQChannel(token=TOKEN, pace=Pace(), clock=lambda: datetime.now(UTC)), Starlette(), Ear()
    channel.attach(app)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    tasks = [asyncio.create_task(server.serve()), asyncio.create_task(channel.run(ear.take))]
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with OneBotPeer(token=TOKEN).dialled(f"ws://127.0.0.1:{port}{PATH}") as peer:
        while channel.health().state != State.UP:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        yield channel, peer, ear
    tasks[1].cancel()
    with suppress(asyncio.CancelledError):
        await tasks[1]
    server.should_exit = True
    await tasks[0]


async def inward(peer: OneBotPeer, ear: Ear, count: int) -> Spread:
    """From the frame written to the message handed over, one at a time."""
    waited = []
    for number in range(count):
        event = peer.group_message(f"手册能展期吗 {number}")
        began, expected = time.perf_counter(), ear.count + 1
        await peer.emit(event)
        await ear.until(expected)
        waited.append((ear.heard[str(event["message_id"])] - began) * 1000)
    return spread(waited)


async def outward(channel: QQChannel, count: int) -> Spread:
    """From `send` to the platform's answer, one at a time."""
    waited = []
    for number in range(count):
        began = time.perf_counter()
        await channel.send(Outgoing(to=Conversation.group("qq", "720000001"), text=f"可以 {number}"))
        waited.append((time.perf_counter() - began) * 1000)
    return spread(waited)


async def flood(peer: OneBotPeer, ear: Ear, count: int) -> list[float]:
    """Many messages of many groups and people; megabytes resident on the way."""
    sizes = [resident()]
    for number in range(count):
        await peer.emit(
            peer.group_message(f"第 {number} 句，" + "长" * 50, group=700_000_000 + number % GROUPS, user=number)
        )
        if (number + 1) % (count // 5) == 0:
            await ear.until(number + 1)
            ear.heard.clear()
            sizes.append(resident())
    return sizes


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


async def measure(messages: int, samples: int) -> Figures:
    async with together() as (channel, peer, ear):
        await inward(peer, ear, 200)  # warm
        there, back = await inward(peer, ear, samples), await outward(channel, samples)
        ear.count, began = 0, time.perf_counter()
        sizes = await flood(peer, ear, messages)
        return Figures(
            inward_ms=there, outward_ms=back, messages=messages, seconds=time.perf_counter() - began, resident_mb=sizes
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--samples", type=int, default=1_000)
    arguments = parser.parse_args()
    print(json.dumps(asdict(asyncio.run(measure(arguments.messages, arguments.samples)))))  # noqa: T201


if __name__ == "__main__":
    main()
