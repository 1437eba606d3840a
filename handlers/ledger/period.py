"""The days a figure is about, as people name them: 今天, 上周, 9月, 2026-09-01 到 2026-09-30."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.times import SHANGHAI
from knowledge_base.numerals import CHINESE, number_of

DAY = timedelta(days=1)
EXAMPLES = "今天、昨天、本周、上周、本月、上月、9月、今年、2026-09-01 到 2026-09-30"


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole days in Shanghai, first and last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period ends after it begins: {self.first} to {self.last}")

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def end(self) -> datetime:
        """The first moment that is not in it."""
        return datetime.combine(self.last + DAY, time(), SHANGHAI)

    @property
    def label(self) -> str:
        """2026年9月, 2026年9月1日, or both ends."""
        if self == month(self.first):
            return f"{self.first.year}年{self.first.month}月"
        if self.first == self.last:
            return _said(self.first)
        return f"{_said(self.first)}至{_said(self.last)}"

    @property
    def days(self) -> list[date]:
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]


def day(on: date) -> Period:
    return Period(first=on, last=on)


def week(on: date) -> Period:
    """Monday to Sunday."""
    monday = on - on.weekday() * DAY
    return Period(first=monday, last=monday + 6 * DAY)


def month(on: date) -> Period:
    return Period(first=on.replace(day=1), last=on.replace(day=monthrange(on.year, on.month)[1]))


def year(on: date) -> Period:
    return Period(first=date(on.year, 1, 1), last=date(on.year, 12, 31))


def read_period(text: str, *, today: date) -> Period | None:
    """The period that somebody names, None when it is none."""
    said = _FIGURES.sub(lambda figures: str(number_of(figures[0])), re.sub(r"\s+", "", text))
    if said in _NAMED:
        return _NAMED[said](today)
    try:
        return _days(said, today) or _month(said, today) or _year(said)
    except ValueError:
        return None  # 2月30日, or an end before its beginning


_NAMED: dict[str, Callable[[date], Period]] = {
    **dict.fromkeys(("今天", "今日", "当天", "本日"), day),
    **dict.fromkeys(("昨天", "昨日"), lambda today: day(today - DAY)),
    **dict.fromkeys(("本周", "这周", "这星期", "本星期"), week),
    **dict.fromkeys(("上周", "上星期", "上个星期"), lambda today: week(today - 7 * DAY)),
    **dict.fromkeys(("本月", "这个月", "当月"), month),
    **dict.fromkeys(("上月", "上个月"), lambda today: month(today.replace(day=1) - DAY)),
    **dict.fromkeys(("今年", "本年", "全年"), year),
    **dict.fromkeys(("去年", "上年"), lambda today: year(date(today.year - 1, 1, 1))),
}

_FIGURES = re.compile(rf"{CHINESE}(?=[月日号])")
_DATE = r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?"
_DAYS = re.compile(rf"{_DATE}(?:(?:到|至|~|～|—|-){_DATE})?")
_MONTH = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})月(?:份)?|(\d{4})[-/.](\d{1,2})")
_YEAR = re.compile(r"(\d{4})年")


def _days(said: str, today: date) -> Period | None:
    found = _DAYS.fullmatch(said)
    if found is None:
        return None
    first = _date(found[1], found[2], found[3], lately=today)
    if found[5] is None:
        return day(first)
    last = date(int(found[4] or first.year), int(found[5]), int(found[6]))
    return Period(first=first, last=last if found[4] or last >= first else last.replace(year=last.year + 1))


def _month(said: str, today: date) -> Period | None:
    found = _MONTH.fullmatch(said)
    return month(_date(found[1] or found[3], found[2] or found[4], "1", lately=today)) if found else None


def _year(said: str) -> Period | None:
    found = _YEAR.fullmatch(said)
    return year(date(int(found[1]), 1, 1)) if found else None


def _date(year_said: str | None, month_said: str, day_said: str, *, lately: date) -> date:
    """Without a year the last one that has begun is meant: in January, 12月 was last month."""
    meant = date(int(year_said or lately.year), int(month_said), int(day_said))
    return meant if year_said or meant <= lately else meant.replace(year=meant.year - 1)


def _said(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
