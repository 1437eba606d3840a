"""Who did what to a ticket and why: added to, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from handlers.base import BY_TIME, OUR_NAME, Person, Turn
from handlers.members.directory import Volunteer
from handlers.tickets.models import TicketEventRow, TicketRow
from handlers.tickets.words import What


@dataclass(frozen=True, kw_only=True)
class Act:
    """Somebody's doing: who, when, and the message that it answers (None: time alone made it happen)."""

    address: str
    name: str
    now: datetime
    caused_by: int | None = None
    number: str = ""  # of a volunteer

    @property
    def signature(self) -> str:
        """How a volunteer signs."""
        return f"{self.name}（工号 {self.number}）" if self.number else self.name


#: What people do to a ticket that says why it is not answered yet.
HOLDS_UP = (
    What.OFFERED, What.RETURNED, What.ASSIGNED, What.RAISED, What.MATERIAL_ASKED, What.CONSULTED, What.TRACKED, What.WORD_GIVEN,
    What.EXTENSION_ASKED, What.EXTENDED, What.EXTENSION_REFUSED, What.SIGNATURE_REFUSED, What.REOPENED,
)  # fmt: skip


def by_asker(turn: Turn) -> Act:
    sender: Person = turn.message.sender
    return Act(address=sender.address, name=sender.name, now=turn.now, caused_by=turn.inbox_id)


def by_volunteer(turn: Turn, volunteer: Volunteer) -> Act:
    return Act(
        address=volunteer.address,
        name=volunteer.name,
        number=volunteer.number,
        now=turn.now,
        caused_by=turn.inbox_id,
    )


def by_time(now: datetime) -> Act:
    return Act(address=BY_TIME, name=OUR_NAME, now=now)


def record(
    session: Session, ticket: TicketRow, what: What, act: Act, *, before: str = "", after: str = "", why: str = ""
) -> None:
    """Add one event; the ticket counts as changed."""
    ticket.changed_at = act.now
    session.add(
        TicketEventRow(
            ticket_id=ticket.id,
            at=act.now,
            who=act.address,
            who_name=act.name[:100],
            what=what,
            before=before,
            after=after,
            why=why,
            inbox_id=act.caused_by,
        )
    )


def record_all(
    session: Session, tickets: Sequence[int], what: What, act: Act, *, before: str, after: str, why: str
) -> None:
    """The same event of many tickets; who calls marks them as changed."""
    event = {
        "at": act.now, "who": act.address, "who_name": act.name[:100], "what": what, "before": before, "after": after,
        "why": why, "inbox_id": act.caused_by,
    }  # fmt: skip
    if tickets:
        session.execute(insert(TicketEventRow), [{**event, "ticket_id": ticket} for ticket in tickets])


def life_of(session: Session, ticket: TicketRow) -> list[TicketEventRow]:
    """Everything that happened to a ticket, first things first."""
    query = select(TicketEventRow).where(TicketEventRow.ticket_id == ticket.id).order_by(TicketEventRow.id)
    return list(session.scalars(query))


def presses(session: Session, ticket: TicketRow) -> int:
    """How often askers have pressed for the answer."""
    session.flush()
    query = select(func.count()).where(TicketEventRow.ticket_id == ticket.id, TicketEventRow.what == What.PRESSED)
    return session.scalar(query) or 0


def last_reasons(session: Session, tickets: Sequence[int]) -> dict[int, TicketEventRow]:
    """By ticket, the last that somebody said of why it is not answered yet; nothing of those of which nobody did."""
    said = TicketEventRow.ticket_id.in_(tickets), TicketEventRow.what.in_(HOLDS_UP), TicketEventRow.why != ""
    last = select(func.max(TicketEventRow.id)).where(*said).group_by(TicketEventRow.ticket_id)
    return {
        event.ticket_id: event for event in session.scalars(select(TicketEventRow).where(TicketEventRow.id.in_(last)))
    }
