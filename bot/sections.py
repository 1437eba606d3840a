"""The pieces that sections of config.yml are made of."""

import re
from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from handlers.base import Conversation

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Section(BaseModel):
    """Unknown keys are refused, so that a misspelt choice is not silently a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _duration(value: Any) -> Any:
    match = re.fullmatch(r"(\d+)([smhd])", str(value).strip())
    if match is None:
        raise ValueError("write a duration such as 90s, 10m, 2h or 7d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def _interval(value: Any) -> Any:
    match = re.fullmatch(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", str(value).strip())
    if match is None:
        raise ValueError("write working hours such as 09:00-12:00")
    opens_h, opens_m, closes_h, closes_m = map(int, match.groups())
    return time(opens_h, opens_m), time(closes_h, closes_m)


def _address(value: Any) -> Any:
    if not re.fullmatch(r"[a-z_]+:\S+", str(value)):
        raise ValueError('write channel and number in quotes, such as "qq:720000001"')
    return value


Interval = tuple[time, time]
Hours = Annotated[Interval, BeforeValidator(_interval)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Address = Annotated[str, BeforeValidator(_address)]


def group_conversation(address: str) -> Conversation:
    """`qq:720000001` in the configuration is the group of that number."""
    channel, id = address.split(":", 1)
    return Conversation.group(channel, id)
