"""Answers on their way to the askers."""

from sqlalchemy.orm import Session

from handlers.outbox import PromiseKind
from handlers.tickets import letters, timing
from handlers.tickets.history import Act, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import NotNow, PrivateNumbers
from handlers.tickets.service import askers_of, tell_asker
from handlers.tickets.words import AskerState, State, What
from handlers.tickets.work import check_mine, check_owed, take_if_free
from nlu.masking import has_private, mask

CORRECTABLE = (State.ANSWERED, State.CONFIRMED, State.ASSUMED)


def answer(session: Session, ticket: TicketRow, text: str, act: Act, *, public: bool = False) -> int:
    """Answer every asker who waits; the number of them. `public`: numbers in the text are meant to be read by all."""
    check_owed(ticket)
    check_mine(ticket, act)
    if not public:
        check_words(session, ticket, text, anyway=f"确认回复 {ticket.id} 内容")
    take_if_free(session, ticket, act)
    waiting = [asker for asker in askers_of(session, ticket) if asker.state == AskerState.OPEN]
    _settle_on(ticket, text, act)
    for asker in waiting:
        deliver(session, ticket, asker, act)
    before, ticket.state = ticket.state.label, State.ANSWERED
    record(session, ticket, What.ANSWERED, act, before=before, after=ticket.state.label, why=text)
    timing.stop(session, ticket, now=act.now)
    return len(waiting)


def correct(session: Session, ticket: TicketRow, text: str, act: Act, *, public: bool = False) -> int:
    """Replace an answer: everybody who was given the old one is given the new one."""
    if ticket.answer is None or ticket.state not in CORRECTABLE:
        raise NotNow(f"{ticket.number} {ticket.state.label}，没有可以更正的答复。答复请发：回复 {ticket.id} 答案")
    check_mine(ticket, act)
    if not public:
        check_words(session, ticket, text, anyway=f"确认回复 {ticket.id} 内容")
    before = ticket.answer
    _settle_on(ticket, text, act)
    askers = askers_of(session, ticket)
    for asker in askers:
        deliver(session, ticket, asker, act, corrected=True)
    ticket.state, ticket.closed_at = State.ANSWERED, None
    record(session, ticket, What.CORRECTED, act, before=before, after=text)
    return len(askers)


def deliver(session: Session, ticket: TicketRow, asker: AskerRow, act: Act, *, corrected: bool = False) -> None:
    """Promise the ticket's answer to one asker."""
    text = letters.answer(asker, ticket.answer or "", ticket.signature or "", corrected=corrected)
    asker.answer_promise = tell_asker(session, ticket, asker, text, act, kind=PromiseKind.ANSWER)
    asker.answered_at, asker.undelivered_at = act.now, None
    asker.state, asker.settled_at = AskerState.ANSWERED, None
    asker.awaited = asker.awaited_since = None


def check_words(session: Session, ticket: TicketRow, text: str, *, anyway: str = "") -> None:
    """Refuse what would show somebody's number to a whole group."""
    heard_by_all = any(not asker.where.is_private for asker in askers_of(session, ticket))
    if heard_by_all and has_private(text):
        raise PrivateNumbers(mask(text), anyway=anyway)


def _settle_on(ticket: TicketRow, text: str, act: Act) -> None:
    ticket.answer, ticket.answered_by, ticket.signature, ticket.answered_at = text, act.address, act.signature, act.now
