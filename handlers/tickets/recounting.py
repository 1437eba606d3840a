"""The calendar changed, or the table of limits did: what was promised is counted again, and the desk hears of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.jobs import EVERY_MINUTE, Job
from handlers.members.directory import Directory
from handlers.once import OnceRow, first_time, remembered
from handlers.outbox import PromiseKind, promise
from handlers.tickets import timing
from handlers.tickets.clock import spoken
from handlers.tickets.history import by_time, record
from handlers.tickets.models import ClockRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import lock
from handlers.tickets.words import What
from handlers.times import local_day

CALENDAR = "ticket_calendar"
UNKNOWN = "unknown_year:"
NEWEST = (ClockRow.breach_at.is_(None), ClockRow.breach_at.desc())
WHY = "工作日历或时限表有变"
UNKNOWN_YEAR = (
    "【日历】还不知道 {year} 年怎么放假、调休，{year} 年的时限暂时只按周末和元旦、五一、国庆的法定几天休息计算。\n"
    "放假安排公布后请升级 chinesecalendar，或在 config.yml 的 tickets.days_off、days_on 写上日期；在办的时限会随之重算。"
)


def recounting(rules: TicketRules, directory: Directory) -> list[Job]:
    return [_recount(rules, directory), _unknown_years(rules, directory)]


def _recount(rules: TicketRules, directory: Directory) -> Job:
    """Open promises follow the calendar; each that moves is an event."""
    current = sha256(f"{rules.working.fingerprint}{rules.deadlines}{rules.priority}".encode()).hexdigest()

    def run(session: Session, now: datetime) -> int:
        row = session.get(OnceRow, CALENDAR, with_for_update=True)
        if row is None:
            first_time(session, CALENDAR, now=now, value=current)
            return 0
        if row.value == current:
            return 0
        row.value, row.at = current, now
        moved = _recount_all(session, rules, now)
        if moved and directory.desk is not None:
            text = f"【重算时限】{WHY}，{moved} 件在办工单的时限变了。发“待办”看新的时限。"
            promise(session, directory.desk, text, kind=PromiseKind.ALERT, now=now)
        return moved

    return Job(name=CALENDAR, every=EVERY_MINUTE, run=run, next_due=lambda session: None)


def _recount_all(session: Session, rules: TicketRules, now: datetime) -> int:
    """How many tickets were given another hour."""
    query = select(ClockRow.ticket_id).where(ClockRow.stopped_at.is_(None), ClockRow.breached_at.is_(None)).distinct()
    tickets = [lock(session, id) for id in sorted(session.scalars(query))]
    return sum(_recount_one(session, ticket, rules, now) for ticket in tickets)


def _recount_one(session: Session, ticket: TicketRow, rules: TicketRules, now: datetime) -> bool:
    clocks = timing.running(session, ticket)
    before = {clock.id: clock.due for clock in clocks}
    for clock in clocks:
        timing.recount(clock, rules, now=now)
        if clock.limit is not None:  # an hour that people set stands: an extension, a day from above, the next word
            timing.tighten_one(clock, ticket, rules, now=now)
    moved = [clock for clock in clocks if clock.due != before[clock.id]]
    for clock in moved:
        was, is_now = spoken(before[clock.id], now=now), spoken(clock.due, now=now)
        why = f"{clock.kind.label}：{WHY}"
        record(session, ticket, What.RECOUNTED, by_time(now), before=was, after=is_now, why=why)
    return bool(moved)


def _unknown_years(rules: TicketRules, directory: Directory) -> Job:
    """Promises reach into a year whose holidays nobody has published: said to the desk once."""

    def run(session: Session, now: datetime) -> int:
        if directory.desk is None:
            return 0
        new = [year for year in unknown(session, now) if first_time(session, f"{UNKNOWN}{year}", now=now)]
        for year in new:
            promise(session, directory.desk, UNKNOWN_YEAR.format(year=year), kind=PromiseKind.ALERT, now=now)
        return len(new)

    def unknown(session: Session, now: datetime) -> list[int]:
        last = session.scalar(select(func.max(ClockRow.breach_at)))
        years = _years(now, last) if last else []
        return [year for year in years if not rules.working.knows(year)]

    def next_due(session: Session) -> datetime | None:
        """At once, when there is a year to be told of."""
        last = session.execute(select(ClockRow.started_at, ClockRow.breach_at).order_by(*NEWEST).limit(1)).first()
        if directory.desk is None or last is None:
            return None
        new = [year for year in unknown(session, last[0]) if remembered(session, f"{UNKNOWN}{year}") is None]
        return last[0] if new else None

    return Job(name="ticket_unknown_years", every=timedelta(hours=1), run=run, next_due=next_due)


def _years(now: datetime, last: datetime) -> Iterable[int]:
    return range(local_day(now).year, local_day(max(now, last)).year + 1)
