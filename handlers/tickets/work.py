"""What volunteers do with a ticket before it is answered. Each change is an event; each refusal changes nothing."""

from sqlalchemy.orm import Session

from handlers.members.directory import Volunteer
from handlers.tickets import cards, timing
from handlers.tickets.history import Act, record
from handlers.tickets.models import TicketRow
from handlers.tickets.refusals import NothingOwed, NotNow, TakenBySomebodyElse
from handlers.tickets.rules import Receiver, TicketRules
from handlers.tickets.service import handler_of, tell_desk
from handlers.tickets.words import OPEN, ClockKind, Kind, Level, Mark, State, TicketClass, What

ANYBODY = ""  # a hand-over open to whoever takes it
AT_WORK = (State.ACCEPTED, State.HANDLING, State.REOPENED)  # what is raised from here waits for those above


def take(session: Session, ticket: TicketRow, act: Act) -> None:
    """Become the handler; of a fresh ticket also the first responder."""
    check_owed(ticket)
    if ticket.handler == act.address:
        raise NotNow(f"{ticket.number} 已经在您名下。答复请发：回复 {ticket.id} 答案")
    offered = ticket.offered_unit is not None or ticket.offered_to in (ANYBODY, act.address)
    if ticket.handler is not None and not offered:
        raise TakenBySomebodyElse(ticket)
    _become_handler(session, ticket, act)


def take_if_free(session: Session, ticket: TicketRow, act: Act) -> None:
    """Whoever does something for a ticket that nobody has taken takes it by that."""
    if ticket.handler is None:
        _become_handler(session, ticket, act)


def take_over(session: Session, ticket: TicketRow, why: str, act: Act) -> None:
    """A duty chief takes it from its handler."""
    check_owed(ticket)
    if ticket.handler == act.address:
        raise NotNow(f"{ticket.number} 已经在您名下。答复请发：回复 {ticket.id} 答案")
    _become_handler(session, ticket, act, why=why)


def hand_over(session: Session, ticket: TicketRow, why: str, act: Act, *, to: Volunteer | None) -> None:
    """Offer it to a colleague, or to anybody; whoever has it answers for it until it is accepted."""
    check_owed(ticket)
    if ticket.handler is None:
        raise NotNow(f"{ticket.number} 还没有人接，不用转办：能办的同事直接发“接单 {ticket.id}”。")
    check_mine(ticket, act)
    if to is not None and to.address == act.address:
        raise NotNow(f"{ticket.number} 已经在您名下。")
    ticket.offered_to, ticket.offered_unit = to.address if to else ANYBODY, None
    record(session, ticket, What.OFFERED, act, before=act.name, after=to.name if to else "待接手", why=why)


def raise_level(session: Session, ticket: TicketRow, why: str, act: Act, *, rules: TicketRules) -> Level:
    """One level up; that level's receivers are told, and the ticket waits for their word."""
    check_owed(ticket)
    level = ticket.level.above
    if level is None:
        raise NotNow(f"{ticket.number} 已在最高一级“{ticket.level.label}”。")
    before, ticket.level = ticket.level.label, level
    record(session, ticket, What.RAISED, act, before=before, after=level.label, why=why)
    if ticket.state in AT_WORK and ticket.handler is not None:
        _stand(session, ticket, State.REPORTED, act)
    receivers = rules.receivers.get(level, ())
    tell_receivers(session, ticket, cards.raised(ticket, why, act.name, told(receivers)), receivers, act)
    return level


def decide(session: Session, ticket: TicketRow, text: str, act: Act) -> None:
    """批示: the word of those above is on the record; whoever handles the ticket hears it and goes on by it."""
    check_owed(ticket)
    record(session, ticket, What.DECIDED, act, why=text)
    if ticket.state == State.REPORTED:
        _stand(session, ticket, State.HANDLING, act)
    tell_desk(session, ticket, cards.decided(ticket, text, act.name), act)


def grade(
    session: Session, ticket: TicketRow, importance: Mark, urgency: Mark, act: Act, *, rules: TicketRules
) -> None:
    check_owed(ticket)
    before = ticket.grade
    ticket.importance, ticket.urgency = importance, urgency
    record(session, ticket, What.GRADED, act, before=before, after=ticket.grade)
    timing.tighten(session, ticket, rules, now=act.now)


def classify(session: Session, ticket: TicketRow, ticket_class: TicketClass, act: Act, *, rules: TicketRules) -> None:
    check_owed(ticket)
    before, ticket.ticket_class = ticket.ticket_class.label, ticket_class
    record(session, ticket, What.CLASSIFIED, act, before=before, after=ticket_class.label)
    timing.tighten(session, ticket, rules, now=act.now)


def check_owed(ticket: TicketRow) -> None:
    if ticket.state not in OPEN:
        raise NothingOwed(ticket)


def check_mine(ticket: TicketRow, act: Act) -> None:
    """Raises for a ticket that somebody else has; one that nobody has is everybody's."""
    if ticket.handler not in (None, act.address):
        raise TakenBySomebodyElse(ticket)


def told(receivers: tuple[Receiver, ...]) -> str:
    """Who hears of it, for the end of a sentence."""
    return f"，已告知{'、'.join(receiver.name for receiver in receivers)}" if receivers else ""


def tell_receivers(session: Session, ticket: TicketRow, text: str, receivers: tuple[Receiver, ...], act: Act) -> None:
    """Tell the desk, its receivers called, and receivers who sit elsewhere."""
    here = [receiver for receiver in receivers if receiver.conversation in (None, ticket.desk_group)]
    called = [*handler_of(ticket), *(person for receiver in here for person in receiver.people)]
    tell_desk(session, ticket, text, act, mention=called)
    for receiver in receivers:
        if receiver not in here and ticket.kind != Kind.COMPLAINT:  # nobody else reads a complaint
            tell_desk(session, ticket, text, act, mention=receiver.people, to=receiver.conversation)


def _stand(session: Session, ticket: TicketRow, state: State, act: Act) -> None:
    before, ticket.state = ticket.state.label, state
    record(session, ticket, What.SETTLED, act, before=before, after=state.label)


def _become_handler(session: Session, ticket: TicketRow, act: Act, *, why: str = "") -> None:
    before = ticket.handler_name or ""
    ticket.first_responder = ticket.first_responder or act.address
    ticket.handler, ticket.handler_name, ticket.offered_to = act.address, act.name, None
    if ticket.state == State.WAITING:
        ticket.state = State.ACCEPTED
    record(session, ticket, What.TAKEN, act, before=before, after=act.name, why=why)
    timing.stop(session, ticket, ClockKind.FIRST_RESPONSE, now=act.now)
