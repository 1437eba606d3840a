"""OneBot v11 in our words: what a frame tells, and the action that says what we want said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.channels import qq_answers, qq_segments
from bot.channels.base import Happening, Joined, Outgoing, Parted, Recalled, Renamed
from bot.channels.foreign import Fields, Unreadable, clean_name, fields_of, moment, opaque, required
from bot.channels.qq_answers import Answer, online_of
from handlers.base import Conversation, Message, Person, Rank, storable

NAME = "qq"

#: Group message notices ("anonymous chat was switched off") are nobody's words.
_SYSTEM_WORDS = "notice"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A person said something; `through` is the group a stranger's private chat goes through."""

    message: Message
    through: str | None = None
    itself: str | None = None
    group_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A word about the account itself: `online` None says nothing of it, `interval` is seconds between heartbeats."""

    itself: str | None = None
    online: bool | None = None
    interval: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Something besides words happened in a conversation."""

    what: Happening
    itself: str | None = None


Frame = Heard | Answer | Sign | Happened


def read(frame: str | bytes, *, account: str, ours: Collection[str], now: datetime) -> Frame:
    """What a frame tells, or raise Unreadable. `account` is the link's own id, `ours` all ids that are the bot."""
    fields = fields_of(frame)
    if "post_type" not in fields and not fields.keys().isdisjoint({"echo", "retcode"}):
        return qq_answers.answer(fields)
    match fields.get("post_type"):
        case "message":
            return _said(fields, account, ours, now)
        case "meta_event":
            return _meta(fields)
        case "notice":
            return _notice(fields, account, ours, now)
        case str():
            return Sign(itself=opaque(fields.get("self_id")))
    raise Unreadable("neither an event nor an answer")


def action(out: Outgoing, *, through: str | None) -> tuple[str, Fields]:
    """The action that says it, or deletes what was said, with its parameters."""
    if out.unsays is not None:
        return "delete_msg", {"message_id": _number(out.unsays)}
    if out.pins:
        put_up = {"content": storable(out.text), "pinned": 1, "confirm_required": 0}
        return "_send_group_notice", {"group_id": _number(out.to.id), **put_up}
    called = () if out.to.is_private else [person.id for person in out.mention]
    mention = [id for id in called if id not in qq_segments.NOBODY]
    if out.file is not None:
        message = [qq_segments.picture(out.file.content)]
    else:
        message = qq_segments.write(storable(out.text), mention=mention, quote=out.quote)
    if out.to.is_private:
        via = {"group_id": _number(through)} if through else {}
        return "send_private_msg", {"user_id": _number(out.to.id), **via, "message": message}
    return "send_group_msg", {"group_id": _number(out.to.id), "message": message}


def _said(fields: Fields, account: str, ours: Collection[str], now: datetime) -> Frame:
    itself = opaque(fields.get("self_id"))
    sender = required(fields, "user_id")
    own = {account, itself, *ours} - {None, ""}
    if sender in own or fields.get("sub_type") == _SYSTEM_WORDS:
        return Sign(itself=itself, online=True)
    said = _content(fields, {id for id in own if id})
    message = Message(
        id=required(fields, "message_id"),
        conversation=_conversation(fields, sender),
        sender=Person(channel=NAME, id=sender, name=_name(fields) or sender),
        text=storable(said.text),
        sent_at=moment(fields.get("time"), now),
        mentions_bot=said.mentions_bot,
        quotes=said.quotes,
        attachments=said.attachments,
        account=account or itself or "",
        rank=_rank(fields),
    )
    return Heard(
        message=message, through=_through(fields), itself=itself, group_name=clean_name(fields.get("group_name"))
    )


def _rank(fields: Fields) -> Rank:
    sender = fields.get("sender")
    role = sender.get("role") if isinstance(sender, dict) else None
    return Rank(role) if role in ("admin", "owner") else Rank.MEMBER


def _content(fields: Fields, ours: Collection[str]) -> qq_segments.Said:
    for field in ("message", "raw_message"):
        said = qq_segments.read(fields.get(field), ours=ours)
        if said is not None:
            return said
    raise Unreadable("a message without content")


def _conversation(fields: Fields, sender: str) -> Conversation:
    match fields.get("message_type"):
        case "group":
            return Conversation.group(NAME, required(fields, "group_id"))
        case "private":
            return Conversation.private(NAME, sender)
    raise Unreadable("a message neither to a group nor in private")


def _name(fields: Fields) -> str:
    """The name shown in the group, else the person's own."""
    for about in (fields.get("anonymous"), fields.get("sender")):
        if isinstance(about, dict):
            for field in ("card", "nickname", "name"):
                if name := clean_name(about.get(field)):
                    return name
    return ""


def _through(fields: Fields) -> str | None:
    if fields.get("message_type") != "private" or fields.get("sub_type") != "group":
        return None
    sender = fields.get("sender")
    return opaque(sender.get("group_id")) if isinstance(sender, dict) else None


def _meta(fields: Fields) -> Sign:
    itself = opaque(fields.get("self_id"))
    match fields.get("meta_event_type"):
        case "heartbeat":
            return Sign(
                itself=itself, online=online_of(fields.get("status")), interval=_interval(fields.get("interval"))
            )
        case "lifecycle" if fields.get("sub_type") != "disable":
            return Sign(itself=itself, online=True)
    return Sign(itself=itself)


def _notice(fields: Fields, account: str, ours: Collection[str], now: datetime) -> Sign | Happened:
    itself = opaque(fields.get("self_id"))
    if fields.get("notice_type") == "bot_offline":
        return Sign(itself=itself, online=False, reason=clean_name(fields.get("message")))
    own = {account, itself, *ours} - {None, ""}
    what = _happening(fields, {id for id in own if id}, moment(fields.get("time"), now))
    return Sign(itself=itself) if what is None else Happened(what=what, itself=itself)


def _happening(fields: Fields, ours: Collection[str], at: datetime) -> Happening | None:
    who = opaque(fields.get("user_id")) or ""
    itself = who in ours
    match fields.get("notice_type"):
        case "group_increase":
            return Joined(group=_group(fields), people=_people(who), itself=itself, at=at)
        case "group_decrease":
            itself = itself or fields.get("sub_type") == "kick_me"
            return Parted(group=_group(fields), people=_people(who), itself=itself, at=at)
        case "group_dismiss":
            return Parted(group=_group(fields), people=(), itself=True, at=at)
        case "group_recall" if not itself:
            return Recalled(conversation=_group(fields), message_id=required(fields, "message_id"), at=at)
        case "friend_recall" if not itself:
            there = Conversation.private(NAME, required(fields, "user_id"))
            return Recalled(conversation=there, message_id=required(fields, "message_id"), at=at)
        case "notify" if fields.get("sub_type") == "group_name" and (name := clean_name(fields.get("name_new"))):
            return Renamed(group=_group(fields), name=name, at=at)
    return None


def _group(fields: Fields) -> Conversation:
    return Conversation.group(NAME, required(fields, "group_id"))


def _people(id: str) -> tuple[Person, ...]:
    """Notices tell no names; the platform shows them itself where somebody is mentioned."""
    return (Person(channel=NAME, id=id, name=id),) if id else ()


def _interval(milliseconds: object) -> float | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    return milliseconds / 1000 if 0 < milliseconds < 10**7 else None


def _number(id: str) -> int | str:
    """Implementations want numbers where the id is one; anything else travels as it came."""
    is_number = id.isascii() and id.isdigit() and (id == "0" or not id.startswith("0"))
    return int(id) if is_number else id
