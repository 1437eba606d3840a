"""After the answer: only the asker says whether it solved the matter. Silence is closed, and counted apart."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.members.directory import Volunteer
from handlers.outbox import PromiseKind
from handlers.tickets import cards, letters, timing
from handlers.tickets.answering import check_words, signature, tell_asker
from handlers.tickets.history import THE_BOT, Who, record
from handlers.tickets.joining import part
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import askers_of, handler_of, lock, tell_desk
from handlers.tickets.words import OPEN, AskerState, Awaited, ClockKind, Rating, State, What
from handlers.tickets.work import check_mine, check_owed, take

SETTLED = (AskerState.CONFIRMED, AskerState.ASSUMED, AskerState.DECLINED)


def confirm(session: Session, ticket: TicketRow, asker: AskerRow, *, now: datetime, caused_by: int) -> None:
    """The asker says that it is solved."""
    before = asker.state.label
    _settle_asker(asker, AskerState.CONFIRMED, now)
    who = Who.person(asker.who)
    after = asker.state.label
    record(session, ticket, What.CONFIRMED, by=who, now=now, before=before, after=after, inbox_id=caused_by)
    _settle_ticket(session, ticket, now=now)


def assume(session: Session, ticket: TicketRow, asker: AskerRow, *, now: datetime) -> None:
    """The asker never said anything: closed, but nobody may count him as satisfied."""
    before = asker.state.label
    _settle_asker(asker, AskerState.ASSUMED, now)
    record(session, ticket, What.ASSUMED, by=THE_BOT, now=now, before=before, after=asker.state.label, why=asker.name)
    _settle_ticket(session, ticket, now=now)


def rate(
    session: Session, ticket: TicketRow, asker: AskerRow, rating: Rating, reason: str, *, now: datetime, caused_by: int
) -> None:
    """Keep the asker's word on the answer; the former one stays in the history. A good one confirms."""
    before = asker.rating.label if asker.rating else ""
    asker.rating, asker.rating_reason, asker.rated_at = rating, reason or None, now
    who = Who.person(asker.who)
    record(
        session, ticket, What.RATED, by=who, now=now, before=before, after=rating.label, why=reason, inbox_id=caused_by
    )
    if not rating.is_bad and asker.state != AskerState.CONFIRMED:
        confirm(session, ticket, asker, now=now, caused_by=caused_by)


def reopen(
    session: Session, ticket: TicketRow, asker: AskerRow, why: str, *, rules: TicketRules, now: datetime, caused_by: int
) -> TicketRow:
    """The answer did not solve it: whoever answered has it again, on a new clock. One of several askers takes his own
    ticket back. Returns the ticket that is open now."""
    ticket = _his_own(session, ticket, asker, now=now, caused_by=caused_by)
    before, ticket.state = ticket.state.label, State.REOPENED
    ticket.closed_at, ticket.offered_to = None, None
    ticket.reopened += 1
    asker.state, asker.settled_at = AskerState.OPEN, None
    who = Who.person(asker.who)
    record(
        session,
        ticket,
        What.REOPENED,
        by=who,
        now=now,
        before=before,
        after=State.REOPENED.label,
        why=why,
        inbox_id=caused_by,
    )
    timing.stop(session, ticket, ClockKind.RESOLUTION, now=now)
    due = timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=now).due
    card = cards.reopened(ticket, asker, why, due, now=now)
    tell_desk(session, ticket, card, now=now, mention=handler_of(ticket), caused_by=caused_by)
    return ticket


def give_reason(
    session: Session, ticket: TicketRow, asker: AskerRow, text: str, *, now: datetime, caused_by: int
) -> None:
    """Why the answer did not help, said after the fact."""
    asker.awaited = asker.awaited_since = None
    if asker.rating is not None and asker.rating.is_bad and asker.rating_reason is None:
        asker.rating_reason = text
    record(session, ticket, What.ADDED, by=Who.person(asker.who), now=now, why=text, inbox_id=caused_by)
    card = cards.reason_given(ticket, asker, text)
    tell_desk(session, ticket, card, now=now, mention=handler_of(ticket), caused_by=caused_by)


def await_reason(asker: AskerRow, *, now: datetime) -> None:
    asker.awaited, asker.awaited_since = Awaited.REASON, now


def decline(session: Session, ticket: TicketRow, why: str, *, by: Volunteer, now: datetime, caused_by: int) -> int:
    """It is not for this service: every waiting asker is told why, and may object. How many were told."""
    check_owed(ticket)
    check_mine(ticket, by)
    check_words(session, ticket, why)
    if ticket.handler is None:
        take(session, ticket, by=by, now=now, caused_by=caused_by)
    waiting = [asker for asker in askers_of(session, ticket) if asker.state == AskerState.OPEN]
    for asker in waiting:
        said = letters.declined(asker, why, signature(by))
        tell_asker(session, asker, said, kind=PromiseKind.ANSWER, ticket=ticket, now=now, caused_by=caused_by)
        _settle_asker(asker, AskerState.DECLINED, now)
    before, ticket.state = ticket.state.label, State.DECLINED
    ticket.closed_at = now
    after = State.DECLINED.label
    who = Who.volunteer(by)
    record(session, ticket, What.DECLINED, by=who, now=now, before=before, after=after, why=why, inbox_id=caused_by)
    timing.stop(session, ticket, now=now)
    return len(waiting)


def undelivered(
    session: Session, ticket: TicketRow, asker: AskerRow, reason: str, *, rules: TicketRules, now: datetime
) -> None:
    """The answer did not arrive: nobody has been answered, so the ticket is open again."""
    asker.undelivered_at, asker.state = now, AskerState.OPEN
    before = ticket.state.label
    if ticket.state not in OPEN:
        ticket.state, ticket.closed_at = State.HANDLING, None
        timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=now)
    record(session, ticket, What.UNDELIVERED, by=THE_BOT, now=now, before=before, after=ticket.state.label, why=reason)
    card = cards.undelivered(ticket, asker, reason)
    tell_desk(session, ticket, card, now=now, mention=handler_of(ticket))


def _his_own(session: Session, ticket: TicketRow, asker: AskerRow, *, now: datetime, caused_by: int) -> TicketRow:
    alone = len(askers_of(session, ticket)) == 1
    if alone or asker.home_id == ticket.id:
        return ticket
    home = lock(session, asker.home_id)
    part(session, ticket, asker, home=home, now=now, caused_by=caused_by)
    _settle_ticket(session, ticket, now=now)
    return home


def _settle_asker(asker: AskerRow, state: AskerState, now: datetime) -> None:
    asker.state, asker.settled_at = state, now
    asker.awaited = asker.awaited_since = None


def _settle_ticket(session: Session, ticket: TicketRow, *, now: datetime) -> None:
    """A ticket is done when all its askers are; it is confirmed only when all of them said so."""
    states = {asker.state for asker in askers_of(session, ticket)}
    if ticket.state not in (State.ANSWERED, State.ASSUMED) or not states or not states <= set(SETTLED):
        return
    state = State.CONFIRMED if states == {AskerState.CONFIRMED} else State.ASSUMED
    if ticket.state != state:
        ticket.state, ticket.closed_at = state, now
