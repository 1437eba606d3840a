"""What a channel adds each way on loopback, and whether it grows: `python -m benchmarks.channels [--memory] [--only KIND]`.

Rounds of a question and its answer, as people speak, after a warm-up. In: from the moment somebody speaks at the
counterpart until the bot is handed the message. Out: from `send` until its outcome. What the counterpart needs for its part
is in both; it is the one of the tests, in a process of its own, and for WeChat Wechaty's own gateway where `make live` has
installed it (WECHATY_GATEWAY names another folder). What WeChat's protocol takes by itself, two exchanges for a message heard
and one for a message said, is measured beside it (`grpc`): a channel adds the rest. Processor time is ours alone.

With `--memory`: 50,000 messages of 20,000 groups, more than any channel remembers, and megabytes on the way.
"""

import argparse
import asyncio
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
import uvloop
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette

from benchmarks.bare_grpc import BareGrpc
from benchmarks.figures import Spread, spread
from bot.channels.base import Channel, Outgoing, Pace, State, Taken
from bot.channels.qq import QQChannel
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_gateway import Gateway
from bot.channels.wecom import WeComChannel
from bot.channels.wecom_bot import Credentials
from handlers.base import Message
from tests.peers.wechat_gateway import free_port
from tests.scenes import until

WARM_UP, COUNT = 100, 1000
MANY, GROUPS, AT_ONCE = 50_000, 20_000, 500
BREATH = 0.005  # seconds after an answer, in which the counterpart tells us what we said ourselves
KINDS = ("wechat", "grpc", "wecom", "qq")
GATEWAY = Path(os.environ.get("WECHATY_GATEWAY", "tests/live/wechaty_gateway"))


@dataclass(frozen=True, kw_only=True)
class Way:
    """One direction: milliseconds, and milliseconds of our processor a message."""

    wall: Spread
    cpu: float


@dataclass(frozen=True, kw_only=True)
class Both:
    """In and out."""

    inward: Way
    outward: Way


@dataclass
class Ear:
    """Remembers when each message was handed over."""

    heard: "asyncio.Queue[tuple[float, Message]]" = field(default_factory=asyncio.Queue)

    async def take(self, message: Message) -> None:
        self.heard.put_nowait((time.monotonic(), message))


class Counterpart:
    """The other process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def reads(self) -> str:
        """A line; one that ended says no more, and nobody shall wait for it."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise EOFError("the counterpart ended")
        return line.decode().strip()

    async def says(self, words: str, *, group: int = 0) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{group} {words}\n".encode())
        await self._process.stdin.drain()


def now() -> datetime:
    return datetime.now(UTC)


def channel_of(kind: str, port: int) -> Channel:
    match kind:
        case "wechat":
            gateway = Gateway(name="1", host="127.0.0.1", port=port, token="right-token")
            return WeChatChannel([gateway], pace=Pace(), clock=now)
        case "grpc":
            return BareGrpc(port, "right-token")
        case "wecom":
            bot = Credentials(name="直通车", bot="aib1", secret="right-secret", url=f"ws://127.0.0.1:{port}")
            return WeComChannel([bot], pace=Pace(), clock=now)
    return QQChannel(token="right-token", pace=Pace(), clock=now)


@asynccontextmanager
async def together(kind: str) -> AsyncIterator[tuple[Channel, Counterpart, Ear]]:
    """The channel running, its counterpart connected."""
    port, ear = free_port(), Ear()
    channel = channel_of(kind, port)
    running = asyncio.create_task(channel.run(ear.take))
    async with serving(channel, port), counterpart(kind, port) as other:
        await until(lambda: channel.health().state == State.UP)
        yield channel, other, ear
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


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
    await until(lambda: server.started)
    yield
    server.should_exit = True
    await task


@asynccontextmanager
async def counterpart(kind: str, port: int) -> AsyncIterator[Counterpart]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command(kind, port), stdin=pipe, stdout=pipe, env={**os.environ, **for_gateway(port)}
    )
    other = Counterpart(process)
    assert await other.reads() == "ready"
    yield other
    process.kill()
    await process.wait()


def command(kind: str, port: int) -> tuple[str, ...]:
    """Wechaty's own gateway is what people have; ours, in Python, needs a millisecond more for each thing it is asked."""
    if kind in {"wechat", "grpc"} and (GATEWAY / "node_modules").is_dir() and shutil.which("node"):
        return "node", str(GATEWAY / "gateway.mjs")
    return sys.executable, "-m", "benchmarks.channel_peers", "wechat" if kind == "grpc" else kind, str(port)


