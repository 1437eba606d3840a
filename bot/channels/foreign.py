"""What platforms send, made fit for us: frames, ids, names, words and times, whatever was put in their place."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Fields = Mapping[str, Any]
MAX_ID = 80  # characters; some protocols name people by 66
MAX_NAME = 60

_EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECONDS = 10**11


class Unreadable(Exception):
    """A frame that is not of its protocol, or lacks what its kind must have."""


def fields_of(raw: str | bytes) -> Fields:
    """A JSON object, or raise Unreadable."""
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError) as error:  # ValueError: bad JSON, bad UTF-8, a number of 5000 digits
        raise Unreadable(f"not JSON: {str(error)[:80]}") from error
    if not isinstance(fields, dict):
        raise Unreadable("not a JSON object")
    return fields


def required(fields: Fields, field: str) -> str:
    """The id that must stand there, or raise Unreadable."""
    id = opaque(fields.get(field))
    if id is None:
        raise Unreadable(f"{field} is missing or not an id")
    return id


def opaque(value: object, *, longest: int = MAX_ID) -> str | None:
    """An id as a string, whether it came as a number or a string; None for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, int) and value.bit_length() > 128:
        return None
    id = str(value).strip()
    return id if 0 < len(id) <= longest and id.isprintable() and " " not in id else None


def clean_name(name: object) -> str:
    """A name fit for one line: no control or direction characters, bounded; empty when there is none."""
    if not isinstance(name, str):
        return ""
    visible = "".join(char if char.isprintable() else " " for char in name[:300])
    return " ".join(visible.split())[:MAX_NAME]


def moment(time: object, now: datetime) -> datetime:
    """When it was said, from seconds or milliseconds; now, when the platform does not tell or its clock cannot be right."""
    if isinstance(time, bool) or not isinstance(time, int | float | str):
        return now
    try:
        seconds = float(time)
        said = datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return said if _EARLIEST <= said <= now + timedelta(days=1) else now
