"""Answers on their way to the askers."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.members.directory import Volunteer
from handlers.outbox import PromiseKind, PromiseRow, promise
from handlers.tickets import letters, timing
from handlers.tickets.history import Who, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import NothingOwed, NotNow, PrivateNumbers, TakenBySomebodyElse
from handlers.tickets.service import askers_of
from handlers.tickets.words import OPEN, AskerState, State, What
from handlers.tickets.work import take
from nlu.masking import has_private, mask


def answer(
    session: Session,
    ticket: TicketRow,
    text: str,
    *,
    by: Volunteer,
    now: datetime,
    caused_by: int,
    public: bool = False,
) -> int:
    """Answer every asker who waits; the number of them. `public`: numbers in the text are meant to be read by all."""
    if ticket.state not in OPEN:
        raise NothingOwed(ticket)
    if ticket.handler not in (None, by.address):
        raise TakenBySomebodyElse(ticket)
    if not public:
        check_words(session, ticket, text, anyway=f"确认回复 {ticket.id} 内容")
    if ticket.handler is None:
        take(session, ticket, by=by, now=now, caused_by=caused_by)
    waiting = [asker for asker in askers_of(session, ticket) if asker.state == AskerState.OPEN]
    _settle_on(session, ticket, text, by=by, now=now)
    for asker in waiting:
        deliver(session, ticket, asker, now=now, caused_by=caused_by)
    before, ticket.state = ticket.state.label, State.ANSWERED
    why = f"发给 {len(waiting)} 位提问人"
    record(
        session,
        ticket,
        What.ANSWERED,
        by=Who.volunteer(by),
        now=now,
        before=before,
        after=text,
        why=why,
        inbox_id=caused_by,
    )
    timing.stop(session, ticket, now=now)
    return len(waiting)


def correct(
    session: Session,
    ticket: TicketRow,
    text: str,
    *,
    by: Volunteer,
    now: datetime,
    caused_by: int,
    public: bool = False,
) -> int:
    """Replace an answer: everybody who was given the old one is given the new one."""
    if ticket.answer is None or ticket.state not in (State.ANSWERED, State.CONFIRMED, State.ASSUMED):
        raise NotNow(f"{ticket.number} 还没有答复过，谈不上更正。答复请发：回复 {ticket.id} 答案")
    if ticket.handler not in (None, by.address):
        raise TakenBySomebodyElse(ticket)
    if not public:
        check_words(session, ticket, text, anyway=f"确认回复 {ticket.id} 内容")
    before = ticket.answer
    _settle_on(session, ticket, text, by=by, now=now)
    askers = askers_of(session, ticket)
    for asker in askers:
        deliver(session, ticket, asker, now=now, caused_by=caused_by, corrected=True)
    ticket.state, ticket.closed_at = State.ANSWERED, None
    record(
        session, ticket, What.CORRECTED, by=Who.volunteer(by), now=now, before=before, after=text, inbox_id=caused_by
    )
    return len(askers)


def deliver(
    session: Session, ticket: TicketRow, asker: AskerRow, *, now: datetime, caused_by: int, corrected: bool = False
) -> None:
    """Promise the ticket's answer to one asker."""
    text = letters.answer(asker, ticket.answer or "", ticket.signature or "", corrected=corrected)
    row = tell_asker(session, asker, text, kind=PromiseKind.ANSWER, ticket=ticket, now=now, caused_by=caused_by)
    session.flush()  # the asker points to the promise
    asker.answer_promise, asker.answered_at, asker.undelivered_at = row.id, now, None
    asker.state, asker.settled_at = AskerState.ANSWERED, None
    asker.awaited = asker.awaited_since = None


def tell_asker(
    session: Session,
    asker: AskerRow,
    text: str,
    *,
    kind: PromiseKind,
    ticket: TicketRow,
    now: datetime,
    caused_by: int | None,
) -> PromiseRow:
    """Promise a word to an asker where he asked: mentioned, his question quoted."""
    return promise(
        session,
        asker.where,
        text,
        kind=kind,
        now=now,
        mention=() if asker.where.is_private else (asker.who,),
        quote=asker.message_id,
        caused_by=caused_by,
        ticket=ticket.id,
    )


def check_words(session: Session, ticket: TicketRow, text: str, *, anyway: str = "") -> None:
    """Refuse what would show somebody's number to a whole group."""
    heard_by_all = any(not asker.where.is_private for asker in askers_of(session, ticket))
    if heard_by_all and has_private(text):
        raise PrivateNumbers(mask(text), anyway=anyway)


def signature(volunteer: Volunteer) -> str:
    return f"{volunteer.name}（工号 {volunteer.number}）" if volunteer.number else volunteer.name


def _settle_on(session: Session, ticket: TicketRow, text: str, *, by: Volunteer, now: datetime) -> None:
    ticket.answer, ticket.answered_by, ticket.signature, ticket.answered_at = text, by.address, signature(by), now
