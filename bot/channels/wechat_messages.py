"""What is said through a Wechaty gateway, in our words, and our words for it."""

import json
import re
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from wechaty_grpc.wechaty.puppet import MessagePayloadResponse

from bot.channels.foreign import Unreadable, clean_name, moment, opaque
from bot.channels.quoting import id_of_words
from handlers.base import Attachment, Conversation, Message, Person, storable
from handlers.files import File

NAME = "wechat"
BASE64 = 1  # how a file's content is packed
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


_ATTACHMENTS: Mapping[int, tuple[Attachment, ...]] = {
    Type.TEXT: (),
    Type.EMOTICON: (),  # for fun: nothing there to look at
    Type.ATTACHMENT: (Attachment.FILE,),
    Type.AUDIO: (Attachment.VOICE,),
    Type.IMAGE: (Attachment.IMAGE,),
    Type.VIDEO: (Attachment.VIDEO,),
}


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
        return found[1] if found else opaque(self.text)

    @property
    def may_mention(self) -> bool:
        return self.type == Type.TEXT and self.room is not None and "@" in self.text


def said(payload: MessagePayloadResponse, now: datetime) -> Said:
    """A fetched message, or raise Unreadable when it is nobody's or has no id."""
    id, sender = opaque(payload.id), opaque(payload.from_id)
    if id is None or sender is None:
        raise Unreadable("a message without id or sender")
    return Said(
        id=id,
        sender=sender,
        room=opaque(payload.room_id),
        text=words_of(payload.text),
        at=moment(payload.timestamp or None, now),
        type=payload.type if isinstance(payload.type, int) else 0,
        mentioned=frozenset(id for id in map(opaque, payload.mention_ids) if id) - _NOBODY,
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
        text = _without_mentions(called, ours, our_names, said.mentioned)
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


def box(file: File) -> str:
    """A file as gateways unpack it; older ones read `boxType`, newer ones `type`."""
    content = b64encode(file.content).decode()
    return json.dumps({"type": BASE64, "boxType": BASE64, "name": file.name, "base64": content, "metadata": {}})


def may_be_mentioned(id: str) -> bool:
    return id not in _NOBODY


def _mentions(said: Said, text: str, ours: Collection[str], our_names: Collection[str]) -> bool:
    """Whether the bot is called: by its id, and where a gateway tells no ids by its name."""
    if said.room is None or said.type != Type.TEXT:
        return False
    if said.mentioned:
        return not said.mentioned.isdisjoint(ours)
    return any(_called(name).search(text) for name in our_names if name)


def _without_mentions(text: str, ours: Collection[str], our_names: Collection[str], mentioned: frozenset[str]) -> str:
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


def words_of(value: object) -> str:
    """A text; bad bytes put a number into a text, or a text into a number."""
    return storable(value) if isinstance(value, str) else "" if value is None else str(value)[:300]
