"""Reading what editors type: a verb, what it is about, and the rest. Talk among colleagues is no command."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    SUSPEND = "停用"
    RESUME = "启用"
    SHOW = "条目"
    VERSIONS = "版本"
    CHANGE = "修改"
    NEW = "新条目"
    LEARN = "入库"
    DRAFTS = "草稿"
    LOOK = "看稿"
    EDIT = "改稿"
    APPROVE = "审定"
    REJECT = "退稿"
    AS_PHRASING = "作问法"
    MERGE = "合并条目"
    PHRASINGS = "问法"
    TAKE = "收问法"
    REFUSE = "弃问法"
    CORRECT = "更正通知"
    CORRECTIONS = "更正稿"
    SEND = "发更正"
    DROP = "弃更正"
    CITES = "引用"
    TASKS = "待复核"
    GAPS = "没答上"
    HELP = "编辑帮助"


ABOUT_AN_ENTRY = frozenset({Verb.SUSPEND, Verb.RESUME, Verb.SHOW, Verb.VERSIONS, Verb.CHANGE, Verb.NEW, Verb.CORRECT})
LISTS = frozenset({Verb.DRAFTS, Verb.PHRASINGS, Verb.CORRECTIONS, Verb.TASKS, Verb.GAPS, Verb.HELP})

EXAMPLES = {
    Verb.SUSPEND: "停用 JG-001 政策有变", Verb.RESUME: "启用 JG-001 已核对", Verb.SHOW: "条目 JG-001",
    Verb.VERSIONS: "版本 JG-001", Verb.CHANGE: "修改 JG-001 答案：新的答案", Verb.NEW: "新条目 JG-050 问题：…（换行）答案：…",
    Verb.LEARN: "入库 12", Verb.LOOK: "看稿 3", Verb.EDIT: "改稿 3 答案：新的答案", Verb.APPROVE: "审定 3",
    Verb.REJECT: "退稿 3 原因", Verb.AS_PHRASING: "作问法 3 JG-001", Verb.MERGE: "合并条目 JG-001 到 JG-002",
    Verb.TAKE: "收问法 5 6", Verb.REFUSE: "弃问法 5", Verb.CORRECT: "更正通知 JG-001", Verb.SEND: "发更正 2",
    Verb.DROP: "弃更正 2", Verb.CITES: "引用 251",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Command:
    """What was typed. `id` is an entry's, `number` a draft's, a ticket's or a correction's."""

    verb: Verb
    id: str = ""
    number: int | None = None
    numbers: tuple[int, ...] = ()
    rest: str = ""

    @property
    def example(self) -> str:
        return EXAMPLES[self.verb]


_ID = r"[^\s,，:：]{1,64}"
_WORDS = "|".join(sorted(Verb, key=len, reverse=True))
_COMMAND = re.compile(rf"(?P<verb>{_WORDS})(?:[\s:：]+(?P<rest>.*))?", re.DOTALL)
_ENTRY = re.compile(rf"(?P<id>{_ID})(?:[\s,，:：]+(?P<rest>.*))?", re.DOTALL)
_NUMBER = re.compile(r"[#＃]?(?P<number>\d{1,9})(?:[\s,，:：]+(?P<rest>.*))?", re.DOTALL)
_TWO = re.compile(rf"(?P<gone>{_ID}?)[\s,，]*(?:到|并入|并到|[\s,，])[\s,，]*(?P<kept>{_ID})")


def read_command(text: str) -> Command | None:
    """The command in a line, None when it is talk. A command without what it needs comes back half: the caller says so."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return None
    verb, rest = Verb(found["verb"]), (found["rest"] or "").strip()
    if verb in LISTS:
        return Command(verb=verb) if not rest else None
    if verb == Verb.CITES:
        return Command(verb=verb, rest=rest)
    if verb == Verb.MERGE:
        two = _TWO.fullmatch(rest)
        return Command(verb=verb, id=two["gone"], rest=two["kept"]) if two else Command(verb=verb)
    if verb in (Verb.TAKE, Verb.REFUSE):
        return Command(verb=verb, numbers=tuple(map(int, re.findall(r"\d{1,9}", rest))))
    return _about_entry(verb, rest) if verb in ABOUT_AN_ENTRY else _about_number(verb, rest)


def _about_entry(verb: Verb, rest: str) -> Command | None:
    found = _ENTRY.fullmatch(rest)
    if found is None:
        return None if rest else Command(verb=verb)  # 修改 一下这个: talk
    return Command(verb=verb, id=found["id"], rest=(found["rest"] or "").strip())


def _about_number(verb: Verb, rest: str) -> Command | None:
    found = _NUMBER.fullmatch(rest)
    if verb == Verb.APPROVE and rest.startswith("批次"):
        return Command(verb=verb, rest=rest.removeprefix("批次").strip())
    if found is None:
        return None if rest else Command(verb=verb)
    return Command(verb=verb, number=int(found["number"]), rest=(found["rest"] or "").strip())
