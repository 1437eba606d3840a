"""How much of a notice may go to the outbox now, and when more may: each platform has its share, and a notice with a window
is spread over it."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.rules import NoticeRules
from handlers.notices.words import Target

EVERY = timedelta(seconds=2)  # from run to run


def rooms(session: Session, notice: NoticeRow, rules: NoticeRules) -> dict[str, int]:
    """How many more of each platform may lie in the outbox: one that is down fills only its own share."""
    query = select(TargetRow.channel, func.count()).where(TargetRow.state == Target.QUEUED)
    counted = Counter(dict(iter(session.execute(query.group_by(TargetRow.channel)))))
    return {channel: rules.ahead - counted[channel] for channel in notice.parts}


def quota(session: Session, notice: NoticeRow, rules: NoticeRules, now: datetime) -> int:
    """How many may be fed now, so that a notice with a window is spread over it."""
    if not notice.spread_seconds or notice.started_at is None:
        return rules.ahead * len(notice.parts)
    total, begun = _counts(session, notice)
    open_time = rules.open_time(notice.started_at, now, any_day=notice.any_day)
    share = min(open_time.total_seconds() / notice.spread_seconds, 1.0)
    return max(int(total * share) + 1, 1) - begun


def quota_grows(session: Session, notice: NoticeRow, rules: NoticeRules) -> datetime:
    """When more may be fed than now."""
    begun_at = notice.started_at or notice.created_at
    if not notice.spread_seconds:
        return run_after(notice.fed_at) or begun_at
    total, begun = _counts(session, notice)
    amount = timedelta(seconds=notice.spread_seconds * begun / total + 1) if total and begun else timedelta()
    return rules.after(begun_at, amount, any_day=notice.any_day)


def _counts(session: Session, notice: NoticeRow) -> tuple[int, int]:
    """All targets that are meant, and those that were begun."""
    query = select(TargetRow.state, func.count()).where(TargetRow.notice_id == notice.id).group_by(TargetRow.state)
    counts = dict(iter(session.execute(query)))
    total = sum(count for state, count in counts.items() if state != Target.WITHDRAWN)
    return total, total - counts.get(Target.WAITING, 0)


def run_after(moment: datetime | None) -> datetime | None:
    """The run of the job after that moment."""
    return moment + EVERY if moment else None
