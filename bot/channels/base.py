"""The channel seam: what every platform must do, and nothing any one of them is."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handlers.base import Attachment, Conversation, Message, Person
from handlers.files import File
from handlers.happenings import Happening as Happening
from handlers.happenings import Joined as Joined
from handlers.happenings import Parted as Parted
from handlers.happenings import Recalled as Recalled
from handlers.happenings import Renamed as Renamed


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message to send. A channel that cannot mention or quote says so in the text, or leaves it out.

    `unsays`: delete our message of that id instead of saying anything; `file`: send it instead of the text, which names it;
    `pins`: put the text up on the board of the group. All are asked only of channels that can."""

    to: Conversation
    text: str
    mention: Sequence[Person] = ()
    quote: str | None = None
    unsays: str | None = None
    file: File | None = None
    pins: bool = False


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The platform took it; `message_id` is its id there, when it gave one."""

    message_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """It was not sent, for certain. `permanent`: trying again cannot help; `absent`: nobody was there to take it, so that
    it waits without counting as an attempt."""

    reason: str
    permanent: bool = False
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """Nobody knows: a time-out, a connection that died with the answer on its way. `suspicious`: the platform is there
    and does not say what became of it, which is how restricting an account looks; two in a row pause that account."""

    reason: str
    suspicious: bool = False


Outcome = Taken | Refused | Uncertain


class State(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a channel is, or one of its accounts: one word, since when, and a sentence with the cure when it is down.

    `last_event`: when it was last heard, heartbeats included: up to then nothing was missed. `accounts`: each one seen
    since the start, by its id; empty where a channel has none. `scan`: what a QR code must hold for somebody to log in.
    """

    state: State
    since: datetime | None = None
    detail: str = ""
    last_event: datetime | None = None
    last_sent: datetime | None = None
    accounts: Mapping[str, "Health"] = field(default_factory=dict)
    scan: str = ""
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """What a platform can do; delivery does without what it cannot."""

    push: bool = True  #: can speak without being spoken to
    quote: bool = True
    mention: bool = True
    files: Collection[Attachment] = ()  #: what it carries besides words
    pin: bool = False  #: can put words up where everybody in the group finds them
    unsay: bool = False  #: can try to delete what it said; the platform may still refuse, for instance when it is old


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Seconds to leave between two messages: to one conversation (plus up to `jitter`), of one account, between two pushes
    of one account (plus up to `push_jitter`), and until the same words go to the same conversation again."""

    conversation: float = 0.0
    jitter: float = 0.0
    account: float = 0.0
    push: float = 0.0
    push_jitter: float = 0.0
    repeat: float = 0.0


Take = Callable[[Message], Awaitable[None]]
"""Hand a message to the bot; returning means it is stored and cannot be lost any more. The order in which calls begin
is the order in which messages are stored, so many may be under way at once."""


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

    def account(self, to: Conversation) -> str:
        """Which of our accounts would speak there, for each has its own pace; "" where nobody knows, or there is one."""
        ...

    def accounts(self) -> Collection[str]:
        """Our accounts that could speak now: whatever `account` says is one of them."""
        ...

    def health(self) -> Health: ...
