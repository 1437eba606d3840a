"""Tickets are found here, and everybody concerned is told."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.base import Conversation, Person
from handlers.follow_ups import FollowUp, follow_up, say_waited_for
from handlers.outbox import PromiseKind, promise
from handlers.tickets import cards, letters
from handlers.tickets.history import Act
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import UnknownTicket
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import OPEN, AskerState

logger = logging.getLogger(__name__)


def held_count(session: Session, address: str) -> int:
    """How many open tickets somebody has."""
    query = select(func.count()).where(TicketRow.handler == address, TicketRow.state.in_(OPEN))
    return session.scalar(query) or 0


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


def lock_all(session: Session, numbers: Collection[int]) -> dict[int, TicketRow]:
    """The same of many, by number."""
    query = select(TicketRow).where(TicketRow.id.in_(numbers)).order_by(TicketRow.id).with_for_update()
    return {ticket.id: ticket for ticket in session.scalars(query.execution_options(populate_existing=True))}


def askers_of(session: Session, ticket: TicketRow) -> Sequence[AskerRow]:
    query = select(AskerRow).where(AskerRow.ticket_id == ticket.id).order_by(AskerRow.id)
    return session.scalars(query).all()


def waiting_askers(session: Session, ticket: TicketRow) -> list[AskerRow]:
    """Those who still have no answer."""
    return [asker for asker in askers_of(session, ticket) if asker.state == AskerState.OPEN]


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


def tell_asker(
    session: Session, ticket: TicketRow, asker: AskerRow, kind: FollowUp, text: str, act: Act, rules: TicketRules
) -> int:
    """Promise a word he waits for where he asked, mentioned and his question quoted, as the policy has it; the promise's
    id. For one who is in no chat of ours it goes to the desk, to be passed on."""
    if asker.by_hand:
        return _tell_through_desk(session, ticket, asker, text, act)
    return say_waited_for(
        session, kind, asker.where, text, who=(asker.who,), rules=rules.follow, now=act.now, quote=asker.message_id,
        caused_by=act.caused_by, ticket=ticket.id,
    )  # fmt: skip


def follow_asker(
    session: Session, ticket: TicketRow, asker: AskerRow, kind: FollowUp, text: str, act: Act, rules: TicketRules
) -> None:
    """A word he did not ask for, when the policy has room for it; through the desk for one who is in no chat of ours."""
    if asker.by_hand:
        _tell_through_desk(session, ticket, asker, text, act)
        return
    follow_up(
        session, kind, asker.where, text, who=asker.who, rules=rules.follow, now=act.now, quote=asker.message_id,
        caused_by=act.caused_by, ticket=ticket.id,
    )  # fmt: skip


def _tell_through_desk(session: Session, ticket: TicketRow, asker: AskerRow, text: str, act: Act) -> int:
    return promise(
        session,
        ticket.desk_group or asker.where,
        cards.tell_him(ticket, asker, text),
        kind=PromiseKind.CARD,
        now=act.now,
        mention=handler_of(ticket),
        caused_by=act.caused_by,
        ticket=ticket.id,
    )


def handler_of(ticket: TicketRow) -> tuple[Person, ...]:
    """Whom to call in the desk about this ticket."""
    return (Person.at(ticket.handler, name=ticket.handler_name or ""),) if ticket.handler else ()
