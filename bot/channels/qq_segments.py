"""What people wrote in QQ, read from message segments or CQ codes, and our words as segments."""

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.foreign import clean_name, opaque
from handlers.base import Attachment

Segment = Mapping[str, Any]

EVERYBODY = "all"
NOBODY = frozenset({"", EVERYBODY, "0"})  # who mentions these mentions nobody, or everybody: some take 0 for that
STICKER = "1"  # sub_type of an image that is a sticker

_CQ = re.compile(r"\[CQ:([A-Za-z0-9_.-]{1,40})((?:,[^\[\]]*)?)\]")
#: Words, and what people send for fun: nothing there to look at.
_NO_CONTENT = frozenset(
    {"text", "at", "reply", "face", "mface", "bface", "sface", "dice", "rps", "poke", "shake", "anonymous"}
)
_ATTACHMENTS = {
    "image": Attachment.IMAGE,
    "record": Attachment.VOICE,
    "video": Attachment.VIDEO,
    "file": Attachment.FILE,
    "onlinefile": Attachment.FILE,
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """The content of one message: its words, and what hung on them."""

    text: str
    mentions_bot: bool
    quotes: str | None
    attachments: tuple[Attachment, ...]


def read(message: object, *, ours: Collection[str]) -> Said | None:
    """A message in array or CQ-string form; None when it is neither. `ours` are the ids the bot answers to."""
    segments = list(_segments(message))
    if not segments and not isinstance(message, str | list):
        return None
    return Said(
        text=_words(segments, ours).strip(),
        mentions_bot=any(_mentioned(segment) in ours for segment in segments),
        quotes=next((id for id in map(_quoted, segments) if id), None),
        attachments=tuple(kind for kind in map(_attachment, segments) if kind),
    )


def write(text: str, *, mention: Sequence[str], quote: str | None) -> list[dict[str, Any]]:
    """Our words as segments; text stays text, so a `[CQ:…]` somebody wrote can never turn into a mention."""
    segments: list[dict[str, Any]] = []
    if quote is not None:
        segments.append({"type": "reply", "data": {"id": quote}})
    for id in mention:
        segments.append({"type": "at", "data": {"qq": id}})
    lead = " " if mention else ""  # "@老王明天来" would read as somebody called 老王明天来
    segments.append({"type": "text", "data": {"text": f"{lead}{text}"}})
    return segments


def picture(content: bytes) -> dict[str, Any]:
    """A picture as a segment."""
    return {"type": "image", "data": {"file": f"base64://{b64encode(content).decode()}"}}


def _segments(message: object) -> Iterator[Segment]:
    if isinstance(message, str):
        yield from _from_codes(message)
    elif isinstance(message, list):
        for item in message:
            # Some implementations put bare strings between the segments.
            yield from _from_codes(item) if isinstance(item, str) else _from_dict(item)
    else:
        yield from _from_dict(message)


def _from_dict(item: object) -> Iterator[Segment]:
    if isinstance(item, dict) and isinstance(item.get("type"), str):
        data = item.get("data")
        yield {"type": item["type"], "data": data if isinstance(data, dict) else {}}


def _from_codes(text: str) -> Iterator[Segment]:
    end = 0
    for code in _CQ.finditer(text):
        yield _text(text[end : code.start()])
        pairs = (pair.partition("=") for pair in code[2].split(",") if "=" in pair)
        yield {"type": code[1], "data": {key.strip(): _unescape(value) for key, _, value in pairs}}
        end = code.end()
    yield _text(text[end:])


def _text(escaped: str) -> Segment:
    return {"type": "text", "data": {"text": _unescape(escaped)}}


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    return text.replace("&#91;", "[").replace("&#93;", "]").replace("&#44;", ",").replace("&amp;", "&")


def _words(segments: Sequence[Segment], ours: Collection[str]) -> str:
    words = ""
    after_mention = False
    for segment in segments:
        word = _word(segment, ours)
        # Clients put a space behind a name; we always do, so theirs goes.
        words += word.lstrip(" ") if after_mention else word
        after_mention = segment["type"] == "at"
    return words


def _word(segment: Segment, ours: Collection[str]) -> str:
    data = segment["data"]
    if segment["type"] == "text":
        text = data.get("text")
        return text if isinstance(text, str) else ""
    if segment["type"] != "at" or (id := opaque(data.get("qq"))) is None:
        return ""
    return " " if id in ours else f"@{_shown(data.get('name'), id)} "


def _shown(name: object, id: str) -> str:
    if id == EVERYBODY:
        return "全体成员"
    return clean_name(name).lstrip("@") or id


def _mentioned(segment: Segment) -> str | None:
    id = opaque(segment["data"].get("qq")) if segment["type"] == "at" else None
    return None if id == EVERYBODY else id


def _quoted(segment: Segment) -> str | None:
    return opaque(segment["data"].get("id")) if segment["type"] == "reply" else None


def _attachment(segment: Segment) -> Attachment | None:
    kind = segment["type"]
    if kind in _NO_CONTENT or (kind == "image" and str(segment["data"].get("sub_type")) == STICKER):
        return None
    return _ATTACHMENTS.get(kind, Attachment.OTHER)
