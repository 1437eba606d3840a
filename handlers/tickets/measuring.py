"""Clocks that stopped: how much working time was left, written down once and for all."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.jobs import EVERY_MINUTE, Job
from handlers.tickets import timing
from handlers.tickets.models import ClockRow
from handlers.tickets.rules import TicketRules

AT_ONCE = 500


def measuring(rules: TicketRules) -> Job:
    """Stores each promise's difference to its target, by the calendar that was in force."""
    unmeasured = (ClockRow.stopped_at.is_not(None), ClockRow.spare_minutes.is_(None))

    def run(session: Session, now: datetime) -> int:
        query = select(ClockRow).where(*unmeasured).order_by(ClockRow.id).limit(AT_ONCE)
        clocks = session.scalars(query.with_for_update(skip_locked=True)).all()
        for clock in clocks:
            clock.spare_minutes = timing.spare(clock, rules.working)
        return len(clocks)

    def next_due(session: Session) -> datetime | None:
        return session.scalar(select(func.min(ClockRow.stopped_at)).where(*unmeasured))

    return Job(name="ticket_measures", every=EVERY_MINUTE, run=run, next_due=next_due)
