"""反复: questions that were answered and came again, at other times or in other groups: they were not cleared for good."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from handlers.ledger.figures import opened_in
from handlers.ledger.period import Period
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.words import Rating

BAD = (Rating.BAD, Rating.VERY_BAD)
NAMED = 3  # of the tickets that asked again


@dataclass(frozen=True, kw_only=True)
class Again:
    """A question as it was asked first, and how it came again in a period."""

    number: int
    question: str
    topic: str
    entry: str | None  #: what the base had nearest to it when it was asked first
    times: int
    communities: int  #: in which it came again
    last: Sequence[int]  #: the latest tickets that asked it
    reopened: int  #: how often an answer to it did not solve it, then and since
    bad: int  #: bad ratings, then and since

    @property
    def was_found_wanting(self) -> bool:
        """The answer itself did not help: another wording in the base is not enough."""
        return bool(self.reopened or self.bad)


def count(session: Session, period: Period) -> int:
    """How many questions of the period had been answered before."""
    return session.scalar(select(func.count()).select_from(TicketRow).where(*_came(period))) or 0


def recurring(session: Session, period: Period, *, limit: int) -> Sequence[Again]:
    """The questions that came again, the most frequent first."""
    times, communities = func.count().label("times"), func.count(TicketRow.community.distinct()).label("communities")
    counted = select(TicketRow.again_of.label("first"), times, communities).where(*_came(period))
    most = counted.group_by(TicketRow.again_of).order_by(times.desc(), TicketRow.again_of).limit(limit).subquery()
    query = (
        select(TicketRow.id, TicketRow.question, TicketRow.topic, TicketRow.entry, most.c.times, most.c.communities)
        .join(most, most.c.first == TicketRow.id)
        .order_by(most.c.times.desc(), TicketRow.id)
    )
    rows = session.execute(query).all()
    numbers = [row.id for row in rows]
    last, wanting = _last(session, period, numbers), _wanting(session, numbers)
    return [
        Again(
            number=row.id, question=row.question, topic=row.topic, entry=row.entry, times=row.times,
            communities=row.communities, last=last[row.id], reopened=wanting[row.id][0], bad=wanting[row.id][1],
        )
        for row in rows
    ]  # fmt: skip


def _last(session: Session, period: Period, first: Sequence[int]) -> dict[int, list[int]]:
    query = select(TicketRow.again_of, TicketRow.id).where(*_came(period), TicketRow.again_of.in_(first))
    found: dict[int, list[int]] = defaultdict(list)
    for again_of, number in session.execute(query.order_by(TicketRow.id.desc())):
        if again_of is not None and len(found[again_of]) < NAMED:
            found[again_of].append(number)
    return found


def _wanting(session: Session, first: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each question and all that asked it again: reopened, and badly rated."""
    question = func.coalesce(TicketRow.again_of, TicketRow.id)
    bad = func.sum(case((AskerRow.rating.in_(BAD), 1), else_=0))
    query = (
        select(question, func.sum(TicketRow.reopened), bad)
        .join(AskerRow, AskerRow.home_id == TicketRow.id)
        .where(TicketRow.id.in_(first) | TicketRow.again_of.in_(first))
        .group_by(question)
    )
    return {number: (reopened or 0, rated or 0) for number, reopened, rated in session.execute(query)}


def _came(period: Period) -> tuple[ColumnElement[bool], ...]:
    return (TicketRow.again_of.is_not(None), opened_in(period))
