"""Urgent matters outside working hours: whom to call, other authorities included."""

from sqlalchemy.orm import Session

from handlers.tickets import cards
from handlers.tickets.history import Act
from handlers.tickets.models import TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import handler_of, tell_desk
from handlers.tickets.words import Kind, Mark


def call_out(session: Session, ticket: TicketRow, rules: TicketRules, act: Act) -> None:
    """A matter of urgency A that nobody at work would see is shown to who is on call."""
    if ticket.urgency != Mark.A or ticket.kind != Kind.QUESTION or rules.working.works_at(act.now):
        return
    if rules.emergency is None and not rules.emergency_lines:
        return
    called = (*handler_of(ticket), *(rules.emergency.people if rules.emergency else ()))
    group = rules.emergency.conversation if rules.emergency else None
    tell_desk(session, ticket, cards.emergency(ticket, rules.emergency_lines), act, mention=called, to=group)


def shown(rules: TicketRules) -> str:
    """The list, for a person."""
    people = "、".join(person.name or person.id for person in rules.emergency.people) if rules.emergency else ""
    if not people and not rules.emergency_lines:
        return "还没有应急名单，请找运营登记。"
    ours = [f"下班时间的急件请找：{people}"] if people else []
    return "\n".join([*ours, *(f"外单位：{line}" for line in rules.emergency_lines)])
