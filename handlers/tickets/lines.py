"""Tickets as lists, details and histories show them, and the pieces cards are made of. Every word of people is masked."""

from collections.abc import Sequence
from datetime import datetime

from handlers.tickets.clock import spoken
from handlers.tickets.models import AskerRow, TicketEventRow, TicketRow
from handlers.tickets.papers import DispositionRow, MilestoneRow, TaskForceRow, TaskRow, TicketUnitRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import OPEN, Level, State, UnitRole, What
from nlu.masking import mask, masked_line

ECHO = 300  # characters of a question on its card
LINE = 30  # … in a list
LAST = 8  # events of a life


def line(ticket: TicketRow, due: datetime | None, rules: TicketRules, *, now: datetime) -> str:
    """One ticket in a list."""
    star = "★" if rules.is_priority(ticket.grade) else ""
    late = "已超时 " if due is not None and due <= now else ""
    until = f"{late}{spoken(due, now=now)} 前" if due else "不计时"
    return f"{star}{ticket.number} {ticket.grade} {until} {ticket.state.label}{_hand(ticket)}：{short(ticket)}"


def held_up(ticket: TicketRow, due: datetime | None, said: TicketEventRow | None, *, now: datetime) -> list[str]:
    """Under its line, why a ticket is still open: nothing where it goes its usual way."""
    is_late = due is not None and due <= now
    if said is None and not is_late:
        return []
    level = f"{ticket.level.label}；" if ticket.level != Level.FIRST_ASKED else ""
    if said is not None:
        return [
            f"　卡在：{level}{spoken(said.at, now=now)} {said.who_name}{said.what.label}：{masked_line(said.why, LINE)}"
        ]
    return [f"　卡在：{level}{'办理人还没说原因' if ticket.handler_name else '还没有人接'}"]


def task_line(ticket: TicketRow, task: TaskRow, *, now: datetime) -> str:
    late = "已超期 " if task.due <= now else ""
    whose = task.unit or task.assignee_name
    who = f"（{whose}）" if whose else ""
    return f"{ticket.number} {task.kind.label} {late}{spoken(task.due, now=now)} 前{who}：{short(ticket)}"


def detail(
    ticket: TicketRow, askers: Sequence[AskerRow], due: datetime | None, rules: TicketRules, *, now: datetime
) -> str:
    lines = [
        f"【工单 {ticket.number}】{ticket.state.label} · {ticket.level.label}",
        f"问题：{question(ticket)}",
        f"来自：{ticket.community_name} · {'、'.join(name_of(asker) for asker in askers) or '（已并入其他工单）'}",
        f"分级：{grading(ticket, rules)}{'，特事特办' if ticket.special else ''}",
        f"办理：{ticket.handler_name or '还没有人接'}",
    ]
    answered = [f"答复：{echoed(ticket.answer)}（{ticket.signature}）"] if ticket.answer else []
    return "\n".join([*lines, *promise_line(due, now), *answered])


def hands(units: Sequence[TicketUnitRow], force: TaskForceRow | None) -> list[str]:
    """Which units lead and join, and the task force, a line each."""
    lines = []
    for role in UnitRole:
        names = "、".join(row.unit for row in units if row.role == role)
        lines += [f"{role.label}：{names}"] if names else []
    if force is not None:
        members = "、".join(member["name"] for member in force.members)
        lines.append(f"专班：组长{force.head_name}{f'，成员{members}' if members else ''}")
    return lines


def plan(milestones: Sequence[MilestoneRow], *, now: datetime) -> list[str]:
    lines = []
    for place, row in enumerate(milestones, 1):
        how = "已完成" if row.done_at else f"{spoken(row.due, now=now)} 前"
        lines.append(f"节点 {place}：{echoed(row.text)}（{how}）")
    return lines


def division(parts: Sequence[TaskRow], *, now: datetime) -> list[str]:
    """Each unit's own part and how it stands, a line each."""
    lines = []
    for row in parts:
        late = "已超期，" if row.due <= now else ""
        how = f"已办完：{echoed(row.result or '')}" if row.done_at else f"{late}{spoken(row.due, now=now)} 前"
        lines.append(f"分工 {row.unit}：{echoed(row.text or '')}（{how}）")
    return lines


def cleared(row: DispositionRow | None) -> list[str]:
    if row is None:
        return []
    details = {
        "依据": row.basis,
        "说明": row.explanation,
        "替代": row.alternative,
        "文号": row.reference,
        "跟踪": row.tracking,
    }
    said = "；".join(f"{name}：{echoed(value)}" for name, value in details.items() if value)
    return [f"清理方式：{row.disposition.label}{f'（{said}）' if said else ''}"]


def life(events: Sequence[TicketEventRow], *, now: datetime) -> str:
    """The last events, one a line."""
    told = [event for event in events if event.what != What.SETTLED]
    return "\n".join(_event(event, now) for event in told[-LAST:])


def grading(ticket: TicketRow, rules: TicketRules) -> str:
    priority = "，BB+ 优先" if rules.is_priority(ticket.grade) else ""
    return f"{ticket.ticket_class.label} · {ticket.grade}（重要 {ticket.importance}，紧急 {ticket.urgency}{priority}）"


def question(ticket: TicketRow) -> str:
    return echoed(ticket.question)


def echoed(text: str) -> str:
    shown = mask(text).strip()
    return shown if len(shown) <= ECHO else f"{shown[:ECHO]}…"


def short(ticket: TicketRow) -> str:
    return masked_line(ticket.question, LINE)


def name_of(asker: AskerRow) -> str:
    return mask(asker.name)  # people put their telephone into it


def promise_line(due: datetime | None, now: datetime) -> list[str]:
    late = "，已超时" if due is not None and due <= now else ""
    return [f"承诺：{spoken(due, now=now)} 前答复{late}"] if due else []


def what_to_do(ticket: TicketRow) -> str:
    if ticket.handler_name is None and ticket.state in (State.WAITING, State.REOPENED):
        return f"还没有人接，发：接单 {ticket.id}"
    return f"发：回复 {ticket.id} 答案" if ticket.state in OPEN else f"发：查看 {ticket.id}"


def _hand(ticket: TicketRow) -> str:
    return f"（{ticket.handler_name}）" if ticket.handler_name else ""


def _event(event: TicketEventRow, now: datetime) -> str:
    change = f"（{echoed(event.before)}→{echoed(event.after)}）" if event.before or event.after else ""
    why = f"：{echoed(event.why)}" if event.why else ""
    return f"{spoken(event.at, now=now)} {event.who_name} {event.what.label}{change}{why}"
