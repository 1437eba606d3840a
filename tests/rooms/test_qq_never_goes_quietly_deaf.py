"""QQ, the channel monitor and delivery together over real sockets: every way a connection dies is noticed, told once and healed.

The watch runs a hundred times faster than in earnest; the ratios are those of the shipped one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from starlette.applications import Starlette

from bot.channel_monitor import LOOK_EVERY, TELL_AFTER, ChannelMonitor
from bot.channels.base import Outgoing, Pace, State
from bot.channels.qq import WATCH, QQChannel
from bot.channels.qq_accounts import LONGEST_BEAT
from bot.channels.qq_link import Watch
from bot.tables import Base
from handlers.base import Conversation, Message
from handlers.hearing import GapRow
from handlers.outbox import PromiseRow
from handlers.store import Store
from tests.peers.onebot import OneBotPeer
from tests.scenes import until
from tests.scenes_qq import web

HEART = 0.1  # seconds between heartbeats here, 10 in earnest
QUICK = Watch(tick=0.01, ask_after=0.1, answer_within=0.1, slack=0.05)
DESK = Conversation.group("wecom", "desk")
TOKEN = "right-token"


def test_in_earnest_every_death_is_told_within_half_a_minute() -> None:
    """What the watch adds up to, for the slowest heart that the operator is not warned of."""
    grace = LOOK_EVERY + TELL_AFTER.total_seconds()
    frozen = WATCH.ask_after + WATCH.answer_within + WATCH.tick
    beatless = LONGEST_BEAT + WATCH.slack + WATCH.tick
    assert max(frozen, beatless) + grace <= 30


@dataclass
class Bot:
    """The channel that hears, the channel monitor that watches it, and what the desk was told."""

    channel: QQChannel
    store: Store
    url: str
    heard: list[Message]

    def gaps(self) -> list[GapRow]:
        with self.store.reading() as session:
            return list(session.scalars(select(GapRow).order_by(GapRow.id)))

    def told(self) -> list[str]:
        with self.store.reading() as session:
            return list(session.scalars(select(PromiseRow.text).order_by(PromiseRow.id)))

    async def until(self, condition: Callable[[], bool]) -> None:
        await until(condition)

    async def is_deaf(self) -> None:
        """Noticed, shown and told."""
        await self.until(lambda: len(self.told()) == 1)
        assert self.channel.health().state == State.DOWN
        [gap] = self.gaps()
        assert gap.ended is None

    async def hears_again(self) -> None:
        await self.until(lambda: len(self.told()) == 2)
        [gap] = self.gaps()
        assert gap.ended is not None
        assert ["听不到消息了" in self.told()[0], "恢复了" in self.told()[1]] == [True, True]


@asynccontextmanager
async def living(folder: Path, *, dial: tuple[str, ...] = ()) -> AsyncIterator[Bot]:
    store, heard = Store(f"sqlite:///{folder}/liveness.db", durable=False), list[Message]()
    Base.metadata.create_all(store.engine)
    channel = QQChannel(token=TOKEN, pace=Pace(), clock=now, dial=dial, watch=QUICK)
    app = Starlette()
    channel.attach(app)

    async def take(message: Message) -> None:
        heard.append(message)

    with ThreadPoolExecutor(1) as executor:
        watching = ChannelMonitor(
            store, [channel], executor, clock=now, desk=DESK, changed=lambda: None, look_every=0.02,
            tell_after=TELL_AFTER / 100,
        )  # fmt: skip
        async with web(app) as port, asyncio.timeout(30):
            tasks = [asyncio.create_task(channel.run(take)), asyncio.create_task(watching.run())]
            yield Bot(channel, store, f"ws://127.0.0.1:{port}/onebot/v11/ws", heard)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    store.close()


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def beating(peer: OneBotPeer) -> AsyncIterator[None]:
    """The implementation's heart."""

    async def beat() -> None:
        with suppress(ConnectionError):
            while True:
                await peer.heartbeat(interval=HEART)
                await asyncio.sleep(HEART)

    heart = asyncio.create_task(beat())
    try:
        yield
    finally:
        heart.cancel()
        await asyncio.gather(heart, return_exceptions=True)


@asynccontextmanager
async def talking(bot: Bot) -> AsyncIterator[None]:
    """The bot says something all the time."""

    async def talk() -> None:
        while True:
            await bot.channel.send(Outgoing(to=Conversation.group("qq", "720000001"), text="通知"))
            await asyncio.sleep(HEART / 2)

    talk_task = asyncio.create_task(talk())
    try:
        yield
    finally:
        talk_task.cancel()
        await asyncio.gather(talk_task, return_exceptions=True)


