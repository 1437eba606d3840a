"""Reading what operators type about notices: a verb, the number of a notice (N5), and the rest."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    NEW = "发通知"
    LIST = "通知列表"
    HELP = "通知帮助"
    CHANGE = "修改"
    ATTACH = "附件"
    PREVIEW = "预览"
    TARGETS = "名单"
    TEST = "试发"
    SUBMIT = "提交"
    APPROVE = "审批"
    SEND_BACK = "退回"
    SCHEDULE = "定时"
    SPREAD = "分散"
    ANY_DAY = "不限工作日"
    PAUSE = "暂停"
    RESUME = "继续"
    CANCEL = "取消"
    RECALL = "撤回"
    CORRECT = "更正通知"
    PROGRESS = "进展"
    UNCERTAIN = "不明"
    REFUSED = "被拒"
    AGAIN = "重发"
    ARRIVED = "算已达"
    NOT_ARRIVED = "算未达"
    BY_HAND = "代发"
    DONE_BY_HAND = "已代发"
    HISTORY = "经过"
    EFFECT = "效果"
    BECOME_ENTRY = "转条目"
    NOT_REACHED = "未触达"
    REACH = "触达"


#: These take no number.
BARE = {
    "发通知": Verb.NEW, "写通知": Verb.NEW, "拟通知": Verb.NEW, "起草通知": Verb.NEW, "通知列表": Verb.LIST, "通知": Verb.LIST,
    "通知帮助": Verb.HELP, "未触达": Verb.NOT_REACHED, "触达": Verb.REACH,
}  # fmt: skip
OTHER_WORDS = {
    "批准": Verb.APPROVE, "同意": Verb.APPROVE, "送审": Verb.SUBMIT, "报批": Verb.SUBMIT, "不同意": Verb.SEND_BACK,
    "驳回": Verb.SEND_BACK, "更正": Verb.CORRECT, "受众": Verb.TARGETS, "状态": Verb.PROGRESS, "进度": Verb.PROGRESS,
    "通知进度": Verb.PROGRESS, "发到哪了": Verb.PROGRESS, "停发": Verb.PAUSE, "查看": Verb.PREVIEW, "看": Verb.PREVIEW,
    "通知": Verb.PREVIEW,
}  # fmt: skip
WORDS = {str(verb): verb for verb in Verb if verb not in BARE.values()} | OTHER_WORDS

_WORD = "|".join(sorted(WORDS, key=len, reverse=True))
_N = r"(?:通知\s*)?[Nn]\s*(?P<n>\d{1,9})(?!\d)"
_GAP = r"[\s:：,，]"
_NUMBERED = (
    re.compile(rf"(?P<word>{_WORD})\s*{_N}{_GAP}*(?P<rest>.*)", re.DOTALL),
    re.compile(rf"{_N}\s*(?P<word>{_WORD})(?:{_GAP}+(?P<rest>.*)|$)", re.DOTALL),
)
_NOT_REACHED = re.compile(r"\s*未触达\s*(\d{1,4})\s*天?\s*")
_REACH = re.compile(r"\s*触达(?:通知)?\s+(\S.{0,30})")
_NEW = re.compile(r"\s*(发通知|写通知|拟通知|起草通知)(?:[\s:：]+(.*))?", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Command:
    verb: Verb
    number: int | None = None
    rest: str = ""


def read_command(text: str) -> Command | None:
    """The command about notices in a line of a desk, None when it is something else."""
    said = _half_width(text.strip())
    found = next((match for form in _NUMBERED if (match := form.fullmatch(said))), None)
    if found is not None:
        return Command(verb=WORDS[found["word"]], number=int(found["n"]), rest=(found["rest"] or "").strip())
    if (found := _NEW.fullmatch(said)) is not None:
        return Command(verb=Verb.NEW, rest=(found[2] or "").strip())
    if (found := _NOT_REACHED.fullmatch(said)) is not None:
        return Command(verb=Verb.NOT_REACHED, rest=found[1])
    if (found := _REACH.fullmatch(said)) is not None:
        return Command(verb=Verb.REACH, rest=found[1].strip())
    bare = BARE.get(said)
    return Command(verb=bare) if bare else None


def _half_width(text: str) -> str:
    """Ｎ１２ is N12; the rest of the line stays as it was typed."""
    head, rest = text[:16], text[16:]
    return "".join(unicodedata.normalize("NFKC", char) if "０" <= char <= "ｚ" else char for char in head) + rest
