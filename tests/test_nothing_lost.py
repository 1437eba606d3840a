"""The promise of the whole, on the real process: it is killed at bad moments, and nothing is lost or said twice.

A OneBot peer speaks for eleven groups. After each death it dials again and says all of it once more, for it cannot
know what had been stored; a repeat must be dropped.
"""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.settings import HOME
from handlers.base import DecisionKind
from handlers.inbox import DecisionRow, InboxRow
from handlers.outbox import PromiseRow, PromiseState
from handlers.store import Store
from tests.peers.bot_process import Bot, free_port
from tests.peers.onebot import Event, OneBotPeer, at, text, words_of

TOKEN = "right-token"
DESK = 720000099
MESSAGES = 300
STUCK = 600  # seconds; a machine so busy tells nothing
GROUPS = range(720000001, 720000011)
MOVING = {PromiseState.DUE, PromiseState.SENDING}
SPOKEN_TO = {DecisionKind.ANSWERED, DecisionKind.OFFERED, DecisionKind.TICKET, DecisionKind.DECLINED}

KNOWN = ["手册能展期吗", "展期要什么材料", "放行后还能改单吗", "产地证哪里打", "多少天不报关要交滞报金"]
UNKNOWN = ["跨境电商退货怎么报关", "保税仓库的货能不能转关", "舱单和提单对不上怎么处理", "进口设备的减免税怎么申请"]
CHATTER = ["早上好", "收到", "哈哈", "今天雨真大", "谢谢老师", "[CQ:at,qq=all]", "👍"]


def conversations(seed: int, count: int) -> Iterator[tuple[int, int, list[Event]]]:
    """Who says what where: questions the bot knows, questions it does not, and talk."""
    chance = random.Random(seed)
    for number in range(count):
        words = chance.choice([chance.choice(KNOWN), chance.choice(UNKNOWN), f"{chance.choice(CHATTER)}{number}"])
        to_bot = [at("3889000770")] if chance.random() < 0.5 else []
        yield chance.choice(GROUPS), 10_001 + chance.randrange(40), [*to_bot, text(f" {words}")]


# --- the platform


@dataclass
class Platform:
    """QQ as the bot sees it: one implementation that dials for ever and outlives the bot."""

    url: str
    peer: OneBotPeer = field(default_factory=lambda: OneBotPeer(token=TOKEN))
    said: list[Event] = field(default_factory=list)
    is_connected: bool = False
    _dialling: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def dialling(self) -> AsyncIterator["Platform"]:
        self._dialling = asyncio.create_task(self._dial_for_ever())
        try:
            yield self
        finally:
            self._dialling.cancel()

    async def _dial_for_ever(self) -> None:
        while True:
            with suppress(OSError, WebSocketException):
                async with self.peer.dialled(self.url):
                    for event in [*self.said]:
                        await self.peer.emit(event)
                    self.is_connected = True
                    await self.peer.closed()
            self.is_connected = False
            await asyncio.sleep(0.1)

    async def say(self, group: int, user: int, words: list[Event]) -> None:
        """Somebody speaks; whether the bot hears it now or after the next dialling is not known here."""
        event = self.peer.group_message(words, group=group, user=user)
        self.said.append(event)
        with suppress(ConnectionClosed, ConnectionError):
            await self.peer.emit(event)
        await asyncio.sleep(0)

    def delivered(self) -> Counter[tuple[str, str]]:
        """How often each text has appeared in each group."""
        return Counter((f"qq:group:{params['group_id']}", words_of(params)) for params in self.peer.sent)


# --- the database, seen from outside


@dataclass(frozen=True)
class Books:
    store: Store

    def count_decisions(self) -> int:
        with self.store.reading() as session:
            return len(session.scalars(select(DecisionRow.id)).all())

    def inbox(self) -> list[InboxRow]:
        with self.store.reading() as session:
            return list(session.scalars(select(InboxRow).order_by(InboxRow.id)))

    def decisions(self) -> list[DecisionRow]:
        with self.store.reading() as session:
            return list(session.scalars(select(DecisionRow).order_by(DecisionRow.id)))

    def promises(self) -> list[PromiseRow]:
        """All that was to be said by now; what is kept for later was never tried."""
        now = datetime.now(UTC)
        with self.store.reading() as session:
            rows = list(session.scalars(select(PromiseRow).where(PromiseRow.state != PromiseState.WITHDRAWN)))
        return [row for row in rows if row.attempts or row.due is None or row.due <= now]

    def is_settled(self, messages: int) -> bool:
        return self.count_decisions() >= messages and not any(row.state in MOVING for row in self.promises())

    def in_the_air_again(self) -> frozenset[int]:
        """What was being said once more, being uncertain: a death now leaves it so, for it is not said a third time."""
        return frozenset(row.id for row in self.promises() if row.resent and row.state == PromiseState.SENDING)

    def has_resent(self) -> bool:
        """Whether everything that was uncertain has been said once more."""
        resent = [row for row in self.promises() if row.resent]
        return bool(resent) and not any(row.state in MOVING for row in resent)


