"""Moments as people in China read them; inside, everything is aware UTC."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """The clock of the running bot, and of commands; everything else has its clock passed in."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The calendar day in China."""
    return moment.astimezone(SHANGHAI).date()


def time_of_day(moment: datetime) -> time:
    """The time of day in China."""
    return moment.astimezone(SHANGHAI).time()


def is_between(moment: datetime, hours: tuple[time, time]) -> bool:
    """Whether it is that time of day in China; the hours may run past midnight."""
    begin, end = hours
    at = time_of_day(moment)
    return begin <= at < end if begin <= end else at >= begin or at < end


def span(seconds: float) -> str:
    """How long something took, as one says it: 40 秒, 5 分钟, 2 小时 10 分."""
    minutes, hours = round(seconds / 60), int(seconds // 3600)
    if seconds < 60:
        return f"{max(1, round(seconds))} 秒"
    return f"{minutes} 分钟" if not hours else f"{hours} 小时 {minutes - 60 * hours} 分"


def full_time(moment: datetime) -> str:
    """Year, day and time of day, for what is kept: 2026-03-02 17:30."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def clock_time(moment: datetime) -> str:
    """Day and time of day: 3月2日 09:05."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
