"""Answers that wait for a second look: a long one for its writer's, one that many will read for a colleague's."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.tickets.history import Act, record
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import DraftRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.words import What


def keep(
    session: Session,
    ticket: TicketRow,
    text: str,
    act: Act,
    *,
    second: bool,
    public: bool = False,
    clears: Mapping[str, str] | None = None,
) -> DraftRow:
    """Keep the text as the ticket's draft; an earlier one is done with. `clears`: how it clears the problem when it is
    sent."""
    settle(session, ticket, act)
    row = DraftRow(
        ticket_id=ticket.id, text=text, written_by=act.address, written_by_name=act.name, written_by_number=act.number,
        written_at=act.now, needs_second=second, public=public,
        clears=dict(clears) if clears else None,
    )  # fmt: skip
    session.add(row)
    record(session, ticket, What.DRAFTED, act, after=text)
    return row


def draft_of(session: Session, ticket: TicketRow) -> DraftRow | None:
    query = select(DraftRow).where(DraftRow.ticket_id == ticket.id, DraftRow.settled_at.is_(None))
    return session.scalars(query.order_by(DraftRow.id.desc()).limit(1)).first()


def own_draft(session: Session, ticket: TicketRow, act: Act) -> DraftRow:
    """The draft its writer may send now. Raises NotNow."""
    row = draft_of(session, ticket)
    if row is None:
        raise NotNow(f"{ticket.number} 没有等着发的稿子。答复请发：回复 {ticket.id} 答案")
    if row.written_by != act.address:
        raise NotNow(f"{ticket.number} 的稿子是{row.written_by_name}写的，由他核对后发出。")
    if row.needs_second:
        raise NotNow(f"{ticket.number} 的稿子要发给多位提问人，请另一位同事发：同意答复 {ticket.id}")
    return row


def colleagues_draft(session: Session, ticket: TicketRow, act: Act) -> DraftRow:
    """The draft that waits for a colleague, who is not its writer. Raises NotNow."""
    row = draft_of(session, ticket)
    if row is None or not row.needs_second:
        raise NotNow(f"{ticket.number} 没有等人同意的稿子。答复请发：回复 {ticket.id} 答案")
    if row.written_by == act.address:
        raise NotNow(f"{ticket.number} 的稿子是您自己写的，要另一位同事发：同意答复 {ticket.id}")
    return row


def author(row: DraftRow, now: datetime, caused_by: int | None) -> Act:
    """Who signs what was drafted."""
    return Act(
        address=row.written_by, name=row.written_by_name, number=row.written_by_number, now=now, caused_by=caused_by
    )


def settle(session: Session, ticket: TicketRow, act: Act, *, approved: bool = False) -> DraftRow | None:
    """The draft was sent, or is not wanted any more."""
    row = draft_of(session, ticket)
    if row is not None:
        row.settled_at, row.approved_by = act.now, act.address if approved else None
    return row
