"""The same question in other mouths: found when it comes in, among the open ones and among those answered before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from handlers.mind import Sameness
from handlers.tickets.models import TicketRow
from handlers.tickets.notes import asked_alone
from handlers.tickets.words import OPEN, Kind, State

COMPARED = 300  # tickets, newest first
SETTLED = (State.ANSWERED, State.CONFIRMED, State.ASSUMED)


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Another ticket that asks the same, and how probably it does."""

    number: int
    question: str
    likeness: float


def nearest(
    session: Session, question: str, sameness: Sameness, *, desk: str | None, but: int, at: float
) -> Alike | None:
    """The open ticket of that desk that asks the same, from a probability of `at` on."""
    which = (TicketRow.desk == desk, TicketRow.state.in_(OPEN), TicketRow.id != but)
    return _closest(session, question, sameness, *which, at=at)


def answered_before(
    session: Session, question: str, sameness: Sameness, *, topic: str, since: datetime, at: float
) -> Alike | None:
    """The ticket of that topic, wherever it was asked, that asked the same since then and has been answered."""
    which = (TicketRow.topic == topic, TicketRow.state.in_(SETTLED), TicketRow.opened_at >= since)
    return _closest(session, question, sameness, *which, at=at)


def _closest(
    session: Session, question: str, sameness: Sameness, *which: ColumnElement[bool], at: float
) -> Alike | None:
    query = select(TicketRow.id, TicketRow.question).where(*which, TicketRow.kind == Kind.QUESTION)
    rows = session.execute(query.order_by(TicketRow.id.desc()).limit(COMPARED)).all()
    found = sameness.closest(asked_alone(question), [asked_alone(row.question) for row in rows])
    if found is None or found[1] < at:
        return None
    row = rows[found[0]]
    return Alike(number=row.id, question=row.question, likeness=found[1])
