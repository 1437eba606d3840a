"""What a period's questions add up to, counted by the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from handlers.base import DecisionKind
from handlers.inbox import DecisionRow
from handlers.ledger.period import Period
from handlers.ledger.terms import PLACES, Cohort, Figures, Kept, Rate, Stock
from handlers.tickets.models import AskerRow, ClockRow, TicketEventRow, TicketRow
from handlers.tickets.timing import KEPT
from handlers.tickets.words import HAS_ANSWER, OPEN, AskerState, ClockKind, Origin, Rating, State, What

GOOD = (Rating.VERY_GOOD, Rating.GOOD, Rating.FAIR)
AGES = ((timedelta(days=1), "1 天内"), (timedelta(days=3), "1–3 天"), (timedelta(days=7), "3–7 天"),
        (timedelta(days=15), "7–15 天"), (None, "15 天以上"))  # fmt: skip


def figures(session: Session, period: Period, *, now: datetime) -> Figures:
    """The figures of a period as things stand now."""
    promises = kept(session, period, now=now)
    return Figures(
        period=period,
        cohort=cohort(session, period, now=now),
        first_response=promises[ClockKind.FIRST_RESPONSE],
        resolution=promises[ClockKind.RESOLUTION],
        stock=stock(session, period),
        by_bot=_by_bot(session, period),
        by_bot_not_solved=_by_bot_not_solved(session, period),
    )


def cohort(session: Session, period: Period, *, now: datetime) -> Cohort:
    """How the questions registered in the period stand."""
    [(_, counts)] = counted(session, period, [], now=now)
    return cohort_of(counts)


def solved(session: Session, period: Period) -> Rate:
    """Of the questions registered in the period, those replied to; the rest of the cohort would cost three times as much."""
    waiting = or_(AskerRow.state == AskerState.OPEN, AskerRow.id.is_(None))
    query = (
        select(_count(~waiting), func.count())
        .select_from(TicketRow)
        .outerjoin(AskerRow, AskerRow.home_id == TicketRow.id)
        .where(opened_in(period))
    )
    part, whole = session.execute(query).one()
    return Rate(part=part, whole=whole)


def counted(
    session: Session, period: Period, by: Sequence[ColumnElement[Any]], *, now: datetime
) -> list[tuple[Sequence[Any], Sequence[int]]]:
    """The same as bare counts, for each set of values that columns of tickets have together: each question is in one."""
    places = _places(now)
    query = (
        select(*by, *(_count(places[place]) for place in PLACES))
        .select_from(TicketRow)
        .outerjoin(AskerRow, AskerRow.home_id == TicketRow.id)
        .outerjoin(ClockRow, _running(func.coalesce(AskerRow.ticket_id, TicketRow.id)))
        .where(opened_in(period))
        .group_by(*by)
    )
    return [(row[: len(by)], row[len(by) :]) for row in session.execute(query)]


def cohort_of(counts: Sequence[int]) -> Cohort:
    return Cohort(**dict(zip(PLACES, counts, strict=True)))


def within(period: Period, moment: SQLCoreOperations[Any]) -> ColumnElement[bool]:
    """Whether a moment falls into the period: its start counts, its end does not."""
    return and_(moment >= period.start, moment < period.end)


def opened_in(period: Period) -> ColumnElement[bool]:
    return within(period, TicketRow.opened_at)


def _places(now: datetime) -> dict[str, ColumnElement[bool]]:
    waiting = or_(AskerRow.state == AskerState.OPEN, AskerRow.id.is_(None))
    return {
        "waiting": waiting,
        "by_volunteer": AskerRow.state == AskerState.ANSWERED,
        "confirmed": AskerRow.state == AskerState.CONFIRMED,
        "assumed": AskerRow.state == AskerState.ASSUMED,
        "declined": AskerRow.state == AskerState.DECLINED,
        "overdue": and_(waiting, ClockRow.paused_at.is_(None), ClockRow.due < now),
        "undelivered": and_(waiting, AskerRow.undelivered_at.is_not(None)),
        "once": and_(AskerRow.state.in_(HAS_ANSWER), TicketRow.reopened == 0),
        "reopened": TicketRow.reopened > 0,
        "rated": AskerRow.rating.is_not(None),
        "satisfied": AskerRow.rating.in_(GOOD),
        "unrated": and_(AskerRow.state.in_(HAS_ANSWER), AskerRow.rating.is_(None)),
    }


def _running(ticket_id: object) -> ColumnElement[bool]:
    return and_(
        ClockRow.ticket_id == ticket_id,
        ClockRow.kind == ClockKind.RESOLUTION,
        ClockRow.stopped_at.is_(None),
    )


def kept(session: Session, period: Period, *, now: datetime) -> dict[ClockKind, Kept]:
    """Of the promises given in the period, those that were kept and those that were not; a joined ticket's went on."""
    late = or_(
        ClockRow.stopped_at > ClockRow.due,
        ClockRow.breached_at.is_not(None),
        and_(ClockRow.stopped_at.is_(None), ClockRow.paused_at.is_(None), ClockRow.due < now),
    )
    kinds = list(ClockKind)
    columns = [_count(and_(ClockRow.kind == kind, outcome)) for outcome in (KEPT, late) for kind in kinds]
    joined = select(TicketRow.id).where(TicketRow.state == State.MERGED)
    query = select(*columns).where(within(period, ClockRow.started_at), ClockRow.ticket_id.not_in(joined))
    counts = session.execute(query).one()
    in_time, not_in_time = counts[: len(kinds)], counts[len(kinds) :]
    return {kind: Kept(kept=in_time[place], late=not_in_time[place]) for place, kind in enumerate(kinds)}


