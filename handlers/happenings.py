"""What happens in a conversation besides words: people come and go, words are taken back, a group gets another name."""

from dataclasses import dataclass
from datetime import datetime

from handlers.base import Conversation, Person


@dataclass(frozen=True, kw_only=True)
class Joined:
    """People came into a group; `itself`: the bot's own account is one of them."""

    group: Conversation
    people: tuple[Person, ...]
    at: datetime
    itself: bool = False


@dataclass(frozen=True, kw_only=True)
class Parted:
    """People are no longer in a group, whoever decided it; `itself` as in Joined."""

    group: Conversation
    people: tuple[Person, ...]
    at: datetime
    itself: bool = False


@dataclass(frozen=True, kw_only=True)
class Recalled:
    """Somebody took a message back; `message_id` is the platform's, as in Message."""

    conversation: Conversation
    message_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Renamed:
    """A group is called this; also the first time its name is heard."""

    group: Conversation
    name: str
    at: datetime


Happening = Joined | Parted | Recalled | Renamed
