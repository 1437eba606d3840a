"""Tickets come into being here, and are found again."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Conversation, Group, Message, Person
from handlers.outbox import PromiseKind, promise
from handlers.tickets import cards, letters, timing
from handlers.tickets.history import Act, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import UnknownTicket
from handlers.tickets.rules import TicketRules
from handlers.tickets.triage import Triage
from handlers.tickets.words import ClockKind, Origin, What

logger = logging.getLogger(__name__)


def open_ticket(
    session: Session,
    *,
    question: str,
    message: Message,
    inbox_id: int,
    group: Group,
    desk: Conversation | None,
    triage: Triage,
    origin: Origin,
    rules: TicketRules,
    now: datetime,
) -> TicketRow:
    """Open a ticket for the sender of `message`, start its clocks and show its card to the desk."""
    ticket = TicketRow(
        origin=origin,
        question=question,
        topic=triage.topic,
        reasons="；".join(triage.reasons),
        ticket_class=triage.ticket_class,
        importance=triage.importance,
        urgency=triage.urgency,
        community=str(message.conversation),
        community_name=group.name[:100],
        desk=str(desk) if desk else None,
        opened_at=now,
        changed_at=now,
    )
    session.add(ticket)
    session.flush()  # its id is its number
    asker = _add_asker(session, ticket, message, inbox_id)
    timing.start(session, ticket, ClockKind.FIRST_RESPONSE, rules, now=now)
    due = timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=now).due
    act = Act(address=message.sender.address, name=message.sender.name, now=now, caused_by=inbox_id)
    record(session, ticket, What.OPENED, act, after=f"{ticket.ticket_class.label} {ticket.grade}")
    tell_desk(session, ticket, cards.new(ticket, asker, due, rules, now=now), act)
    return ticket


def accepted_text(ticket: TicketRow, rules: TicketRules, now: datetime) -> str:
    """What the asker of a new ticket is told: its number, who answers, by when, and how to ask after it."""
    limit = rules.deadline(ticket.ticket_class, ticket.grade).done
    return letters.accepted(ticket.id, limit.due(ticket.opened_at, rules.working), now=now)


def lock(session: Session, number: int) -> TicketRow:
    """The ticket, held against everybody else until the transaction ends. Raises UnknownTicket."""
    query = select(TicketRow).where(TicketRow.id == number).with_for_update()
    ticket = session.scalar(query.execution_options(populate_existing=True))
    if ticket is None:
        raise UnknownTicket(number)
    return ticket


def askers_of(session: Session, ticket: TicketRow) -> Sequence[AskerRow]:
    query = select(AskerRow).where(AskerRow.ticket_id == ticket.id).order_by(AskerRow.id)
    return session.scalars(query).all()


def tell_desk(
    session: Session,
    ticket: TicketRow,
    text: str,
    act: Act,
    *,
    mention: Sequence[Person] | None = None,
    to: Conversation | None = None,
) -> None:
    """Promise a word to the ticket's desk, its handler called, or to `to`; quoting it means this ticket."""
    place = to or ticket.desk_group
    if place is None:
        logger.warning("ticket %d has no desk to be told: name one in config.yml", ticket.id)
        return
    called = handler_of(ticket) if mention is None else mention
    promise(
        session,
        place,
        text,
        kind=PromiseKind.CARD,
        now=act.now,
        mention=called,
        caused_by=act.caused_by,
        ticket=ticket.id,
    )


def tell_asker(session: Session, ticket: TicketRow, asker: AskerRow, text: str, act: Act, *, kind: PromiseKind) -> int:
    """Promise a word to an asker where he asked, mentioned and his question quoted; the promise's id."""
    row = promise(
        session,
        asker.where,
        text,
        kind=kind,
        now=act.now,
        mention=() if asker.where.is_private else (asker.who,),
        quote=asker.message_id,
        caused_by=act.caused_by,
        ticket=ticket.id,
    )
    session.flush()
    return row.id


def handler_of(ticket: TicketRow) -> tuple[Person, ...]:
    """Whom to call in the desk about this ticket."""
    return (person_at(ticket.handler, ticket.handler_name or ""),) if ticket.handler else ()


def person_at(address: str, name: str) -> Person:
    """The person whom rows and config call `qq:10001`."""
    channel, id = address.split(":", 1)
    return Person(channel=channel, id=id, name=name)


def _add_asker(session: Session, ticket: TicketRow, message: Message, inbox_id: int) -> AskerRow:
    asker = AskerRow(
        ticket_id=ticket.id,
        home_id=ticket.id,
        person=message.sender.address,
        name=message.sender.name[:100],
        conversation=str(message.conversation),
        message_id=message.id,
        inbox_id=inbox_id,
        asked_at=message.sent_at,
    )
    session.add(asker)
    return asker
