"""The same question twice: joined, so that one answer reaches everybody who asked, and parted again on dissent."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.members.directory import Volunteer
from handlers.tickets import timing
from handlers.tickets.answering import deliver
from handlers.tickets.history import Who, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import NothingOwed, NotNow
from handlers.tickets.service import askers_of
from handlers.tickets.words import OPEN, AskerState, ClockKind, State, What
from handlers.tickets.work import check_owed

TAKES_ASKERS = OPEN | {State.ANSWERED, State.CONFIRMED, State.ASSUMED}


def merge(session: Session, ticket: TicketRow, into: TicketRow, *, by: Volunteer, now: datetime, caused_by: int) -> int:
    """Move the askers of one ticket to another; those who come late are given its answer at once. How many moved."""
    check_owed(ticket)
    if into.id == ticket.id:
        raise NotNow(f"{ticket.number} 不能并到自己。请写两个号，例如：合并 {ticket.id} 到 {ticket.id + 1}")
    if into.state not in TAKES_ASKERS:
        raise NothingOwed(into)
    askers = list(askers_of(session, ticket))
    for asker in askers:
        asker.ticket_id = into.id
        asker.awaited = asker.awaited_since = None
    _keep_the_earlier_promise(session, ticket, into)
    before, ticket.state = ticket.state.label, State.MERGED
    ticket.merged_into, ticket.closed_at = into.id, now
    who = Who.volunteer(by)
    record(session, ticket, What.MERGED, by=who, now=now, before=before, after=into.number, inbox_id=caused_by)
    record(session, into, What.JOINED, by=who, now=now, after=ticket.number, inbox_id=caused_by)
    timing.stop(session, ticket, now=now)
    if into.state not in OPEN:
        _catch_up(session, into, askers, now=now, caused_by=caused_by)
    return len(askers)


def part(
    session: Session, ticket: TicketRow, asker: AskerRow, *, home: TicketRow, now: datetime, caused_by: int
) -> None:
    """Lead an asker back to the ticket he had before it was joined; its handler is the one who answered."""
    asker.ticket_id = home.id
    home.merged_into, home.closed_at = None, None
    if home.handler is None:
        home.handler, home.handler_name, home.first_responder = (
            ticket.handler,
            ticket.handler_name,
            ticket.first_responder,
        )
    home.answer, home.signature, home.answered_by = ticket.answer, ticket.signature, ticket.answered_by
    home.state = State.ANSWERED  # as its asker saw it; whoever calls this reopens it
    who = Who.person(asker.who)
    record(session, ticket, What.LEFT, by=who, now=now, after=home.number, inbox_id=caused_by)


def _catch_up(session: Session, into: TicketRow, askers: list[AskerRow], *, now: datetime, caused_by: int) -> None:
    for asker in askers:
        if asker.state == AskerState.OPEN:
            deliver(session, into, asker, now=now, caused_by=caused_by)
    into.state, into.closed_at = State.ANSWERED, None


def _keep_the_earlier_promise(session: Session, ticket: TicketRow, into: TicketRow) -> None:
    """Who was promised an answer for an earlier hour still gets it by then."""
    for ours in timing.running(session, ticket, ClockKind.RESOLUTION):
        for theirs in timing.running(session, into, ClockKind.RESOLUTION):
            if ours.paused_at is None and theirs.paused_at is None and ours.due < theirs.due:
                theirs.due, theirs.warn_at, theirs.breach_at = ours.due, ours.warn_at, ours.breach_at
