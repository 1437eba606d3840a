"""Frames of the WeCom AI bot's long connection in our words, and our words as frames."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.base import Outcome, Outgoing, Refused, Taken
from bot.channels.foreign import Fields, Unreadable, clean_name, fields_of, moment, opaque, required
from bot.channels.quoting import id_of_words
from handlers.base import Attachment, Conversation, Message, Person, storable

NAME = "wecom"
EVERYBODY = frozenset({"all", "@all"})

_KINDS = {"image": Attachment.IMAGE, "file": Attachment.FILE, "voice": Attachment.VOICE, "video": Attachment.VIDEO}
#: Errors that a second attempt meets again: bad parameters, a conversation that is not there or not ours.
_NEVER = frozenset({40003, 40008, 40031, 40035, 40058, 41001, 81013, 86001, 86003, 86008, 93000, 93006})
_MENTION = r"<@[^<>\s]{1,80}>|@[^\s@]{1,60}(?:\s|$)"
_LEADING_MENTIONS = re.compile(rf"\s*(?:(?:{_MENTION})\s*)+")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Somebody said something; `req_id` is what a reply to it has to name."""

    message: Message
    req_id: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to a frame of ours."""

    req_id: str
    code: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Displaced:
    """Another connection of the same bot took over; this one is finished."""


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Anything else: the connection lives."""


Frame = Heard | Answer | Displaced | Sign


def read(raw: str | bytes, *, name: str, now: datetime) -> Frame:
    """What a frame tells, or raise Unreadable. `name` is what the bot is called in WeCom."""
    fields = fields_of(raw)
    match fields.get("cmd"):
        case "aibot_msg_callback":
            return Heard(message=_message(_dict(fields, "body"), name, now), req_id=_req_id(fields) or "")
        case "aibot_event_callback":
            event = _dict(_dict(fields, "body"), "event")
            return Displaced() if event.get("eventtype") == "disconnected_event" else Sign()
        case None | "" if isinstance(fields.get("errcode"), int):
            words = clean_name(fields.get("errmsg"))
            return Answer(req_id=_req_id(fields) or "", code=fields["errcode"], words=words)
        case str():
            return Sign()
    raise Unreadable("neither a callback nor an answer")


def subscribe(req_id: str, *, bot: str, secret: str) -> str:
    return _frame("aibot_subscribe", req_id, {"bot_id": bot, "secret": secret})


def ping(req_id: str) -> str:
    return _frame("ping", req_id, None)


def push(req_id: str, out: Outgoing) -> str:
    """Say it without having been spoken to."""
    kind = 1 if out.to.is_private else 2
    body = {"chatid": out.to.id, "chat_type": kind, "msgtype": "markdown", "markdown": {"content": words(out)}}
    return _frame("aibot_send_msg", req_id, body)


def reply(req_id: str, out: Outgoing, *, stream: str) -> str:
    """Say it as the one and whole answer to the message that came under `req_id`."""
    body = {"msgtype": "stream", "stream": {"id": stream, "finish": True, "content": words(out)}}
    return _frame("aibot_respond_msg", req_id, body)


def words(out: Outgoing) -> str:
    """The text with the mentions in front; a `<@…>` that stands in the text itself mentions nobody."""
    people = [] if out.to.is_private else [person.id for person in out.mention if _may_be_mentioned(person.id)]
    text = storable(out.text).replace("<@", "＜@")
    return "".join(f"<@{id}> " for id in people) + text


def id_of_said(to: Conversation, text: str) -> str:
    """Quotes carry words and no id, so words are the id; who is mentioned in front may be shown in another way."""
    return id_of_words(to, _LEADING_MENTIONS.sub("", text, count=1) if _LEADING_MENTIONS.match(text) else text)


def outcome(answer: Answer, out: Outgoing) -> Outcome:
    if answer.code == 0:
        return Taken(message_id=id_of_said(out.to, out.text))
    reason = f"企业微信没有发出：{answer.code} {answer.words}".strip()
    return Refused(reason=reason[:250], permanent=answer.code in _NEVER)


def _message(body: Fields, name: str, now: datetime) -> Message:
    sender = required(_dict(body, "from"), "userid")
    conversation = _conversation(body, sender)
    text, attachments = _content(body)
    quote = body.get("quote")
    quoted = _content(quote)[0] if isinstance(quote, dict) else ""
    return Message(
        id=required(body, "msgid"),
        conversation=conversation,
        sender=Person(channel=NAME, id=sender, name=sender),
        text=text.strip() if conversation.is_private else _without_name(text, name),
        sent_at=moment(body.get("create_time"), now),
        mentions_bot=not conversation.is_private,  # in a group only what is said to the bot is passed on
        quotes=id_of_said(conversation, quoted) if quoted else None,
        attachments=attachments,
        account=name,
    )


def _conversation(body: Fields, sender: str) -> Conversation:
    match body.get("chattype"):
        case "group":
            return Conversation.group(NAME, required(body, "chatid"))
        case "single":
            return Conversation.private(NAME, sender)
    raise Unreadable("a message neither to a group nor in private")


def _content(body: Fields) -> tuple[str, tuple[Attachment, ...]]:
    """The words, a voice's own included, and what hangs on them."""
    kind = body.get("msgtype")
    if kind == "mixed":
        items = _dict(body, "mixed").get("msg_item")
        parts = [_content(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        return " ".join(text for text, _ in parts if text), tuple(one for _, found in parts for one in found)
    content = _dict(body, str(kind)).get("content")
    text = storable(content) if isinstance(content, str) else ""
    return text, () if kind == "text" else (_KINDS.get(str(kind), Attachment.OTHER),)


def _without_name(text: str, name: str) -> str:
    """What is said to the bot, without its name: WeCom leaves it in, wherever it stood."""
    called = re.compile(rf"@{re.escape(name)}(?=\s|$)\s?")
    if called.search(text):
        return called.sub("", text, count=1).strip()
    return re.sub(r"^\s*@\S{1,60}(\s|$)", "", text).strip()


def _may_be_mentioned(id: str) -> bool:
    return id not in EVERYBODY and not set("<>") & set(id)


def _frame(cmd: str, req_id: str, body: Fields | None) -> str:
    frame: dict[str, Any] = {"cmd": cmd, "headers": {"req_id": req_id}}
    return json.dumps(frame if body is None else {**frame, "body": body}, ensure_ascii=False)


def _dict(fields: Fields, field: str) -> Fields:
    value = fields.get(field)
    return value if isinstance(value, dict) else {}


def _req_id(fields: Fields) -> str | None:
    return opaque(_dict(fields, "headers").get("req_id"), longest=200)
