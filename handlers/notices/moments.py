"""Moments and durations as operators type them."""

import re
from datetime import date, datetime, time, timedelta

from handlers.notices.refusals import NoticeRefusal
from handlers.times import SHANGHAI, local_day

DAYS = {"今天": 0, "明天": 1, "后天": 2}
UNITS = {
    "分": "minutes",
    "分钟": "minutes",
    "m": "minutes",
    "小时": "hours",
    "个小时": "hours",
    "h": "hours",
    "天": "days",
    "d": "days",
}
_CLOCK = r"(?:\s*(?P<part>上午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*(?:[:：点时]\s*(?P<minute>\d{1,2}|半)?分?))"
_MOMENT = re.compile(
    rf"(?:(?P<word>今天|明天|后天)|(?:(?P<year>\d{{4}})\s*[-/.年]\s*)?(?P<month>\d{{1,2}})\s*[-/.月]\s*(?P<day>\d{{1,2}})\s*[日号]?){_CLOCK}?"
)
_DURATION = re.compile(rf"(\d+)\s*({'|'.join(sorted(UNITS, key=len, reverse=True))})")
EXAMPLE = "例如：3月5日 10:00、2026-03-05 10:00、明天 9:30"


def read_moment(text: str, *, now: datetime) -> datetime:
    """The moment that was typed; a day without a time is nine in the morning. Raises NoticeRefusal."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise NoticeRefusal(f"看不懂时间“{text.strip()[:20]}”，没有改动。{EXAMPLE}")
    try:
        return datetime.combine(_day(found, now), _clock(found), SHANGHAI)
    except ValueError as problem:
        raise NoticeRefusal(f"没有“{text.strip()[:20]}”这个时间，没有改动。{EXAMPLE}") from problem


def read_duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise NoticeRefusal(f"看不懂时长“{text.strip()[:20]}”，没有改动。例如：2小时、90分钟、3天")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _day(found: re.Match[str], now: datetime) -> date:
    today = local_day(now)
    if found["word"]:
        return today + timedelta(days=DAYS[found["word"]])
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return date(int(found["year"]), month, day)
    # In December somebody who writes 1月5日 means the next one.
    this_year = date(today.year, month, day)
    return date(today.year + 1, month, day) if today - this_year > timedelta(days=180) else this_year


def _clock(found: re.Match[str]) -> time:
    if found["hour"] is None:
        return time(9)
    hour = int(found["hour"])
    if found["part"] in ("下午", "晚上") and hour < 12:
        hour += 12
    return time(hour, 30 if found["minute"] == "半" else int(found["minute"] or 0))