def stock(session: Session, period: Period) -> Stock:
    """A ticket is owed exactly as long as its clock of resolution runs, so the clocks know every day's stock."""
    started = _started(session, period)
    stopped = _clocks(session, within(period, ClockRow.stopped_at))
    opened = session.scalar(select(func.count()).select_from(TicketRow).where(opened_in(period))) or 0
    joined = _events(session, What.MERGED, period)
    before = owed_at(session, period.start)
    return Stock(
        before=before,
        opened=opened,
        returned=started - opened,
        answered=stopped - joined,
        joined=joined,
        after=before + started - stopped,
    )


def owed_at(session: Session, moment: datetime) -> int:
    """How many tickets waited for an answer at that moment: asked in two, so that years of stopped clocks are not read."""
    begun = ClockRow.started_at < moment
    return _clocks(session, begun, ClockRow.stopped_at.is_(None)) + _clocks(
        session, begun, ClockRow.stopped_at >= moment
    )


def ages(session: Session, *, now: datetime) -> list[tuple[str, int]]:
    """How old the tickets are that wait for an answer."""
    younger = [_count(TicketRow.opened_at >= now - limit) for limit, _ in AGES if limit is not None]
    counts = session.execute(select(*younger, func.count()).where(TicketRow.state.in_(OPEN))).one()
    labels = [label for _, label in AGES]
    return [(label, count - before) for label, before, count in zip(labels, [0, *counts], counts, strict=False)]


def overdue(session: Session, *, now: datetime) -> int:
    """Tickets whose promised hour has passed."""
    return _clocks(session, ClockRow.stopped_at.is_(None), ClockRow.paused_at.is_(None), ClockRow.due < now)


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(which)


def _clocks(session: Session, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(ClockRow).where(ClockRow.kind == ClockKind.RESOLUTION, *which)
    return session.scalar(query) or 0


def _started(session: Session, period: Period) -> int:
    """The kind is counted and not searched for: the days are fewer, and SQLite would begin with the kind."""
    query = select(_count(ClockRow.kind == ClockKind.RESOLUTION)).where(within(period, ClockRow.started_at))
    return session.scalar(query) or 0


def _events(session: Session, what: What, period: Period) -> int:
    query = (
        select(func.count())
        .select_from(TicketEventRow)
        .where(TicketEventRow.what == what, within(period, TicketEventRow.at))
    )
    return session.scalar(query) or 0


def _by_bot(session: Session, period: Period) -> int:
    query = select(func.count()).select_from(DecisionRow).where(
        DecisionRow.kind == DecisionKind.ANSWERED, within(period, DecisionRow.decided_at)
    )  # fmt: skip
    return session.scalar(query) or 0


def _by_bot_not_solved(session: Session, period: Period) -> int:
    query = select(func.count()).select_from(TicketRow).where(
        TicketRow.origin == Origin.NOT_SOLVED, opened_in(period)
    )  # fmt: skip
    return session.scalar(query) or 0
