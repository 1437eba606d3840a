"""After the answer: only the asker says whether it solved the matter. Silence is closed, and counted apart."""

from datetime import datetime
from zlib import crc32

from sqlalchemy.orm import Session

from handlers.follow_ups import FollowUp
from handlers.tickets import cards, letters, timing
from handlers.tickets.answering import check_said
from handlers.tickets.history import Act, by_time, record
from handlers.tickets.joining import part
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.rules import Limit, TicketRules
from handlers.tickets.service import askers_of, lock, tell_asker, tell_desk, waiting_askers
from handlers.tickets.tasks import open_task
from handlers.tickets.words import (
    OPEN,
    AskerState,
    Awaited,
    ClockKind,
    Disposition,
    Level,
    Rating,
    State,
    TaskKind,
    What,
)
from handlers.tickets.work import check_mine, check_owed, take_if_free

LOOK_BACK_TIME = Limit.parse("5 working days")  #: from the day on which a look back is due
SETTLED = {AskerState.CONFIRMED, AskerState.ASSUMED, AskerState.DECLINED}


def confirm(session: Session, ticket: TicketRow, asker: AskerRow, act: Act, *, rules: TicketRules) -> None:
    """The asker says that it is solved."""
    before = asker.state.label
    _settle_asker(asker, AskerState.CONFIRMED, act.now)
    record(session, ticket, What.CONFIRMED, act, before=before, after=asker.state.label)
    _settle_ticket(session, ticket, act, rules)


def assume(session: Session, ticket: TicketRow, asker: AskerRow, *, rules: TicketRules, now: datetime) -> None:
    """The asker never said anything: closed, but nobody may count him as satisfied."""
    before = asker.state.label
    _settle_asker(asker, AskerState.ASSUMED, now)
    record(session, ticket, What.ASSUMED, by_time(now), before=before, after=asker.state.label, why=asker.name)
    _settle_ticket(session, ticket, by_time(now), rules)


def rate(
    session: Session, ticket: TicketRow, asker: AskerRow, rating: Rating, reason: str, act: Act, *, rules: TicketRules
) -> None:
    """Keep the asker's word on the answer; the former one stays in the history. A good one confirms."""
    before = asker.rating.label if asker.rating else ""
    asker.rating, asker.rating_reason, asker.rated_at = rating, reason or None, act.now
    record(session, ticket, What.RATED, act, before=before, after=rating.label, why=reason)
    if not rating.is_bad and asker.state != AskerState.CONFIRMED:
        confirm(session, ticket, asker, act, rules=rules)


def owe_for_bad_rating(session: Session, ticket: TicketRow, asker: AskerRow, act: Act, rules: TicketRules) -> None:
    """Who was not content is called back, and what went wrong is put right; both are followed to the end."""
    for kind, limit in ((TaskKind.CALL_BACK, rules.call_back), (TaskKind.RECTIFY, rules.rectify)):
        due = limit.due(act.now, rules.working)
        warn = rules.working.subtract(due, rules.warn_before)
        open_task(session, ticket, kind, act, due=due, remind_at=max(warn, act.now), asker=asker)


def rate_later(
    session: Session, ticket: TicketRow, asker: AskerRow, rating: Rating | None, word: str, act: Act
) -> None:
    """追评: what he thinks after a while; his first word stands."""
    if asker.later_at is not None:
        raise NotNow(f"#{asker.home_id} 已经追评过了。还有问题请回复“没解决”并说明情况。")
    asker.later_rating, asker.later_word, asker.later_at = rating, word or None, act.now
    before = asker.rating.label if asker.rating else ""
    record(session, ticket, What.LATER_RATED, act, before=before, after=rating.label if rating else "", why=word)
    tell_desk(session, ticket, cards.rated_later(ticket, asker), act)


def reopen(
    session: Session, ticket: TicketRow, asker: AskerRow, why: str, act: Act, *, rules: TicketRules
) -> TicketRow:
    """The answer did not solve it: whoever answered has it again, on a new clock. One of several askers takes his own
    ticket back. Returns the ticket that is open now."""
    ticket = _his_own(session, ticket, asker, act, rules)
    before, ticket.state = ticket.state.label, State.REOPENED
    ticket.closed_at = ticket.offered_to = None
    ticket.reopened += 1
    asker.state, asker.settled_at = AskerState.OPEN, None
    record(session, ticket, What.REOPENED, act, before=before, after=ticket.state.label, why=why)
    timing.stop(session, ticket, ClockKind.RESOLUTION, now=act.now)
    due = timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=act.now).due
    tell_desk(session, ticket, cards.reopened(ticket, asker, why, due, now=act.now), act)
    return ticket


