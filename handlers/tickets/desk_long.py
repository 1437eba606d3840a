"""节点、完成节点、延期、同意延期、跟踪、进展."""

from collections.abc import Callable
from datetime import datetime

from handlers.tickets import long
from handlers.tickets.clock import spoken
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.fields import read_count, read_day, read_period
from handlers.tickets.refusals import NotNow
from handlers.tickets.rules import Limit, TimeUnit
from handlers.tickets.timing import promised
from handlers.tickets.verbs import Verb
from handlers.times import local_day


def _milestone(request: TicketRequest) -> str:
    day = read_day(request.needs(), local_day(request.now))
    if day is None or not day[1]:
        raise request.half("节点要写日期和内容")
    if day[0] < local_day(request.now):
        raise NotNow(f"{day[0]:%Y-%m-%d} 已经过了，请写以后的日子。")
    row = long.set_milestone(request.session, request.ticket, *day, request.act, request.rules)
    return f"{request.ticket.number} 节点：{spoken(row.due, now=request.now)} 前 {row.text}。"


def _reached(request: TicketRequest) -> str:
    said = request.command.rest.strip("第个。. ") or _only_one(request)
    if not said.isdecimal():
        raise request.half("请写第几个节点")
    row = long.reach_milestone(request.session, request.ticket, int(said), request.act)
    return f"{request.ticket.number} 节点“{row.text}”完成。要告诉提问人请发：进展 {request.ticket.id} 内容"


def _only_one(request: TicketRequest) -> str:
    """The place of the one milestone that is open; nothing when there are several."""
    rows = long.milestones_of(request.session, request.ticket)
    still_open = [str(place) for place, row in enumerate(rows, 1) if row.done_at is None]
    return still_open[0] if len(still_open) == 1 else ""


def _extend(request: TicketRequest) -> str:
    until, why = _until(request)
    if until is None or not why:
        raise request.half("延期要写延几天（或到哪天）和原因")
    if until <= request.now:
        raise NotNow(f"{spoken(until, now=request.now)} 已经过了，请写以后的日子。")
    long.ask_extension(request.session, request.ticket, until, why, request.act, request.rules)
    return f"{request.ticket.number} 已申请延到 {spoken(until, now=request.now)}，值班长同意后才算。"


def _until(request: TicketRequest) -> tuple[datetime | None, str]:
    """`3天 原因`: that many working days after the present limit; `到3月12日 原因`: the end of that day."""
    said, working = request.needs(), request.rules.working
    if (count := read_count(said)) is not None:
        due = promised(request.session, request.ticket) or request.now
        return Limit(unit=TimeUnit.DAYS, amount=count[0]).due(due, working), count[1]
    if (day := read_day(said.removeprefix("到").removeprefix("至"), local_day(request.now))) is not None:
        return working.last_minute_of(day[0]), day[1]
    return None, ""


def _grant(request: TicketRequest) -> str:
    row = long.decide_extension(
        request.session, request.ticket, request.act, request.rules, granted=True, reason=request.command.rest
    )
    return f"{request.ticket.number} 已同意延到 {spoken(row.due_after, now=request.now)}，提问人已知道。"


def _refuse(request: TicketRequest) -> str:
    long.decide_extension(
        request.session, request.ticket, request.act, request.rules, granted=False, reason=request.needs()
    )
    return f"{request.ticket.number} 不同意延期{request.until}。"


def _track(request: TicketRequest) -> str:
    period = read_period(request.needs())
    if period is None or not period[1] or not 1 <= period[0] <= 60:
        raise request.half("长期跟踪要写多久通报一次（1 到 60 天）和原因")
    next_word = long.track(request.session, request.ticket, *period, request.act, request.rules)
    by = spoken(next_word, now=request.now)
    return f"{request.ticket.number} 转长期跟踪。{by} 前请向提问人通报：进展 {request.ticket.id} 内容"


def _word(request: TicketRequest) -> str:
    count = long.give_word(request.session, request.ticket, request.needs(), request.act, request.rules)
    due = request.ticket.word_due_at
    then = f"下次通报在 {spoken(due, now=request.now)} 前" if due else "工单仍在办"
    return f"{request.ticket.number} 已向 {count} 位提问人通报，{then}。"


DOES: dict[Verb, Callable[[TicketRequest], str]] = {
    Verb.MILESTONE: _milestone,
    Verb.REACHED: _reached,
    Verb.EXTEND: _extend,
    Verb.GRANT: _grant,
    Verb.REFUSE: _refuse,
    Verb.TRACK: _track,
    Verb.WORD: _word,
}
