"""Several hands on one ticket: units that lead and join, consultations with one conclusion, task forces."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Person
from handlers.members.directory import Volunteer
from handlers.tickets import cards
from handlers.tickets.history import Act, record
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import ConsultationRow, OpinionRow, TaskForceRow, TicketUnitRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.routing import Unit
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import tell_desk
from handlers.tickets.words import Level, State, UnitRole, What
from handlers.tickets.work import check_owed, take_if_free


def name_units(
    session: Session, ticket: TicketRow, units: Sequence[Unit], role: UnitRole, act: Act, rules: TicketRules
) -> None:
    """Units lead the ticket, of which there is one, or join in; each hears of it at its own desk."""
    check_owed(ticket)
    before = units_of(session, ticket)
    new = [unit for unit in units if (unit.name, role) not in {(row.unit, row.role) for row in before}]
    if not new:
        raise NotNow(f"{ticket.number} 已经由{'、'.join(unit.name for unit in units)}{role.label}。")
    for row in before:
        if role == UnitRole.LEAD and row.role == role:
            row.until = act.now
    for unit in new:
        session.add(TicketUnitRow(ticket_id=ticket.id, unit=unit.name, role=role, since=act.now, named_by=act.address))
        card = cards.called_in(ticket, role.label, act.name)
        tell_desk(session, ticket, card, act, mention=rules.routing.on_duty(unit, act.now), to=unit.desk)
    was = "、".join(row.unit for row in before if row.role == role)
    record(
        session, ticket, What.UNIT_ADDED, act, before=was, after="、".join(unit.name for unit in new), why=role.label
    )


def units_of(session: Session, ticket: TicketRow) -> Sequence[TicketUnitRow]:
    query = select(TicketUnitRow).where(TicketUnitRow.ticket_id == ticket.id, TicketUnitRow.until.is_(None))
    return session.scalars(query.order_by(TicketUnitRow.id)).all()


def consult(session: Session, ticket: TicketRow, subject: str, act: Act, rules: TicketRules) -> None:
    """Ask the units for their opinions."""
    check_owed(ticket)
    if consultation_of(session, ticket) is not None:
        raise NotNow(f"{ticket.number} 正在会商。说意见请发：意见 {ticket.id} 内容；结束请发：结论 {ticket.id} 内容")
    if ticket.state == State.NEEDS_MATERIAL:
        raise NotNow(f"{ticket.number} 正在等提问人补充，等他补齐再会商。")
    take_if_free(session, ticket, act)
    row = ConsultationRow(
        ticket_id=ticket.id, subject=subject, opened_by=act.address, opened_by_name=act.name, opened_at=act.now
    )
    session.add(row)
    before, ticket.state = ticket.state.label, State.CONSULTING
    record(session, ticket, What.CONSULTED, act, before=before, after=ticket.state.label, why=subject)
    units = [unit for row in units_of(session, ticket) if (unit := rules.routing.unit(row.unit))]
    card = cards.consultation(ticket, subject, act.name, [unit.name for unit in units])
    tell_desk(session, ticket, card, act, mention=_called(units, rules, act, at=ticket.desk))
    for unit in units:
        if unit.desk is not None and str(unit.desk) != ticket.desk:
            tell_desk(session, ticket, card, act, mention=rules.routing.on_duty(unit, act.now), to=unit.desk)


def _called(units: Sequence[Unit], rules: TicketRules, act: Act, *, at: str | None) -> list[Person]:
    here = [unit for unit in units if unit.desk is None or str(unit.desk) == at]
    return [person for unit in here for person in rules.routing.on_duty(unit, act.now)]


def opine(session: Session, ticket: TicketRow, text: str, act: Act, rules: TicketRules) -> int:
    """One opinion; how many there are now. A second one of the same person stands beside the first."""
    consultation = _running(session, ticket)
    unit = next((unit.name for unit in rules.routing.units if unit.has(act.address) and unit.people), None)
    session.add(
        OpinionRow(
            ticket_id=ticket.id, consultation_id=consultation.id, who=act.address, who_name=act.name, unit=unit,
            text=text, given_at=act.now,
        )
    )  # fmt: skip
    record(session, ticket, What.OPINED, act, why=text)
    session.flush()
    return len(opinions_of(session, consultation))


def conclude(session: Session, ticket: TicketRow, text: str, act: Act, *, chief: bool) -> None:
    """One conclusion, by who answers for the ticket or a duty chief, and only after somebody was heard."""
    consultation = _running(session, ticket)
    if ticket.handler != act.address and not chief:
        raise NotNow(f"会商结论由{ticket.handler_name or '承办人'}或值班长来下。说意见请发：意见 {ticket.id} 内容")
    if not opinions_of(session, consultation):
        raise NotNow(f"还没有人说意见，不能下结论。说意见请发：意见 {ticket.id} 内容")
    consultation.conclusion, consultation.concluded_at = text, act.now
    consultation.concluded_by, consultation.concluded_by_name = act.address, act.name
    before, ticket.state = ticket.state.label, State.HANDLING
    record(session, ticket, What.CONCLUDED, act, before=before, after=ticket.state.label, why=text)


def consultation_of(session: Session, ticket: TicketRow) -> ConsultationRow | None:
    query = select(ConsultationRow).where(
        ConsultationRow.ticket_id == ticket.id, ConsultationRow.concluded_at.is_(None)
    )
    return session.scalars(query).first()


def opinions_of(session: Session, consultation: ConsultationRow) -> Sequence[OpinionRow]:
    query = select(OpinionRow).where(OpinionRow.consultation_id == consultation.id)
    return session.scalars(query.order_by(OpinionRow.id)).all()


def _running(session: Session, ticket: TicketRow) -> ConsultationRow:
    check_owed(ticket)
    consultation = consultation_of(session, ticket)
    if consultation is None:
        raise NotNow(f"{ticket.number} 没有在会商。发起请发：会商 {ticket.id} 议题")
    return consultation


def form_force(session: Session, ticket: TicketRow, head: Volunteer, members: Sequence[Volunteer], act: Act) -> None:
    """专班: a head who answers for it, members, and the level that goes with it. A new one replaces the old."""
    check_owed(ticket)
    for old in session.scalars(
        select(TaskForceRow).where(TaskForceRow.ticket_id == ticket.id, TaskForceRow.dissolved_at.is_(None))
    ):
        old.dissolved_at = act.now
    named = [{"address": member.address, "name": member.name} for member in members]
    session.add(
        TaskForceRow(
            ticket_id=ticket.id, head=head.address, head_name=head.name, members=named, formed_by=act.address,
            formed_at=act.now,
        )
    )  # fmt: skip
    before = ticket.level.label
    if ticket.level.is_below(Level.TASK_FORCE):
        ticket.level = Level.TASK_FORCE
    names = "、".join(member.name for member in members)
    after = f"组长{head.name}{f'，成员{names}' if names else ''}"
    record(session, ticket, What.FORCE_FORMED, act, before=before, after=after)
    called = [Person.at(one.address, name=one.name) for one in (head, *members)]
    tell_desk(session, ticket, cards.task_force(ticket, head.name, names, act.name), act, mention=called)


def force_of(session: Session, ticket: TicketRow) -> TaskForceRow | None:
    query = select(TaskForceRow).where(TaskForceRow.ticket_id == ticket.id, TaskForceRow.dissolved_at.is_(None))
    return session.scalars(query).first()
