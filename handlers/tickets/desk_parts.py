"""分工、完成分工、批示."""

from collections.abc import Callable
from datetime import datetime

from handlers.tickets import parts, work
from handlers.tickets.clock import spoken
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.fields import read_day
from handlers.tickets.refusals import HalfACommand, NotNow
from handlers.tickets.routing import Unit
from handlers.tickets.timing import promised
from handlers.tickets.verbs import Verb
from handlers.times import local_day


def _give(request: TicketRequest) -> str:
    """`卫检组 3月9日 核对检疫要求`; without a day the part is due with the ticket."""
    if not request.is_chief:
        work.check_mine(request.ticket, request.act)
    unit, rest = _unit(request)
    if unit is None:
        raise request.half(f"分工先写单位{_known(request)}")
    due, text = _until(request, rest)
    if not text:
        raise request.half("分工要写做什么", f"{unit.name} 3月9日 核对检疫要求")
    part = parts.give(request.session, request.ticket, unit, text, request.act, request.rules, due=due)
    return f"{request.ticket.number} {unit.name}：{text}，{spoken(part.due, now=request.now)} 前，已告知。"


def _until(request: TicketRequest, rest: str) -> tuple[datetime, str]:
    if (day := read_day(rest, local_day(request.now))) is not None:
        if day[0] < local_day(request.now):
            raise NotNow(f"{day[0]:%Y-%m-%d} 已经过了，请写以后的日子。没有改动。")
        return request.rules.working.last_minute_of(day[0]), day[1]
    due = promised(request.session, request.ticket)
    if due is None or due <= request.now:
        raise request.half("分工要写哪天前办完")
    return due, rest


def _finish(request: TicketRequest) -> str:
    """The unit of who speaks, unless another one is named by who may speak for it."""
    named, result = _unit(request)
    unit = named or _own(request)
    if not result:
        raise request.half("请写明结果")
    if unit is None:
        raise request.half(f"请写是哪个单位的分工{_known(request)}", "卫检组 不用检疫，已核对清单")
    if not (
        unit.has(request.volunteer.address) or request.is_chief or request.ticket.handler == request.volunteer.address
    ):
        raise NotNow(f"{unit.name}的分工由{unit.name}的同事、承办人或值班长来报。没有改动。")
    parts.finish(request.session, request.ticket, unit, result, request.act)
    left = "、".join(dict.fromkeys(part.unit or "" for part in parts.open_parts(request.session, request.ticket)))
    return f"{request.ticket.number} {unit.name}的分工办完了{f'，还差{left}' if left else '，各单位的都齐了'}。"


def _unit(request: TicketRequest) -> tuple[Unit | None, str]:
    """The unit named first, and what follows; None when the first word is no unit."""
    first, _, rest = request.needs().partition(" ")
    unit = request.rules.routing.unit(first.rstrip("：:，,"))
    return (unit, rest.strip()) if unit else (None, request.needs())


def _own(request: TicketRequest) -> Unit | None:
    """The unit of who speaks that owes a part; of one who sits in several, the one that owes."""
    owing = [request.rules.routing.unit(part.unit) for part in parts.open_parts(request.session, request.ticket)]
    own = {unit.name: unit for unit in owing if unit is not None and unit.has(request.volunteer.address)}
    return next(iter(own.values())) if len(own) == 1 else None


def _known(request: TicketRequest) -> str:
    known = "、".join(unit.name for unit in request.rules.routing.units)
    if not known:
        raise HalfACommand("还没有登记单位，请找运营登记。没有改动。")
    return f"（现有：{known}）"


def _decide(request: TicketRequest) -> str:
    work.decide(request.session, request.ticket, request.needs(), request.act)
    return f"{request.ticket.number} 批示已记下，已告知承办人。派活请发：分工 {request.ticket.id} 单位 哪天前 做什么"


DOES: dict[Verb, Callable[[TicketRequest], str]] = {Verb.PART: _give, Verb.PART_DONE: _finish, Verb.DECIDE: _decide}
