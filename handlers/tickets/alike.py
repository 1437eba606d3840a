"""The same question in other mouths: found among the open ones when it comes in."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.mind import Sameness
from handlers.tickets.models import TicketRow
from handlers.tickets.words import OPEN, Kind

COMPARED = 300  # open tickets, newest first


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Another open ticket that asks the same, and how probably it does."""

    number: int
    question: str
    likeness: float


def nearest(
    session: Session, question: str, sameness: Sameness, *, desk: str | None, but: int, at: float
) -> Alike | None:
    """The open ticket of that desk that asks the same, from a probability of `at` on."""
    query = select(TicketRow.id, TicketRow.question).where(
        TicketRow.desk == desk, TicketRow.state.in_(OPEN), TicketRow.id != but, TicketRow.kind == Kind.QUESTION
    )
    rows = session.execute(query.order_by(TicketRow.id.desc()).limit(COMPARED)).all()
    found = sameness.closest(question, [row.question for row in rows])
    if found is None or found[1] < at:
        return None
    row = rows[found[0]]
    return Alike(number=row.id, question=row.question, likeness=found[1])
