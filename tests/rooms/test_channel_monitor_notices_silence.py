"""The channel monitor: a channel that goes deaf is written down, told once, and told once more when it hears again."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.channel_monitor import TELL_AFTER, ChannelMonitor
from bot.channels.base import Health, State
from handlers import hearing
from handlers.base import Conversation
from handlers.hearing import AWAY, GapRow
from handlers.outbox import PromiseRow, PromiseState
from handlers.store import Store
from tests.fakes import FakeChannel, FakeClock

DESK = Conversation.group("qq", "9")


Moment = Callable[[], None] | timedelta  # what happens, or how long it stays so


class Scene:
    """A monitor over one platform with two accounts."""

    def __init__(self, store: Store, *, desk: Conversation | None = DESK) -> None:
        self.store, self.clock, self.desk = store, FakeClock(), desk
        self.channel = FakeChannel()
        self.accounts = {"111": self.up(), "222": self.up()}
        self.without_accounts: Health | None = None  #: how the channel is as long as none of its accounts is known

    def up(self) -> Health:
        return Health(state=State.UP, last_event=self.clock())

    def down(self, why: str = "连接断开了") -> Health:
        return Health(state=State.DOWN, detail=why, last_event=self.clock())

    def watch(self, *moments: Moment) -> None:
        """One life of the channel monitor: what happens to the accounts, and how long it stays so."""
        asyncio.run(self._watch(moments))

    async def _watch(self, moments: tuple[Moment, ...]) -> None:
        with ThreadPoolExecutor(1) as executor:
            monitor = ChannelMonitor(
                self.store, [self.channel], executor, clock=self.clock, desk=self.desk, changed=lambda: None
            )
            self.show()
            await monitor.look()
            for moment in moments:
                if isinstance(moment, timedelta):
                    self.clock.now += moment
                else:
                    moment()
                self.show()
                await monitor.look()

    def show(self) -> None:
        self.channel.shown = self.without_accounts or Health(state=State.UP, accounts=dict(self.accounts))

    def lose(self, account: str = "111", why: str = "连接断开了") -> Callable[[], None]:
        return lambda: self.accounts.update({account: self.down(why)})

    def heal(self, account: str = "111") -> Callable[[], None]:
        return lambda: self.accounts.update({account: self.up()})

    def hear_for(self, seconds: int) -> Sequence[Moment]:
        second: tuple[Moment, ...] = (timedelta(seconds=1), self.heal())
        return second * seconds

    def gaps(self) -> list[GapRow]:
        with self.store.reading() as session:
            return list(session.scalars(select(GapRow).order_by(GapRow.id)))

    def said(self, *states: PromiseState) -> list[str]:
        with self.store.reading() as session:
            rows = session.scalars(select(PromiseRow).order_by(PromiseRow.id))
            return [row.text for row in rows if not states or row.state in states]

    def deliver(self) -> None:
        with self.store.transaction() as session:
            for row in session.scalars(select(PromiseRow)):
                row.state = PromiseState.SENT


def test_a_loss_is_written_down_at_once_and_told_once(store: Store) -> None:
    scene = Scene(store)
    scene.watch(timedelta(seconds=30), scene.lose(), *[timedelta(seconds=3)] * 10)
    [gap] = scene.gaps()
    assert (gap.account, gap.ended, gap.reason) == ("111", None, "连接断开了")
    assert gap.noticed - gap.began <= timedelta(seconds=1)
    assert scene.said() == ["QQ 111 听不到消息了（3月2日 09:00 起）：连接断开了。恢复以前，群里说的话收不到。"]


def test_the_desk_is_told_what_to_scan_when_that_is_the_cure(store: Store) -> None:
    scene = Scene(store)
    wants_scan = Health(state=State.DOWN, detail="要扫码登录", scan="https://example.com/l/1", last_event=scene.clock())
    scene.watch(scene.lose(), lambda: scene.accounts.update({"111": wants_scan}), *[timedelta(seconds=3)] * 3)
    assert scene.said() == [
        "QQ 111 听不到消息了（3月2日 09:00 起）：要扫码登录（或打开 https://example.com/l/1）。恢复以前，群里说的话收不到。"
    ]


def test_a_gap_begins_when_the_account_was_last_heard_not_when_it_was_noticed(store: Store) -> None:
    scene = Scene(store)
    frozen = scene.accounts["111"]
    scene.watch(timedelta(seconds=20), lambda: scene.accounts.update({"111": Health(
        state=State.DOWN, detail="没有回应", last_event=frozen.last_event)}))  # fmt: skip
    [gap] = scene.gaps()
    assert gap.noticed - gap.began == timedelta(seconds=20)


def test_healing_is_told_once_with_how_long_it_was(store: Store) -> None:
    scene = Scene(store)
    scene.watch(scene.lose(), TELL_AFTER, scene.deliver, timedelta(minutes=9), scene.heal(), timedelta(hours=1))
    [gap] = scene.gaps()
    assert gap.ended is not None
    assert gap.ended - gap.began == timedelta(minutes=9) + TELL_AFTER
    assert len(scene.said()) == 2
    assert scene.said()[1] == (
        "QQ 111 恢复了。3月2日 09:00 起 9 分钟没有听到消息（连接断开了），其间群里说的话收不到，请留意。"
    )


def test_when_the_desk_could_not_be_reached_meanwhile_one_line_tells_of_both(store: Store) -> None:
    scene = Scene(store)
    scene.watch(scene.lose(), TELL_AFTER, timedelta(minutes=9), scene.heal())
    assert len(scene.said(PromiseState.DUE)) == 1
    assert "恢复了" in scene.said(PromiseState.DUE)[0]
    assert len(scene.said(PromiseState.WITHDRAWN)) == 1


def test_a_connection_that_flaps_is_written_down_each_time_and_told_once(store: Store) -> None:
    scene = Scene(store)
    flap = (scene.lose(), timedelta(seconds=1), scene.heal(), timedelta(seconds=20))
    scene.watch(*flap * 5)
    assert len(scene.gaps()) == 5
    assert len(scene.said()) == 1


def test_one_account_logged_out_is_told_though_the_other_hears(store: Store) -> None:
    scene = Scene(store)
    scene.watch(scene.lose("222", "账号 222 已掉线，请重新登录"), TELL_AFTER)
    assert [gap.account for gap in scene.gaps()] == ["222"]
    assert "请重新登录" in scene.said()[0]


def test_the_time_in_which_we_did_not_run_is_a_gap(store: Store) -> None:
    scene = Scene(store)
    scene.watch(*scene.hear_for(30))
    scene.clock.pass_time(hours=2)
    scene.accounts = {"111": scene.up()}
    scene.watch()
    [gap] = scene.gaps()
    assert (gap.account, gap.reason) == ("111", AWAY)
    assert gap.ended is not None
    assert timedelta(hours=2) <= gap.ended - gap.began <= timedelta(hours=2, seconds=16)


def test_a_gap_left_open_by_a_crash_ends_in_the_next_life(store: Store) -> None:
    scene = Scene(store)
    scene.watch(scene.lose())
    scene.accounts = {}
    scene.clock.pass_time(minutes=30)
    scene.watch(timedelta(minutes=1))
    assert [gap.ended for gap in scene.gaps()] == [None]
    scene.accounts = {"111": scene.up()}
    scene.watch()
    [gap] = scene.gaps()
    assert gap.ended is not None
    assert gap.ended - gap.began == timedelta(minutes=31)


def test_a_platform_that_never_came_up_is_told_to_a_desk_elsewhere(store: Store) -> None:
    scene = Scene(store, desk=Conversation.group("wecom", "9"))
    scene.without_accounts = Health(state=State.DOWN, detail="令牌不对，请核对")
    scene.watch(*[timedelta(seconds=10)] * 5)
    assert scene.said() == ["QQ 一直没有连上：令牌不对，请核对"]
    assert scene.gaps() == []


def test_what_would_let_a_loss_go_unnoticed_is_told_once(store: Store) -> None:
    scene = Scene(store)
    slow = Health(state=State.UP, last_event=scene.clock(), advice="在线，但心跳间隔 60 秒太长：请设为 10 秒")
    scene.watch(lambda: scene.accounts.update({"111": slow}), *[timedelta(seconds=3)] * 3)
    assert scene.said() == ["QQ 111：在线，但心跳间隔 60 秒太长：请设为 10 秒"]
    assert scene.gaps() == []


def test_gaps_read_as_people_speak(store: Store) -> None:
    scene = Scene(store)
    scene.watch(scene.lose(), timedelta(seconds=40), scene.heal(), scene.lose("222", "掉线"))
    with store.reading() as session:
        lines = [hearing.line(gap, now=scene.clock() + timedelta(hours=2)) for gap in hearing.gaps(session)]
    assert lines == ["QQ 222：3月2日 09:00 起 至今 2 小时 0 分，掉线", "QQ 111：3月2日 09:00 起 40 秒，连接断开了"]


def test_hearing_is_known_to_a_quarter_of_a_minute_after_a_crash(store: Store) -> None:
    scene = Scene(store)
    scene.watch(*scene.hear_for(40))
    begin: datetime = scene.clock()
    with store.reading() as session:
        until = session.scalar(select(hearing.HearingRow.until).where(hearing.HearingRow.account == "111"))
    assert until is not None
    assert begin - until <= timedelta(seconds=16)