def await_reason(asker: AskerRow, *, now: datetime) -> None:
    asker.awaited, asker.awaited_since = Awaited.REASON, now


def give_reason(session: Session, ticket: TicketRow, asker: AskerRow, text: str, act: Act) -> None:
    """Why the answer did not help, said after the fact."""
    asker.awaited = asker.awaited_since = None
    if asker.rating is not None and asker.rating.is_bad and asker.rating_reason is None:
        asker.rating_reason = text
    record(session, ticket, What.ADDED, act, why=text)
    tell_desk(session, ticket, cards.reason_given(ticket, asker, text), act)


def decline(session: Session, ticket: TicketRow, why: str, act: Act, *, rules: TicketRules) -> None:
    """It is not for this service: every waiting asker is told why, and may object."""
    check_owed(ticket)
    check_mine(ticket, act)
    check_said(session, ticket, why, rules)
    take_if_free(session, ticket, act)
    for asker in waiting_askers(session, ticket):
        said = letters.declined(asker, why, act.signature)
        tell_asker(session, ticket, asker, FollowUp.ANSWER, said, act, rules)
        if asker.by_hand:
            due = rules.call_back.due(act.now, rules.working)
            open_task(session, ticket, TaskKind.TELL, act, due=due, remind_at=due, asker=asker)
        _settle_asker(asker, AskerState.DECLINED, act.now)
    before, ticket.state = ticket.state.label, State.DECLINED
    ticket.closed_at = act.now
    record(session, ticket, What.DECLINED, act, before=before, after=ticket.state.label, why=why)
    timing.stop(session, ticket, now=act.now)


def undelivered(
    session: Session, ticket: TicketRow, asker: AskerRow, reason: str, *, rules: TicketRules, now: datetime
) -> None:
    """The answer did not arrive: nobody has been answered, so the ticket is open again."""
    asker.undelivered_at, asker.state = now, AskerState.OPEN
    before = ticket.state.label
    if ticket.state not in OPEN:
        ticket.state, ticket.closed_at = State.HANDLING, None
        timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=now)
    record(session, ticket, What.UNDELIVERED, by_time(now), before=before, after=ticket.state.label, why=reason)
    tell_desk(session, ticket, cards.undelivered(ticket, asker, reason), by_time(now))


def _his_own(session: Session, ticket: TicketRow, asker: AskerRow, act: Act, rules: TicketRules) -> TicketRow:
    if asker.home_id == ticket.id or len(askers_of(session, ticket)) == 1:
        return ticket
    home = lock(session, asker.home_id)
    part(session, ticket, asker, act, home=home)
    _settle_ticket(session, ticket, act, rules)
    return home


def _settle_asker(asker: AskerRow, state: AskerState, now: datetime) -> None:
    asker.state, asker.settled_at = state, now
    asker.awaited = asker.awaited_since = None


def _settle_ticket(session: Session, ticket: TicketRow, act: Act, rules: TicketRules) -> None:
    """A ticket is done when all its askers are; it is confirmed only when all of them said so."""
    states = {asker.state for asker in askers_of(session, ticket)}
    if ticket.state not in (State.ANSWERED, State.ASSUMED) or not states or not states <= SETTLED:
        return
    before, state = ticket.state, State.CONFIRMED if states == {AskerState.CONFIRMED} else State.ASSUMED
    if before != state:
        ticket.state, ticket.closed_at = state, act.now
        record(session, ticket, What.SETTLED, act, before=before.label, after=state.label)
        _look_back_later(session, ticket, act, rules)


def _look_back_later(session: Session, ticket: TicketRow, act: Act, rules: TicketRules) -> None:
    """A sample of the hard ones is looked at again; the same tickets whoever draws it."""
    hard = (
        ticket.level != Level.FIRST_ASKED
        or rules.is_priority(ticket.grade)
        or ticket.reopened > 0
        or ticket.word_every_days is not None
        or ticket.disposition in (Disposition.EARLY, Disposition.MIND)
    )
    if hard and _lot(ticket.id) < rules.look_back_share:
        start = act.now + rules.look_back_after
        due = LOOK_BACK_TIME.due(start, rules.working)
        open_task(session, ticket, TaskKind.LOOK_BACK, act, due=due, remind_at=start)


def _lot(number: int) -> float:
    """A number from 0 to 1 that nobody can choose."""
    return crc32(f"look back {number}".encode()) / 2**32
