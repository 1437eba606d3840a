"""The same rules on another channel: a replay finds everybody whom the configuration names on one channel of its own."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from handlers.base import Conversation, Person

T = TypeVar("T")


def moved(value: T, channel: str) -> T:
    """The value with every person and every conversation in it on that channel."""
    there: T = _moved(value, channel)
    return there


def _moved(value: Any, channel: str) -> Any:
    if isinstance(value, Person | Conversation):
        return replace(value, channel=channel)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _moved(getattr(value, field.name), channel) for field in fields(value)})
    if isinstance(value, tuple):
        return tuple(_moved(part, channel) for part in value)
    if isinstance(value, Mapping):
        return {key: _moved(part, channel) for key, part in value.items()}
    return value
