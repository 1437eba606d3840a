"""Tickets change hands: offered, sent back, assigned, handed on at the end of a shift. Somebody always answers for them."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handlers.base import Conversation, Person
from handlers.members.directory import Volunteer
from handlers.tickets import cards, timing
from handlers.tickets.history import Act, record, record_all
from handlers.tickets.models import TicketRow
from handlers.tickets.refusals import NotNow, TakenBySomebodyElse
from handlers.tickets.routing import Unit
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import handler_of, held_count, tell_desk
from handlers.tickets.words import OPEN, State, What
from handlers.tickets.work import ANYBODY, check_mine, check_owed


def check_room(session: Session, address: str, rules: TicketRules) -> None:
    """Raises when a volunteer holds as many open tickets as one may."""
    if rules.capacity and (held := held_count(session, address)) >= rules.capacity:
        raise NotNow(
            f"您名下已有 {held} 件没办完（上限 {rules.capacity} 件），请先办结，或请值班长指定别人。没有改动。"
        )


def offer_to_unit(session: Session, ticket: TicketRow, unit: Unit, why: str, act: Act, rules: TicketRules) -> None:
    """Ask another unit to take it; whoever has it answers for it until that unit accepts."""
    check_owed(ticket)
    check_mine(ticket, act)
    if ticket.unit == unit.name:
        raise NotNow(f"{ticket.number} 本来就在{unit.name}。")
    check_may_return(ticket, rules)
    ticket.offered_unit, ticket.offered_to = unit.name, None
    record(session, ticket, What.OFFERED, act, before=ticket.unit or act.name, after=unit.name, why=why)
    due = timing.promised(session, ticket)
    card = cards.offered_to_unit(ticket, unit.name, why, act.name, due, now=act.now)
    tell_desk(session, ticket, card, act, mention=rules.routing.on_duty(unit, act.now), to=unit.desk)


def check_may_take(ticket: TicketRow, act: Act, rules: TicketRules) -> None:
    """What a unit was offered, its people take; whoever has it may keep it. Raises NotNow for anybody else."""
    unit = rules.routing.unit(ticket.offered_unit)
    if unit is not None and ticket.handler not in (None, act.address) and not unit.has(act.address):
        raise NotNow(f"{ticket.number} 请{unit.name}接手，要由{unit.name}的同事发“接单 {ticket.id}”。")


def accept_for_unit(ticket: TicketRow, rules: TicketRules) -> None:
    """Whoever takes what was offered to his unit brings it there."""
    unit = rules.routing.unit(ticket.offered_unit)
    if unit is not None:
        ticket.unit, ticket.offered_unit = unit.name, None
        ticket.desk = str(unit.desk) if unit.desk else ticket.desk


def send_back(
    session: Session, ticket: TicketRow, why: str, act: Act, rules: TicketRules, *, home: Conversation | None
) -> bool:
    """Not our unit's: an offer is declined, a routed ticket goes back to be routed. Whether a duty chief must decide now."""
    check_owed(ticket)
    check_may_return(ticket, rules)
    offered = rules.routing.unit(ticket.offered_unit)
    if offered is not None:
        if not offered.has(act.address):
            raise NotNow(f"{ticket.number} 是转给{offered.name}的，要由{offered.name}的同事退回。")
        before, after = offered.name, ticket.handler_name or ticket.unit or "待分派"
        ticket.offered_unit = None
    else:
        check_mine(ticket, act)
        if ticket.unit is None:
            raise NotNow(f"{ticket.number} 没有分派到组，不用退回。请别人办请发：转办 {ticket.id} 给 某某 原因")
        before, after = ticket.unit, "待分派"
        ticket.unit, ticket.desk = None, str(home) if home else ticket.desk
        ticket.offered_to = ANYBODY if ticket.handler else None
    ticket.returned += 1
    record(session, ticket, What.RETURNED, act, before=before, after=after, why=why)
    return ticket.returned >= rules.returns


def decline(session: Session, ticket: TicketRow, why: str, act: Act) -> None:
    """A colleague who was asked to take it does not; it stays with whoever has it."""
    check_owed(ticket)
    ticket.offered_to = None
    record(session, ticket, What.RETURNED, act, before=act.name, after=ticket.handler_name or "", why=why)


def check_may_return(ticket: TicketRow, rules: TicketRules) -> None:
    """A ticket does not travel between units for ever."""
    if ticket.returned >= rules.returns:
        raise NotNow(f"{ticket.number} 已经退回 {ticket.returned} 次，由值班长发“指定 {ticket.id} 给 某某 原因”定。")


def assign(session: Session, ticket: TicketRow, to: Volunteer | Unit, why: str, act: Act, rules: TicketRules) -> None:
    """A duty chief decides who has it. A person has it at once; a unit must take it and cannot send it back."""
    check_owed(ticket)
    before = ticket.handler_name or ticket.unit or ""
    ticket.offered_to = ticket.offered_unit = None
    called: Sequence[Person]
    if isinstance(to, Unit):
        ticket.unit, ticket.desk = to.name, str(to.desk) if to.desk else ticket.desk
        ticket.returned = max(ticket.returned, rules.returns)
        called = rules.routing.on_duty(to, act.now)
        if ticket.handler is not None:  # he answers for it until the unit takes it
            ticket.offered_unit = to.name
    else:
        ticket.first_responder = ticket.first_responder or to.address
        ticket.handler, ticket.handler_name = to.address, to.name
        ticket.state = State.ACCEPTED if ticket.state == State.WAITING else ticket.state
        timing.stop_first_response(session, ticket, now=act.now)
        called = (Person.at(to.address, name=to.name),)
    record(session, ticket, What.ASSIGNED, act, before=before, after=to.name, why=why)
    card = cards.assigned(ticket, to.name, why, act.name, timing.promised(session, ticket), now=act.now)
    tell_desk(session, ticket, card, act, mention=called)


def hand_on(session: Session, by: Volunteer, to: Volunteer, why: str, act: Act) -> list[int]:
    """The end of a shift: everything open is offered to a colleague; until he accepts, it stays where it is. The numbers.
    A volunteer may hold hundreds, so they are not brought up one by one."""
    held = select(TicketRow.id).where(TicketRow.handler == by.address, TicketRow.state.in_(OPEN)).order_by(TicketRow.id)
    numbers = list(session.scalars(held.with_for_update()))
    offered = update(TicketRow).where(TicketRow.id.in_(numbers))
    session.execute(offered.values(offered_to=to.address, offered_unit=None, changed_at=act.now))
    record_all(session, numbers, What.OFFERED, act, before=by.name, after=to.name, why=why or "交班")
    return numbers


def offered_to(session: Session, address: str) -> list[TicketRow]:
    """Open tickets that wait for this volunteer to accept them, held."""
    query = select(TicketRow).where(TicketRow.offered_to == address, TicketRow.state.in_(OPEN)).order_by(TicketRow.id)
    return list(session.scalars(query.with_for_update()))


def check_free_or_mine(ticket: TicketRow, act: Act, *, chief: bool) -> None:
    """Merging and the like: for whoever has it, for anybody while nobody has it, and for a duty chief."""
    if not chief and handler_of(ticket) and ticket.handler != act.address:
        raise TakenBySomebodyElse(ticket)
