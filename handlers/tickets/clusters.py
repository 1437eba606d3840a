"""Topics that have piled up are proposed to be cleared together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.tickets import cards, timing
from handlers.tickets.history import Act
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import ClusterRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import tell_desk
from handlers.tickets.words import OPEN, Kind

LISTED = 15


def same_topic(session: Session, ticket: TicketRow) -> Sequence[tuple[TicketRow, datetime | None]]:
    """Open tickets of the same desk and topic, with what is promised, oldest first."""
    same = (TicketRow.desk == ticket.desk, TicketRow.topic == ticket.topic, TicketRow.state.in_(OPEN))
    numbers = select(TicketRow.id).where(*same)  # unordered, so that SQLite finds them in the index of all three
    rows = session.scalars(
        select(TicketRow).where(TicketRow.id.in_(numbers)).order_by(TicketRow.id).limit(LISTED)
    ).all()
    due = timing.promised_for(session, [row.id for row in rows])
    return [(row, due.get(row.id)) for row in rows]


def propose(session: Session, ticket: TicketRow, rules: TicketRules, act: Act) -> None:
    """When a topic has piled up, propose once to clear it together; and again when half as many more have come."""
    if not ticket.topic or ticket.kind != Kind.QUESTION:
        return
    same = (
        TicketRow.desk == ticket.desk, TicketRow.topic == ticket.topic, TicketRow.state.in_(OPEN),
        TicketRow.opened_at >= act.now - rules.cluster_window,
    )  # fmt: skip
    count = session.scalar(select(func.count()).select_from(TicketRow).where(*same)) or 0
    if count < rules.cluster_at:
        return
    last = select(ClusterRow).where(ClusterRow.topic == ticket.topic, ClusterRow.desk == ticket.desk)
    before = session.scalars(last.order_by(ClusterRow.id.desc()).limit(1)).first()
    if before and before.proposed_at >= act.now - rules.cluster_window and count < len(before.tickets) * 1.5:
        return
    rows = session.scalars(select(TicketRow).where(*same).order_by(TicketRow.id).limit(LISTED)).all()
    numbers = [row.id for row in rows]
    session.add(ClusterRow(topic=ticket.topic, desk=ticket.desk, tickets=numbers, proposed_at=act.now))
    tell_desk(session, ticket, cards.cluster(ticket.topic, rows, count), act, mention=())
