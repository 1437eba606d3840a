"""Moments as people in China read them; inside, everything is aware UTC."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """The calendar day in China."""
    return moment.astimezone(SHANGHAI).date()
