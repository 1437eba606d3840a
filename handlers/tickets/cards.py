"""What volunteers read in a desk. Every question is masked before it is shown."""

from collections.abc import Sequence
from datetime import datetime

from handlers.tickets.clock import spoken
from handlers.tickets.models import AskerRow, EventRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import OPEN, ClockKind, Origin, State, What
from nlu.masking import mask

ECHO = 300  # characters of a question on its card
LINE = 30  # … in a list
HOW_TO_ACT = "引用本条直接回复即答复；或发：接单 {id} / 回复 {id} 答案（发“帮助”看全部）"


def new(ticket: TicketRow, asker: AskerRow, due: datetime, rules: TicketRules, *, now: datetime) -> str:
    """The card of a ticket just opened."""
    return "\n".join(
        [
            f"【新工单 {ticket.number}】{_origin(ticket)}",
            f"问题：{question(ticket)}",
            f"来自：{ticket.community_name} · {_name(asker)}",
            f"建议：{grading(ticket, rules)}",
            f"理由：{ticket.reasons}",
            f"承诺：{spoken(due, now=now)} 前答复",
            HOW_TO_ACT.format(id=ticket.id),
        ]
    )


def reopened(ticket: TicketRow, asker: AskerRow, why: str, due: datetime | None, *, now: datetime) -> str:
    lines = [
        f"【重开 {ticket.number}】{_name(asker)}：{_said(why) or '没解决'}",
        f"问题：{question(ticket)}",
        f"上次答复：{_said(ticket.answer or '') or '无'}",
    ]
    return "\n".join([*lines, *_promise(due, now), HOW_TO_ACT.format(id=ticket.id)])


def added(ticket: TicketRow, asker: AskerRow, text: str, due: datetime | None, *, now: datetime) -> str:
    lines = [f"【{ticket.number} 提问人补充】{_name(asker)}：{_said(text)}", f"问题：{question(ticket)}"]
    return "\n".join([*lines, *_promise(due, now), HOW_TO_ACT.format(id=ticket.id)])


def reason_given(ticket: TicketRow, asker: AskerRow, text: str) -> str:
    return f"【{ticket.number} 没解决的原因】{_name(asker)}：{_said(text)}"


def pressed(ticket: TicketRow, asker: AskerRow, due: datetime | None, *, now: datetime) -> str:
    head = f"【催办 {ticket.number}】{_name(asker)}在等答复：{question(ticket)}"
    return "\n".join([head, *_promise(due, now), _act(ticket)])


def warning(ticket: TicketRow, kind: ClockKind, due: datetime, *, now: datetime) -> str:
    task = "接单" if kind == ClockKind.FIRST_RESPONSE else "答复"
    return f"【临期提醒 {ticket.number}】请在 {spoken(due, now=now)} 前{task}：{question(ticket)}\n{_act(ticket)}"


def breach(ticket: TicketRow, kind: ClockKind, due: datetime, told: str, *, now: datetime) -> str:
    task = "接单" if kind == ClockKind.FIRST_RESPONSE else "答复"
    head = f"【超时 {ticket.number}】应在 {spoken(due, now=now)} 前{task}，现为“{ticket.level.label}”{told}。"
    return f"{head}\n问题：{question(ticket)}\n{_act(ticket)}"


def raised(ticket: TicketRow, why: str, by: str, told: str) -> str:
    head = f"【提级 {ticket.number}】{by}：{_said(why)}\n现为“{ticket.level.label}”{told}。"
    return f"{head}\n问题：{question(ticket)}\n{_act(ticket)}"


def handed_over(ticket: TicketRow, why: str, by: str, to: str, due: datetime | None, *, now: datetime) -> str:
    whom = f"请{to}接手" if to else "请能办的同事接手"
    head = f"【转办 {ticket.number}】{by}：{_said(why)}\n{whom}，发：接单 {ticket.id}（接手前仍由{by}负责）"
    return "\n".join([head, f"问题：{question(ticket)}", *_promise(due, now)])


