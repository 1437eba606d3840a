"""The pieces that sections of config.yml are made of."""

import re
from datetime import time, timedelta
from pathlib import Path
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


def _time_of_day(value: Any) -> Any:
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", str(value).strip())
    if isinstance(value, time):
        return value
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError('write a time of day in quotes, such as "09:00"')
    return time(int(match[1]), int(match[2]))


def _address(value: Any) -> Any:
    if not re.fullmatch(r"[a-z_]+:\S+", str(value)):
        raise ValueError('write channel and number in quotes, such as "qq:720000001"')
    return value


def _page_address(value: Any) -> Any:
    if not re.fullmatch(r"(https?://[^\s/?#]+(/[^\s?#]*[^\s?#/])?)?", str(value)):
        raise ValueError("write what phones open, such as https://bot.example.cn, with no / at the end")
    return value


def _host_port(value: Any) -> Any:
    match = re.fullmatch(r"(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})", str(value).strip())
    if match is None or not 0 < int(match[3]) < 2**16:
        raise ValueError("write host and port, such as 127.0.0.1:8788")
    return match[1] or match[2], int(match[3])


def _variable(value: Any) -> Any:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", str(value)):
        raise ValueError("write the name of an environment variable in capitals, never the secret itself")
    return value


def _file(value: Any) -> Any:
    path = Path(str(value))
    if not path.is_absolute() or not path.is_file():
        raise ValueError("write the whole path of a file that is there")
    return path


def named_apart(sections: Any) -> Any:
    """Two of one name could not be told apart in pace, health and alerts."""
    names = [section.name for section in sections]
    if len(set(names)) < len(names):
        raise ValueError("give each account a name of its own")
    return sections


Interval = tuple[time, time]
Hours = Annotated[Interval, BeforeValidator(_interval)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Address = Annotated[str, BeforeValidator(_address)]
PageAddress = Annotated[str, BeforeValidator(_page_address)]
HostPort = Annotated[tuple[str, int], BeforeValidator(_host_port)]
ExistingFile = Annotated[Path, BeforeValidator(_file)]
EnvironmentVariable = Annotated[str, BeforeValidator(_variable)]


def group_conversation(address: str) -> Conversation:
    """`qq:720000001` in the configuration is the group of that number."""
    channel, id = address.split(":", 1)
    return Conversation.group(channel, id)
