"""Working time, against a reference that counts minute by minute."""

import logging
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.tickets.clock import WorkingTime, is_workday, spoken
from handlers.times import SHANGHAI

MINUTE = timedelta(minutes=1)
OFFICE = WorkingTime()
ODD = WorkingTime(
    intervals=((time(8, 15), time(11, 5)), (time(13), time(13, 10)), (time(15), time(20, 59))),
    days_off=frozenset({date(2025, 3, 5)}),
    days_on=frozenset({date(2025, 3, 8), date(2026, 10, 1)}),
)

BEGINNING, MINUTES = datetime(2024, 1, 1, tzinfo=SHANGHAI), 60 * 24 * 1080
moments = st.integers(0, MINUTES).map(lambda minutes: BEGINNING + minutes * MINUTE)
amounts = st.integers(1, 900).map(lambda minutes: timedelta(minutes=minutes))
offices = st.sampled_from([OFFICE, ODD])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@cache
def working_minutes(working: WorkingTime, day: date) -> frozenset[int]:
    """The minutes of a day in which people work, counted one by one."""
    if day in working.days_off or not (day in working.days_on or chinese_calendar.is_workday(day)):
        return frozenset()
    clock = [time(minute // 60, minute % 60) for minute in range(24 * 60)]
    return frozenset(
        minute for minute in range(24 * 60) if any(start <= clock[minute] < end for start, end in working.intervals)
    )


def works(working: WorkingTime, moment: datetime) -> bool:
    return moment.hour * 60 + moment.minute in working_minutes(working, moment.date())


@settings(max_examples=40)
@given(offices, moments, amounts)
def test_adding_agrees_with_counting_minutes(working: WorkingTime, start: datetime, amount: timedelta) -> None:
    moment, left = start, amount
    while left:
        left -= MINUTE if works(working, moment) else timedelta()
        moment += MINUTE
    assert working.add(start, amount) == moment


@settings(max_examples=40)
@given(offices, moments, amounts)
def test_subtracting_agrees_with_counting_minutes(working: WorkingTime, end: datetime, amount: timedelta) -> None:
    moment, left = end, amount
    while left:
        moment -= MINUTE
        left -= MINUTE if works(working, moment) else timedelta()
    assert working.subtract(end, amount) == moment


@settings(max_examples=40)
@given(offices, moments, st.integers(0, 10 * 24 * 60))
def test_the_time_between_agrees_with_counting_minutes(working: WorkingTime, start: datetime, minutes: int) -> None:
    counted = sum(works(working, start + n * MINUTE) for n in range(minutes))
    assert working.between(start, start + minutes * MINUTE) == counted * MINUTE


@given(offices, moments, amounts, st.integers(0, 59))
def test_what_was_added_lies_between(working: WorkingTime, start: datetime, amount: timedelta, seconds: int) -> None:
    start += timedelta(seconds=seconds)
    end = working.add(start, amount)
    assert working.between(start, end) == amount
    assert working.between(working.subtract(end, amount), end) == amount


@given(offices, moments)
def test_business_closes_on_a_working_day_that_is_not_over(working: WorkingTime, moment: datetime) -> None:
    closing = working.close_of_business(moment).astimezone(SHANGHAI)
    assert closing > moment
    assert works(working, closing - MINUTE)
    assert not works(working, closing)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-02T09:00", 3, "2026-03-02T12:00"),  # up to lunch
        ("2026-03-02T11:00", 2, "2026-03-02T14:30"),  # over lunch
        ("2026-03-02T12:30", 1, "2026-03-02T14:30"),  # asked at lunch
        ("2026-03-06T17:00", 1, "2026-03-09T09:30"),  # over a weekend
        ("2026-09-30T17:00", 1, "2026-10-08T09:30"),  # over National Day, 1 to 7 October
        ("2026-02-14T16:30", 2, "2026-02-24T10:00"),  # a make-up Saturday, then Spring Festival until the 23rd
        ("2025-12-31T17:00", 1, "2026-01-04T09:30"),  # over the year's end, the 4th a make-up Sunday
        ("2026-03-07T10:00", 1, "2026-03-09T10:00"),  # asked on a Saturday
    ],
)
def test_hours_pass_only_while_people_work(start: str, hours: int, due: str) -> None:
    assert OFFICE.add(at(start), timedelta(hours=hours)) == at(due)


def test_the_operator_may_correct_the_calendar() -> None:
    friday = at("2026-03-06T17:00")
    saturday_works = WorkingTime(days_on=frozenset({date(2026, 3, 7)}))
    monday_is_off = WorkingTime(days_off=frozenset({date(2026, 3, 9)}))
    assert saturday_works.add(friday, timedelta(hours=1)) == at("2026-03-07T09:30")
    assert monday_is_off.add(friday, timedelta(hours=1)) == at("2026-03-10T09:30")


def test_a_year_the_calendar_does_not_know_has_weekends_and_fixed_holidays_and_is_named_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert is_workday(date(2190, 9, 30))  # a Thursday
        assert not is_workday(date(2190, 10, 1))
        assert not is_workday(date(2190, 10, 9))
        assert is_workday(date(2190, 10, 4))  # what is arranged around the holiday is not known
    assert [record.getMessage() for record in caplog.records] == [
        "no arrangement of holidays known for 2190: only weekends and fixed days are off; update chinesecalendar"
    ]


@pytest.mark.parametrize(
    "intervals",
    [
        (),
        ((time(12), time(9)),),
        ((time(9), time(12)), (time(11), time(17))),
    ],
)
def test_hours_that_make_no_sense_are_refused(intervals: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="intervals in order"):
        WorkingTime(intervals=intervals)


def test_moments_are_said_as_people_say_them() -> None:
    now = at("2026-11-23T10:00")
    assert spoken(at("2026-11-23T17:30"), now=now) == "今天 17:30"
    assert spoken(at("2026-11-24T09:05"), now=now) == "明天 09:05"
    assert spoken(at("2026-12-01T17:30"), now=now) == "12月1日（周二）17:30"
    assert spoken(at("2027-01-04T09:00"), now=now) == "2027年1月4日（周一）09:00"
    assert spoken(at("2026-11-22T09:00"), now=now) == "11月22日（周日）09:00"
