"""Once a week the editors' desk hears what the base could not answer and what waits for a word."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import Conversation
from handlers.inbox import DecisionRow
from handlers.jobs import Job
from handlers.knowledge import gaps, pages
from handlers.knowledge.confirmed import proposed_phrasings
from handlers.knowledge.drafting import open_drafts
from handlers.knowledge.models import DigestRow
from handlers.outbox import PromiseKind
from handlers.times import SHANGHAI

WEEK = timedelta(days=7)
AT = time(9, 0)


def weekly_list(desk: Conversation) -> Job:
    """The job that tells the desk on Monday mornings."""

    def run(session: Session, now: datetime) -> int:
        due = next_monday(session)
        if due is None or now < due:
            return 0
        session.add(DigestRow(monday=monday_of(now).date(), told_at=now))
        outbox.promise(session, desk, digest(session, now=now), kind=PromiseKind.CARD, now=now)
        return 1

    return Job(name="weekly_list", every=timedelta(minutes=10), run=run, next_due=next_monday)


def next_monday(session: Session) -> datetime | None:
    """When the next list is due: the Monday after the last one, or after the first thing that was decided."""
    last = session.scalar(select(func.max(DigestRow.monday)))
    if last is not None:
        return datetime.combine(last + WEEK, AT, SHANGHAI).astimezone(UTC)
    first = session.scalar(select(DecisionRow.decided_at).order_by(DecisionRow.id).limit(1))
    return None if first is None else (monday_of(first) + WEEK).astimezone(UTC)


def monday_of(moment: datetime) -> datetime:
    """Nine o'clock on the Monday of that week."""
    local = moment.astimezone(SHANGHAI)
    return datetime.combine(local.date() - timedelta(days=local.weekday()), AT, SHANGHAI)


def digest(session: Session, *, now: datetime) -> str:
    """The week's gaps, and how much waits."""
    waiting = f"待审草稿 {len(open_drafts(session))} 份（发“草稿”），待收问法 {len(proposed_phrasings(session))} 种（发“问法”）。"
    return f"【每周清单】\n{pages.gaps(gaps.unanswered(session, since=now - WEEK))}\n{waiting}"
