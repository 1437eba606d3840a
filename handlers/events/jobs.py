"""What time does to events: the monthly one is planned by itself, and its people are reminded."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import BY_TIME, Conversation
from handlers.events import service
from handlers.events.models import EventRow
from handlers.events.service import EventRules
from handlers.events.words import EventKind, EventStage
from handlers.inbox import InboxRow
from handlers.jobs import EVERY_MINUTE, Job
from handlers.once import first_time, last_key
from handlers.outbox import PromiseKind
from handlers.tickets.clock import spoken
from handlers.times import SHANGHAI

PLANNED = "monthly_event:"  # begins what is remembered of a month


def events(rules: EventRules) -> list[Job]:
    return [*([_monthly(rules)] if rules.monthly_day and rules.desk else []), _reminders(rules)]


def _monthly(rules: EventRules) -> Job:
    def run(session: Session, now: datetime) -> int:
        starts = service.next_monthly(rules, now)
        if starts - rules.ahead > now or rules.desk is None or not first_time(session, _key(starts), now=now):
            return 0
        row = service.plan(
            session, EventKind.FACE_TO_FACE, f"{starts.astimezone(SHANGHAI).month} 月关企面对面", starts, desk=rules.desk,
            by=BY_TIME, now=now, place=rules.place,
        )  # fmt: skip
        told = f"{service.agenda(session, row, now=now)}\n发通知请发：活动通知 {row.number} 受众：全部"
        outbox.promise(session, rules.desk, told, kind=PromiseKind.CARD, now=now)
        return 1

    return Job(
        name="events_monthly", every=EVERY_MINUTE, run=run, next_due=lambda session: _first_missing(session, rules)
    )


def _first_missing(session: Session, rules: EventRules) -> datetime | None:
    """When the month after the last one that was planned is to be planned, whatever day that event was put to since; before
    any was, the first month after the first word we ever heard."""
    last = last_key(session, PLANNED)
    if last is not None:
        month = date.fromisoformat(f"{last.removeprefix(PLANNED)}-01")
        return rules.monthly(service.month_after(month)) - rules.ahead
    heard = session.scalar(select(InboxRow.received_at).order_by(InboxRow.id).limit(1))
    return max(service.next_monthly(rules, heard) - rules.ahead, heard) if heard is not None else None


def _reminders(rules: EventRules) -> Job:
    coming = select(EventRow).where(EventRow.stage == EventStage.PLANNED, EventRow.reminded_at.is_(None))

    def run(session: Session, now: datetime) -> int:
        query = coming.where(EventRow.starts_at <= now + rules.remind, EventRow.starts_at > now)
        rows = session.scalars(query.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.reminded_at = now
            service.take_common_questions(session, row, now)
            count = len(service.questions_of(session, row))
            told = f"【提醒】{row.number} {row.title} {spoken(row.starts_at, now=now)} 开始，已有 {count} 个问题。看议程请发：活动 {row.number}"
            if row.announced_by is not None:
                told += f"\n提醒收到过通知的群，请发：活动提醒 {row.number}"
            outbox.promise(session, Conversation.parse(row.desk), told, kind=PromiseKind.CARD, now=now)
        return len(rows)

    def next_due(session: Session) -> datetime | None:
        first = session.scalar(coming.with_only_columns(EventRow.starts_at).order_by(EventRow.starts_at).limit(1))
        return first - rules.remind if first else None

    return Job(name="events_reminders", every=EVERY_MINUTE, run=run, next_due=next_due)


def _key(starts: datetime) -> str:
    return f"{PLANNED}{starts.astimezone(SHANGHAI):%Y-%m}"
