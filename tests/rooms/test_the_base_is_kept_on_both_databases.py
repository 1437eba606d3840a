"""Versions, drafts, corrections and lists mean the same on SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from handlers import inbox, outbox
from handlers.base import Conversation, Decision, DecisionKind, Message, Person
from handlers.knowledge import confirmed, corrections, drafting, gaps, upkeep
from handlers.knowledge.drafting import Editor
from handlers.knowledge.refusals import OwnWork
from handlers.knowledge.service import live, newest, take_in
from handlers.outbox import PromiseKind
from handlers.store import Store
from knowledge_base.entries import Entry, Status

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
GROUP = Conversation.group("qq", "1")
OLD = Entry(id="A-1", topic="税", question="税单怎么打印？", answer="旧的答案。", valid_until=date(2026, 3, 20))
LI = Editor(address="qq:1", name="李", now=NOW)
WANG = Editor(address="qq:2", name="王", now=NOW)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.transaction() as session:
        take_in(session, [OLD], now=NOW - timedelta(days=2))
        yield session


def said(session: Session, number: int, text: str, decision: Decision, *, answered: str = "") -> None:
    """A message of person `number`, what was decided and what was said to it."""
    person = Person(channel="qq", id=f"9{number % 10}", name=f"客户{number % 10}")
    message = Message(id=str(number), conversation=GROUP, sender=person, text=text, sent_at=NOW)
    [id] = inbox.store(session, [message], now=NOW)
    assert id is not None
    inbox.decide(session, id, message, decision, duration_ms=1, now=NOW)
    if answered:
        outbox.promise(session, GROUP, answered, kind=PromiseKind.REPLY, now=NOW, caused_by=id)
    session.flush()


def known(entry: str | None, **more: object) -> Decision:
    return Decision(kind=DecisionKind.ANSWERED, reason="known", entry=entry, detail=dict(more))


def test_a_second_person_makes_the_version_and_only_old_readers_are_told(session: Session) -> None:
    said(session, 1, "税单怎么打", known("A-1"), answered="旧的答案。")
    said(session, 2, "两个问题", known("B-7", parts=[{"entry": "B-7"}, {"entry": "A-1"}]), answered="别的。旧的答案。")
    said(session, 3, "别的问题", known("A-10"), answered="旧的答案。")
    row, entry = drafting.current(session, "A-1")
    draft = drafting.propose(session, entry.model_copy(update={"answer": "新的答案。"}), LI, why="改", base=row)
    with pytest.raises(OwnWork):
        drafting.approve(session, draft, LI, {})
    assert drafting.approve(session, draft, WANG, {}).version == 2
    said(session, 4, "税单怎么打", known("A-1"), answered="新的答案。")
    correction = corrections.prepare(session, "A-1", WANG, {})
    assert [one["name"] for one in correction.given] == ["客户1", "客户2"]
    assert corrections.send(session, correction, WANG) == 2


def test_what_was_thanked_for_becomes_a_phrasing_once(session: Session) -> None:
    thanks = Decision(kind=DecisionKind.SILENT, reason="thanks")
    for number in (1, 11):
        said(session, number, "请问税单去哪儿打呀", known("A-1"), answered="旧的答案。")
        said(session, number + 100, "谢谢", thanks)
    assert confirmed.learn_from_thanks(session, now=NOW) == 2
    assert confirmed.learn_from_thanks(session, now=NOW) == 0
    [phrasing] = confirmed.proposed_phrasings(session)
    assert (phrasing.entry, phrasing.text, phrasing.times) == ("A-1", "税单去哪儿打呀？", 2)


def test_an_expired_entry_opens_one_task_and_a_suspended_one_closes_it(session: Session) -> None:
    later = NOW + timedelta(days=30)
    assert [row.entry for row in upkeep.open_tasks(session, now=later)] == ["A-1"]
    assert upkeep.open_tasks(session, now=later) == []
    drafting.suspend(session, "A-1", LI, "过时")
    row = newest(session, "A-1")
    assert row is not None
    assert (row.version, row.why, [entry.status for entry in live(session)]) == (2, "过时", [Status.SUSPENDED])
    upkeep.open_tasks(session, now=later)
    assert upkeep.tasks(session) == []


def test_questions_nobody_answered_are_one_question(session: Session) -> None:
    ticket = Decision(kind=DecisionKind.TICKET, reason="no_entry")
    for number, text in enumerate(
        ["保税再制造首单怎么报备", "老师好，保税再制造首单怎么报备呀", "锂电池能走快件吗"], 1
    ):
        said(session, number, text, ticket)
    found = gaps.unanswered(session, since=NOW - timedelta(days=7))
    assert [(len(gap.heard), gap.question) for gap in found] == [
        (2, "保税再制造首单怎么报备？"), (1, "锂电池能走快件吗？"),
    ]  # fmt: skip
