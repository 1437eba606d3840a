"""Who did what to a ticket and why: added to, never changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Person
from handlers.members.directory import Volunteer
from handlers.tickets.models import EventRow, TicketRow
from handlers.tickets.words import What


@dataclass(frozen=True, kw_only=True)
class Who:
    """The author of a change."""

    address: str
    name: str

    @classmethod
    def volunteer(cls, volunteer: Volunteer) -> "Who":
        return cls(address=volunteer.address, name=volunteer.name)

    @classmethod
    def person(cls, person: Person) -> "Who":
        return cls(address=person.address, name=person.name)


THE_BOT = Who(address="bot", name="直通车")


def record(
    session: Session,
    ticket: TicketRow,
    what: What,
    *,
    by: Who,
    now: datetime,
    before: str = "",
    after: str = "",
    why: str = "",
    inbox_id: int | None = None,
) -> None:
    """Add one event; the ticket counts as changed."""
    ticket.changed_at = now
    session.add(
        EventRow(
            ticket_id=ticket.id,
            at=now,
            who=by.address,
            who_name=by.name[:100],
            what=what,
            before=before,
            after=after,
            why=why,
            inbox_id=inbox_id,
        )
    )


def life_of(session: Session, ticket: TicketRow) -> list[EventRow]:
    """Everything that happened to a ticket, first things first."""
    query = select(EventRow).where(EventRow.ticket_id == ticket.id).order_by(EventRow.id)
    return list(session.scalars(query))
