"""What a channel adds each way on loopback: `python -m benchmarks.channels`.

In: from the moment somebody speaks at the counterpart until the bot is handed the message. Out: from `send` until its
outcome, the counterpart's own answering included. One message at a time, after a warm-up; the counterparts are those of
the tests, in a process of their own. Processor time is ours alone.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import uvicorn
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette

from benchmarks.figures import Spread, spread
from bot.channels.base import Channel, Outgoing, Pace, State, Taken
from bot.channels.qq import QQChannel
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_link import Gateway
from bot.channels.wecom import WeComChannel
from bot.channels.wecom_bot import Credentials
from handlers.base import Conversation, Message, Person
from tests.peers.wechat_gateway import ROOM, free_port

WARM_UP, COUNT = 100, 1000
PACE = Pace()
GROUPS = {"wechat": ROOM, "wecom": "chat1", "qq": "720000001"}
ASKERS = {"wechat": "wxid_wang", "wecom": "wang", "qq": "10001"}


@dataclass(frozen=True, kw_only=True)
class Way:
    """One direction: milliseconds, and milliseconds of our processor a message."""

    wall: Spread
    cpu: float


def now() -> datetime:
    return datetime.now(UTC)


def channel_of(kind: str, port: int) -> Channel:
    match kind:
        case "wechat":
            gateway = Gateway(name="1", host="127.0.0.1", port=port, token="right-token")
            return WeChatChannel([gateway], pace=PACE, clock=now)
        case "wecom":
            bot = Credentials(name="直通车", bot="aib1", secret="right-secret", url=f"ws://127.0.0.1:{port}")
            return WeComChannel([bot], pace=PACE, clock=now)
    return QQChannel(token="right-token", pace=PACE, clock=now)


@asynccontextmanager
async def serving(channel: Channel, port: int) -> AsyncIterator[None]:
    """QQ's implementations dial us, so we have to be there."""
    if not isinstance(channel, QQChannel):
        yield
        return
    app = Starlette()
    channel.attach(app)
    config = uvicorn.Config(app, port=port, log_config=None, lifespan="off", ws_per_message_deflate=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await task


class Counterpart:
    """The other process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def reads(self) -> str:
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().strip()

    async def says(self, words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{words}\n".encode())
        await self._process.stdin.drain()


@asynccontextmanager
async def counterpart(kind: str, port: int) -> AsyncIterator[Counterpart]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.channel_peers", kind, str(port), stdin=pipe, stdout=pipe
    )
    other = Counterpart(process)
    assert await other.reads() == "ready"
    yield other
    process.kill()
    await process.wait()


async def measure(kind: str) -> tuple[Way, Way]:
    """In and out."""
    heard: asyncio.Queue[tuple[float, Message]] = asyncio.Queue()

    async def take(message: Message) -> None:
        heard.put_nowait((time.monotonic(), message))

    port = free_port()
    channel = channel_of(kind, port)
    running = asyncio.create_task(channel.run(take))
    async with serving(channel, port), counterpart(kind, port) as other:
        while channel.health().state != State.UP:  # noqa: ASYNC110  there is nothing to be woken by
            await asyncio.sleep(0.01)
        ways_in = [await _in(other, heard, number) for number in range(WARM_UP + COUNT)]
        ways_out = [await _out(channel, kind, number) for number in range(WARM_UP + COUNT)]
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    return _way(ways_in), _way(ways_out)


def _way(ways: list[tuple[float, float]]) -> Way:
    counted = ways[WARM_UP:]
    return Way(wall=spread([wall for wall, _ in counted]), cpu=sum(cpu for _, cpu in counted) / len(counted))


async def _in(other: Counterpart, heard: "asyncio.Queue[tuple[float, Message]]", number: int) -> tuple[float, float]:
    words, began = f"第 {number} 问：退税要几天", time.process_time()
    await other.says(words)
    ended, message = await heard.get()
    cpu = time.process_time() - began
    assert (message.text, message.mentions_bot) == (words, True)
    return (ended - float(await other.reads())) * 1000, cpu * 1000


async def _out(channel: Channel, kind: str, number: int) -> tuple[float, float]:
    to, asker = Conversation.group(kind, GROUPS[kind]), Person(channel=kind, id=ASKERS[kind], name="王工")
    began, cpu = time.monotonic(), time.process_time()
    outcome = await channel.send(Outgoing(to=to, text=f"第 {number} 答", mention=[asker]))
    assert isinstance(outcome, Taken), outcome
    return (time.monotonic() - began) * 1000, (time.process_time() - cpu) * 1000


def main() -> int:
    """Print the table, or JSON with --json. A channel may add 2 ms at the median each way, on a machine that is idle."""
    logging.disable()  # each side is torn down in the middle of its work
    figures = {kind: asyncio.run(measure(kind)) for kind in GROUPS}
    if "--json" in sys.argv:
        told = {kind: {"in": asdict(way_in), "out": asdict(way_out)} for kind, (way_in, way_out) in figures.items()}
        print(json.dumps(told))  # noqa: T201  this is the command's output
    else:
        _show(figures)
    return 0


def _show(figures: dict[str, tuple[Way, Way]]) -> None:
    heads = [f"{way} {what}" for way in ("in", "out") for what in ("p50", "p99", "cpu")]
    table = Table("channel", *heads, title=f"ms a channel adds, n={COUNT} each way")
    for kind, ways in figures.items():
        values = [value for way in ways for value in (way.wall.p50, way.wall.p99, way.cpu)]
        table.add_row(kind, *(f"{value:.2f}" for value in values))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
