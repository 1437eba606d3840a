"""Moments as people in China read them; inside, everything is aware UTC."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """The calendar day in China."""
    return moment.astimezone(SHANGHAI).date()


def time_of_day(moment: datetime) -> time:
    """The time of day in China."""
    return moment.astimezone(SHANGHAI).time()


def clock_time(moment: datetime) -> str:
    """Day and time of day: 3月2日 09:05."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
