"""What is owed for a ticket besides its answer: telling who is in no chat, calling back after a bad rating, putting right
what went wrong, looking back at hard problems, the parts of units. Nobody can wave such a task away; it is done or it is late."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from handlers.follow_ups import FollowUp
from handlers.jobs import EVERY_MINUTE, ROWS_A_RUN, Job, one_by_one
from handlers.tickets import cards, letters
from handlers.tickets.history import Act, by_time, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.papers import TaskRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import askers_of, follow_asker, handler_of, lock, tell_desk
from handlers.tickets.words import OPEN, TaskKind, What

LISTED = 20


def open_task(
    session: Session,
    ticket: TicketRow,
    kind: TaskKind,
    act: Act,
    *,
    due: datetime,
    remind_at: datetime,
    asker: AskerRow | None = None,
) -> None:
    """Owe one thing more; of one kind a ticket owes an asker one at a time."""
    asker_id = asker.id if asker else None
    if any(task.asker_id == asker_id for task in owed(session, ticket, kind)):
        return
    session.add(TaskRow(
        ticket_id=ticket.id, asker_id=asker_id, kind=kind, assignee=ticket.handler, assignee_name=ticket.handler_name,
        opened_at=act.now, due=due, remind_at=remind_at,
    ))  # fmt: skip
    record(session, ticket, What.TASK_OPENED, act, after=kind.label)


def owed(session: Session, ticket: TicketRow, kind: TaskKind) -> Sequence[TaskRow]:
    query = select(TaskRow).where(TaskRow.ticket_id == ticket.id, TaskRow.kind == kind, TaskRow.done_at.is_(None))
    return session.scalars(query.order_by(TaskRow.id)).all()


def finish(session: Session, ticket: TicketRow, kind: TaskKind, result: str, act: Act) -> int:
    """It was done, and how; the number of tasks settled. Raises NotNow when none is owed."""
    tasks = owed(session, ticket, kind)
    if not tasks:
        raise NotNow(f"{ticket.number} 没有要做的“{kind.label}”。还有哪些事项请发：事项")
    for task in tasks:
        task.done_at, task.done_by, task.done_by_name, task.result = act.now, act.address, act.name, result
        task.remind_at = None
        record(session, ticket, What.TASK_DONE, act, before=kind.label, after=result)
    return len(tasks)


def pending(session: Session, desk: str, units: Collection[str]) -> tuple[int, Sequence[tuple[TaskRow, TicketRow]]]:
    """Everything a desk and the units that sit there still owe, what is due first in front, and how much that is in all."""
    ours = or_(TicketRow.desk == desk, TaskRow.unit.in_(units))
    which = (TaskRow.done_at.is_(None), ours, or_(TaskRow.kind != TaskKind.PART, TicketRow.state.in_(OPEN)))
    joined = select(TaskRow, TicketRow).join(TicketRow, TicketRow.id == TaskRow.ticket_id).where(*which)
    count = session.scalar(joined.with_only_columns(func.count(TaskRow.id))) or 0
    rows = session.execute(joined.order_by(TaskRow.due, TaskRow.id).limit(LISTED)).all()
    return count, [(task, ticket) for task, ticket in rows]


def reminding(rules: TicketRules) -> Job:
    """Who has a task hears of it when its time comes, and every working day once it is late; then the chiefs do too."""

    def run(session: Session, now: datetime) -> int:
        due = select(TaskRow).where(TaskRow.remind_at <= now).order_by(TaskRow.id).limit(ROWS_A_RUN)
        tasks = list(session.scalars(due.with_for_update(skip_locked=True)))
        return one_by_one(session, tasks, lambda task: _remind(session, task, rules, now))

    def next_due(session: Session) -> datetime | None:
        return session.scalar(select(func.min(TaskRow.remind_at)))

    return Job(name="ticket_tasks", every=EVERY_MINUTE, run=run, next_due=next_due)


def _remind(session: Session, task: TaskRow, rules: TicketRules, now: datetime) -> None:
    ticket = lock(session, task.ticket_id)
    late = now >= task.due
    if late and task.late_at is None:
        task.late_at = now
        record(session, ticket, What.TASK_LATE, by_time(now), after=task.kind.label)
    if task.kind == TaskKind.LOOK_BACK and not late and ticket.state not in OPEN:
        for asker in askers_of(session, ticket):
            text = letters.look_back(asker)
            follow_asker(session, ticket, asker, FollowUp.LOOK_BACK, text, by_time(now), rules)
    task.remind_at = rules.escalate_every.due(now, rules.working) if late else task.due
    if task.kind == TaskKind.PART:
        _remind_unit(session, ticket, task, rules, now, late=late)
        return
    called = [*handler_of(ticket), *(rules.routing.chiefs(now) if late else ())]
    tell_desk(session, ticket, cards.task(ticket, task, late=late, now=now), by_time(now), mention=called)


def _remind_unit(
    session: Session, ticket: TicketRow, task: TaskRow, rules: TicketRules, now: datetime, *, late: bool
) -> None:
    """A unit hears of its part at its own desk as long as the ticket is open; of a late one the handler and the chiefs
    hear too."""
    if ticket.state not in OPEN:
        task.remind_at = None
        return
    unit, card = rules.routing.unit(task.unit), cards.task(ticket, task, late=late, now=now)
    own = rules.routing.on_duty(unit, now) if unit is not None else ()
    others = (*handler_of(ticket), *rules.routing.chiefs(now)) if late else ()
    place = unit.desk if unit is not None else None
    if place in (None, ticket.desk_group):
        tell_desk(session, ticket, card, by_time(now), mention=tuple(dict.fromkeys((*own, *others))))
        return
    tell_desk(session, ticket, card, by_time(now), mention=own, to=place)
    if late:
        tell_desk(session, ticket, card, by_time(now), mention=others)
