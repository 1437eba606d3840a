"""Delivery: order, retries, honesty about what is not known."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.channels.base import Outcome, Pace, Refused, State, Taken, Uncertain
from bot.delivery import GIVE_UP_AFTER, RESEND_AFTER, Delivery, backoff
from bot.tables import Base
from handlers import outbox
from handlers.base import Conversation, Person
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.store import Store
from tests.fakes import FakeChannel, FakeClock

ONE, TWO = Conversation.group("qq", "1"), Conversation.group("qq", "2")


class Scene:
    """A delivery over one fake platform and a real database file."""

    def __init__(self, folder: Path, *outcomes: Outcome | Exception, pace: Pace | None = None) -> None:
        self.clock = FakeClock()
        self.store = Store(f"sqlite:///{folder}/delivery.db", durable=False)
        Base.metadata.create_all(self.store.engine)
        self.channel = FakeChannel(pace=pace or Pace())
        self.channel.outcomes.extend(outcomes)

    def promise(self, text: str, to: Conversation = ONE, kind: PromiseKind = PromiseKind.REPLY) -> None:
        with self.store.transaction() as session:
            outbox.promise(
                session, to, text, kind=kind, now=self.clock(), mention=[Person(channel="qq", id="7")], quote="q"
            )

    def rows(self) -> list[PromiseRow]:
        with self.store.reading() as session:
            return list(session.scalars(select(PromiseRow).order_by(PromiseRow.id)))

    def states(self) -> list[PromiseState]:
        return [row.state for row in self.rows()]

    def deliver(self, until: Callable[[], bool] | None = None) -> None:
        """Let delivery run until nothing is due any more (or until something is so)."""
        asyncio.run(self._deliver(until or self._nothing_due))

    def _nothing_due(self) -> bool:
        def waits(row: PromiseRow) -> bool:
            return row.state == PromiseState.DUE and (row.due is None or row.due <= self.clock())

        return not any(row.state == PromiseState.SENDING or waits(row) for row in self.rows())

    async def _deliver(self, until: Callable[[], bool]) -> None:
        with ThreadPoolExecutor(2) as executor:
            delivery = Delivery(self.store, {"qq": self.channel}, executor, me="test", clock=self.clock)
            await delivery.recover()
            running = asyncio.create_task(delivery.run())
            async with asyncio.timeout(20):
                while not until():  # noqa: ASYNC110  the rows are written by another thread
                    await asyncio.sleep(0.005)
            running.cancel()
            await delivery.stop()


def test_promises_are_said_in_order_with_mention_and_quote(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for number in range(5):
        scene.promise(f"第{number}句")
    scene.deliver()
    assert scene.channel.texts == [f"第{number}句" for number in range(5)]
    assert scene.channel.said[0].mention[0].id == "7"
    assert scene.channel.said[0].quote == "q"
    assert [row.platform_id for row in scene.rows()] == ["m1", "m2", "m3", "m4", "m5"]


def test_what_is_refused_for_now_is_tried_again_later(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Refused(reason="busy"))
    scene.promise("答复")
    scene.deliver()
    assert scene.states() == [PromiseState.DUE]
    scene.clock.pass_time(seconds=10)
    scene.deliver()
    assert scene.states() == [PromiseState.SENT]
    assert scene.channel.texts == ["答复", "答复"]


def test_what_is_refused_for_good_is_given_up_with_its_reason(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Refused(reason="not in this group", permanent=True))
    scene.promise("答复")
    scene.deliver()
    [row] = scene.rows()
    assert (row.state, row.reason) == (PromiseState.FAILED, "not in this group")


def test_after_many_attempts_it_gives_up(tmp_path: Path) -> None:
    scene = Scene(tmp_path, *[Refused(reason="busy")] * 20)
    scene.promise("答复")
    for _ in range(GIVE_UP_AFTER + 3):
        scene.deliver()
        scene.clock.pass_time(hours=1)
    [row] = scene.rows()
    assert (row.state, row.attempts) == (PromiseState.FAILED, GIVE_UP_AFTER)


def test_an_uncertain_answer_is_said_once_more_and_marked(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Uncertain(reason="time-out"))
    scene.promise("答复")
    scene.deliver()
    scene.clock.pass_time(seconds=RESEND_AFTER.total_seconds())
    scene.deliver()
    [row] = scene.rows()
    assert (row.state, row.resent) == (PromiseState.SENT, True)
    assert len(scene.channel.said) == 2


def test_an_uncertain_notice_waits_for_an_operator(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Uncertain(reason="time-out"))
    scene.promise("通知", kind=PromiseKind.NOTICE)
    scene.deliver()
    scene.clock.pass_time(days=1)
    scene.deliver()
    assert scene.states() == [PromiseState.UNCERTAIN]
    assert len(scene.channel.said) == 1


def test_a_channel_that_breaks_its_word_is_uncertain_and_stops_nobody_else(tmp_path: Path) -> None:
    scene = Scene(tmp_path, RuntimeError("boom"))
    scene.promise("一", ONE)
    scene.promise("二", TWO)
    scene.deliver()
    assert sorted(scene.states()) == [PromiseState.DUE, PromiseState.SENT]


def test_while_the_channel_is_down_promises_wait(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.channel.state = State.DOWN
    scene.promise("答复")
    scene.deliver(until=lambda: True)
    assert scene.states() == [PromiseState.DUE]
    scene.channel.state = State.UP
    scene.deliver()
    assert scene.states() == [PromiseState.SENT]


def test_what_a_dead_process_was_sending_is_said_once_more(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.promise("答复")
    with scene.store.transaction() as session:
        outbox.claim(session, by="the dead", now=scene.clock(), channel="qq", limit=1)
    scene.deliver()
    [row] = scene.rows()
    assert (row.state, row.resent) == (PromiseState.SENT, True)


def test_a_slow_pace_says_one_thing_at_a_time(tmp_path: Path) -> None:
    scene = Scene(tmp_path, pace=Pace(account=30.0))
    scene.promise("一", ONE)
    scene.promise("二", TWO)
    scene.deliver(until=lambda: bool(scene.channel.said))
    assert scene.channel.texts == ["一"]
    assert scene.states() == [PromiseState.SENT, PromiseState.DUE]


def test_backoff_grows_and_has_an_end() -> None:
    assert timedelta(seconds=1) < backoff(1) < backoff(4) < timedelta(minutes=1)
    assert backoff(50) <= timedelta(minutes=12)


def test_taken_without_an_id_is_still_sent(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Taken())
    scene.promise("答复")
    scene.deliver()
    [row] = scene.rows()
    assert (row.state, row.platform_id) == (PromiseState.SENT, None)
