"""接单、转办、退回、指定、接手、交班、接班."""

from collections.abc import Callable

from handlers.base import Person
from handlers.members.directory import Volunteer
from handlers.tickets import cards, handing, timing, work
from handlers.tickets.desk_request import DeskRequest, TicketRequest
from handlers.tickets.models import TicketRow
from handlers.tickets.refusals import HalfACommand, NotNow
from handlers.tickets.routing import Unit
from handlers.tickets.service import handler_of, tell_desk
from handlers.tickets.verbs import Verb


def _take(request: TicketRequest) -> str:
    ticket = request.ticket
    handing.check_may_take(ticket, request.act, request.rules)
    if ticket.handler != request.volunteer.address:
        handing.check_room(request.session, request.volunteer.address, request.rules)
    work.take(request.session, ticket, request.act)
    handing.accept_for_unit(ticket, request.rules)
    how = f"引用工单直接回复，或 回复 {ticket.id} 答案"
    return f"{ticket.number} 由{request.volunteer.name}办理{request.until}。答复：{how}"


def _take_over(request: TicketRequest) -> str:
    work.take_over(request.session, request.ticket, request.needs(), request.act)
    request.ticket.offered_unit = None
    return f"{request.ticket.number} 改由{request.volunteer.name}办理{request.until}。"


def _hand_over(request: TicketRequest) -> str:
    ticket = request.ticket
    to, why = request.whom(request.needs("原因"))
    if not why:
        raise HalfACommand(f"转办要写原因，例如：转办 {ticket.id} 给{to.name if to else '某某'} 属于商检业务")
    if isinstance(to, Unit):
        handing.offer_to_unit(request.session, ticket, to, why, request.act, request.rules)
        return f"{ticket.number} 已请{to.name}接手，接手前{_still(request)}。"
    name = to.name if to else ""
    work.hand_over(request.session, ticket, why, request.act, to=to)
    due = timing.promised(request.session, ticket)
    card = cards.handed_over(ticket, why, request.volunteer.name, name, due, now=request.now)
    called = (Person.at(to.address, name=to.name),) if to else ()
    tell_desk(request.session, ticket, card, request.act, mention=called)
    return f"{ticket.number} 已请{name or '同事'}接手，接手前仍由您负责。"


def _still(request: TicketRequest) -> str:
    return "仍由您负责" if request.ticket.handler == request.volunteer.address else "仍在本群"


def _return(request: TicketRequest) -> str:
    ticket, why = request.ticket, request.needs()
    if ticket.offered_to == request.volunteer.address:
        handing.decline(request.session, ticket, why, request.act)
        tell_desk(request.session, ticket, cards.declined(ticket, why, request.volunteer.name), request.act)
        return f"{ticket.number} 您没有接，仍由{ticket.handler_name}负责。"
    chief_decides = handing.send_back(
        request.session, ticket, why, request.act, request.rules, home=request.directory.desk
    )
    chiefs = request.rules.routing.chiefs(request.now) if chief_decides else ()
    called = [*chiefs, *handler_of(ticket)]
    card = cards.returned(ticket, why, request.volunteer.name, chief_decides=chief_decides)
    tell_desk(request.session, ticket, card, request.act, mention=called, to=request.directory.desk)
    return f"{ticket.number} 已退回{'，请值班长指定' if chief_decides else '，另行分派'}。"


def _assign(request: TicketRequest) -> str:
    to, why = request.whom(request.needs())
    if to is None:
        known = "、".join(unit.name for unit in request.rules.routing.units)
        raise request.half(f"没有找到要指定的人或组{f'（组有：{known}）' if known else ''}")
    if not why:
        raise request.half("指定要写原因", f"给 {to.name} 原因")
    handing.assign(request.session, request.ticket, to, why, request.act, request.rules)
    return f"{request.ticket.number} 已指定{to.name}办理{request.until}。"


def _hand_on(request: DeskRequest) -> str:
    """交班 给 李老师."""
    if not request.command.rest:
        raise HalfACommand("交给谁？例如：交班 给 李老师")
    to, why = request.whom(request.command.rest)
    if not isinstance(to, Volunteer):
        raise HalfACommand("没有找到这位同事，请写登记过的姓名或工号，例如：交班 给 李老师")
    if to.address == request.volunteer.address:
        raise NotNow("不能交给自己，请写接班同事的姓名或工号。")
    numbers = handing.hand_on(request.session, request.volunteer, to, why, request.act)
    if not numbers:
        return "您名下没有没办完的工单，不用交班。"
    first = request.session.get_one(TicketRow, numbers[0])
    card = cards.handed_on(numbers, request.volunteer.name, to.name)
    tell_desk(request.session, first, card, request.act, mention=(Person.at(to.address, name=to.name),))
    return f"{len(numbers)} 件已请{to.name}接班，他发“接班”前仍由您负责。"


def _relieve(request: DeskRequest) -> str:
    """接班: everything that was offered to me."""
    tickets = handing.offered_to(request.session, request.volunteer.address)
    if not tickets:
        return "没有等您接手的工单。"
    for ticket in tickets:
        work.take(request.session, ticket, request.act)
    return f"{len(tickets)} 件已由{request.volunteer.name}接手：{'、'.join(ticket.number for ticket in tickets)}"


DOES: dict[Verb, Callable[[TicketRequest], str]] = {
    Verb.TAKE: _take,
    Verb.TAKE_OVER: _take_over,
    Verb.HAND_OVER: _hand_over,
    Verb.RETURN: _return,
    Verb.ASSIGN: _assign,
}

BARE: dict[Verb, Callable[[DeskRequest], str]] = {Verb.SHIFT: _hand_on, Verb.RELIEVE: _relieve}