def undelivered(ticket: TicketRow, asker: AskerRow, reason: str) -> str:
    return (
        f"【没送到 {ticket.number}】给{_name(asker)}的答复没有送达（{reason or '原因不明'}），工单仍在办。\n"
        f"请换个办法联系他，或稍后重发：回复 {ticket.id} 答案"
    )


def material_overdue(ticket: TicketRow) -> str:
    return f"【{ticket.number} 补充超期】提问人一直没有补充，恢复计时。请按现有情况答复：回复 {ticket.id} 答案"


def detail(
    ticket: TicketRow, askers: Sequence[AskerRow], due: datetime | None, rules: TicketRules, *, now: datetime
) -> str:
    lines = [
        f"【工单 {ticket.number}】{ticket.state.label} · {ticket.level.label}",
        f"问题：{question(ticket)}",
        f"来自：{ticket.community_name} · {'、'.join(_name(asker) for asker in askers) or '（已并入其他工单）'}",
        f"分级：{grading(ticket, rules)}",
        f"办理：{ticket.handler_name or '还没有人接'}",
    ]
    answered = [f"答复：{_said(ticket.answer)}（{ticket.signature}）"] if ticket.answer else []
    return "\n".join([*lines, *_promise(due, now), *answered])


def life(events: Sequence[EventRow], *, now: datetime, last: int = 8) -> str:
    """The last events, one a line."""
    told = [event for event in events if event.what != What.SETTLED]
    return "\n".join(_event(event, now) for event in told[-last:])


def line(ticket: TicketRow, due: datetime | None, rules: TicketRules, *, now: datetime) -> str:
    """One ticket in a list."""
    star = "★" if rules.is_priority(ticket.grade) else ""
    late = "已超时 " if due is not None and due <= now else ""
    until = f"{late}{spoken(due, now=now)} 前" if due else "不计时"
    short = " ".join(mask(ticket.question).split())
    short = short if len(short) <= LINE else f"{short[:LINE]}…"
    return f"{star}{ticket.number} {ticket.grade} {until} {ticket.state.label}{_hand(ticket)}：{short}"


def grading(ticket: TicketRow, rules: TicketRules) -> str:
    priority = "，BB+ 优先" if rules.is_priority(ticket.grade) else ""
    return f"{ticket.ticket_class.label} · {ticket.grade}（重要 {ticket.importance}，紧急 {ticket.urgency}{priority}）"


def question(ticket: TicketRow) -> str:
    return _said(ticket.question)


def _said(text: str) -> str:
    shown = mask(text).strip()
    return shown if len(shown) <= ECHO else f"{shown[:ECHO]}…"


def _name(asker: AskerRow) -> str:
    return mask(asker.name)  # people put their telephone into it


def _origin(ticket: TicketRow) -> str:
    return "" if ticket.origin == Origin.ASKED else ticket.origin.label


def _promise(due: datetime | None, now: datetime) -> list[str]:
    return [f"承诺：{spoken(due, now=now)} 前答复"] if due else []


def _hand(ticket: TicketRow) -> str:
    return f"（{ticket.handler_name}）" if ticket.handler_name else ""


def _act(ticket: TicketRow) -> str:
    if ticket.handler_name is None and ticket.state in (State.WAITING, State.REOPENED):
        return f"还没有人接，发：接单 {ticket.id}"
    return f"发：回复 {ticket.id} 答案" if ticket.state in OPEN else f"发：查看 {ticket.id}"


def _event(event: EventRow, now: datetime) -> str:
    change = f"（{_said(event.before)}→{_said(event.after)}）" if event.before or event.after else ""
    why = f"：{_said(event.why)}" if event.why else ""
    return f"{spoken(event.at, now=now)} {event.who_name} {event.what.label}{change}{why}"
