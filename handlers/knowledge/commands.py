"""Reading what editors type: a word, what it is about, and the rest. Talk among colleagues is no command."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
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


ABOUT_AN_ENTRY = frozenset({Word.SUSPEND, Word.RESUME, Word.SHOW, Word.VERSIONS, Word.CHANGE, Word.NEW, Word.CORRECT})
LISTS = frozenset({Word.DRAFTS, Word.PHRASINGS, Word.CORRECTIONS, Word.TASKS, Word.GAPS, Word.HELP})

EXAMPLES = {
    Word.SUSPEND: "停用 JG-001 政策有变", Word.RESUME: "启用 JG-001 已核对", Word.SHOW: "条目 JG-001",
    Word.VERSIONS: "版本 JG-001", Word.CHANGE: "修改 JG-001 答案：新的答案", Word.NEW: "新条目 JG-050 问题：…（换行）答案：…",
    Word.LEARN: "入库 12", Word.LOOK: "看稿 3", Word.EDIT: "改稿 3 答案：新的答案", Word.APPROVE: "审定 3",
    Word.REJECT: "退稿 3 原因", Word.AS_PHRASING: "作问法 3 JG-001", Word.MERGE: "合并条目 JG-001 到 JG-002",
    Word.TAKE: "收问法 5 6", Word.REFUSE: "弃问法 5", Word.CORRECT: "更正通知 JG-001", Word.SEND: "发更正 2",
    Word.DROP: "弃更正 2", Word.CITES: "引用 251",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was typed. `id` is an entry's, `number` a draft's, a ticket's or a correction's."""

    word: Word
    id: str = ""
    number: int | None = None
    numbers: tuple[int, ...] = ()
    rest: str = ""

    @property
    def example(self) -> str:
        return EXAMPLES[self.word]


_ID = r"[^\s,，:：]{1,64}"
_WORDS = "|".join(sorted(Word, key=len, reverse=True))
_ORDER = re.compile(rf"(?P<word>{_WORDS})(?:[\s:：]+(?P<rest>.*))?", re.DOTALL)
_ENTRY = re.compile(rf"(?P<id>{_ID})(?:[\s,，:：]+(?P<rest>.*))?", re.DOTALL)
_NUMBER = re.compile(r"[#＃]?(?P<number>\d{1,9})(?:[\s,，:：]+(?P<rest>.*))?", re.DOTALL)
_TWO = re.compile(rf"(?P<gone>{_ID}?)[\s,，]*(?:到|并入|并到|[\s,，])[\s,，]*(?P<kept>{_ID})")


def read_order(text: str) -> Order | None:
    """The order in a line, None when it is talk. An order without what it needs comes back half: the caller says so."""
    found = _ORDER.fullmatch(text.strip())
    if found is None:
        return None
    word, rest = Word(found["word"]), (found["rest"] or "").strip()
    if word in LISTS:
        return Order(word=word) if not rest else None
    if word == Word.CITES:
        return Order(word=word, rest=rest)
    if word == Word.MERGE:
        two = _TWO.fullmatch(rest)
        return Order(word=word, id=two["gone"], rest=two["kept"]) if two else Order(word=word)
    if word in (Word.TAKE, Word.REFUSE):
        return Order(word=word, numbers=tuple(map(int, re.findall(r"\d{1,9}", rest))))
    return _about_entry(word, rest) if word in ABOUT_AN_ENTRY else _about_number(word, rest)


def _about_entry(word: Word, rest: str) -> Order | None:
    found = _ENTRY.fullmatch(rest)
    if found is None:
        return None if rest else Order(word=word)  # 修改 一下这个: talk
    return Order(word=word, id=found["id"], rest=(found["rest"] or "").strip())


def _about_number(word: Word, rest: str) -> Order | None:
    found = _NUMBER.fullmatch(rest)
    if word == Word.APPROVE and rest.startswith("批次"):
        return Order(word=word, rest=rest.removeprefix("批次").strip())
    if found is None:
        return None if rest else Order(word=word)
    return Order(word=word, number=int(found["number"]), rest=(found["rest"] or "").strip())
