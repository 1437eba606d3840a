"""What lies on the desk: who has what, and what is due when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from handlers.tickets.history import last_reasons
from handlers.tickets.models import ClockRow, TicketEventRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import OPEN, ClockKind, Kind

SHOWN = 20  # a chat is no place for longer lists


@dataclass(frozen=True, kw_only=True)
class Page:
    """The first tickets of a list with their deadlines, how many there are in all, and what was last said of why one is
    still open, by its number."""

    total: int
    rows: Sequence[tuple[TicketRow, datetime | None]]
    reasons: Mapping[int, TicketEventRow]


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks, and where: a complaint is for duty chiefs, not for the one it is about, and only in its own place."""

    address: str
    is_chief: bool
    here: str

    def may_see(self) -> ColumnElement[bool]:
        if not self.is_chief:
            return TicketRow.kind != Kind.COMPLAINT
        not_of_him = or_(TicketRow.about.is_(None), TicketRow.about != self.address)
        return or_(TicketRow.kind != Kind.COMPLAINT, and_(TicketRow.desk == self.here, not_of_him))

    def sees(self, ticket: TicketRow) -> bool:
        may = self.is_chief and ticket.about != self.address and ticket.desk == self.here
        return may or ticket.kind != Kind.COMPLAINT


def waiting_at(session: Session, desk: str | None, rules: TicketRules, *, to: Viewer) -> Page:
    """Open tickets of a desk, of all desks where none is named: BB+ first, then by deadline."""
    return _page(session, rules, _of_desk(desk, to))


def due_by(session: Session, desk: str | None, rules: TicketRules, moment: datetime, *, to: Viewer) -> Page:
    """Open tickets of a desk whose answer is promised for then at the latest."""
    return _page(session, rules, and_(_of_desk(desk, to), ClockRow.paused_at.is_(None), ClockRow.due <= moment))


def with_priority(session: Session, desk: str | None, rules: TicketRules, *, to: Viewer) -> Page:
    """Open tickets of a desk that come before all others."""
    return _page(session, rules, and_(_of_desk(desk, to), _rank(rules) == 0))


def owed(session: Session, rules: TicketRules, *, to: Viewer) -> Page:
    """Open tickets of all desks, in the same order."""
    return _page(session, rules, to.may_see())


def held_by(session: Session, address: str, rules: TicketRules) -> Page:
    """Open tickets of one volunteer, in the same order."""
    return _page(session, rules, TicketRow.handler == address)


def _of_desk(desk: str | None, to: Viewer) -> ColumnElement[bool]:
    if desk is None:
        return to.may_see()
    return and_(or_(TicketRow.desk == desk, TicketRow.desk.is_(None)), to.may_see())


def _page(session: Session, rules: TicketRules, whose: ColumnElement[bool]) -> Page:
    """Counted and put in order in one look. It is at numbers and deadlines: whole tickets would be sorted by the thousand
    for the sake of twenty."""
    clock = and_(
        ClockRow.ticket_id == TicketRow.id, ClockRow.kind == ClockKind.RESOLUTION, ClockRow.stopped_at.is_(None)
    )
    # A clock that stands still is no deadline.
    due = case((ClockRow.paused_at.is_(None), ClockRow.due))
    query = (
        select(TicketRow.id, due.label("until"), func.count().over().label("total"))
        .outerjoin(ClockRow, clock)
        .where(whose, TicketRow.state.in_(OPEN))
        .order_by(_rank(rules), due.is_(None), due, TicketRow.id)
        .limit(SHOWN)
    )
    first = session.execute(query).all()
    numbers = [row.id for row in first]
    tickets = {ticket.id: ticket for ticket in session.scalars(select(TicketRow).where(TicketRow.id.in_(numbers)))}
    return Page(
        total=first[0].total if first else 0,
        rows=[(tickets[row.id], row.until) for row in first],
        reasons=last_reasons(session, numbers),
    )


def _rank(rules: TicketRules) -> ColumnElement[int]:
    grades = [and_(TicketRow.importance == grade[0], TicketRow.urgency == grade[1]) for grade in sorted(rules.priority)]
    return case((or_(*grades), 0), else_=1)
