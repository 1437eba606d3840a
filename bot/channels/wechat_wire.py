"""A Wechaty gateway's events and messages in our words. Nothing of gRPC leaves this file and `wechat_link`."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from wechaty_grpc.wechaty.puppet import EventResponse, MessagePayloadResponse

from bot.channels.foreign import clean_name, moment, opaque, storable
from bot.channels.quoting import id_of_words
from handlers.base import Attachment, Conversation, Message, Person

NAME = "wechat"
LONGEST_ID = 80  # some protocols name people by 66 characters
LONGEST_CODE = 1000  # characters; more is not to be scanned from a screen
AFTER_NAME = "\u2005"  # the space that WeChat puts behind a mentioned name

#: What gateways put among the mentioned ids when nobody in particular is meant.
_NOBODY = frozenset({"", "all", "notify@all", "announcement@all"})
_QUOTE = re.compile(r"「(?P<who>[^：」\n]{0,80})：(?P<words>.*?)」\n[- ]{9,}\n?(?P<rest>.*)", re.DOTALL)
_AFTER_NAME = re.compile(f"{AFTER_NAME} ?")  # some clients put a space of their own behind it
_RECALLED_ID = re.compile(r"<newmsgid>\s*(\d+)\s*</newmsgid>")


class Type(IntEnum):
    """Kinds of messages as gateways number them, which is not as the protocol's file does."""

    ATTACHMENT = 1
    AUDIO = 2
    EMOTICON = 5
    IMAGE = 6
    TEXT = 7
    RECALLED = 13
    VIDEO = 15


class EventType(IntEnum):
    MESSAGE = 2
    ERROR = 16
    ROOM_JOIN = 19
    ROOM_LEAVE = 20
    ROOM_TOPIC = 21
    SCAN = 22
    LOGIN = 25
    LOGOUT = 26
    DIRTY = 27


_ATTACHMENTS: Mapping[int, tuple[Attachment, ...]] = {
    Type.TEXT: (),
    Type.EMOTICON: (),  # for fun: nothing there to look at
    Type.ATTACHMENT: (Attachment.FILE,),
    Type.AUDIO: (Attachment.VOICE,),
    Type.IMAGE: (Attachment.IMAGE,),
    Type.VIDEO: (Attachment.VIDEO,),
}
_SCANNED, _CONFIRMED = 3, 4


class Unreadable(Exception):
    """An event or a message that lacks what its kind must have."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Somebody said something, which is to be fetched by its id."""

    id: str


@dataclass(frozen=True, kw_only=True)
class LoggedIn:
    id: str


@dataclass(frozen=True, kw_only=True)
class LoggedOut:
    reason: str


@dataclass(frozen=True, kw_only=True)
class Scan:
    """Somebody has to log in by scanning `code`, "" when the gateway tells none; `is_scanned`: he only has to confirm."""

    code: str
    is_scanned: bool = False


@dataclass(frozen=True, kw_only=True)
class Came:
    room: str
    people: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Went:
    room: str
    people: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Topic:
    room: str
    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Stale:
    """What was known under this id has changed."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """The gateway complains; it goes on."""

    words: str


@dataclass(frozen=True, kw_only=True)
class Life:
    """Nothing but a sign that the stream lives."""


Event = Spoken | LoggedIn | LoggedOut | Scan | Came | Went | Topic | Stale | Trouble | Life


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message as the gateway told it, before names are known; `room` is None in private."""

    id: str
    sender: str
    room: str | None
    text: str
    at: datetime
    type: int
    mentioned: frozenset[str]

    @property
    def conversation(self) -> Conversation:
        return Conversation.private(NAME, self.sender) if self.room is None else Conversation.group(NAME, self.room)

    @property
    def recalls(self) -> str | None:
        """The id of the message that was taken back, when this tells of one."""
        if self.type != Type.RECALLED:
            return None
        found = _RECALLED_ID.search(self.text)
        return found[1] if found else _id(self.text)

    @property
    def may_mention(self) -> bool:
        return self.type == Type.TEXT and self.room is not None and "@" in self.text


def event(response: EventResponse, now: datetime) -> Event:
    """What an event tells, or raise Unreadable; kinds we do not know are signs of life."""
    if response.type not in EventType.__members__.values():
        return Life()
    fields = _fields(_words(response.payload))
    match response.type:
        case EventType.MESSAGE:
            return Spoken(id=_required(fields, "messageId"))
        case EventType.LOGIN:
            return LoggedIn(id=_required(fields, "contactId"))
        case EventType.LOGOUT:
            return LoggedOut(reason=clean_name(fields.get("data")))
        case EventType.SCAN:
            return _scan(fields)
        case EventType.ROOM_JOIN:
            return Came(room=_required(fields, "roomId"), people=_ids(fields, "inviteeIdList"), at=_at(fields, now))
        case EventType.ROOM_LEAVE:
            return Went(room=_required(fields, "roomId"), people=_ids(fields, "removeeIdList"), at=_at(fields, now))
        case EventType.ROOM_TOPIC:
            name = clean_name(fields.get("newTopic"))
            return Topic(room=_required(fields, "roomId"), name=name, at=_at(fields, now))
        case EventType.DIRTY:
            return Stale(id=_words(fields.get("payloadId"))[:200])
    return Trouble(words=_words(fields.get("gerror") or fields.get("data"))[:300])


