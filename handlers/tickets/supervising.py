"""督办: a ticket that went high is called out every working day until it is answered. Its handler cannot dismiss it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.jobs import EVERY_MINUTE, ROWS_A_RUN, Job, one_by_one
from handlers.tickets import lines, timing, work
from handlers.tickets.clock import spoken
from handlers.tickets.history import Act, by_time, record
from handlers.tickets.models import SupervisionRow, TicketRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import lock
from handlers.tickets.words import OPEN, Level, State, What


def supervised(session: Session, ticket: TicketRow) -> SupervisionRow | None:
    """The supervision that is on."""
    query = select(SupervisionRow).where(SupervisionRow.ticket_id == ticket.id, SupervisionRow.ended_at.is_(None))
    return session.scalars(query.order_by(SupervisionRow.id.desc()).limit(1)).first()


def begin(session: Session, ticket: TicketRow, why: str, act: Act, *, rules: TicketRules) -> None:
    """Remind the handler from now on."""
    work.check_owed(ticket)
    if supervised(session, ticket) is not None:
        raise NotNow(f"{ticket.number} 已在督办。要解除请由值班长发：解除督办 {ticket.id} 原因")
    _begin(session, ticket, why, act, rules)
    receivers = rules.receivers.get(ticket.level, ())
    work.tell_receivers(session, ticket, _card(session, ticket, why, act.now), receivers, act)


def begin_when_high(session: Session, ticket: TicketRow, why: str, rules: TicketRules, *, now: datetime) -> None:
    """From 工作专班督办 on a late ticket is supervised without anybody asking for it."""
    if not ticket.level.is_below(Level.TASK_FORCE) and supervised(session, ticket) is None:
        _begin(session, ticket, why, by_time(now), rules)


def lift(session: Session, ticket: TicketRow, why: str, act: Act) -> None:
    """End it before the answer. Never by the handler himself, whatever his rights."""
    row = supervised(session, ticket)
    if row is None:
        raise NotNow(f"{ticket.number} 没有在督办。")
    if ticket.handler == act.address:
        raise NotNow(f"{ticket.number} 由您办理，督办不能自己解除；答复后自动结束：回复 {ticket.id} 答案")
    _end(session, ticket, row, why, act)


def supervising(rules: TicketRules) -> Job:
    """Reminds, and ends what has been answered."""

    def run(session: Session, now: datetime) -> int:
        query = (
            select(SupervisionRow).where(SupervisionRow.remind_at <= now).order_by(SupervisionRow.id).limit(ROWS_A_RUN)
        )
        rows = session.scalars(query.with_for_update(skip_locked=True)).all()
        return one_by_one(session, rows, lambda row: _remind_or_end(session, row, rules, now))

    def next_due(session: Session) -> datetime | None:
        return session.scalar(select(func.min(SupervisionRow.remind_at)))

    return Job(name="ticket_supervision", every=EVERY_MINUTE, run=run, next_due=next_due)


def _begin(session: Session, ticket: TicketRow, why: str, act: Act, rules: TicketRules) -> None:
    session.add(
        SupervisionRow(
            ticket_id=ticket.id,
            started_at=act.now,
            started_by=act.address,
            started_by_name=act.name[:100],
            why=why,
            remind_at=rules.escalate_every.due(act.now, rules.working),
        )
    )
    record(session, ticket, What.SUPERVISED, act, after=ticket.level.label, why=why)


def _remind_or_end(session: Session, row: SupervisionRow, rules: TicketRules, now: datetime) -> None:
    ticket = lock(session, row.ticket_id)
    if ticket.state in OPEN:
        _remind(session, ticket, row, rules, now)
    else:
        _end(session, ticket, row, ticket.state.label, by_time(now))


def _remind(session: Session, ticket: TicketRow, row: SupervisionRow, rules: TicketRules, now: datetime) -> None:
    row.reminders += 1
    row.remind_at = rules.escalate_every.due(now, rules.working)
    receivers = rules.receivers.get(ticket.level, ())
    text = _card(session, ticket, f"{row.why}（第 {row.reminders} 次提醒）", now)
    work.tell_receivers(session, ticket, text, receivers, by_time(now))


def _end(session: Session, ticket: TicketRow, row: SupervisionRow, why: str, act: Act) -> None:
    row.remind_at, row.ended_at, row.ended_by, row.end_reason = None, act.now, act.address, why
    record(session, ticket, What.SUPERVISION_ENDED, act, why=why)


def _card(session: Session, ticket: TicketRow, why: str, now: datetime) -> str:
    due = timing.promised(session, ticket)
    promised = f"应在 {spoken(due, now=now)} 前答复。" if due else ""
    waits = "正在等提问人补充，请催他；等不到就按现有情况答复。" if ticket.state == State.NEEDS_MATERIAL else ""
    return (
        f"【督办 {ticket.number}】{why}。{promised}{waits}\n问题：{lines.question(ticket)}\n"
        f"答复前每个工作日提醒一次。发：回复 {ticket.id} 答案"
    )
