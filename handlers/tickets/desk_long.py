"""节点、完成节点、延期、同意延期、跟踪、进展."""

from collections.abc import Callable
from datetime import datetime

from handlers.tickets import long
from handlers.tickets.clock import spoken
from handlers.tickets.fields import read_count, read_day, read_period
from handlers.tickets.refusals import NotNow
from handlers.tickets.rules import Limit, Unit
from handlers.tickets.task import Task
from handlers.tickets.timing import promised
from handlers.tickets.verbs import Verb
from handlers.times import local_day


def _milestone(task: Task) -> str:
    day = read_day(task.needs(), local_day(task.now))
    if day is None or not day[1]:
        raise task.half("节点要写日期和内容")
    if day[0] < local_day(task.now):
        raise NotNow(f"{day[0]:%Y-%m-%d} 已经过了，请写以后的日子。")
    row = long.set_milestone(task.session, task.ticket, *day, task.act, task.rules)
    return f"{task.ticket.number} 节点：{spoken(row.due, now=task.now)} 前 {row.text}。"


def _reached(task: Task) -> str:
    said = task.command.rest.strip("第个。. ") or _only_one(task)
    if not said.isdecimal():
        raise task.half("请写第几个节点")
    row = long.reach_milestone(task.session, task.ticket, int(said), task.act)
    return f"{task.ticket.number} 节点“{row.text}”完成。要告诉提问人请发：进展 {task.ticket.id} 内容"


def _only_one(task: Task) -> str:
    """The place of the one milestone that is open; nothing when there are several."""
    rows = long.milestones_of(task.session, task.ticket)
    still_open = [str(place) for place, row in enumerate(rows, 1) if row.done_at is None]
    return still_open[0] if len(still_open) == 1 else ""


def _extend(task: Task) -> str:
    until, why = _until(task)
    if until is None or not why:
        raise task.half("延期要写延几天（或到哪天）和原因")
    if until <= task.now:
        raise NotNow(f"{spoken(until, now=task.now)} 已经过了，请写以后的日子。")
    long.ask_extension(task.session, task.ticket, until, why, task.act, task.rules)
    return f"{task.ticket.number} 已申请延到 {spoken(until, now=task.now)}，值班长同意后才算。"


def _until(task: Task) -> tuple[datetime | None, str]:
    """`3天 原因`: that many working days after the present limit; `到3月12日 原因`: the end of that day."""
    said, working = task.needs(), task.rules.working
    if (count := read_count(said)) is not None:
        due = promised(task.session, task.ticket) or task.now
        return Limit(unit=Unit.DAYS, amount=count[0]).due(due, working), count[1]
    if (day := read_day(said.removeprefix("到").removeprefix("至"), local_day(task.now))) is not None:
        return working.last_minute_of(day[0]), day[1]
    return None, ""


def _grant(task: Task) -> str:
    row = long.decide_extension(task.session, task.ticket, task.act, task.rules, granted=True, reason=task.command.rest)
    return f"{task.ticket.number} 已同意延到 {spoken(row.due_after, now=task.now)}，提问人已知道。"


def _refuse(task: Task) -> str:
    long.decide_extension(task.session, task.ticket, task.act, task.rules, granted=False, reason=task.needs())
    return f"{task.ticket.number} 不同意延期{task.until}。"


def _track(task: Task) -> str:
    period = read_period(task.needs())
    if period is None or not period[1] or not 1 <= period[0] <= 60:
        raise task.half("长期跟踪要写多久通报一次（1 到 60 天）和原因")
    next_word = long.track(task.session, task.ticket, *period, task.act, task.rules)
    by = spoken(next_word, now=task.now)
    return f"{task.ticket.number} 转长期跟踪。{by} 前请向提问人通报：进展 {task.ticket.id} 内容"


def _word(task: Task) -> str:
    count = long.give_word(task.session, task.ticket, task.needs(), task.act, task.rules)
    due = task.ticket.word_due_at
    then = f"下次通报在 {spoken(due, now=task.now)} 前" if due else "工单仍在办"
    return f"{task.ticket.number} 已向 {count} 位提问人通报，{then}。"


DOES: dict[Verb, Callable[[Task], str]] = {
    Verb.MILESTONE: _milestone,
    Verb.REACHED: _reached,
    Verb.EXTEND: _extend,
    Verb.GRANT: _grant,
    Verb.REFUSE: _refuse,
    Verb.TRACK: _track,
    Verb.WORD: _word,
}
