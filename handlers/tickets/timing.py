"""The clocks of a ticket: started, paused, tightened and stopped."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.tickets.models import ClockRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import ClockKind

MINUTE = timedelta(minutes=1)


def start(session: Session, ticket: TicketRow, kind: ClockKind, rules: TicketRules, *, now: datetime) -> ClockRow:
    """Start a clock with the limit of the ticket's class and grade."""
    due = _limit_ends(ticket, kind, rules, now)
    clock = ClockRow(ticket_id=ticket.id, kind=kind, started_at=now, due=due)
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
        if clock.breached_at is None:
            stood_still = rules.working.between(clock.paused_at, now)
            # Whole minutes: a moment's pause must not move an evening's promise to the next morning.
            clock.due = rules.working.add(clock.due, stood_still - stood_still % MINUTE)
        clock.paused_at = None
        _arm(clock, rules, now)


def tighten(session: Session, ticket: TicketRow, rules: TicketRules, *, now: datetime) -> None:
    """After a change of class or grade the stricter limit runs from now; a promise already given never gets later."""
    for clock in running(session, ticket):
        due = _limit_ends(ticket, clock.kind, rules, now)
        if due < clock.due and clock.paused_at is None:
            clock.due = due
            _arm(clock, rules, now)


def running(session: Session, ticket: TicketRow, *kinds: ClockKind) -> list[ClockRow]:
    query = select(ClockRow).where(ClockRow.ticket_id == ticket.id, ClockRow.stopped_at.is_(None))
    if kinds:
        query = query.where(ClockRow.kind.in_(kinds))
    return list(session.scalars(query.order_by(ClockRow.id)))


def promised(session: Session, ticket: TicketRow) -> datetime | None:
    """When the answer is promised for, None once nothing is owed."""
    clocks = running(session, ticket, ClockKind.RESOLUTION)
    return clocks[-1].due if clocks else None


def last_promised(session: Session, ticket: TicketRow) -> datetime | None:
    """When the answer was promised for last, whether it is still owed or not."""
    query = select(ClockRow.due).where(ClockRow.ticket_id == ticket.id, ClockRow.kind == ClockKind.RESOLUTION)
    return session.scalar(query.order_by(ClockRow.id.desc()).limit(1))


def move(clock: ClockRow, due: datetime, rules: TicketRules, *, now: datetime) -> None:
    """People set another hour than the table."""
    clock.due, clock.breached_at = due, None
    _arm(clock, rules, now)


def _limit_ends(ticket: TicketRow, kind: ClockKind, rules: TicketRules, now: datetime) -> datetime:
    deadline = rules.deadline(ticket.ticket_class, ticket.grade)
    limit = deadline.first if kind == ClockKind.FIRST_RESPONSE else deadline.done
    return limit.due(now, rules.working)


def _arm(clock: ClockRow, rules: TicketRules, now: datetime) -> None:
    if clock.breached_at is None:
        clock.warn_at, clock.breach_at = _warning(clock.due, rules, now), clock.due
    else:
        clock.breach_at = rules.escalate_every.due(now, rules.working)


def _warning(due: datetime, rules: TicketRules, now: datetime) -> datetime:
    """Shortly before the end; half way when the whole time is shorter than that."""
    warning = rules.working.subtract(due, rules.warn_before)
    return warning if warning > now else rules.working.add(now, rules.working.between(now, due) / 2)
