"""Working time in Shanghai: lunch, weekends, public holidays and make-up days. Pure functions of their arguments."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from itertools import pairwise

import chinese_calendar

from handlers.times import SHANGHAI, local_day

logger = logging.getLogger(__name__)

WEEKDAYS = "一二三四五六日"
DAY = timedelta(days=1)
#: Month and day of the holidays that the State Council's decree on them fixes (No. 795, of 2025 on): no year's arrangement
#: moves those, while what lies around them, and the days by the moon, are arranged each year.
FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))

Span = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class WorkingTime:
    """When people work. `days_off` and `days_on` are the operator's own corrections to the public calendar."""

    intervals: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))
    days_off: frozenset[date] = field(default_factory=frozenset)
    days_on: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        edges = [edge for interval in self.intervals for edge in interval]
        if not edges or any(late <= early for early, late in pairwise(edges)):
            raise ValueError("working hours are intervals in order that do not overlap: 09:00-12:00, 13:30-17:30")

    @property
    def fingerprint(self) -> str:
        """The same as long as every deadline falls on the same moment."""
        public = sorted([*chinese_calendar.holidays, "on", *chinese_calendar.workdays, FIXED_HOLIDAYS], key=str)
        own = [sorted(self.days_off), sorted(self.days_on)]
        return sha256(repr((self.intervals, own, public)).encode()).hexdigest()

    def knows(self, year: int) -> bool:
        """Whether that year's holidays are known: published, or written down by the operator."""
        return calendar_knows(year) or any(day.year == year for day in self.days_off)

    @property
    def day_length(self) -> timedelta:
        """Working time in one working day."""
        return sum((_length(start, end) for start, end in self.intervals), timedelta())

    def works_on(self, day: date) -> bool:
        if day in self.days_on or day in self.days_off:
            return day in self.days_on
        return is_workday(day)

    def spans(self, day: date) -> list[Span]:
        """The working intervals of that day, in order; none on a day off."""
        if not self.works_on(day):
            return []
        return [(_at(day, start), _at(day, end)) for start, end in self.intervals]

    def works_at(self, moment: datetime) -> bool:
        """Whether people are at work at that moment."""
        return any(start <= moment < end for start, end in self.spans(local_day(moment)))

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment by which `amount` of working time has passed since `start`."""
        if amount <= timedelta():
            return start
        day, left = local_day(start), amount
        while True:
            for opening, closing in self.spans(day):
                begin = max(opening, start)
                if begin + left <= closing:
                    return begin + left
                left -= max(closing - begin, timedelta())
            day += DAY

    def subtract(self, end: datetime, amount: timedelta) -> datetime:
        """The latest moment from which `amount` of working time passes until `end`."""
        if amount <= timedelta():
            return end
        day, left = local_day(end), amount
        while True:
            for opening, closing in reversed(self.spans(day)):
                finish = min(closing, end)
                if finish - left >= opening:
                    return finish - left
                left -= max(finish - opening, timedelta())
            day -= DAY

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; nothing when `end` is not later."""
        total, day = timedelta(), local_day(start)
        while day <= local_day(end):
            for opening, closing in self.spans(day):
                total += max(min(closing, end) - max(opening, start), timedelta())
            day += DAY
        return total

    def close_of_business(self, moment: datetime) -> datetime:
        """The end of the working day that `moment` falls in, or of the next one when that day's work is over."""
        day = local_day(moment)
        while not (spans := self.spans(day)) or spans[-1][1] <= moment:
            day += DAY
        return spans[-1][1]

    def last_minute_of(self, day: date) -> datetime:
        """When work would end on that day, were it a working day."""
        return _at(day, self.intervals[-1][1])


def is_workday(day: date) -> bool:
    """Whether the public calendar has people work on that day; in a year it does not know, on weekdays but the fixed
    holidays."""
    if calendar_knows(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS


@cache
def calendar_knows(year: int) -> bool:
    """Whether the public calendar holds that year's holidays and make-up days."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        logger.warning(
            "no arrangement of holidays known for %d: only weekends and fixed days are off; update chinesecalendar",
            year,
        )
        return False
    return True


def spoken(moment: datetime, *, now: datetime) -> str:
    """The moment as people say it in Shanghai: 今天 17:30, 明天 09:20, 11月24日（周二）17:30."""
    there, today = moment.astimezone(SHANGHAI), local_day(now)
    clock = f"{there:%H:%M}"
    if there.date() in (today, today + DAY):
        return f"{'今天' if there.date() == today else '明天'} {clock}"
    year = f"{there.year}年" if there.year != today.year else ""
    return f"{year}{there.month}月{there.day}日（周{WEEKDAYS[there.weekday()]}）{clock}"


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)


def _length(start: time, end: time) -> timedelta:
    return datetime.combine(date.min, end) - datetime.combine(date.min, start)
