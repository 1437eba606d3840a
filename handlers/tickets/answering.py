"""Answers on their way to the askers."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers.follow_ups import FollowUp
from handlers.outbox import take_back
from handlers.tickets import letters, timing
from handlers.tickets.checks import check_forbidden
from handlers.tickets.history import Act, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import NotNow, PrivateNumbers
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import askers_of, tell_asker, waiting_askers
from handlers.tickets.words import REPLIED, AskerState, ClockKind, State, What
from handlers.tickets.work import check_mine, check_owed, take_if_free
from nlu.masking import has_private, mask


def answer(
    session: Session, ticket: TicketRow, text: str, act: Act, *, rules: TicketRules, public: bool = False
) -> int:
    """Answer every asker who waits; the number of them. `public`: numbers in the text are meant to be read by all."""
    check_owed(ticket)
    check_mine(ticket, act)
    if not public:
        check_words(session, ticket, text, anyway=f"确认回复 {ticket.id} 内容")
    take_if_free(session, ticket, act)
    waiting = waiting_askers(session, ticket)
    _settle_on(ticket, text, act)
    for asker in waiting:
        deliver(session, ticket, asker, act, rules)
    before, ticket.state = ticket.state.label, _stands(waiting)
    record(session, ticket, What.ANSWERED, act, before=before, after=ticket.state.label, why=text)
    if ticket.state == State.ANSWERED:
        timing.stop(session, ticket, now=act.now)
    else:
        timing.resume(session, ticket, rules, now=act.now)
    return len(waiting)


def _stands(askers: Sequence[AskerRow]) -> State:
    """An answer that somebody still has to pass on is not given yet."""
    return State.HANDLING if any(asker.by_hand for asker in askers) else State.ANSWERED


def correct(
    session: Session,
    ticket: TicketRow,
    text: str,
    act: Act,
    *,
    rules: TicketRules,
    public: bool = False,
    chief: bool = False,
) -> int:
    """Replace an answer: everybody who was given the old one is given the new one; where the old one has not left yet, the
    new one stands in its place. It is for whoever gave it, and for a duty chief: he may be away."""
    if ticket.answer is None or ticket.state not in REPLIED:
        raise NotNow(f"{ticket.number} {ticket.state.label}，没有可以更正的答复。答复请发：回复 {ticket.id} 答案")
    if not chief and ticket.handler not in (None, act.address):
        raise NotNow(f"{ticket.number} 是{ticket.handler_name}答复的，请他或值班长发：更正 {ticket.id} 正确的内容")
    if not public:
        check_words(session, ticket, text, anyway=f"确认回复 {ticket.id} 内容")
    before = ticket.answer
    _settle_on(ticket, text, act)
    askers = askers_of(session, ticket)
    for asker in askers:
        is_unread = asker.answer_promise is not None and take_back(session, asker.answer_promise)
        deliver(session, ticket, asker, act, rules, corrected=not is_unread)
    ticket.state, ticket.closed_at = _stands(askers), None
    if ticket.state != State.ANSWERED:
        timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=act.now)
    record(session, ticket, What.CORRECTED, act, before=before, after=text)
    return len(askers)


def deliver(
    session: Session, ticket: TicketRow, asker: AskerRow, act: Act, rules: TicketRules, *, corrected: bool = False
) -> None:
    """Promise the ticket's answer to one asker."""
    kind = FollowUp.CORRECTION if corrected else FollowUp.ANSWER
    text = letters.answer(asker, ticket.answer or "", ticket.signature or "", corrected=corrected)
    asker.answer_promise = tell_asker(session, ticket, asker, kind, text, act, rules)
    asker.awaited = asker.awaited_since = None
    asker.undelivered_at, asker.settled_at = None, None
    if asker.by_hand:
        asker.state, asker.told_at, asker.told_how = AskerState.OPEN, None, None
        return
    asker.state, asker.answered_at = AskerState.ANSWERED, act.now


def told(session: Session, ticket: TicketRow, how: str, act: Act) -> int:
    """A volunteer passed the answer on; the number of askers who have it now. Raises NotNow."""
    check_owed(ticket)
    check_mine(ticket, act)
    askers = askers_of(session, ticket)
    waiting = [asker for asker in askers if asker.by_hand and asker.state == AskerState.OPEN]
    if ticket.answer is None or not waiting:
        raise NotNow(f"{ticket.number} 没有要转告的答复。请先答复：回复 {ticket.id} 答案")
    for asker in waiting:
        asker.state, asker.answered_at = AskerState.ANSWERED, act.now
        asker.told_at, asker.told_how = act.now, how
        record(session, ticket, What.TOLD, act, after=asker.name, why=how)
    if all(asker.state != AskerState.OPEN for asker in askers):
        before, ticket.state = ticket.state.label, State.ANSWERED
        record(session, ticket, What.SETTLED, act, before=before, after=ticket.state.label)
        timing.stop(session, ticket, now=act.now)
    return len(waiting)


def answer_by_word_of_mouth(session: Session, ticket: TicketRow, text: str, act: Act) -> None:
    """The answer was given on the telephone or face to face, before the question was even written down."""
    _settle_on(ticket, text, act)
    for asker in askers_of(session, ticket):
        asker.state, asker.answered_at = AskerState.ANSWERED, act.now
        asker.told_at, asker.told_how = act.now, "当场答复"
    before, ticket.state = ticket.state.label, State.ANSWERED
    record(session, ticket, What.ANSWERED, act, before=before, after=ticket.state.label, why=text)
    timing.stop(session, ticket, now=act.now)


def check_words(session: Session, ticket: TicketRow, text: str, *, anyway: str = "") -> None:
    """Refuse what would show somebody's number to a whole group."""
    if shows_numbers(session, ticket, text):
        raise PrivateNumbers(mask(text), anyway=anyway)


def check_said(session: Session, ticket: TicketRow, text: str, rules: TicketRules) -> None:
    """Refuse it for what an asker is told besides his answer: why it takes longer, how far it is, what is missing."""
    check_words(session, ticket, text)
    check_forbidden(text, rules)


def shows_numbers(session: Session, ticket: TicketRow, text: str) -> bool:
    """Whether a whole group would read somebody's number."""
    return has_private(text) and any(not asker.where.is_private for asker in askers_of(session, ticket))


def _settle_on(ticket: TicketRow, text: str, act: Act) -> None:
    ticket.answer, ticket.answered_by, ticket.signature, ticket.answered_at = text, act.address, act.signature, act.now
