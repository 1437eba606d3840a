"""接单、转办、退回、指定、接手、交班、接班."""

from collections.abc import Callable

from handlers.base import Person
from handlers.members.directory import Volunteer
from handlers.tickets import cards, handing, timing, work
from handlers.tickets.models import TicketRow
from handlers.tickets.refusals import HalfACommand, NotNow
from handlers.tickets.routing import Unit
from handlers.tickets.service import handler_of, tell_desk
from handlers.tickets.task import Errand, Task
from handlers.tickets.verbs import Verb


def _take(task: Task) -> str:
    ticket = task.ticket
    handing.check_may_take(ticket, task.act, task.rules)
    if ticket.handler != task.volunteer.address:
        handing.check_room(task.session, task.volunteer.address, task.rules)
    work.take(task.session, ticket, task.act)
    handing.accept_for_unit(ticket, task.rules)
    how = f"引用工单直接回复，或 回复 {ticket.id} 答案"
    return f"{ticket.number} 由{task.volunteer.name}办理{task.until}。答复：{how}"


def _take_over(task: Task) -> str:
    work.take_over(task.session, task.ticket, task.needs(), task.act)
    task.ticket.offered_unit = None
    return f"{task.ticket.number} 改由{task.volunteer.name}办理{task.until}。"


def _hand_over(task: Task) -> str:
    ticket = task.ticket
    to, why = task.whom(task.needs("原因"))
    if not why:
        raise HalfACommand(f"转办要写原因，例如：转办 {ticket.id} 给{to.name if to else '某某'} 属于商检业务")
    if isinstance(to, Unit):
        handing.offer_to_unit(task.session, ticket, to, why, task.act, task.rules)
        return f"{ticket.number} 已请{to.name}接手，接手前{_still(task)}。"
    name = to.name if to else ""
    work.hand_over(task.session, ticket, why, task.act, to=to)
    due = timing.promised(task.session, ticket)
    card = cards.handed_over(ticket, why, task.volunteer.name, name, due, now=task.now)
    called = (Person.at(to.address, name=to.name),) if to else ()
    tell_desk(task.session, ticket, card, task.act, mention=called)
    return f"{ticket.number} 已请{name or '同事'}接手，接手前仍由您负责。"


def _still(task: Task) -> str:
    return "仍由您负责" if task.ticket.handler == task.volunteer.address else "仍在本群"


def _return(task: Task) -> str:
    ticket, why = task.ticket, task.needs()
    if ticket.offered_to == task.volunteer.address:
        handing.decline(task.session, ticket, why, task.act)
        tell_desk(task.session, ticket, cards.declined(ticket, why, task.volunteer.name), task.act)
        return f"{ticket.number} 您没有接，仍由{ticket.handler_name}负责。"
    chief_decides = handing.send_back(task.session, ticket, why, task.act, task.rules, home=task.directory.desk)
    chiefs = task.rules.routing.chiefs(task.now) if chief_decides else ()
    called = [*chiefs, *handler_of(ticket)]
    card = cards.returned(ticket, why, task.volunteer.name, chief_decides=chief_decides)
    tell_desk(task.session, ticket, card, task.act, mention=called, to=task.directory.desk)
    return f"{ticket.number} 已退回{'，请值班长指定' if chief_decides else '，另行分派'}。"


def _assign(task: Task) -> str:
    to, why = task.whom(task.needs())
    if to is None:
        known = "、".join(unit.name for unit in task.rules.routing.units)
        raise task.half(f"没有找到要指定的人或组{f'（组有：{known}）' if known else ''}")
    if not why:
        raise task.half("指定要写原因", f"给 {to.name} 原因")
    handing.assign(task.session, task.ticket, to, why, task.act, task.rules)
    return f"{task.ticket.number} 已指定{to.name}办理{task.until}。"


def hand_on(errand: Errand) -> str:
    """交班 给 李老师."""
    if not errand.command.rest:
        raise HalfACommand("交给谁？例如：交班 给 李老师")
    to, why = errand.whom(errand.command.rest)
    if not isinstance(to, Volunteer):
        raise HalfACommand("没有找到这位同事，请写登记过的姓名或工号，例如：交班 给 李老师")
    if to.address == errand.volunteer.address:
        raise NotNow("不能交给自己，请写接班同事的姓名或工号。")
    numbers = handing.hand_on(errand.session, errand.volunteer, to, why, errand.act)
    if not numbers:
        return "您名下没有没办完的工单，不用交班。"
    first = errand.session.get_one(TicketRow, numbers[0])
    card = cards.handed_on(numbers, errand.volunteer.name, to.name)
    tell_desk(errand.session, first, card, errand.act, mention=(Person.at(to.address, name=to.name),))
    return f"{len(numbers)} 件已请{to.name}接班，他发“接班”前仍由您负责。"


def relieve(errand: Errand) -> str:
    """接班: everything that was offered to me."""
    tickets = handing.offered_to(errand.session, errand.volunteer.address)
    if not tickets:
        return "没有等您接手的工单。"
    for ticket in tickets:
        work.take(errand.session, ticket, errand.act)
    return f"{len(tickets)} 件已由{errand.volunteer.name}接手：{'、'.join(ticket.number for ticket in tickets)}"


DOES: dict[Verb, Callable[[Task], str]] = {
    Verb.TAKE: _take,
    Verb.TAKE_OVER: _take_over,
    Verb.HAND_OVER: _hand_over,
    Verb.RETURN: _return,
    Verb.ASSIGN: _assign,
}