async def until(condition: Callable[[], bool], *, bot: Bot) -> None:
    """Wait for what another process does, as long as it lives."""
    while not condition():
        assert bot.is_alive, f"the bot ended by itself: {bot.last_words()}"
        await asyncio.sleep(0.05)


# --- the scene


@pytest.fixture
def database(database_url: str) -> str:
    return database_url


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def config(tmp_path: Path, database: str, port: int) -> Path:
    groups = "".join(
        f'  "qq:{group}": {{name: 社群{group % 100}, policy: {"proactive" if group % 2 else "mention_only"}}}\n'
        for group in GROUPS
    )
    path = tmp_path / "config.yml"
    path.write_text(
        f"""
database: {database}
faq: {HOME / "tests" / "faq"}
encoder: {HOME / "knowledge_base" / "model" / "encoder"}
web: {{host: 127.0.0.1, port: {port}}}
qq: {{enabled: true, pace: {{conversation: 0, jitter: 0, account: 0, push: 0, push_jitter: 0, repeat: 0}}}}
terminal: {{enabled: false}}
answering: {{say: {{lines: 100000, within: 5m}}, flood: {{messages: 100000, within: 10s}}}}
desk: "qq:{DESK}"
groups:
  "qq:{DESK}": {{name: 坐席群, role: desk}}
{groups}""",
        "utf-8",
    )
    return path


def test_killed_at_bad_moments_nothing_is_lost_and_nothing_said_twice(
    config: Path, database: str, port: int, tmp_path: Path
) -> None:
    bot = Bot(config=config, log=tmp_path / "bot.log", token=TOKEN)
    platform = Platform(f"ws://127.0.0.1:{port}/onebot/v11/ws")
    try:
        unknown = asyncio.run(play(bot, platform, database))
    finally:
        bot.kill()
    books = Books(Store(database))
    try:
        every_message_is_stored_once_and_decided_once(books, platform)
        every_promise_is_delivered_and_none_twice(books, platform, unknown)
    finally:
        books.store.close()


async def play(bot: Bot, platform: Platform, database: str) -> frozenset[int]:
    """Four lives: killed while sending, killed while deciding, killed while starting, and one that ends well. Which promises
    were in the air at two deaths."""
    chance, words = random.Random(20260302), conversations(seed=7, count=MESSAGES)

    async def say(count: int) -> None:
        for _ in range(count):
            await platform.say(*next(words))

    async def live() -> None:
        await bot.start()
        await until(lambda: platform.is_connected, bot=bot)

    async with platform.dialling(), asyncio.timeout(STUCK):
        await live()
        await say(100)
        await kill_while_sending(bot, platform, after=chance.randrange(5, 25))

        await live()
        await say(100)
        books = Books(Store(database))
        decided = books.count_decisions() + chance.randrange(20, 60)
        # What is in the air at two deaths stays uncertain: no second death before the first one's have been said.
        await until(lambda: books.has_resent() and books.count_decisions() >= decided, bot=bot)
        await bot.killed()

        await live()
        await say(50)
        await asyncio.sleep(chance.uniform(0, 2))
        await bot.killed()
        unknown = books.in_the_air_again()

        await live()
        await say(50)
        await until(lambda: books.is_settled(len(platform.said)), bot=bot)
        books.store.close()
        assert await bot.stopped() == 0
        return unknown


async def kill_while_sending(bot: Bot, platform: Platform, *, after: int) -> None:
    """Kill the bot when the platform has taken the message and the bot does not know it yet."""
    peer = platform.peer

    def answer(call: Event) -> Event:
        if len(peer.sent) == after:
            bot.kill()
        return dict(peer.usual(call))

    peer.answering = answer
    assert await bot.ended() == -signal.SIGKILL, bot.last_words()
    peer.answering = None


def every_message_is_stored_once_and_decided_once(books: Books, platform: Platform) -> None:
    inbox, decisions = books.inbox(), books.decisions()
    assert len(platform.said) == MESSAGES
    assert Counter(row.message_id for row in inbox) == Counter(str(event["message_id"]) for event in platform.said)
    assert Counter(row.inbox_id for row in decisions) == Counter(row.id for row in inbox)
    assert all(row.handled_at is not None for row in inbox)
    assert "error" not in {row.reason for row in decisions}


def every_promise_is_delivered_and_none_twice(books: Books, platform: Platform, unknown: frozenset[int]) -> None:
    """None twice but marked so; `unknown`: those of which nobody knows, and which an operator is to decide on."""
    promises, delivered = books.promises(), platform.delivered()
    caused = {row.caused_by for row in promises}
    assert all(row.inbox_id in caused for row in books.decisions() if row.kind in SPOKEN_TO)
    assert {row.id for row in promises if row.state == PromiseState.UNCERTAIN} == unknown
    assert {row.state for row in promises if row.id not in unknown} == {PromiseState.SENT}
    assert any(row.resent for row in promises)
    once = Counter((row.conversation, row.text.strip()) for row in promises)
    again = Counter((row.conversation, row.text.strip()) for row in promises if row.resent)
    assert delivered - once - again == Counter(), "said more often than promised, and not marked as said again"
    uncertain = Counter((row.conversation, row.text.strip()) for row in promises if row.id in unknown)
    assert once - uncertain - delivered == Counter(), "promised and never said"