def for_gateway(port: int) -> dict[str, str]:
    return {"GRPC_PORT": str(port), "CTRL_PORT": str(free_port()), "TOKEN": "right-token"}


# --- how long it takes


async def measure(kind: str) -> Both:
    async with together(kind) as (channel, other, ear):
        rounds = [await _round(channel, other, ear, number) for number in range(WARM_UP + COUNT)][WARM_UP:]
    inward, outward = zip(*rounds, strict=True)
    return Both(inward=_way(inward), outward=_way(outward))


async def _round(channel: Channel, other: Counterpart, ear: Ear, number: int) -> tuple[tuple[float, float], ...]:
    """Wall and processor of a question and of its answer, in milliseconds."""
    asked = await _asked(other, ear, f"第 {number} 问：退税要几天")
    began, cpu = time.monotonic(), time.process_time()
    outcome = await channel.send(Outgoing(to=asked[0].conversation, text=f"第 {number} 答", mention=[asked[0].sender]))
    answered = (time.monotonic() - began) * 1000, (time.process_time() - cpu) * 1000
    assert isinstance(outcome, Taken), outcome
    await asyncio.sleep(BREATH)
    return asked[1:], answered


async def _asked(other: Counterpart, ear: Ear, words: str) -> tuple[Message, float, float]:
    cpu = time.process_time()
    await other.says(words)
    said_at = float(await other.reads())
    heard_at, message = await ear.heard.get()
    cpu = time.process_time() - cpu
    assert (message.text, message.mentions_bot) == (words, True)
    return message, (heard_at - said_at) * 1000, cpu * 1000


def _way(ways: tuple[tuple[float, float], ...]) -> Way:
    return Way(wall=spread([wall for wall, _ in ways]), cpu=sum(cpu for _, cpu in ways) / len(ways))


# --- whether it grows


async def sizes(kind: str) -> list[float]:
    """Megabytes of this process, at first and after each fifth of the messages."""
    async with together(kind) as (_, other, ear):
        found = [resident()]
        for begin in range(0, MANY, AT_ONCE):
            for number in range(begin, begin + AT_ONCE):
                await other.says(f"第 {number} 句，" + "长" * 50, group=number % GROUPS)
            for _ in range(AT_ONCE):
                await other.reads()
                await ear.heard.get()
            if (begin + AT_ONCE) % (MANY // 5) == 0:
                found.append(resident())
        return found


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


# --- telling


def main() -> int:
    """Print tables, or JSON with --json. A channel may add 2 ms at the median each way, on a machine that is idle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=KINDS, help="one channel")
    parser.add_argument("--memory", action="store_true", help="50,000 messages, and what they leave behind")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    kinds = (arguments.only,) if arguments.only else KINDS
    logging.disable()  # each side is torn down in the middle of its work
    if arguments.memory:
        grown = {kind: uvloop.run(sizes(kind)) for kind in kinds}
        _tell(grown, _sizes(grown), as_json=arguments.json)
    else:
        figures = {kind: uvloop.run(measure(kind)) for kind in kinds}
        _tell({kind: asdict(both) for kind, both in figures.items()}, _ways(figures), as_json=arguments.json)
    return 0


def _tell(figures: object, table: Table, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        Console().print(table)


def _ways(figures: dict[str, Both]) -> Table:
    heads = [f"{way} {what}" for way in ("in", "out") for what in ("p50", "p99", "cpu")]
    table = Table("channel", *heads, title=f"ms each way, n={COUNT}")
    for kind, both in figures.items():
        values = [value for way in (both.inward, both.outward) for value in (way.wall.p50, way.wall.p99, way.cpu)]
        table.add_row(kind, *(f"{value:.2f}" for value in values))
    if {"wechat", "grpc"} <= figures.keys():
        ours, bare = figures["wechat"], figures["grpc"]
        inward, outward = ours.inward.wall.p50 - bare.inward.wall.p50, ours.outward.wall.p50 - bare.outward.wall.p50
        table.add_row("wechat beyond grpc", f"{inward:.2f}", "", "", f"{outward:.2f}")
    return table


def _sizes(grown: dict[str, list[float]]) -> Table:
    steps = [f"after {step * MANY // 5:,}" for step in range(6)]
    table = Table("channel", *steps, title=f"MB resident, {MANY:,} messages of {GROUPS:,} groups")
    for kind, megabytes in grown.items():
        table.add_row(kind, *(f"{size:.1f}" for size in megabytes))
    return table


if __name__ == "__main__":
    sys.exit(main())
