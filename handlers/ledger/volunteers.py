"""What each volunteer carries and did, and what askers said of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from handlers.ledger.figures import within
from handlers.ledger.period import Period
from handlers.ledger.terms import Rate
from handlers.tickets.models import AskerRow, ClockRow, TicketEventRow, TicketRow
from handlers.tickets.papers import PraiseRow
from handlers.tickets.timing import KEPT
from handlers.tickets.words import OPEN, ClockKind, Rating, What

STARS = {Rating.VERY_GOOD: 5, Rating.GOOD: 4, Rating.FAIR: 3, Rating.BAD: 2, Rating.VERY_BAD: 1}


@dataclass(kw_only=True)
class Load:
    """One volunteer: what he holds now, and what he did in the period."""

    address: str
    name: str = ""
    held: int = 0
    overdue: int = 0
    taken: int = 0
    answered: int = 0
    in_time: int = 0
    timed: int = 0  #: answers whose clock tells whether they were in time
    rated: int = 0
    stars: int = 0
    praised: int = 0

    @property
    def on_time(self) -> Rate:
        return Rate(part=self.in_time, whole=self.timed)

    @property
    def mean_stars(self) -> float | None:
        return self.stars / self.rated if self.rated else None


def loads(session: Session, period: Period, *, now: datetime) -> Sequence[Load]:
    """Everybody who holds or did something, who answered most in front."""
    found: dict[str, Load] = {}

    def of(address: str, name: str | None) -> Load:
        load = found.setdefault(address, Load(address=address))
        load.name = name or load.name or address
        return load

    for address, name, held, overdue in _holding(session, now):
        load = of(address, name)
        load.held, load.overdue = held, overdue or 0
    for address, name, what, count in _doing(session, period):
        load = of(address, name)
        load.taken, load.answered = (count, load.answered) if what == What.TAKEN else (load.taken, count)
    for address, in_time, timed in _timing(session, period):
        load = of(address, None)
        load.in_time, load.timed = in_time or 0, timed
    for address, rating, count in _ratings(session, period):
        load = of(address, None)
        load.rated, load.stars = load.rated + count, load.stars + STARS[rating] * count
    for address, count in _praise(session, period):
        of(address, None).praised = count
    return sorted(found.values(), key=lambda load: (-load.answered, -load.held, load.name))


Row = Iterable[tuple[str, str | None, int, int | None]]


def _holding(session: Session, now: datetime) -> Row:
    clock = and_(
        ClockRow.ticket_id == TicketRow.id, ClockRow.kind == ClockKind.RESOLUTION, ClockRow.stopped_at.is_(None)
    )
    late = and_(ClockRow.paused_at.is_(None), ClockRow.due < now)
    query = (
        select(TicketRow.handler, func.max(TicketRow.handler_name), func.count(), func.sum(case((late, 1), else_=0)))
        .outerjoin(ClockRow, clock)
        .where(TicketRow.handler.is_not(None), TicketRow.state.in_(OPEN))
        .group_by(TicketRow.handler)
    )
    return [(address or "", name, held, overdue) for address, name, held, overdue in session.execute(query)]


def _doing(session: Session, period: Period) -> Iterable[tuple[str, str, What, int]]:
    query = (
        select(TicketEventRow.who, func.max(TicketEventRow.who_name), TicketEventRow.what, func.count())
        .where(TicketEventRow.what.in_((What.TAKEN, What.ANSWERED)), within(period, TicketEventRow.at))
        .group_by(TicketEventRow.who, TicketEventRow.what)
    )
    return [(who, name, what, count) for who, name, what, count in session.execute(query)]


def _timing(session: Session, period: Period) -> Iterable[tuple[str, int | None, int]]:
    in_time = case((KEPT, 1), else_=0)
    query = (
        select(TicketRow.answered_by, func.sum(in_time), func.count())
        .join(ClockRow, ClockRow.ticket_id == TicketRow.id)
        .where(
            ClockRow.kind == ClockKind.RESOLUTION,
            within(period, ClockRow.stopped_at),
            TicketRow.answered_by.is_not(None),
        )
        .group_by(TicketRow.answered_by)
    )
    return [(who or "", kept, count) for who, kept, count in session.execute(query)]


def _ratings(session: Session, period: Period) -> Iterable[tuple[str, Rating, int]]:
    query = (
        select(TicketRow.answered_by, AskerRow.rating, func.count())
        .join(AskerRow, AskerRow.ticket_id == TicketRow.id)
        .where(TicketRow.answered_by.is_not(None), AskerRow.rating.is_not(None), within(period, AskerRow.rated_at))
        .group_by(TicketRow.answered_by, AskerRow.rating)
    )
    return [(who or "", rating, count) for who, rating, count in session.execute(query) if rating is not None]


def _praise(session: Session, period: Period) -> Iterable[tuple[str, int]]:
    query = (
        select(PraiseRow.volunteer, func.count())
        .where(PraiseRow.volunteer.is_not(None), within(period, PraiseRow.noted_at))
        .group_by(PraiseRow.volunteer)
    )
    return [(who or "", count) for who, count in session.execute(query)]
