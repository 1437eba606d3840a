"""A correction goes to exactly those who were given an older version, and only when a person says so."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from handlers.answer import render
from handlers.base import Conversation, DecisionKind, Person
from handlers.follow_ups import AT_ONCE, FollowUp, FollowUpRules, say_waited_for
from handlers.inbox import DecisionRow, InboxRow
from handlers.knowledge.drafting import Editor, current
from handlers.knowledge.models import CorrectionRow, CorrectionState, EntryVersionRow
from handlers.knowledge.refusals import NotNow, UnknownNumber
from handlers.knowledge.service import versions
from handlers.outbox import PromiseRow, PromiseState
from knowledge_base.entries import Entry, Status
from knowledge_base.instruments import Instruments

DAYS = 30
UNSAID = (PromiseState.FAILED, PromiseState.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Given:
    """Somebody who was given an older version, where, and under which message."""

    conversation: str
    person: str
    name: str
    message_id: str


def given_before(session: Session, id: str, *, days: int, now: datetime) -> list[Given]:
    """Everybody who was given a version of the entry that no longer counts, in the last days, each once a place."""
    told = versions(session, id)
    if not told:
        return []
    found: dict[tuple[str, str], Given] = {}
    for asked, decision in _answered_with(session, id, since=now - timedelta(days=days)):
        key = (asked.conversation, asked.sender)
        if _was_given_old(session, decision, asked, told):
            found[key] = Given(
                conversation=asked.conversation,
                person=asked.sender,
                name=asked.sender_name,
                message_id=asked.message_id,
            )
        elif key in found and _words_of(session, asked):
            del found[key]  # has been given the present version since
    return list(found.values())


def prepare(session: Session, id: str, editor: Editor, instruments: Instruments, *, days: int = DAYS) -> CorrectionRow:
    """The message for all of them as a draft. Raises NotNow when there is nobody to write to."""
    row, entry = current(session, id)
    given = [
        one for one in given_before(session, id, days=days, now=editor.now)
        if not _told_already(session, row, one)
    ]  # fmt: skip
    if not given:
        raise NotNow(f"最近 {days} 天没有人收到过 {id} 的旧版，不用通知。要看更早的：更正通知 {id} {days * 3}天")
    correction = CorrectionRow(
        entry=id,
        version=row.version,
        text=_text(entry, row, instruments),
        given=[vars(one) for one in given],
        made_by=editor.signature,
        made_at=editor.now,
    )
    session.add(correction)
    session.flush()
    return correction


def waiting(session: Session, number: int) -> CorrectionRow:
    """A correction that was not sent yet, held. Raises UnknownNumber."""
    query = select(CorrectionRow).where(CorrectionRow.id == number, CorrectionRow.state == CorrectionState.DRAFT)
    row = session.scalar(query.with_for_update())
    if row is None:
        raise UnknownNumber("更正", number, "更正稿")
    return row


def waiting_all(session: Session) -> Sequence[CorrectionRow]:
    query = select(CorrectionRow).where(CorrectionRow.state == CorrectionState.DRAFT).order_by(CorrectionRow.id)
    return session.scalars(query).all()


def send(
    session: Session, correction: CorrectionRow, editor: Editor, *, caused_by: int | None = None,
    rules: FollowUpRules = AT_ONCE,
) -> int:  # fmt: skip
    """Promise it, one message a place, everybody called; how many people. Raises NotNow when the entry changed since."""
    row, _ = current(session, correction.entry)
    if row.version != correction.version:
        raise NotNow(f"{correction.entry} 又改过了，这份更正不是最新的。请重新起草：更正通知 {correction.entry}")
    for place, people in by_place(correction).items():
        say_waited_for(
            session, FollowUp.CORRECTION, Conversation.parse(place), correction.text,
            who=[Person.at(one.person, name=one.name) for one in people], rules=rules, now=editor.now,
            quote=people[0].message_id if len(people) == 1 else None, caused_by=caused_by,
        )  # fmt: skip
    _settle(correction, CorrectionState.SENT, editor)
    return len(correction.given)


def drop(correction: CorrectionRow, editor: Editor) -> None:
    """Nobody is told."""
    _settle(correction, CorrectionState.DROPPED, editor)


def by_place(correction: CorrectionRow) -> dict[str, list[Given]]:
    """Who is told where."""
    places: dict[str, list[Given]] = {}
    for one in correction.given:
        places.setdefault(one["conversation"], []).append(Given(**one))
    return places


def _answered_with(session: Session, id: str, *, since: datetime) -> Iterator[tuple[InboxRow, DecisionRow]]:
    """Messages that were answered with the entry, alone or among others, in order."""
    query = (
        select(InboxRow, DecisionRow)
        .join(DecisionRow, DecisionRow.inbox_id == InboxRow.id)
        .where(DecisionRow.kind == DecisionKind.ANSWERED, DecisionRow.decided_at >= since)
        .where(or_(DecisionRow.entry == id, cast(DecisionRow.detail, String).contains(json.dumps(id), autoescape=True)))
        .order_by(DecisionRow.id)
    )
    for asked, decision in session.execute(query):
        parts = decision.detail.get("parts", ())
        if decision.entry == id or any(part.get("entry") == id for part in parts):
            yield asked, decision


def _was_given_old(session: Session, decision: DecisionRow, asked: InboxRow, told: Sequence[EntryVersionRow]) -> bool:
    """Whether he read a version other than the present one: its very words tell; who was pointed to an answer further
    up read what counted then."""
    words = _words_of(session, asked)
    if not words:
        return False
    *older, present = told
    now_said, silent = _answer(present), present.body["status"] == Status.SUSPENDED
    said = [row for row in told if _answer(row) in words]
    if said:
        return silent or all(_answer(row) != now_said for row in said)
    made = max((row.made_at for row in older), default=present.made_at)
    return bool(older) and made <= decision.decided_at < present.made_at


def _answer(row: EntryVersionRow) -> str:
    return str(row.body["answer"]).strip()


def _words_of(session: Session, asked: InboxRow) -> str:
    """What we said to that message and did not fail to say."""
    query = select(PromiseRow.text).where(PromiseRow.caused_by == asked.id, PromiseRow.state.not_in(UNSAID))
    return "\n".join(session.scalars(query))


def _told_already(session: Session, row: EntryVersionRow, one: Given) -> bool:
    query = select(CorrectionRow).where(
        CorrectionRow.entry == row.entry,
        CorrectionRow.version == row.version,
        CorrectionRow.state == CorrectionState.SENT,
    )
    return any(vars(one) in correction.given for correction in session.scalars(query))


def _text(entry: Entry, row: EntryVersionRow, instruments: Instruments) -> str:
    if entry.status == Status.SUSPENDED:
        return (
            f"【更正】您问过“{entry.question}”，当时的答复（编号 {entry.id}）已经停用，请不要再照它办。"
            f"原因：{row.why}。\n需要新的答复请回复“转人工”。给您添麻烦了。"
        )
    return f"【更正】您问过的这个问题，答复有更新，请以这次为准。给您添麻烦了。\n{render(entry, instruments)}"


def _settle(correction: CorrectionRow, state: CorrectionState, editor: Editor) -> None:
    correction.state, correction.settled_by, correction.settled_at = state, editor.signature, editor.now
