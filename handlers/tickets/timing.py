"""The clocks of a ticket: started, paused, tightened and stopped."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from handlers.tickets.clock import WorkingTime
from handlers.tickets.models import ClockRow, TicketRow
from handlers.tickets.rules import Limit, TicketRules
from handlers.tickets.words import ClockKind

MINUTE = timedelta(minutes=1)
#: Of promises that ended: kept, and never broken meanwhile.
KEPT = and_(ClockRow.stopped_at <= ClockRow.due, ClockRow.breached_at.is_(None))


def start(session: Session, ticket: TicketRow, kind: ClockKind, rules: TicketRules, *, now: datetime) -> ClockRow:
    """Start a clock with the limit of the ticket's class and grade."""
    limit = _limit(ticket, kind, rules)
    clock = ClockRow(ticket_id=ticket.id, kind=kind, started_at=now, due=limit.due(now, rules.working))
    clock.limit, clock.counted_from, clock.pauses = str(limit), now, []
    _arm(clock, rules, now)
    session.add(clock)
    return clock


def stop(session: Session, ticket: TicketRow, *kinds: ClockKind, now: datetime) -> None:
    """What was promised is done; all clocks when no kind is named."""
    for clock in running(session, ticket, *kinds):
        clock.stopped_at = now
        clock.warn_at = clock.breach_at = None


def stop_first_response(session: Session, ticket: TicketRow, *, now: datetime) -> None:
    """Somebody has it now."""
    stop(session, ticket, ClockKind.FIRST_RESPONSE, now=now)


def pause(session: Session, ticket: TicketRow, *, now: datetime) -> None:
    """Time stands still until `resume`."""
    for clock in running(session, ticket):
        if clock.paused_at is None:
            clock.paused_at = now
            clock.warn_at = clock.breach_at = None


def resume(session: Session, ticket: TicketRow, rules: TicketRules, *, now: datetime) -> None:
    """The time that stood still does not count."""
    for clock in running(session, ticket):
        if clock.paused_at is None:
            continue
        if not clock.is_late:
            clock.due = _later(clock.due, clock.paused_at, now, rules)
            clock.pauses = [*clock.pauses, [clock.paused_at.isoformat(), now.isoformat()]]
        clock.paused_at = None
        _arm(clock, rules, now)


def tighten(session: Session, ticket: TicketRow, rules: TicketRules, *, now: datetime) -> None:
    """After a change of class or grade the stricter limit runs from now; a promise already given never gets later."""
    for clock in running(session, ticket):
        tighten_one(clock, ticket, rules, now=now)


def tighten_one(clock: ClockRow, ticket: TicketRow, rules: TicketRules, *, now: datetime) -> None:
    limit = _limit(ticket, clock.kind, rules)
    due = limit.due(now, rules.working)
    if due < clock.due and clock.paused_at is None:
        clock.due, clock.limit, clock.counted_from, clock.pauses = due, str(limit), now, []
        _arm(clock, rules, now)


def take_earlier(clock: ClockRow, other: ClockRow) -> None:
    """The promise of `other`, which falls earlier, is kept by `clock`."""
    clock.due, clock.warn_at, clock.breach_at = other.due, other.warn_at, other.breach_at
    clock.limit, clock.counted_from, clock.pauses = other.limit, other.counted_from, list(other.pauses)


def recount(clock: ClockRow, rules: TicketRules, *, now: datetime) -> bool:
    """Count a promise again by the calendar as it is now; whether it moved. Hours that people set stay, and so does what
    has been late before."""
    if clock.limit is None or clock.counted_from is None or clock.is_late:
        return False
    due = Limit.parse(clock.limit).due(clock.counted_from, rules.working)
    for start, end in clock.pauses:
        due = _later(due, datetime.fromisoformat(start), datetime.fromisoformat(end), rules)
    moved, clock.due = due != clock.due, due
    if moved and clock.paused_at is None:
        _arm(clock, rules, now)
    return moved


def spare(clock: ClockRow, working: WorkingTime) -> int | None:
    """Minutes of working time that were left when it stopped, below nought when it was late."""
    if clock.stopped_at is None:
        return None
    if clock.stopped_at <= clock.due:
        return working.between(clock.stopped_at, clock.due) // MINUTE
    return -(working.between(clock.due, clock.stopped_at) // MINUTE)


def running(session: Session, ticket: TicketRow, *kinds: ClockKind) -> list[ClockRow]:
    query = select(ClockRow).where(ClockRow.ticket_id == ticket.id, ClockRow.stopped_at.is_(None))
    if kinds:
        query = query.where(ClockRow.kind.in_(kinds))
    return list(session.scalars(query.order_by(ClockRow.id)))


def promised(session: Session, ticket: TicketRow) -> datetime | None:
    """When the answer is promised for, None once nothing is owed."""
    clocks = running(session, ticket, ClockKind.RESOLUTION)
    return clocks[-1].due if clocks else None


def promised_for(session: Session, tickets: Sequence[int]) -> dict[int, datetime]:
    """The same of many tickets in one question."""
    query = select(ClockRow.ticket_id, ClockRow.due).where(
        ClockRow.ticket_id.in_(tickets), ClockRow.kind == ClockKind.RESOLUTION, ClockRow.stopped_at.is_(None)
    )
    return {row.ticket_id: row.due for row in session.execute(query.order_by(ClockRow.id))}


def last_promised(session: Session, ticket: TicketRow) -> datetime | None:
    """When the answer was promised for last, whether it is still owed or not."""
    query = select(ClockRow.due).where(ClockRow.ticket_id == ticket.id, ClockRow.kind == ClockKind.RESOLUTION)
    return session.scalar(query.order_by(ClockRow.id.desc()).limit(1))


def move(clock: ClockRow, due: datetime, rules: TicketRules, *, now: datetime) -> None:
    """People set another hour than the table; what was late before stays written down as late."""
    clock.due, clock.limit = due, None
    _arm(clock, rules, now)


def renew(session: Session, ticket: TicketRow, due: datetime, rules: TicketRules, *, now: datetime) -> None:
    """The answer is owed by another hour from now on."""
    clock = next(iter(running(session, ticket, ClockKind.RESOLUTION)), None)
    move(clock or start(session, ticket, ClockKind.RESOLUTION, rules, now=now), due, rules, now=now)


def _limit(ticket: TicketRow, kind: ClockKind, rules: TicketRules) -> Limit:
    deadline = rules.deadline(ticket.ticket_class, ticket.grade)
    return deadline.first if kind == ClockKind.FIRST_RESPONSE else deadline.done


def _later(due: datetime, paused: datetime, resumed: datetime, rules: TicketRules) -> datetime:
    """The time that stood still does not count."""
    stood_still = rules.working.between(paused, resumed)
    # Whole minutes: a moment's pause must not move an evening's promise to the next morning.
    return rules.working.add(due, stood_still - stood_still % MINUTE)


def _arm(clock: ClockRow, rules: TicketRules, now: datetime) -> None:
    if not clock.is_late:
        clock.warn_at, clock.breach_at = _warning(clock.due, rules, now), clock.due
    else:
        clock.breach_at = rules.escalate_every.due(now, rules.working)


def _warning(due: datetime, rules: TicketRules, now: datetime) -> datetime:
    """Shortly before the end; half way when the whole time is shorter than that."""
    warning = rules.working.subtract(due, rules.warn_before)
    return warning if warning > now else rules.working.add(now, rules.working.between(now, due) / 2)
