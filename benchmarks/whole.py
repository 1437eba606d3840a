"""The real process with a OneBot peer beside it: how soon ready, how much it sustains, how soon people are answered."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import func, select

from benchmarks.crowd import DESK, GROUPS, Line
from benchmarks.figures import Spread, spread
from handlers.inbox import DecisionRow
from handlers.outbox import PromiseRow, PromiseState
from handlers.store import Store
from tests.peers.bot_process import Bot, free_port
from tests.peers.onebot import Event, OneBotPeer, at, text

TOKEN = "benchmark"  # the peer's and the bot's
QUIET = 3.0  # seconds without a new delivery that end a run

Tick = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Sustained:
    """A burst, from its first frame to its last decision and its last delivery."""

    messages: int
    decided_per_second: float
    cpu_ms_per_message: float
    delivered: int
    seconds_to_last_delivery: float


@dataclass
class Replies:
    """When each message was emitted and when the reply that quotes it came."""

    said: dict[str, float] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)

    def note(self, call: Event) -> None:
        for segment in call["params"]["message"]:
            if segment["type"] == "reply" and segment["data"]["id"] in self.said:
                self.waited.append(time.perf_counter() - self.said.pop(segment["data"]["id"]))


class Whole:
    """One running bot and the peer that speaks for everybody."""

    def __init__(self, bot: Bot, peer: OneBotPeer, store: Store, url: str) -> None:
        self._bot, self._peer, self._store, self._url = bot, peer, store, url
        self._replies = Replies()
        peer.answering = self._answer

    def _answer(self, call: Event) -> Mapping[str, object]:
        if call["action"].startswith("send_"):
            self._replies.note(call)
        return self._peer.usual(call)

    async def ready(self) -> float:
        """Seconds until the health page says so."""
        began = time.perf_counter()
        async with httpx.AsyncClient() as client:
            while not await _is_healthy(client, self._url):
                assert self._bot.is_alive, self._bot.last_words()
                await asyncio.sleep(0.05)
        return time.perf_counter() - began

    async def sustained(self, lines: Iterator[Line], count: int, tick: Tick) -> Sustained:
        """As fast as the connection takes it."""
        before, sent, cpu, began = self._decided(), len(self._peer.sent), self.cpu(), time.perf_counter()
        for _ in range(count):
            await self._say(next(lines))
        while (decided := self._decided() - before) < count:
            tick(decided)
            await asyncio.sleep(0.1)
        seconds = time.perf_counter() - began
        last = await self._quiet(began)
        return Sustained(
            messages=count,
            decided_per_second=count / seconds,
            cpu_ms_per_message=(self.cpu() - cpu) * 1000 / count,
            delivered=len(self._peer.sent) - sent,
            seconds_to_last_delivery=last,
        )

    async def replies(self, lines: Iterator[Line], count: int, rate: float, tick: Tick) -> Spread:
        """Milliseconds from a frame to the reply that quotes it, at a steady rate."""
        self._replies.waited.clear()
        began = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            await self._say(next(lines))
            tick(number + 1)
        await self._quiet(began)
        return spread([seconds * 1000 for seconds in self._replies.waited])

    def resident(self) -> float:
        """Megabytes the process holds in memory now."""
        pages = int(Path(f"/proc/{self._bot.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu(self) -> float:
        """Seconds of processor time it has taken, which another busy process on the machine hardly changes."""
        fields = Path(f"/proc/{self._bot.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def _say(self, line: Line) -> None:
        words = [*([at(self._peer.account)] if line.to_bot else []), text(f" {line.text}")]
        event = self._peer.group_message(words, group=line.group, user=line.speaker)
        self._replies.said[str(event["message_id"])] = time.perf_counter()
        await self._peer.emit(event)

    async def _quiet(self, began: float) -> float:
        """When the last delivery came, in seconds since `began`."""
        while True:
            sent, at_last = len(self._peer.sent), time.perf_counter() - began
            await asyncio.sleep(QUIET)
            if len(self._peer.sent) == sent and not self._to_be_said():
                return at_last

    def _decided(self) -> int:
        with self._store.reading() as session:
            return session.scalar(select(func.count()).select_from(DecisionRow)) or 0

    def _to_be_said(self) -> int:
        """Promises that are due at once."""
        moving = (PromiseState.DUE, PromiseState.SENDING)
        query = select(func.count()).where(PromiseRow.state.in_(moving), PromiseRow.due.is_(None))
        with self._store.reading() as session:
            return session.scalar(query) or 0


@asynccontextmanager
async def running(folder: Path, faq: Path) -> AsyncIterator[tuple[Whole, float]]:
    """A fresh bot in `folder`, ready, with a peer connected; and how many seconds that took."""
    port = free_port()
    bot = Bot(config=config_for(folder, faq, port=port), log=folder / "bot.log", token=TOKEN)
    store = Store(f"sqlite:///{folder}/bot.db")
    peer = OneBotPeer(token=TOKEN)
    await bot.start()
    try:
        whole = Whole(bot, peer, store, f"http://127.0.0.1:{port}/health")
        seconds = await whole.ready()
        async with peer.dialled(f"ws://127.0.0.1:{port}/onebot/v11/ws"):
            yield whole, seconds
        await bot.stopped()
    finally:
        bot.kill()
        store.close()


async def _is_healthy(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


def config_for(folder: Path, faq: Path, *, port: int = 0) -> Path:
    """A configuration in `folder`: many groups, half of them proactive, one desk, no pacing."""
    groups = "".join(
        f'  "qq:{group}": {{name: 社群{group}, policy: {"proactive" if group % 2 else "mention_only"}}}\n'
        for group in GROUPS
    )
    path = folder / "config.yml"
    path.write_text(
        f"""
database: sqlite:///{folder}/bot.db
faq: {faq.resolve()}
web: {{host: 127.0.0.1, port: {port}}}
qq: {{pace: {{conversation: 0, jitter: 0, account: 0, push: 0, push_jitter: 0, repeat: 0}}}}
terminal: {{enabled: false}}
answering: {{say: {{lines: 1000000, within: 5m}}}}
desk: "qq:{DESK}"
groups:
  "qq:{DESK}": {{name: 坐席群, role: desk}}
{groups}""",
        "utf-8",
    )
    return path
