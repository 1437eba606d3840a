"""A question nobody asked us: members may answer first; if none does, the desk hears of it. So it is with one that was
offered choices and chose none."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Select, String, Text, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers.base import Conversation, Decision, DecisionKind, Turn
from handlers.context import Earlier
from handlers.for_us import ASKING
from handlers.inbox import DecisionRow, InboxRow, message_of
from handlers.intake import Intake
from handlers.jobs import Job, one_by_one
from handlers.mind import Mind
from handlers.rules import AnsweringRules
from handlers.store import Base
from handlers.tickets.models import AskerRow, Origin, TicketRow
from handlers.tickets.notes import NOT_CHOSEN, asked_alone, noted
from handlers.tickets.words import OPEN
from handlers.times import local_day
from nlu.spelling import topics
from nlu.text import essence
from nlu.understanding import Intent


class WatchState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"  #: a person answered, or the asker said it is settled
    RAISED = "raised"  #: told to the desk
    WITHDRAWN = "withdrawn"  #: the line was taken back, put right, or given to a person


class WatchRow(Base):
    """One question under watch until `due`. `offered`: the entries its speaker may choose from meanwhile."""

    __tablename__ = "watches"
    __table_args__ = (
        Index("ix_watches_state", "state", "due"),
        Index("ix_watches_conversation", "conversation", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"))
    conversation: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(200))
    message_id: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text)
    state: Mapped[WatchState] = mapped_column(default=WatchState.OPEN)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    offered: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    due: Mapped[datetime]


# Asked while people talk, so made once.
_LATEST = (
    select(WatchRow)
    .where(WatchRow.conversation == bindparam("conversation"), WatchRow.state == WatchState.OPEN)
    .order_by(WatchRow.id.desc())
    .limit(1)
)
_OF_THE_SPEAKER = _LATEST.where(WatchRow.person == bindparam("speaker"))
_OF_SOMEBODY_ELSE = _LATEST.where(WatchRow.person != bindparam("speaker"))
_QUOTED = _OF_SOMEBODY_ELSE.where(WatchRow.message_id == bindparam("quoted"))
# What he was offered choices for ends with his choice: another question of his must not end with it.
_NOT_OFFERED = _OF_THE_SPEAKER.where(WatchRow.offered.is_(None))
_BEGUN_SINCE = _NOT_OFFERED.where(WatchRow.due >= bindparam("ends"))


def _latest(turn: Turn, query: Select[WatchRow], **wanted: object) -> WatchRow | None:
    here, speaker = str(turn.message.conversation), turn.message.sender.address
    return turn.session.scalars(query, {"conversation": here, "speaker": speaker, **wanted}).first()


def watch(turn: Turn, question: str, rules: AnsweringRules, *, reason: str) -> Decision:
    """Give members the group's window to answer. What one says in one breath is watched as one, and so is what goes on from
    a question that is still watched."""
    row = _begun_just_now(turn, rules) or _part_of(turn, question)
    if row is None:
        watch_until(turn, question, until=turn.now + rules.watch_window)
    elif question not in row.question:
        row.question = question if row.question in question else f"{row.question}，{question}"
    return Decision(kind=DecisionKind.WATCHING, reason=reason, confidence=turn.thought.confidence or None)


def _begun_just_now(turn: Turn, rules: AnsweringRules) -> WatchRow | None:
    return _latest(turn, _BEGUN_SINCE, ends=turn.now + rules.watch_window - rules.burst_window)


def _part_of(turn: Turn, question: str) -> WatchRow | None:
    row = _latest(turn, _NOT_OFFERED)
    return row if row is not None and row.question in question else None


def settle_offered(turn: Turn, watch_id: int) -> None:
    """Who asked chose among what he was offered: nobody needs to watch for this question of his."""
    his = (WatchRow.id == watch_id) & (WatchRow.state == WatchState.OPEN)
    chosen = {"state": WatchState.ANSWERED, "answered_by": turn.message.sender.address}
    turn.session.execute(update(WatchRow).where(his).values(chosen))


def watch_until(turn: Turn, question: str, *, until: datetime, offered: Sequence[str] | None = None) -> WatchRow:
    """Tell the desk of the question then, unless something ends the watch."""
    row = WatchRow(
        inbox_id=turn.inbox_id,
        conversation=str(turn.message.conversation),
        person=turn.message.sender.address,
        message_id=turn.message.id,
        question=question,
        offered=None if offered is None else list(offered),
        due=until,
    )
    turn.session.add(row)
    return row


def watch_too(turn: Turn, asked: Earlier, rules: AnsweringRules) -> Decision:
    """Somebody else waits for the answer to a question that is watched: he is told of with it."""
    return watch(turn, asked.text, rules, reason=Intent.SAME_HERE)


def notice_answer(turn: Turn, *, by_service: bool, rules: AnsweringRules) -> None:
    """End the watch this message settles, if any. Without a quote it is the latest: better one card too many to the
    desk than a question that nobody saw."""
    row = _settled_by(turn, by_service=by_service, rules=rules)
    if row is not None:
        row.state, row.answered_by = WatchState.ANSWERED, turn.message.sender.address


def _settled_by(turn: Turn, *, by_service: bool, rules: AnsweringRules) -> WatchRow | None:
    text = turn.thought.understanding
    if text.probability(Intent.THANKS) >= rules.asks_at:
        return _latest(turn, _OF_THE_SPEAKER)
    if text.probability(Intent.SAME_HERE, *ASKING) >= rules.asks_at:
        return None
    if turn.message.quotes is not None:
        return _latest(turn, _QUOTED, quoted=turn.message.quotes)
    answers = by_service or text.probability(Intent.PEER_ANSWER) >= rules.asks_at
    row = _latest(turn, _OF_SOMEBODY_ELSE) if answers or turn.may_interject else None
    return row if row is not None and (answers or _is_asked_of(turn, row.question)) else None


def _is_asked_of(turn: Turn, question: str) -> bool:
    """@老周 你们怎么延期的: whatever 老周 says next is his answer, and nothing that 老周一, or somebody without a name, says."""
    called, said = f"@{turn.message.sender.name}", question.lstrip()
    return called != "@" and said.startswith(called) and not said[len(called) : len(called) + 1].strip()


def forget(session: Session, lines: Collection[int]) -> None:
    """Watch these lines no more: they were taken back, put right, or given to a person."""
    _withdraw(session, WatchRow.inbox_id.in_(lines))


def forget_all(session: Session, conversation: Conversation) -> None:
    """Watch nothing there any more: the bot has left."""
    _withdraw(session, WatchRow.conversation == str(conversation))


def _withdraw(session: Session, which: ColumnElement[bool]) -> None:
    still_open = which & (WatchRow.state == WatchState.OPEN)
    session.execute(update(WatchRow).where(still_open).values(state=WatchState.WITHDRAWN))


def raising(intake: Intake, mind: Mind) -> Job:
    """The job that brings questions nobody answered to the desk."""

    def run(session: Session, now: datetime) -> int:
        due = select(WatchRow).where(WatchRow.state == WatchState.OPEN, WatchRow.due <= now).order_by(WatchRow.id)
        rows = list(session.scalars(due.limit(100).with_for_update(skip_locked=True)))
        return one_by_one(session, rows, lambda row: _raise(session, row, intake, mind, now))

    def next_due(session: Session) -> datetime | None:
        return session.scalar(select(func.min(WatchRow.due)).where(WatchRow.state == WatchState.OPEN))

    return Job(name="raise_watches", every=timedelta(seconds=15), run=run, next_due=next_due)


def _raise(session: Session, row: WatchRow, intake: Intake, mind: Mind, now: datetime) -> None:
    asked = session.get_one(InboxRow, row.inbox_id)
    if _is_a_ticket(session, row) or (row.offered and _was_given_since(session, asked, row.offered)):
        row.state = WatchState.ANSWERED
        return
    message, thought = message_of(asked), mind.think(row.question, on=local_day(now))
    question = noted(row.question, NOT_CHOSEN) if row.offered else row.question
    ticket = intake.file(session, message, asked.id, thought, question, origin=Origin.WATCHED, now=now)
    first = _raised_before(session, row)
    if first is not None:
        intake.merge(session, ticket, first, message, asked.id, now=now)
    row.state = WatchState.RAISED


def _is_a_ticket(session: Session, row: WatchRow) -> bool:
    """Whether a volunteer has this question of his already: he asked for a person meanwhile, or went on from it."""
    his = select(TicketRow.question).join(AskerRow, AskerRow.ticket_id == TicketRow.id)
    his = his.where(AskerRow.person == row.person, AskerRow.inbox_id >= row.inbox_id)
    asked = essence(row.question) or row.question
    tickets = [essence(asked_alone(question)) or question for question in session.scalars(his)]
    return asked in tickets or (
        bool(topics(asked)) and any(asked in ticket for ticket in tickets)
    )  # not 怎么办 in any other


def _was_given_since(session: Session, asked: InboxRow, entries: list[str]) -> bool:
    """Whether he asked in other words and got one of the entries."""
    later = DecisionRow.inbox_id > asked.id, DecisionRow.kind == DecisionKind.ANSWERED, DecisionRow.entry.in_(entries)
    his = DecisionRow.conversation == asked.conversation, DecisionRow.sender == asked.sender
    return session.scalar(select(DecisionRow.id).where(*later, *his).limit(1)) is not None


def _raised_before(session: Session, row: WatchRow) -> TicketRow | None:
    """The open ticket of somebody who asked the very same in this group before."""
    same = select(WatchRow.inbox_id).where(
        WatchRow.conversation == row.conversation,
        WatchRow.question == row.question,
        WatchRow.state == WatchState.RAISED,
        WatchRow.id < row.id,
    )
    query = select(TicketRow).join(AskerRow, AskerRow.ticket_id == TicketRow.id)
    query = query.where(AskerRow.inbox_id.in_(same), TicketRow.state.in_(OPEN))
    return session.scalars(query.order_by(TicketRow.id.desc()).limit(1)).first()
