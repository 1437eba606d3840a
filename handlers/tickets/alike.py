"""The same question in other mouths: found when it comes in, among the open ones and among those answered before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from handlers.mind import Sameness
from handlers.tickets.models import TicketRow
from handlers.tickets.notes import asked_alone
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import OPEN, REPLIED, Kind

COMPARED = 300  # tickets, newest first


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Another ticket that asks the same, and how probably it does."""

    number: int
    question: str
    likeness: float


def elsewhere(
    session: Session, ticket: TicketRow, sameness: Sameness, rules: TicketRules, *, now: datetime
) -> tuple[Alike | None, Alike | None]:
    """Another open ticket of the same desk that asks the same, and one of the topic that was answered, wherever asked."""
    open_ones = _latest(session, TicketRow.desk == ticket.desk, TicketRow.state.in_(OPEN), TicketRow.id != ticket.id)
    answered = _latest(
        session, TicketRow.topic == ticket.topic, TicketRow.state.in_(REPLIED),
        TicketRow.opened_at >= now - rules.again_window,
    )  # fmt: skip
    lists = ([asked_alone(question) for _, question in rows] for rows in (open_ones, answered))
    like, before = sameness.closest(asked_alone(ticket.question), *lists)
    return _sure(open_ones, like, rules.alike_at), _sure(answered, before, rules.again_at)


def _latest(session: Session, *which: ColumnElement[bool]) -> Sequence[Row[int, str]]:
    query = select(TicketRow.id, TicketRow.question).where(*which, TicketRow.kind == Kind.QUESTION)
    return session.execute(query.order_by(TicketRow.id.desc()).limit(COMPARED)).all()


def _sure(rows: Sequence[Row[int, str]], found: tuple[int, float] | None, at: float) -> Alike | None:
    """What was found, when it is at least so probable."""
    if found is None or found[1] < at:
        return None
    row = rows[found[0]]
    return Alike(number=row.id, question=row.question, likeness=found[1])
