"""The same question in other mouths: found among the open ones when it comes in."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.tickets.models import TicketRow
from handlers.tickets.words import OPEN, Kind
from nlu.text import essence

COMPARED = 300  # open tickets, newest first
PARTICLES = "的了呢吗吧"


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Another open ticket that asks the same, as far as words tell; 1 is the very same words."""

    number: int
    question: str
    likeness: float


def nearest(session: Session, question: str, *, desk: str | None, but: int, at: float) -> Alike | None:
    """The open ticket of that desk whose words are most like these, from a likeness of `at` on."""
    wanted = _pairs(question)
    if not wanted:
        return None
    query = select(TicketRow.id, TicketRow.question).where(
        TicketRow.desk == desk, TicketRow.state.in_(OPEN), TicketRow.id != but, TicketRow.kind == Kind.QUESTION
    )
    rows = session.execute(query.order_by(TicketRow.id.desc()).limit(COMPARED)).all()
    found = [Alike(number=id, question=asked, likeness=_likeness(wanted, _pairs(asked))) for id, asked in rows]
    best = max(found, key=lambda one: (one.likeness, -one.number), default=None)
    return best if best is not None and best.likeness >= at else None


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    said = [letter for letter in essence(text) if letter not in PARTICLES]
    return frozenset(first + second for first, second in pairwise(said))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Twice what they share over what both have."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
