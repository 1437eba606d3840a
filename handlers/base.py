"""The values that travel: who said what where, and what the bot made of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from handlers.mind import Mind, Thought
from handlers.times import is_between, local_day

OUR_NAME = "直通车"
BY_TIME = "bot"  # whose doing it is that nobody did, beside the addresses of people


class ConversationKind(StrEnum):
    GROUP = "group"
    PRIVATE = "private"


@dataclass(frozen=True)
class Conversation:
    """A place where messages come from and go to, written `qq:group:720000001`. Ids are the platform's, opaque."""

    channel: str
    kind: ConversationKind
    id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Conversation":
        channel, kind, id = text.split(":", 2)
        return cls(channel, ConversationKind(kind), id)

    @property
    def is_private(self) -> bool:
        return self.kind == ConversationKind.PRIVATE

    @classmethod
    def group(cls, channel: str, id: str) -> "Conversation":
        return cls(channel, ConversationKind.GROUP, id)

    @classmethod
    def private(cls, channel: str, id: str) -> "Conversation":
        return cls(channel, ConversationKind.PRIVATE, id)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody on one platform; `address` is how rows and config name him, `qq:10001`."""

    channel: str
    id: str
    name: str = ""

    @property
    def address(self) -> str:
        return f"{self.channel}:{self.id}"

    @classmethod
    def at(cls, address: str, *, name: str = "") -> "Person":
        channel, id = address.split(":", 1)
        return cls(channel=channel, id=id, name=name)


class Attachment(StrEnum):
    IMAGE = "image"
    FILE = "file"
    VOICE = "voice"
    VIDEO = "video"
    OTHER = "other"


class Rank(StrEnum):
    """What somebody is in a group, where the platform tells."""

    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def runs_the_group(self) -> bool:
        return self != Rank.MEMBER


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing said, as the platform told it; `quotes` is the platform's id of the quoted message. A message with
    `recalls` says nothing: its sender took back the one of that id."""

    id: str
    conversation: Conversation
    sender: Person
    text: str
    sent_at: datetime
    mentions_bot: bool = False
    quotes: str | None = None
    attachments: tuple[Attachment, ...] = ()
    account: str = ""
    rank: Rank = Rank.MEMBER
    recalls: str | None = None

    @property
    def key(self) -> str:
        """What makes it this message: some platforms count ids from one again, so the second it was sent counts too."""
        return f"{self.conversation}#{self.id}@{int(self.sent_at.timestamp())}"


def storable(text: str) -> str:
    """What every database and socket takes: PostgreSQL refuses NUL, UTF-8 half a character; JSON may carry both."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Role(StrEnum):
    COMMUNITY = "community"
    DESK = "desk"


class Policy(StrEnum):
    """When the bot may speak in a community group without being addressed."""

    PROACTIVE = "proactive"
    MENTION_ONLY = "mention_only"
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Group:
    """A conversation as the operator set it up; a private chat is a community of one."""

    conversation: Conversation
    name: str
    role: Role = Role.COMMUNITY
    policy: Policy = Policy.MENTION_ONLY
    hours: tuple[tuple[time, time], ...] = ()  #: when it may speak unasked; empty: at any time

    def is_awake(self, now: datetime) -> bool:
        """Whether a word nobody asked for is welcome at this time of day; hours may run past midnight."""
        return not self.hours or any(is_between(now, hours) for hours in self.hours)


@dataclass(frozen=True, kw_only=True)
class LineLimit:
    """The bot says at most so many lines in one group within so long."""

    lines: int = 20
    within: timedelta = timedelta(minutes=5)


class DecisionKind(StrEnum):
    """What the bot did with one message. The words are part of the replay contract."""

    ANSWERED = "answered"
    OFFERED = "offered"
    TICKET = "ticket"
    WATCHING = "watching"
    SILENT = "silent"
    COMMAND = "command"
    DECLINED = "declined"
    JOINED = "joined"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One message's outcome and its reason, recorded for every message, silence included."""

    kind: DecisionKind
    reason: str
    entry: str | None = None
    ticket: int | None = None
    confidence: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def silent(reason: str, **about: Any) -> Decision:
    return Decision(kind=DecisionKind.SILENT, reason=reason, **about)


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """Something the bot said that the message quotes, with what it was about."""

    promise_id: int
    ticket: int | None
    caused_by: int | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message under one transaction: all a handler may read and write."""

    message: Message
    inbox_id: int
    group: Group
    thought: Thought
    mind: Mind
    session: Session
    now: datetime
    quoted: Quoted | None = None
    limit: LineLimit = LineLimit()

    @property
    def addressed(self) -> bool:
        """Whether the bot itself is spoken to: named, quoted, or alone with the speaker."""
        return self.message.mentions_bot or self.quoted is not None or self.message.conversation.is_private

    @property
    def may_interject(self) -> bool:
        return self.group.policy == Policy.PROACTIVE and not self.message.conversation.is_private

    @property
    def in_desk(self) -> bool:
        return self.group.role == Role.DESK

    def think(self, text: str) -> Thought:
        """What is made today of another text than the message's own."""
        return self.mind.think(text, on=local_day(self.now))


@dataclass(frozen=True, kw_only=True)
class Request:
    """A command that came in a turn; each room adds what carrying its own out needs."""

    turn: Turn

    @property
    def session(self) -> Session:
        return self.turn.session

    @property
    def now(self) -> datetime:
        return self.turn.now


Handler = Callable[[Turn], Decision | None]
