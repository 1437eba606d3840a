"""日报 and 周报: said to the desk of themselves, once each, on working mornings."""

from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.jobs import EVERY_MINUTE, Job
from handlers.ledger.density import Across, density
from handlers.ledger.figures import ages, figures, overdue, solved
from handlers.ledger.period import DAY, Period, week
from handlers.ledger.telling import aged, dense, flow, four
from handlers.ledger.terms import Figures
from handlers.members.directory import Directory
from handlers.once import first_time, last_done
from handlers.outbox import PromiseKind, promise
from handlers.tickets.clock import WorkingTime
from handlers.tickets.models import TicketRow
from handlers.times import SHANGHAI, local_day

DAILY, WEEKLY = "digest:daily:", "digest:weekly:"


def digest(session: Session, period: Period, title: str, *, now: datetime) -> str:
    """A few lines about a few days, and what is owed now."""
    return "\n".join(_lines(session, figures(session, period, now=now), title, now))


def report(session: Session, period: Period, before: Period, title: str, *, now: datetime) -> str:
    """The same with what was asked about most, and how it was the time before."""
    found, then = figures(session, period, now=now), solved(session, before)
    change = found.cohort.accepted - then.whole
    trend = f"受理比上期{'多' if change >= 0 else '少'} {abs(change)} 件（上期 {then.whole}）；上期办结率 {then}"
    topics = dense(density(session, period, Across.CLASS)) if found.cohort.accepted else ""
    return "\n".join([*_lines(session, found, title, now), trend, *([topics] if topics else [])])


def _lines(session: Session, found: Figures, title: str, now: datetime) -> list[str]:
    cohort = found.cohort
    return [
        f"【{title} {found.period.label}】受理 {cohort.accepted} 件，机器人自动答复 {found.by_bot} 次",
        four(found),
        f"办结率 {cohort.solved_rate}｜按时办结率 {found.resolution.rate}｜一次办结率 {cohort.first_contact_rate}",
        f"满意率 {cohort.satisfied_rate}，未评价 {cohort.unrated} 件",
        flow(found),
        aged(ages(session, now=now), overdue(session, now=now)),
    ]


def digests(directory: Directory, working: WorkingTime, at: time | None) -> list[Job]:
    """None for `at`: nothing is said of itself."""
    if at is None:
        return []
    return [_job(directory, working, at, DAILY), _job(directory, working, at, WEEKLY)]


def _job(directory: Directory, working: WorkingTime, at: time, key: str) -> Job:
    def run(session: Session, now: datetime) -> int:
        today, desk = local_day(now), directory.desk
        if desk is None or not _is_its_day(working, today, key) or now < _moment(today, at):
            return 0
        if not _had_tickets_before(session, _moment(today, at)) or not first_time(session, f"{key}{today}", now=now):
            return 0
        text = _text(session, working, today, key, now)
        if text:
            promise(session, desk, text, kind=PromiseKind.CARD, now=now)
        return int(bool(text))

    def next_due(session: Session) -> datetime | None:
        since = last_done(session, key) or session.scalar(select(func.min(TicketRow.opened_at)))
        if since is None:
            return None
        day = local_day(since)
        while not _is_its_day(working, day, key) or _moment(day, at) <= since:
            day += DAY
        return _moment(day, at)

    return Job(name=key.rstrip(":").replace(":", "_"), every=EVERY_MINUTE, run=run, next_due=next_due)


def _text(session: Session, working: WorkingTime, today: date, key: str, now: datetime) -> str:
    """Empty when nothing happened and nothing is owed."""
    if key == WEEKLY:
        last = week(today - 7 * DAY)
        return report(session, last, week(last.first - DAY), "周报", now=now) if _worth_it(session, last, now) else ""
    period = Period(first=_working_day_before(working, today), last=today - DAY)
    return digest(session, period, "日报", now=now) if _worth_it(session, period, now) else ""


def _worth_it(session: Session, period: Period, now: datetime) -> bool:
    found = figures(session, period, now=now)
    stock = found.stock
    return bool(stock.before or stock.opened or stock.after or found.by_bot)


def _is_its_day(working: WorkingTime, day: date, key: str) -> bool:
    """Every working day; for the week the first working day in it."""
    if not working.works_on(day):
        return False
    return key == DAILY or not any(working.works_on(day - n * DAY) for n in range(1, day.weekday() + 1))


def _working_day_before(working: WorkingTime, day: date) -> date:
    """The days since then, holidays included, are told together."""
    before = day - DAY
    while not working.works_on(before):
        before -= DAY
    return before


def _had_tickets_before(session: Session, moment: datetime) -> bool:
    first = session.scalar(select(func.min(TicketRow.opened_at)))
    return first is not None and first < moment


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI)
