"""全程: everything that ever happened to a ticket, told from the beginning."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.tickets.history import life_of
from handlers.tickets.models import ClockRow, TicketEventRow, TicketRow
from handlers.times import full_time
from nlu.masking import mask

STATES = {
    PromiseState.DUE: "待发", PromiseState.SENDING: "正在发", PromiseState.SENT: "已送达", PromiseState.FAILED: "没有送达",
    PromiseState.UNCERTAIN: "不确定是否送达", PromiseState.WITHDRAWN: "已撤回",
}  # fmt: skip
KINDS = {PromiseKind.ANSWER: "答复", PromiseKind.ASK: "询问"}


def whole_life(session: Session, ticket: TicketRow, *, now: datetime) -> str:
    """Every event in order, what was promised, and what reached the askers; numbers masked."""
    lines = [f"【全程 {ticket.number}】{ticket.state.label}，{full_time(ticket.opened_at)}登记，{full_time(now)}打印"]
    lines += [_event(event) for event in life_of(session, ticket)]
    clocks = session.scalars(select(ClockRow).where(ClockRow.ticket_id == ticket.id).order_by(ClockRow.id)).all()
    return "\n".join([*lines, "时限：", *(_clock(clock) for clock in clocks), *_sent(session, ticket)])


def _event(event: TicketEventRow) -> str:
    change = f"（{_said(event.before)}→{_said(event.after)}）" if event.before or event.after else ""
    why = f"：{_said(event.why)}" if event.why else ""
    return f"{full_time(event.at)} {_said(event.who_name)} {event.what.label}{change}{why}"


def _clock(clock: ClockRow) -> str:
    ended = f"，{full_time(clock.stopped_at)}停" if clock.stopped_at else "，暂停中" if clock.paused_at else "，计时中"
    spare = clock.spare_minutes
    if spare is None:
        return f"{clock.kind.label}：应在 {full_time(clock.due)} 前{ended}"
    hours = f"{'余' if spare >= 0 else '超'} {abs(spare) / 60:.1f} 工作小时"
    return f"{clock.kind.label}：应在 {full_time(clock.due)} 前{ended}，{hours}"


def _sent(session: Session, ticket: TicketRow) -> Sequence[str]:
    query = select(PromiseRow).where(PromiseRow.ticket == ticket.id, PromiseRow.kind.in_(KINDS)).order_by(PromiseRow.id)
    rows = session.scalars(query).all()
    return ["送达：", *(_promise(row) for row in rows)] if rows else []


def _promise(row: PromiseRow) -> str:
    names = "、".join(_said(person["name"]) for person in row.mention)
    reason = f"（{row.reason}）" if row.reason and row.state != PromiseState.SENT else ""
    when = row.sent_at or row.created_at
    return f"{full_time(when)} {KINDS[row.kind]}{f'给{names}' if names else ''}：{STATES[row.state]}{reason}"


def _said(text: str) -> str:
    return mask(text).strip()
