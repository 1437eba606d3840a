"""待办、我的、今日到期、超期、优先、事项、查看、值班、应急名单."""

from collections.abc import Callable
from datetime import timedelta

from handlers.base import Person
from handlers.tickets import desk_help, dispositions, emergency, lists, long, parts, tasks, timing, together
from handlers.tickets.desk_request import DeskRequest, TicketRequest
from handlers.tickets.history import life_of
from handlers.tickets.lines import cleared, detail, division, hands, held_up, life, line, plan, task_line
from handlers.tickets.service import askers_of
from handlers.tickets.verbs import Verb
from handlers.times import local_day

AHEAD = 14  # days of the roster that are looked at for gaps


def _backlog(request: DeskRequest) -> str:
    return _page(request, "待办", lists.waiting_at(request.session, _here(request), request.rules, to=request.viewer))


def _mine(request: DeskRequest) -> str:
    page = lists.held_by(request.session, request.volunteer.address, request.rules)
    return _page(request, f"{request.volunteer.name}在办", page)


def _today(request: DeskRequest) -> str:
    end = request.rules.working.last_minute_of(local_day(request.now))
    page = lists.due_by(request.session, _here(request), request.rules, end, to=request.viewer)
    return _page(request, "今日到期", page)


def _late(request: DeskRequest) -> str:
    page = lists.due_by(request.session, _here(request), request.rules, request.now, to=request.viewer)
    return _page(request, "已超期", page)


def _priority(request: DeskRequest) -> str:
    page = lists.with_priority(request.session, _here(request), request.rules, to=request.viewer)
    return _page(request, "优先（BB+）", page)


def _here(request: DeskRequest) -> str | None:
    """The desk whose tickets are meant; in private, where only those ask who answer for the service, all of them."""
    here = request.turn.message.conversation
    return None if here.is_private else str(here)


def _page(request: DeskRequest, title: str, page: lists.Page) -> str:
    if not page.rows:
        return f"{title}：没有未办的工单。"
    return "\n".join([f"{title}（{page.total}）", *listed(page, request)])


def listed(page: lists.Page, request: DeskRequest) -> list[str]:
    """The tickets of a list, what holds each up under it, and how many more there are."""
    lines = []
    for ticket, due in page.rows:
        lines.append(line(ticket, due, request.rules, now=request.now))
        lines += held_up(ticket, due, page.reasons.get(ticket.id), now=request.now)
    left_out = page.total > len(page.rows)
    return [*lines, f"……共 {page.total} 件，先列 {len(page.rows)} 件"] if left_out else lines


def _tasks(request: DeskRequest) -> str:
    here = request.turn.message.conversation
    units = [unit.name for unit in request.rules.routing.units if unit.desk == here]
    total, rows = tasks.pending(request.session, str(here), units)
    if not rows:
        return "事项：没有要做的告知、回访、整改、回头看、分工。"
    lines = [task_line(ticket, task, now=request.now) for task, ticket in rows]
    more = f"\n……共 {total} 件" if total > len(lines) else ""
    return f"事项（{total}）\n" + "\n".join(lines) + more


def show(request: TicketRequest) -> str:
    """查看: how it stands, what is planned, and what happened."""
    session, ticket, now = request.session, request.ticket, request.now
    due = timing.promised(session, ticket)
    shown = [detail(ticket, askers_of(session, ticket), due, request.rules, now=now)]
    shown += hands(together.units_of(session, ticket), together.force_of(session, ticket))
    shown += division(parts.parts_of(session, ticket), now=now)
    shown += plan(long.milestones_of(session, ticket), now=now)
    shown += cleared(dispositions.disposition_of(session, ticket))
    return "\n".join([*shown, "经过：", life(life_of(session, ticket), now=now)])


def _duty(request: DeskRequest) -> str:
    """Who is on duty today and tomorrow, and the days ahead that nobody has."""
    routing, now = request.rules.routing, request.now
    if not routing.roster and not routing.units:
        return "还没有排班，请找运营登记。"
    lines = []
    for word, moment in (("今天", now), ("明天", now + timedelta(days=1))):
        chiefs = _names(routing.chiefs(moment))
        people = [f"{unit.name} {_names(routing.on_duty(unit, moment))}" for unit in routing.units]
        whole = routing.on_duty(None, moment)
        people += [f"值班 {_names(whole)}"] if whole else []
        lines.append(f"{word}：{'；'.join([*people, f'值班长 {chiefs}'])}")
    gaps = routing.gaps(local_day(now), AHEAD)
    if gaps:
        days = "、".join(f"{day.month}月{day.day}日{f'（{unit}）' if unit else ''}" for day, unit in gaps[:5])
        more = f"等 {len(gaps)} 处" if len(gaps) > 5 else ""
        lines.append(f"两周内没排到人：{days}{more}，由替补或全组顶上，请补排。")
    return "\n".join(lines)


def _names(people: tuple[Person, ...]) -> str:
    return "、".join(person.name or person.id for person in people) or "没有人"


BARE: dict[Verb, Callable[[DeskRequest], str]] = {
    Verb.BACKLOG: _backlog,
    Verb.MINE: _mine,
    Verb.TODAY: _today,
    Verb.LATE: _late,
    Verb.PRIORITY: _priority,
    Verb.TASKS: _tasks,
    Verb.DUTY: _duty,
    Verb.EMERGENCY: lambda request: emergency.shown(request.rules),
    Verb.HELP: desk_help.help_with,
}
DOES: dict[Verb, Callable[[TicketRequest], str]] = {Verb.SHOW: show}
