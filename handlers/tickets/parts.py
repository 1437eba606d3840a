"""分工: each unit at a ticket has a part of its own, with a day, a result and a reminder; one part does not wait for another."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.tickets import cards
from handlers.tickets.history import Act, record
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import TaskRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.routing import Unit
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import handler_of, tell_desk
from handlers.tickets.together import name_units, units_of
from handlers.tickets.words import TaskKind, UnitRole, What
from handlers.tickets.work import check_owed, take_if_free


def give(
    session: Session, ticket: TicketRow, unit: Unit, text: str, act: Act, rules: TicketRules, *, due: datetime
) -> TaskRow:
    """The unit owes this part by then, and hears of it at its own desk; one that was not called in yet joins by it."""
    check_owed(ticket)
    if unit.name not in {row.unit for row in units_of(session, ticket)}:
        name_units(session, ticket, [unit], UnitRole.JOINT, act, rules)
    take_if_free(session, ticket, act)
    remind_at = max(rules.working.subtract(due, rules.warn_before), act.now)
    task = TaskRow(
        ticket_id=ticket.id, kind=TaskKind.PART, unit=unit.name, text=text, opened_at=act.now, due=due,
        remind_at=remind_at,
    )  # fmt: skip
    session.add(task)
    record(session, ticket, What.PART_GIVEN, act, after=unit.name, why=text)
    card = cards.part(ticket, task, act.name, now=act.now)
    tell_desk(session, ticket, card, act, mention=rules.routing.on_duty(unit, act.now), to=unit.desk)
    return task


def finish(session: Session, ticket: TicketRow, unit: Unit, result: str, act: Act) -> Sequence[TaskRow]:
    """What that unit owed is done; who handles the ticket hears the result, and what is still to come."""
    done = [task for task in open_parts(session, ticket) if task.unit == unit.name]
    if not done:
        raise NotNow(f"{ticket.number} {unit.name}没有没办完的分工。看经过请发：查看 {ticket.id}")
    for task in done:
        task.done_at, task.done_by, task.done_by_name, task.result = act.now, act.address, act.name, result
        task.remind_at = None
        record(session, ticket, What.PART_DONE, act, before=unit.name, after=result)
    session.flush()
    left = [task.unit or "" for task in open_parts(session, ticket)]
    if ticket.handler != act.address:
        card = cards.part_done(ticket, unit.name, result, act.name, left)
        tell_desk(session, ticket, card, act, mention=handler_of(ticket))
    return done


def parts_of(session: Session, ticket: TicketRow) -> Sequence[TaskRow]:
    """All parts that were given, done or not, first things first."""
    query = select(TaskRow).where(TaskRow.ticket_id == ticket.id, TaskRow.kind == TaskKind.PART)
    return session.scalars(query.order_by(TaskRow.id)).all()


def open_parts(session: Session, ticket: TicketRow) -> Sequence[TaskRow]:
    return [task for task in parts_of(session, ticket) if task.done_at is None]