async def is_heard(bot: Bot, peer: OneBotPeer) -> None:
    count = len(bot.heard)
    await peer.emit(peer.group_message("听得到吗"))
    await bot.until(lambda: len(bot.heard) == count + 1)


def test_a_peer_that_freezes_and_thaws(tmp_path: Path) -> None:
    async def play() -> None:
        async with living(tmp_path) as bot:
            async with OneBotPeer().dialled(bot.url) as peer, beating(peer):
                await is_heard(bot, peer)
                peer.freeze()
                await bot.is_deaf()
            async with OneBotPeer().dialled(bot.url) as thawed, beating(thawed):
                await bot.hears_again()
                await is_heard(bot, thawed)

    asyncio.run(play())


def test_an_event_stream_that_dies_while_actions_are_still_answered(tmp_path: Path) -> None:
    async def play() -> None:
        async with living(tmp_path) as bot:
            async with OneBotPeer().dialled(bot.url) as peer:
                async with beating(peer):
                    await is_heard(bot, peer)
                await bot.is_deaf()
            async with OneBotPeer().dialled(bot.url) as fresh, beating(fresh):
                await bot.hears_again()
                await is_heard(bot, fresh)

    asyncio.run(play())


def test_an_implementation_that_restarts(tmp_path: Path) -> None:
    async def play() -> None:
        async with living(tmp_path) as bot:
            async with OneBotPeer().dialled(bot.url) as peer, beating(peer):
                await is_heard(bot, peer)
            await bot.is_deaf()
            async with OneBotPeer().dialled(bot.url) as peer, beating(peer):
                await bot.hears_again()
                await is_heard(bot, peer)

    asyncio.run(play())


def test_an_account_that_is_logged_out_and_in_again(tmp_path: Path) -> None:
    async def play() -> None:
        async with living(tmp_path) as bot, OneBotPeer().dialled(bot.url) as peer:
            await peer.heartbeat(interval=15)
            await is_heard(bot, peer)
            peer.online = False
            await peer.emit({"post_type": "notice", "notice_type": "bot_offline", "message": "在别处登录"})
            await bot.is_deaf()
            assert "请在 OneBot 客户端里重新登录" in bot.told()[0]
            peer.online = True
            await peer.heartbeat(interval=15)
            await bot.hears_again()

    asyncio.run(play())


def test_a_log_out_that_nobody_tells_of_while_we_go_on_speaking(tmp_path: Path) -> None:
    """Answers to what we send are no sign that the account is logged in; a slow heart would tell too late."""

    async def play() -> None:
        async with living(tmp_path) as bot, OneBotPeer().dialled(bot.url) as peer, talking(bot):
            await peer.heartbeat(interval=15)
            await is_heard(bot, peer)
            peer.online = False
            await bot.is_deaf()
            assert "请在 OneBot 客户端里重新登录" in bot.told()[0]

    asyncio.run(play())


def test_a_heart_too_slow_to_tell_of_a_dead_event_stream_in_time_is_told_once(tmp_path: Path) -> None:
    async def play() -> None:
        async with living(tmp_path) as bot, OneBotPeer().dialled(bot.url) as peer:
            for _ in range(3):
                await peer.heartbeat(interval=60)
                await is_heard(bot, peer)
            await bot.until(lambda: bool(bot.told()))
            assert bot.told() == [
                "QQ 3889000770：在线，但心跳间隔 60 秒太长，事件断流时发现得慢：请在 OneBot 客户端里把心跳设为 10 秒"
            ]
            assert bot.channel.health().state == State.UP

    asyncio.run(play())


def test_a_wrong_token_from_the_other_side_after_a_restart(tmp_path: Path) -> None:
    async def play() -> None:
        async with OneBotPeer().waiting() as (peer, url), living(tmp_path, dial=(url,)) as bot:
            await bot.until(lambda: bot.channel.health().state == State.UP)
            await is_heard(bot, peer)
            peer.token = "changed"
            await peer.hang_up()
            await bot.is_deaf()
            await bot.until(lambda: "令牌" in bot.channel.health().detail)
            peer.token = TOKEN
            await bot.hears_again()
            await is_heard(bot, peer)

    asyncio.run(play())
