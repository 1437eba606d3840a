"""Entries whose day has come: they stop answering by themselves, and an editor hears of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import Conversation
from handlers.jobs import Job
from handlers.knowledge.models import DueKind, ReviewTaskRow
from handlers.knowledge.service import changed_at, live, revision
from handlers.outbox import PromiseKind
from handlers.times import SHANGHAI, local_day
from knowledge_base.entries import Entry, Status

SHOWN = 15
TOLD_AT = time(9, 0, tzinfo=SHANGHAI)
NAMES = {DueKind.EXPIRED: "已过期，不再答复", DueKind.REVIEW: "到复核日"}


def review_tasks(desk: Conversation) -> Job:
    """The job that opens and closes the review tasks and tells the editors' desk of new ones."""
    read: tuple[int, ...] | None = None
    soonest: datetime | None = None

    def run(session: Session, now: datetime) -> int:
        opened = open_tasks(session, now=now)
        if opened:
            outbox.promise(session, desk, told(opened), kind=PromiseKind.CARD, now=now)
        return len(opened)

    def next_due(session: Session) -> datetime | None:
        nonlocal read, soonest
        tasks = session.execute(select(func.count(ReviewTaskRow.id), func.count(ReviewTaskRow.closed_at))).one()
        now = revision(session), *tasks
        if read != now:
            read, soonest = now, _next_day(session)
        return soonest

    return Job(name="review_tasks", every=timedelta(minutes=10), run=run, next_due=next_due)


def open_tasks(session: Session, *, now: datetime) -> list[ReviewTaskRow]:
    """Open a task for each entry whose day has come, close those whose day was moved; the new ones."""
    if now.astimezone(SHANGHAI).timetz() < TOLD_AT:
        return []  # nobody is at the desk yet
    due = {(entry.id, kind, day) for entry in live(session) for kind, day in days_of(entry) if day < local_day(now)}
    known = {(row.entry, row.kind, row.day): row for row in session.scalars(select(ReviewTaskRow))}
    for key, row in known.items():
        if key not in due and row.closed_at is None:
            row.closed_at = now
    new = [
        ReviewTaskRow(entry=entry, kind=kind, day=day, opened_at=now)
        for entry, kind, day in sorted(due - known.keys())
    ]  # fmt: skip
    session.add_all(new)
    session.flush()
    return new


def days_of(entry: Entry) -> Iterator[tuple[DueKind, date]]:
    """The last good days of an entry that answers."""
    if entry.status == Status.APPROVED and entry.valid_until:
        yield DueKind.EXPIRED, entry.valid_until
    if entry.status == Status.APPROVED and entry.review_by:
        yield DueKind.REVIEW, entry.review_by


def tasks(session: Session) -> Sequence[ReviewTaskRow]:
    """The tasks that are open, oldest first."""
    query = select(ReviewTaskRow).where(ReviewTaskRow.closed_at.is_(None))
    return session.scalars(query.order_by(ReviewTaskRow.day, ReviewTaskRow.entry)).all()


def told(rows: Sequence[ReviewTaskRow]) -> str:
    """Tasks as the editors' desk reads them."""
    lines = [f"{row.entry} {NAMES[row.kind]}（{row.day}）" for row in rows[:SHOWN]]
    more = [f"……共 {len(rows)} 条，发“待复核”看全部"] if len(rows) > SHOWN else []
    how = "复核后请发：修改 编号 复核日期：2027-06-30（或 失效日期：…），再请另一位编辑审定；不用了：停用 编号 原因"
    return "\n".join([f"【待复核】{len(rows)} 条", *lines, *more, how])


def _next_day(session: Session) -> datetime | None:
    """When a task is to be opened, or closed because its day was moved."""
    rows = session.scalars(select(ReviewTaskRow)).all()
    known = {(row.entry, row.kind, row.day) for row in rows}
    wanted = {(entry.id, kind, day) for entry in live(session) for kind, day in days_of(entry)}
    changed = changed_at(session)
    if changed is None:
        return None
    if any((row.entry, row.kind, row.day) not in wanted for row in rows if row.closed_at is None):
        return _at_the_desk(changed)
    days = [day for _, _, day in wanted - known]
    if not days:
        return None
    return max(datetime.combine(min(days) + timedelta(days=1), TOLD_AT).astimezone(UTC), _at_the_desk(changed))


def _at_the_desk(moment: datetime) -> datetime:
    """That moment, or nine o'clock of its day when it is earlier."""
    return max(moment, datetime.combine(local_day(moment), TOLD_AT).astimezone(UTC))
