"""What volunteers do with a ticket before it is answered. Each change is an event; each refusal changes nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.members.directory import Volunteer
from handlers.tickets import cards, timing
from handlers.tickets.history import Who, record
from handlers.tickets.models import TicketRow
from handlers.tickets.refusals import NothingOwed, NotNow, TakenBySomebodyElse
from handlers.tickets.rules import Receiver, TicketRules
from handlers.tickets.service import handler_of, tell_desk
from handlers.tickets.words import OPEN, ClockKind, Level, Mark, State, TicketClass, What

ANYBODY = ""  # a hand-over open to whoever takes it


def take(session: Session, ticket: TicketRow, *, by: Volunteer, now: datetime, caused_by: int) -> None:
    """Become the handler; of a fresh ticket also the first responder."""
    check_owed(ticket)
    if ticket.handler == by.address:
        raise NotNow(f"{ticket.number} 已经在您名下。答复请发：回复 {ticket.id} 答案")
    if ticket.handler is not None and ticket.offered_to not in (ANYBODY, by.address):
        raise TakenBySomebodyElse(ticket)
    _become_handler(session, ticket, by=by, now=now, caused_by=caused_by, why="")


def take_over(session: Session, ticket: TicketRow, why: str, *, by: Volunteer, now: datetime, caused_by: int) -> None:
    """A duty chief takes it from its handler."""
    check_owed(ticket)
    _become_handler(session, ticket, by=by, now=now, caused_by=caused_by, why=why)


def hand_over(
    session: Session, ticket: TicketRow, why: str, *, to: Volunteer | None, by: Volunteer, now: datetime, caused_by: int
) -> None:
    """Offer it to a colleague, or to anybody; whoever has it answers for it until it is accepted."""
    check_owed(ticket)
    if ticket.handler is None:
        raise NotNow(f"{ticket.number} 还没有人接，不用转办：能办的同事直接发“接单 {ticket.id}”。")
    check_mine(ticket, by)
    if to is not None and to.address == by.address:
        raise NotNow(f"{ticket.number} 已经在您名下。")
    ticket.offered_to = to.address if to else ANYBODY
    after = to.name if to else "待接手"
    record(
        session,
        ticket,
        What.OFFERED,
        by=Who.volunteer(by),
        now=now,
        before=by.name,
        after=after,
        why=why,
        inbox_id=caused_by,
    )


def raise_level(
    session: Session, ticket: TicketRow, why: str, *, by: Who, rules: TicketRules, now: datetime, caused_by: int | None
) -> Level:
    """One level up; that level's receivers are told."""
    check_owed(ticket)
    level = ticket.level.above
    if level is None:
        raise NotNow(f"{ticket.number} 已在最高一级“{ticket.level.label}”。")
    before, ticket.level = ticket.level.label, level
    record(session, ticket, What.RAISED, by=by, now=now, before=before, after=level.label, why=why, inbox_id=caused_by)
    receivers = rules.receivers.get(level, ())
    text = cards.raised(ticket, level, why, by.name, told(receivers))
    spread(session, ticket, text, receivers, now=now, caused_by=caused_by)
    return level


def grade(
    session: Session,
    ticket: TicketRow,
    importance: Mark,
    urgency: Mark,
    *,
    by: Volunteer,
    rules: TicketRules,
    now: datetime,
    caused_by: int,
) -> None:
    check_owed(ticket)
    before = ticket.grade
    ticket.importance, ticket.urgency = importance, urgency
    record(
        session,
        ticket,
        What.GRADED,
        by=Who.volunteer(by),
        now=now,
        before=before,
        after=ticket.grade,
        inbox_id=caused_by,
    )
    timing.tighten(session, ticket, rules, now=now)


def classify(
    session: Session,
    ticket: TicketRow,
    ticket_class: TicketClass,
    *,
    by: Volunteer,
    rules: TicketRules,
    now: datetime,
    caused_by: int,
) -> None:
    check_owed(ticket)
    before, ticket.ticket_class = ticket.ticket_class.label, ticket_class
    after = ticket_class.label
    record(
        session, ticket, What.CLASSIFIED, by=Who.volunteer(by), now=now, before=before, after=after, inbox_id=caused_by
    )
    timing.tighten(session, ticket, rules, now=now)


def check_owed(ticket: TicketRow) -> None:
    if ticket.state not in OPEN:
        raise NothingOwed(ticket)


def check_mine(ticket: TicketRow, by: Volunteer) -> None:
    if ticket.handler not in (None, by.address):
        raise TakenBySomebodyElse(ticket)


def told(receivers: tuple[Receiver, ...]) -> str:
    """Who hears of it, for the end of a sentence."""
    return f"，已告知{'、'.join(receiver.name for receiver in receivers)}" if receivers else ""


def spread(
    session: Session,
    ticket: TicketRow,
    text: str,
    receivers: tuple[Receiver, ...],
    *,
    now: datetime,
    caused_by: int | None = None,
) -> None:
    """Tell the desk, its receivers mentioned, and receivers who sit elsewhere."""
    here = [receiver for receiver in receivers if receiver.conversation in (None, ticket.desk_group)]
    mention = [*handler_of(ticket), *(person for receiver in here for person in receiver.people)]
    tell_desk(session, ticket, text, now=now, mention=mention, caused_by=caused_by)
    for receiver in receivers:
        if receiver not in here:
            tell_desk(
                session, ticket, text, now=now, mention=receiver.people, caused_by=caused_by, to=receiver.conversation
            )


def _become_handler(
    session: Session, ticket: TicketRow, *, by: Volunteer, now: datetime, caused_by: int, why: str
) -> None:
    before = ticket.handler_name or ""
    ticket.first_responder = ticket.first_responder or by.address
    ticket.handler, ticket.handler_name, ticket.offered_to = by.address, by.name, None
    if ticket.state == State.WAITING:
        ticket.state = State.ACCEPTED
    record(
        session,
        ticket,
        What.TAKEN,
        by=Who.volunteer(by),
        now=now,
        before=before,
        after=by.name,
        why=why,
        inbox_id=caused_by,
    )
    timing.stop(session, ticket, ClockKind.FIRST_RESPONSE, now=now)
