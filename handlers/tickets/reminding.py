"""Who was asked for material and has not sent it is reminded once for each request, while the clock stands still for him."""

from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, select
from sqlalchemy.orm import Session

from handlers.follow_ups import FollowUp, follow_up
from handlers.jobs import EVERY_MINUTE, ROWS_A_RUN, Job, one_by_one
from handlers.once import OnceRow, first_time
from handlers.tickets import letters
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import Awaited


def material_reminders(rules: TicketRules) -> Job:
    def run(session: Session, now: datetime) -> int:
        late = _waiting(), AskerRow.awaited_since <= now - rules.material_remind_after
        query = select(AskerRow, TicketRow).join(TicketRow, TicketRow.id == AskerRow.ticket_id).where(*late)
        rows = session.execute(query.order_by(AskerRow.id).limit(ROWS_A_RUN)).all()
        return one_by_one(session, rows, lambda row: _remind(session, *row, rules, now))

    first_asked = select(func.min(AskerRow.awaited_since)).join(TicketRow, TicketRow.id == AskerRow.ticket_id)
    first_asked = first_asked.where(_waiting())

    def next_due(session: Session) -> datetime | None:
        first = session.scalar(first_asked)
        return first + rules.material_remind_after if first else None

    return Job(name="ticket_material_reminders", every=EVERY_MINUTE, run=run, next_due=next_due)


def _remind(session: Session, asker: AskerRow, ticket: TicketRow, rules: TicketRules, now: datetime) -> None:
    if not first_time(session, f"material:{asker.id}:{ticket.material_requests}", now=now):
        return  # another process did
    follow_up(
        session, FollowUp.MATERIAL, asker.where, letters.material_reminder(asker), who=asker.who, rules=rules.follow,
        now=now, ticket=ticket.id,
    )  # fmt: skip


def _waiting() -> ColumnElement[bool]:
    """For material, and nobody has reminded him of this request."""
    key = literal("material:") + cast(AskerRow.id, String) + ":" + cast(TicketRow.material_requests, String)
    return (AskerRow.awaited == Awaited.MATERIAL) & ~exists().where(OnceRow.key == key)
