"""What a Wechaty gateway tells of, in our words: somebody spoke, came or went, logged in or out."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from wechaty_grpc.wechaty.puppet import EventResponse

from bot.channels.foreign import Fields, clean_name, fields_of, moment, opaque, required
from bot.channels.wechat_messages import words_of

LONGEST_CODE = 1000  # characters; more is not to be scanned from a screen


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


_SCANNED, _CONFIRMED = 3, 4


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


def event(response: EventResponse, now: datetime) -> Event:
    """What an event tells, or raise Unreadable; kinds we do not know are signs of life."""
    if response.type not in EventType.__members__.values():
        return Life()
    fields = fields_of(words_of(response.payload))
    match response.type:
        case EventType.MESSAGE:
            return Spoken(id=required(fields, "messageId"))
        case EventType.LOGIN:
            return LoggedIn(id=required(fields, "contactId"))
        case EventType.LOGOUT:
            return LoggedOut(reason=clean_name(fields.get("data")))
        case EventType.SCAN:
            return _scan(fields)
        case EventType.ROOM_JOIN:
            return Came(
                room=required(fields, "roomId"),
                people=_ids(fields, "inviteeIdList"),
                at=_at(fields, now),
            )
        case EventType.ROOM_LEAVE:
            return Went(
                room=required(fields, "roomId"),
                people=_ids(fields, "removeeIdList"),
                at=_at(fields, now),
            )
        case EventType.ROOM_TOPIC:
            name = clean_name(fields.get("newTopic"))
            return Topic(room=required(fields, "roomId"), name=name, at=_at(fields, now))
        case EventType.DIRTY:
            return Stale(id=words_of(fields.get("payloadId"))[:200])
    return Trouble(words=words_of(fields.get("gerror") or fields.get("data"))[:300])


def _scan(fields: Fields) -> Scan:
    if fields.get("status") in (_SCANNED, _CONFIRMED):
        return Scan(code="", is_scanned=True)
    code = fields.get("qrcode")
    fits = isinstance(code, str) and len(code) <= LONGEST_CODE and code.isascii() and code.isprintable()
    return Scan(code=str(code) if fits else "")


def _ids(fields: Fields, field: str) -> tuple[str, ...]:
    values = fields.get(field)
    return tuple(id for id in map(opaque, values) if id) if isinstance(values, list) else ()


def _at(fields: Fields, now: datetime) -> datetime:
    return moment(fields.get("timestamp"), now)
