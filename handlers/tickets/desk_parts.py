"""分工、完成分工、批示."""

from collections.abc import Callable
from datetime import datetime

from handlers.tickets import parts, work
from handlers.tickets.clock import spoken
from handlers.tickets.fields import read_day
from handlers.tickets.refusals import HalfACommand, NotNow
from handlers.tickets.routing import Unit
from handlers.tickets.task import Task
from handlers.tickets.timing import promised
from handlers.tickets.verbs import Verb
from handlers.times import local_day


def _give(task: Task) -> str:
    """`卫检组 3月9日 核对检疫要求`; without a day the part is due with the ticket."""
    if not task.is_chief:
        work.check_mine(task.ticket, task.act)
    unit, rest = _unit(task)
    if unit is None:
        raise task.half(f"分工先写单位{_known(task)}")
    due, text = _until(task, rest)
    if not text:
        raise task.half("分工要写做什么", f"{unit.name} 3月9日 核对检疫要求")
    part = parts.give(task.session, task.ticket, unit, text, task.act, task.rules, due=due)
    return f"{task.ticket.number} {unit.name}：{text}，{spoken(part.due, now=task.now)} 前，已告知。"


def _until(task: Task, rest: str) -> tuple[datetime, str]:
    if (day := read_day(rest, local_day(task.now))) is not None:
        if day[0] < local_day(task.now):
            raise NotNow(f"{day[0]:%Y-%m-%d} 已经过了，请写以后的日子。没有改动。")
        return task.rules.working.last_minute_of(day[0]), day[1]
    due = promised(task.session, task.ticket)
    if due is None or due <= task.now:
        raise task.half("分工要写哪天前办完")
    return due, rest


def _finish(task: Task) -> str:
    """The unit of who speaks, unless another one is named by who may speak for it."""
    named, result = _unit(task)
    unit = named or _own(task)
    if not result:
        raise task.half("请写明结果")
    if unit is None:
        raise task.half(f"请写是哪个单位的分工{_known(task)}", "卫检组 不用检疫，已核对清单")
    if not (unit.has(task.volunteer.address) or task.is_chief or task.ticket.handler == task.volunteer.address):
        raise NotNow(f"{unit.name}的分工由{unit.name}的同事、承办人或值班长来报。没有改动。")
    parts.finish(task.session, task.ticket, unit, result, task.act)
    left = "、".join(dict.fromkeys(part.unit or "" for part in parts.open_parts(task.session, task.ticket)))
    return f"{task.ticket.number} {unit.name}的分工办完了{f'，还差{left}' if left else '，各单位的都齐了'}。"


def _unit(task: Task) -> tuple[Unit | None, str]:
    """The unit named first, and what follows; None when the first word is no unit."""
    first, _, rest = task.needs().partition(" ")
    unit = task.rules.routing.unit(first.rstrip("：:，,"))
    return (unit, rest.strip()) if unit else (None, task.needs())


def _own(task: Task) -> Unit | None:
    """The unit of who speaks that owes a part; of one who sits in several, the one that owes."""
    owing = [task.rules.routing.unit(part.unit) for part in parts.open_parts(task.session, task.ticket)]
    own = {unit.name: unit for unit in owing if unit is not None and unit.has(task.volunteer.address)}
    return next(iter(own.values())) if len(own) == 1 else None


def _known(task: Task) -> str:
    known = "、".join(unit.name for unit in task.rules.routing.units)
    if not known:
        raise HalfACommand("还没有登记单位，请找运营登记。没有改动。")
    return f"（现有：{known}）"


def _decide(task: Task) -> str:
    work.decide(task.session, task.ticket, task.needs(), task.act)
    return f"{task.ticket.number} 批示已记下，已告知承办人。派活请发：分工 {task.ticket.id} 单位 哪天前 做什么"


DOES: dict[Verb, Callable[[Task], str]] = {Verb.PART: _give, Verb.PART_DONE: _finish, Verb.DECIDE: _decide}
