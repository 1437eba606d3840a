"""What is missing is asked for once and in full; the clock stands still until it comes."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.members.directory import Volunteer
from handlers.outbox import PromiseKind
from handlers.tickets import cards, letters, timing
from handlers.tickets.answering import check_words, signature, tell_asker
from handlers.tickets.history import THE_BOT, Who, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import askers_of, handler_of, tell_desk
from handlers.tickets.words import AskerState, Awaited, State, What
from handlers.tickets.work import check_mine, check_owed, take


def ask_material(
    session: Session, ticket: TicketRow, text: str, *, by: Volunteer, now: datetime, caused_by: int
) -> int:
    """Ask the waiting askers; how often it has been asked for now, which should be once."""
    check_owed(ticket)
    check_mine(ticket, by)
    check_words(session, ticket, text)
    if ticket.handler is None:
        take(session, ticket, by=by, now=now, caused_by=caused_by)
    for asker in askers_of(session, ticket):
        if asker.state == AskerState.OPEN:
            asker.awaited, asker.awaited_since = Awaited.MATERIAL, now
            said = letters.material(asker, text, signature(by))
            tell_asker(session, asker, said, kind=PromiseKind.ASK, ticket=ticket, now=now, caused_by=caused_by)
    before, ticket.state = ticket.state.label, State.NEEDS_MATERIAL
    ticket.material_requests += 1
    after = State.NEEDS_MATERIAL.label
    who = Who.volunteer(by)
    record(
        session, ticket, What.MATERIAL_ASKED, by=who, now=now, before=before, after=after, why=text, inbox_id=caused_by
    )
    timing.pause(session, ticket, now=now)
    return ticket.material_requests


def add(
    session: Session,
    ticket: TicketRow,
    asker: AskerRow,
    text: str,
    *,
    rules: TicketRules,
    now: datetime,
    caused_by: int,
) -> None:
    """An asker says more about an open ticket: the desk reads it, and a clock that waited for it goes on."""
    asker.awaited = asker.awaited_since = None
    who = Who.person(asker.who)
    record(session, ticket, What.ADDED, by=who, now=now, why=text, inbox_id=caused_by)
    if ticket.state == State.NEEDS_MATERIAL:
        _go_on(session, ticket, rules, by=who, now=now)
    due = timing.promised(session, ticket)
    card = cards.added(ticket, asker, text, due, now=now)
    tell_desk(session, ticket, card, now=now, mention=handler_of(ticket), caused_by=caused_by)


def stop_waiting(session: Session, ticket: TicketRow, rules: TicketRules, *, now: datetime) -> None:
    """Nothing came for too long: the clock goes on and the handler answers with what there is."""
    for asker in askers_of(session, ticket):
        if asker.awaited == Awaited.MATERIAL:
            asker.awaited = asker.awaited_since = None
    _go_on(session, ticket, rules, by=THE_BOT, now=now)
    tell_desk(session, ticket, cards.material_overdue(ticket), now=now, mention=handler_of(ticket))


def _go_on(session: Session, ticket: TicketRow, rules: TicketRules, *, by: Who, now: datetime) -> None:
    before, ticket.state = ticket.state.label, State.HANDLING
    record(session, ticket, What.RESUMED, by=by, now=now, before=before, after=State.HANDLING.label)
    timing.resume(session, ticket, rules, now=now)