def said(payload: MessagePayloadResponse, now: datetime) -> Said:
    """A fetched message, or raise Unreadable when it is nobody's or has no id."""
    id, sender = _id(payload.id), _id(payload.from_id)
    if id is None or sender is None:
        raise Unreadable("a message without id or sender")
    return Said(
        id=id,
        sender=sender,
        room=_id(payload.room_id),
        text=_words(payload.text),  # bad bytes put a number into a text, or a text into a number
        at=moment(payload.timestamp or None, now),
        type=payload.type if isinstance(payload.type, int) else 0,
        mentioned=frozenset(id for id in map(_id, payload.mention_ids) if id) - _NOBODY,
    )


def message(
    said: Said, *, name: str, account: str, ours: Collection[str] = (), our_names: Collection[str] = ()
) -> Message:
    """The message for the bot. `ours` are all ids that are the bot, `our_names` what it is called in that group."""
    text, quotes = said.text if said.type == Type.TEXT else "", None
    if quote := _QUOTE.fullmatch(text):
        text, quotes = quote["rest"], id_of_words(said.conversation, quote["words"])
    called = text
    if said.room is not None and "@" in text:
        text = _without_mentions(called, our_names, ours, said.mentioned)
    return Message(
        id=said.id,
        conversation=said.conversation,
        sender=Person(channel=NAME, id=said.sender, name=name or said.sender),
        text=_AFTER_NAME.sub(" ", text).strip(),
        sent_at=said.at,
        mentions_bot=_mentions(said, called, ours, our_names),
        quotes=quotes,
        attachments=_ATTACHMENTS.get(said.type, (Attachment.OTHER,)),
        account=account,
    )


def words(text: str, names: Sequence[str]) -> str:
    """Our words with the names called in front; the mark behind a name stands there and nowhere else, so that no words
    of ours can look like a mention."""
    called = "".join(f"@{clean_name(name).replace('@', '＠')}{AFTER_NAME}" for name in names)
    return called + storable(text).replace(AFTER_NAME, " ")


def may_be_mentioned(id: str) -> bool:
    return id not in _NOBODY


def _mentions(said: Said, text: str, ours: Collection[str], our_names: Collection[str]) -> bool:
    """Whether the bot is called: by its id, and where a gateway tells no ids by its name."""
    if said.room is None or said.type != Type.TEXT:
        return False
    if said.mentioned:
        return not said.mentioned.isdisjoint(ours)
    return any(_called(name).search(text) for name in our_names if name)


def _without_mentions(text: str, our_names: Collection[str], ours: Collection[str], mentioned: frozenset[str]) -> str:
    """The text without the bot's own name in front of what is said to it."""
    for name in our_names:
        if name:
            text = _called(name).sub(" ", text)
    if mentioned and mentioned <= set(ours) and text.count(AFTER_NAME) == 1:
        # Only the bot is mentioned, so the one name there is an older one of its own.
        text = re.sub(f"@[^@{AFTER_NAME}]{{1,60}}{AFTER_NAME}", " ", text)
    return text


def _called(name: str) -> re.Pattern[str]:
    """`@name` with WeChat's mark behind it, or at the very end, where some gateways cut the mark off."""
    return re.compile(rf"(?<![A-Za-z0-9._-])@{re.escape(name)}(?:{AFTER_NAME}|\s*\Z)")


def _fields(payload: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {str(error)[:80]}") from error
    if not isinstance(fields, dict):
        raise Unreadable("not a JSON object")
    return fields


def _scan(fields: Mapping[str, Any]) -> Scan:
    if fields.get("status") in (_SCANNED, _CONFIRMED):
        return Scan(code="", is_scanned=True)
    code = fields.get("qrcode")
    fits = isinstance(code, str) and len(code) <= LONGEST_CODE and code.isascii() and code.isprintable()
    return Scan(code=str(code) if fits else "")


def _required(fields: Mapping[str, Any], field: str) -> str:
    id = _id(fields.get(field))
    if id is None:
        raise Unreadable(f"{field} is missing or not an id")
    return id


def _ids(fields: Mapping[str, Any], field: str) -> tuple[str, ...]:
    values = fields.get(field)
    return tuple(id for id in map(_id, values) if id) if isinstance(values, list) else ()


def _id(value: object) -> str | None:
    return opaque(value, longest=LONGEST_ID)


def _at(fields: Mapping[str, Any], now: datetime) -> datetime:
    return moment(fields.get("timestamp"), now)


def _words(value: object) -> str:
    return storable(value) if isinstance(value, str) else "" if value is None else str(value)[:300]
