"""The channel seam: what every platform must do, and nothing any one of them is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handlers.base import Conversation, Message, Person


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message to send. A channel that cannot mention or quote says so in the text, or leaves it out."""

    to: Conversation
    text: str
    mention: Sequence[Person] = ()
    quote: str | None = None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The platform took it; `message_id` is its id there, when it gave one."""

    message_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """It was not sent, for certain. `permanent`: trying again cannot help."""

    reason: str
    permanent: bool = False


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """Nobody knows: a time-out, a connection that died with the answer on its way."""

    reason: str


Outcome = Taken | Refused | Uncertain


class State(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a channel is, for the health page: one word, since when, and a sentence with the cure when it is down."""

    state: State
    since: datetime | None = None
    detail: str = ""
    last_event: datetime | None = None
    last_sent: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Abilities:
    push: bool = True  #: can speak without being spoken to
    quote: bool = True
    mention: bool = True


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Seconds to leave between two messages: to one conversation (plus up to `jitter`), and of the whole account."""

    conversation: float = 0.0
    jitter: float = 0.0
    account: float = 0.0


Take = Callable[[Message], Awaitable[None]]
"""Hand a message to the bot; returning means it is stored and cannot be lost any more. The order in which calls begin
is the order in which messages are stored, so many may be under way at once."""


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
    """A group has another name now."""

    group: Conversation
    name: str
    at: datetime


Happening = Joined | Parted | Recalled | Renamed

Tell = Callable[[Happening], Awaitable[None]]
"""What happened in a conversation besides words; in its place among the messages, and lost when nobody listens."""


async def untold(_: Happening) -> None:
    """For who does not care."""


class Channel(Protocol):
    """A platform. `run` serves until cancelled, calling `take` for each message, and heals itself."""

    name: str
    abilities: Abilities
    pace: Pace

    async def run(self, take: Take, tell: Tell = untold) -> None: ...

    async def send(self, out: Outgoing) -> Outcome:
        """Send, or say why not; never raises for what the platform or the network did."""
        ...

    def health(self) -> Health: ...
