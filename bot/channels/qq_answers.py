"""What a OneBot implementation answers to our actions, and what that means for a message we sent."""

import re
from dataclasses import dataclass

from bot.channels.base import Outcome, Refused, Taken, Uncertain
from bot.channels.foreign import Fields, opaque
from handlers.base import storable

_PERMANENT = frozenset({1400, 1404, 404, 1405})
_NOT_LET_IN = frozenset({401, 403, 1401, 1403})
_TIMED_OUT = re.compile(r"time(d )?\s?out|超时", re.IGNORECASE)
# "EventChecker Failed" carries the platform's own refusal; any other NTEvent means the send may have gone through.
_UNSURE = re.compile(r"NTEvent", re.IGNORECASE)
_SURELY_FAILED = re.compile(r"EventChecker\s+Failed", re.IGNORECASE)
_NEVER = re.compile(
    r"移出.{0,3}群|不在.{0,3}群|群.{0,4}(已?解散|不存在)|not in (the )?group|group.{0,10}not exist", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The implementation's answer to one of our actions."""

    echo: str
    status: str
    retcode: int | None
    message_id: str | None = None
    words: str = ""
    online: bool | None = None

    @property
    def is_token_wrong(self) -> bool:
        return self.retcode in _NOT_LET_IN


def answer(fields: Fields) -> Answer:
    """What an answer tells, whatever is missing."""
    data = fields.get("data")
    data = data if isinstance(data, dict) else {}
    words = next((word for word in (fields.get("message"), fields.get("wording"), fields.get("msg")) if word), "")
    return Answer(
        echo=opaque(fields.get("echo")) or "",
        status=str(fields.get("status"))[:20].lower(),
        retcode=_retcode(fields.get("retcode")),
        message_id=opaque(data.get("message_id")),
        words=storable(str(words))[:500],
        online=online_of(data),
    )


def _retcode(value: object) -> int | None:
    """A number, as which some write it and some as a string."""
    digits = str(value)[:10] if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(digits) if digits.removeprefix("-").isdecimal() else None


def online_of(status: object) -> bool | None:
    """Whether an account says that it is logged in; None when it says nothing of it."""
    online = status.get("online") if isinstance(status, dict) else None
    return online if isinstance(online, bool) else None


def outcome(answer: Answer) -> Outcome:
    """What became of a message we sent, by the answer to it."""
    if answer.status in ("ok", "async") or (answer.status != "failed" and answer.retcode in (0, 1)):
        return Taken(message_id=answer.message_id)
    if answer.status != "failed" and answer.retcode is None:
        return Uncertain(reason="QQ 客户端的回应读不懂")
    said = _said(answer)
    if answer.retcode in _PERMANENT:
        return Refused(reason=f"QQ 客户端不接受这条消息：{said}", permanent=True)
    if answer.is_token_wrong:
        return Refused(reason=f"QQ 客户端拒绝了令牌：{said}")
    if _maybe_sent(answer.words):
        return Uncertain(reason=f"QQ 客户端没有等到发送结果：{said}", suspicious=True)
    return Refused(reason=f"QQ 没有发出：{said}", permanent=bool(_NEVER.search(answer.words)))


def outcome_of_unsaying(answer: Answer) -> Outcome:
    """What became of a deletion. QQ deletes what is young, or what administrators said."""
    return _not_asked_again(answer, "QQ 没有撤回（多半过了可以撤回的时间）")


def outcome_of_pinning(answer: Answer) -> Outcome:
    """What became of an announcement. Only administrators may, and some clients cannot."""
    return _not_asked_again(answer, "QQ 没有发出群公告（要管理员身份，也要客户端支持）")


def _not_asked_again(answer: Answer, told: str) -> Outcome:
    """Refused once is refused."""
    result = outcome(answer)
    return Refused(reason=f"{told}：{_said(answer)}", permanent=True) if isinstance(result, Refused) else result


def _said(answer: Answer) -> str:
    return f"{answer.retcode} {answer.words}".strip()[:250]


def _maybe_sent(words: str) -> bool:
    if _SURELY_FAILED.search(words):
        return False
    return bool(_TIMED_OUT.search(words) or _UNSURE.search(words))
