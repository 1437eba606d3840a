"""When something is due: over National Day, Spring Festival, make-up Saturdays and year ends; and when the calendar
changes under a promise."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.checking import _calendar
from handlers.outbox import PromiseKind, PromiseRow
from handlers.tickets import timing
from handlers.tickets.clock import WorkingTime
from handlers.tickets.jobs import jobs
from handlers.tickets.models import ClockRow, SupervisionRow, TicketEventRow, TicketRow
from handlers.tickets.rules import Limit, TicketRules
from handlers.tickets.triage import Triage
from handlers.tickets.words import ClockKind, Mark, TicketClass, What
from handlers.times import SHANGHAI
from tests.office import CHIEF, DESK, DIRECTORY, LI, NOW, RULES, Office

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OFFICE = WorkingTime()
SPLIT = WorkingTime(intervals=((time(8, 30), time(11, 40)), (time(13), time(15)), (time(16, 10), time(18, 5))))
LIMITS = ("30 working minutes", "2 working hours", "1 working day", "2 working days", "7 calendar days", "same day")
#: Days around which calendars go wrong: holidays, the make-up days beside them, and turns of the year.
TURNS = [date(2025, 10, 1), date(2026, 10, 1), date(2026, 10, 10), date(2025, 1, 28), date(2026, 2, 15), date(2026, 2, 14),
         date(2026, 2, 28), date(2025, 12, 31), date(2026, 1, 4), date(2024, 12, 31), date(2026, 5, 9)]  # fmt: skip
moments = st.builds(
    lambda turn, minutes: datetime.combine(turn, time(), SHANGHAI) + minutes * MINUTE,
    st.sampled_from(TURNS),
    st.integers(-10 * 24 * 60, 10 * 24 * 60),
)


def slow(limit: str, start: datetime, working: WorkingTime) -> datetime:
    """The same by walking minute by minute, from nothing but the calendar and the hours."""
    amount, _, unit = limit.partition(" ")
    if limit == "same day":
        return max(_closing(start, working), _walk(start, 60, working))
    if unit == "calendar days":
        last = datetime.combine(start.date() + int(amount) * DAY, working.intervals[-1][1], SHANGHAI)
        return max(last, _closing(start, working))
    a_day = sum(1 for minute in range(24 * 60) if _within(time(minute // 60, minute % 60), working))
    each = {"working minutes": 1, "working hours": 60, "working day": a_day, "working days": a_day}[unit]
    return _walk(start, int(amount) * each, working)


@cache
def _working_minutes(day: date, working: WorkingTime) -> frozenset[int]:
    if not chinese_calendar.is_workday(day):
        return frozenset()
    return frozenset(minute for minute in range(24 * 60) if _within(time(minute // 60, minute % 60), working))


def _within(clock: time, working: WorkingTime) -> bool:
    return any(opens <= clock < closes for opens, closes in working.intervals)


def _walk(moment: datetime, minutes: int, working: WorkingTime) -> datetime:
    while minutes:
        minutes -= moment.hour * 60 + moment.minute in _working_minutes(moment.date(), working)
        moment += MINUTE
    return moment


def _closing(moment: datetime, working: WorkingTime) -> datetime:
    closing = datetime.combine(moment.date(), working.intervals[-1][1], SHANGHAI)
    while closing <= moment or not chinese_calendar.is_workday(closing.date()):
        closing += DAY
    return closing


@settings(max_examples=60)
@given(moments, st.sampled_from(LIMITS), st.sampled_from([OFFICE, SPLIT]))
def test_every_limit_agrees_with_walking_minute_by_minute(start: datetime, limit: str, working: WorkingTime) -> None:
    due = Limit.parse(limit).due(start, working)
    assert due == slow(limit, start, working)
    assert due > start


@settings(max_examples=60)
@given(moments, st.sampled_from(LIMITS[:5]), st.lists(st.tuples(st.integers(1, 900), st.integers(0, 3000)), max_size=3))
def test_a_promise_counted_again_by_the_same_calendar_does_not_move(
    start: datetime, limit: str, pauses: list[tuple[int, int]]
) -> None:
    clock = ClockRow(due=Limit.parse(limit).due(start, OFFICE), limit=limit, counted_from=start, pauses=[])
    moment = start
    for before, length in pauses:
        paused = moment + before * MINUTE
        moment = paused + length * MINUTE
        clock.due = timing._later(clock.due, paused, moment, TicketRules())
        clock.pauses = [*clock.pauses, [paused.isoformat(), moment.isoformat()]]
    assert not timing.recount(clock, TicketRules(), now=moment)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-09-30T17:00", "2 working hours", "2026-10-08T10:30"),  # over National Day
        ("2026-10-09T17:00", "1 working day", "2026-10-10T17:00"),  # the 10th is a make-up Saturday
        ("2026-02-13T16:00", "2 working days", "2026-02-24T16:00"),  # make-up Saturday, then Spring Festival
        ("2026-02-14T17:31", "same day", "2026-02-24T17:30"),
        ("2025-12-31T16:30", "2 working hours", "2026-01-04T10:00"),  # over the year's end, the 4th a make-up Sunday
        ("2026-09-28T10:00", "7 calendar days", "2026-10-05T17:30"),  # calendar days are what they say
        ("2026-02-14T17:31", "7 calendar days", "2026-02-24T17:30"),  # … unless nobody works in all that time
    ],
)
def test_deadlines_over_holidays_and_turns_of_the_year(start: str, limit: str, due: str) -> None:
    moments = [datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (start, due)]
    assert Limit.parse(limit).due(moments[0], OFFICE) == moments[1]


@dataclass(frozen=True)
class Tomorrow:
    """The rules with which the bot is started again."""

    rules: TicketRules

    def run(self, office: Office) -> int:
        with office.store.transaction() as session:
            return sum(job.run(session, office.now) for job in jobs(self.rules, DIRECTORY))


URGENT = Triage(ticket_class=TicketClass.COMMON, importance=Mark.C, urgency=Mark.A)
PRIORITY = Triage(ticket_class=TicketClass.PRACTICE, importance=Mark.B, urgency=Mark.B)


@pytest.fixture
def office(office: Office) -> Office:
    office.later(timedelta())  # the bot has been running: it knows by which calendar it counts
    return office


def dues(office: Office) -> list[str]:
    with office.store.reading() as session:
        clocks = session.scalars(select(ClockRow).where(ClockRow.kind == ClockKind.RESOLUTION).order_by(ClockRow.id))
        return [f"{clock.due.astimezone(SHANGHAI):%m-%d %H:%M}" for clock in clocks]


def test_a_day_off_that_is_announced_moves_open_promises(office: Office) -> None:
    office.asks("首单怎么报备", triage=PRIORITY)  # 2 working days
    office.asks("另一个", triage=PRIORITY)
    office.volunteer(LI, "回复 2 可以")
    office.later(timedelta())
    assert dues(office) == ["03-03 17:30", "03-03 17:30"]
    typhoon = replace(RULES, working=WorkingTime(days_off=frozenset({date(2026, 3, 3)})))
    assert Tomorrow(typhoon).run(office) == 1
    assert dues(office) == ["03-04 17:30", "03-03 17:30"]
    assert Tomorrow(typhoon).run(office) == 0
    with office.store.reading() as session:
        [event] = session.scalars(select(TicketEventRow).where(TicketEventRow.what == What.RECOUNTED))
        assert (event.ticket_id, event.before, event.after) == (1, "明天 17:30", "3月4日（周三）17:30")
        [said] = session.scalars(select(PromiseRow.text).where(PromiseRow.kind == PromiseKind.ALERT))
    assert said == "【重算时限】工作日历或时限表有变，1 件在办工单的时限变了。发“待办”看新的时限。"


def test_what_stood_still_is_counted_again_too(office: Office) -> None:
    office.asks("首单怎么报备", triage=PRIORITY)
    office.volunteer(LI, "补充 1 请发合同")
    office.later(timedelta(days=1))
    office.asker("补充 1 合同号已发")
    assert dues(office) == ["03-04 17:30"]
    tuesday_off = replace(RULES, working=WorkingTime(days_off=frozenset({date(2026, 3, 3)})))
    Tomorrow(tuesday_off).run(office)
    assert dues(office) == ["03-05 17:30"]  # one day of work less, and one day less of standing still
    Tomorrow(RULES).run(office)
    assert dues(office) == ["03-04 17:30"]


def test_a_stricter_table_tightens_and_a_looser_one_keeps_the_promise(office: Office) -> None:
    office.asks("首单怎么报备", triage=PRIORITY)
    strict = tuple(replace(deadline, done=Limit.parse("2 working hours")) for deadline in RULES.deadlines)
    Tomorrow(replace(RULES, deadlines=strict)).run(office)
    assert dues(office) == ["03-02 11:00"]
    Tomorrow(RULES).run(office)
    assert dues(office) == ["03-02 11:00"]


def test_an_hour_that_people_set_is_not_counted_again(office: Office) -> None:
    office.asks("首单怎么报备", triage=PRIORITY)
    office.volunteer(LI, "延期 1 到3月20日 等总署批复")
    office.volunteer(CHIEF, "同意延期 1")
    assert dues(office) == ["03-20 17:30"]
    strict = tuple(replace(deadline, done=Limit.parse("2 working hours")) for deadline in RULES.deadlines)
    week_off = WorkingTime(days_off=frozenset({date(2026, 3, day) for day in range(2, 7)}))
    Tomorrow(replace(RULES, deadlines=strict, working=week_off)).run(office)
    assert dues(office) == ["03-20 17:30"]


def test_a_year_nobody_has_published_is_said_to_the_desk_once(office: Office) -> None:
    office.now = datetime(2199, 12, 30, 1, tzinfo=UTC)
    office.asks("首单怎么报备")  # seven calendar days
    assert [line for line, _ in office.told(DESK)[1:]] == []
    office.later(timedelta())
    office.later(timedelta())
    said = [line for line, _ in office.told(DESK)[1:]]
    assert said == [
        f"【日历】还不知道 {year} 年怎么放假、调休，{year} 年的时限暂时只按周末和元旦、五一、国庆的法定几天休息计算。"
        for year in (2199, 2200)
    ]


def test_a_year_the_operator_wrote_down_is_known() -> None:
    assert not WorkingTime().knows(2200)
    assert WorkingTime(days_off=frozenset({date(2200, 10, 1)})).knows(2200)


def test_the_difference_to_the_target_is_kept_in_working_minutes(office: Office) -> None:
    office.asks("急一", triage=URGENT)  # taken by 09:30, answered by 17:30
    office.asks("急二", triage=URGENT)
    office.volunteer(LI, "回复 1 可以")
    office.now = NOW + DAY + timedelta(hours=1)  # Tuesday, ten in the morning
    office.volunteer(LI, "回复 2 可以")
    office.later(timedelta())
    with office.store.reading() as session:
        clocks = session.execute(select(ClockRow.kind, ClockRow.spare_minutes).order_by(ClockRow.id)).all()
    first, done = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
    assert [tuple(clock) for clock in clocks] == [(first, 30), (done, 420), (first, -450), (done, -60)]


def test_who_handles_a_supervised_ticket_is_reminded_until_he_answers(office: Office) -> None:
    office.asks("急一", triage=URGENT)
    office.volunteer(LI, "接单 1")
    for _ in range(6):
        office.later(DAY)
    reminders = [line for line, _ in office.told(DESK) if line.startswith("【督办")]
    again = "【督办 #1】办结超时（第 {} 次提醒）。应在 3月2日（周一）17:30 前答复。"
    assert reminders == [again.format(number) for number in (1, 2, 3)]
    office.volunteer(LI, "回复 1 可以")
    office.later(DAY)
    office.later(DAY)
    with office.store.reading() as session:
        [row] = session.scalars(select(SupervisionRow))
        assert (row.end_reason, row.remind_at, row.started_by_name) == ("已答复", None, "直通车")
        lives = session.scalars(
            select(TicketEventRow.what).where(TicketEventRow.what.in_((What.SUPERVISED, What.SUPERVISION_ENDED)))
        )
        assert list(lives) == [What.SUPERVISED, What.SUPERVISION_ENDED]
        assert session.get_one(TicketRow, 1).answer == "可以"


def test_a_year_nobody_has_published_is_named_when_the_configuration_is_checked() -> None:
    assert _calendar(WorkingTime(), today=date(2026, 3, 2)) == []
    [advice] = _calendar(WorkingTime(), today=date(2199, 12, 1))[1:]
    assert advice.startswith("工作日历还不知道 2200 年怎么放假、调休，时限只按周末和元旦、五一、国庆的法定几天休息计算")
