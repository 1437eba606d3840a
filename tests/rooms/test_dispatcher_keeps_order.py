"""Dispatcher: stored first, decided in order, taken up again after a crash, faults told."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.dispatcher import Dispatcher
from bot.tables import Base
from handlers import inbox
from handlers.base import Conversation, Decision, Group, Message, Person, Policy, Role, Turn, silent
from handlers.errors import Refusal
from handlers.handling import Handling
from handlers.inbox import DecisionRow, InboxRow
from handlers.members.directory import Directory
from handlers.outbox import PromiseRow
from handlers.speaking import reply
from handlers.store import Store
from tests.fakes import FakeClock
from tests.world import Brain

COMMUNITY, DESK = Conversation.group("qq", "1"), Conversation.group("qq", "9")
DIRECTORY = Directory(
    groups={
        COMMUNITY: Group(conversation=COMMUNITY, name="社群", policy=Policy.PROACTIVE),
        DESK: Group(conversation=DESK, name="坐席群", role=Role.DESK),
    },
    unknown_groups=Policy.PROACTIVE,
    desk=DESK,
)


class Scene:
    def __init__(self, folder: Path, brain: Brain, handler: Callable[[Turn], Decision | None]) -> None:
        self.clock = FakeClock()
        self.store = Store(f"sqlite:///{folder}/dispatch.db", durable=False)
        Base.metadata.create_all(self.store.engine)
        self.handling = Handling(self.store, brain.mind, DIRECTORY, [handler], clock=self.clock)

    def message(self, number: int, where: Conversation = COMMUNITY) -> Message:
        sender = Person(channel="qq", id="7", name="小王")
        at = self.clock() + timedelta(seconds=number)
        return Message(id=str(number), conversation=where, sender=sender, text=f"第{number}句", sent_at=at)

    def hear(self, messages: Sequence[Message]) -> None:
        asyncio.run(self._hear(messages))

    async def _hear(self, messages: Sequence[Message]) -> None:
        with ThreadPoolExecutor(4) as executor:
            dispatcher = Dispatcher(self.store, executor, clock=self.clock, promised=lambda: None)
            await dispatcher.recover()
            dispatcher.begin(self.handling)
            await asyncio.gather(*(dispatcher.take(message) for message in messages))
            await dispatcher.idle()

    def decisions(self) -> list[DecisionRow]:
        with self.store.reading() as session:
            return list(session.scalars(select(DecisionRow).order_by(DecisionRow.id)))

    def said(self) -> list[tuple[str, str]]:
        with self.store.reading() as session:
            return [(row.conversation, row.text) for row in session.scalars(select(PromiseRow).order_by(PromiseRow.id))]


def test_each_conversation_keeps_its_order_and_all_are_decided_once(tmp_path: Path, brain: Brain) -> None:
    heard: dict[str, list[str]] = {}

    def listen(turn: Turn) -> Decision:
        heard.setdefault(turn.message.conversation.id, []).append(turn.message.id)
        return silent("heard")

    scene = Scene(tmp_path, brain, listen)
    places = [Conversation.group("qq", str(number)) for number in range(5)]
    scene.hear([scene.message(number, places[number % 5]) for number in range(100)])
    assert heard == {str(place): [str(n) for n in range(100) if n % 5 == place] for place in range(5)}
    assert len(scene.decisions()) == 100


def test_a_repeat_is_decided_once(tmp_path: Path, brain: Brain) -> None:
    scene = Scene(tmp_path, brain, lambda turn: silent("heard"))
    scene.hear([scene.message(1), scene.message(1)])
    scene.hear([scene.message(1)])
    assert len(scene.decisions()) == 1


def test_what_was_stored_and_not_decided_is_decided_by_the_next_life_first(tmp_path: Path, brain: Brain) -> None:
    order: list[str] = []

    def listen(turn: Turn) -> Decision:
        order.append(turn.message.id)
        return silent("heard")

    scene = Scene(tmp_path, brain, listen)
    with scene.store.transaction() as session:
        inbox.store(session, [scene.message(1), scene.message(2)], now=scene.clock())
    scene.hear([scene.message(3)])
    assert order == ["1", "2", "3"]


def test_a_refusal_is_said_and_nothing_else_stands(tmp_path: Path, brain: Brain) -> None:
    def refuse(turn: Turn) -> Decision:
        reply(turn, "这句不该留下")
        raise Refusal("没有 #7 这个工单，发“待办”看现有的。")

    scene = Scene(tmp_path, brain, refuse)
    scene.hear([scene.message(1)])
    assert scene.said() == [(str(COMMUNITY), "没有 #7 这个工单，发“待办”看现有的。")]
    assert [row.reason for row in scene.decisions()] == ["refused"]


def test_a_fault_of_ours_is_told_to_the_desk_and_stops_nobody(tmp_path: Path, brain: Brain) -> None:
    def break_down(turn: Turn) -> Decision:
        if turn.message.id == "1":
            raise NameError("ours")
        return silent("heard")

    scene = Scene(tmp_path, brain, break_down)
    scene.hear([scene.message(1), scene.message(2)])
    [(where, text)] = scene.said()
    assert where == str(DESK)
    assert "小王" in text
    assert [row.reason for row in scene.decisions()] == ["error", "heard"]


def test_what_the_database_refuses_is_a_fault_that_stops_nobody_and_tells_no_log_what_was_said(
    tmp_path: Path, brain: Brain, caplog: pytest.LogCaptureFixture
) -> None:
    def listen(turn: Turn) -> Decision:
        if turn.message.id == "1":  # the row lacks what every row must have
            turn.session.execute(insert(DecisionRow).values(inbox_id=turn.inbox_id, reason=turn.message.text))
        return silent("heard")

    scene = Scene(tmp_path, brain, listen)
    scene.hear([scene.message(1), scene.message(2)])
    assert [(row.inbox_id, row.reason) for row in scene.decisions()] == [(1, "error"), (2, "heard")]
    [(where, text)] = scene.said()
    assert where == str(DESK)
    assert "没能处理，请人工看一下" in text
    assert "was not handled" in caplog.text
    assert "第1句" not in caplog.text


def test_a_group_that_is_off_is_recorded_and_not_read(tmp_path: Path, brain: Brain) -> None:
    def never(turn: Turn) -> Decision:
        raise AssertionError("nobody asks a handler about a group that is off")

    scene = Scene(tmp_path, brain, never)
    scene.handling = Handling(
        scene.store, brain.mind, replace(DIRECTORY, unknown_groups=Policy.OFF), [never], clock=scene.clock
    )
    scene.hear([scene.message(1, Conversation.group("qq", "404"))])
    assert [row.reason for row in scene.decisions()] == ["group_off"]
    with scene.store.reading() as session:
        assert session.scalars(select(InboxRow.text)).all() == ["第1句"]
