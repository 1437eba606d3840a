"""The same rules in another place: a replay has its own conversations and people for those whom the configuration names."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from handlers.base import Conversation, Person

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """Groups and people by their number, as they are met there; whoever is not met is on `channel`."""

    channel: str
    groups: Mapping[str, Conversation]
    channels: Mapping[str, str]  #: of people

    def channel_of(self, person: str) -> str:
        return self.channels.get(person, self.channel)

    def found(self, named: Conversation) -> Conversation:
        """The conversation there that the configuration means."""
        if named.is_private:
            return replace(named, channel=self.channel_of(named.id))
        return self.groups.get(named.id) or replace(named, channel=self.channel)


def moved(value: T, whereabouts: Whereabouts) -> T:
    """The value with every person and every conversation in it as they are there."""
    there: T = _moved(value, whereabouts)
    return there


def _moved(value: Any, there: Whereabouts) -> Any:
    if isinstance(value, Conversation):
        return there.found(value)
    if isinstance(value, Person):
        return replace(value, channel=there.channel_of(value.id))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _moved(getattr(value, field.name), there) for field in fields(value)})
    if isinstance(value, tuple):
        return tuple(_moved(part, there) for part in value)
    if isinstance(value, Mapping):
        return {key: _moved(part, there) for key, part in value.items()}
    return value
