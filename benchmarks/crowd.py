"""What many groups say in a working hour: questions from the FAQ, questions that are not in it, and talk."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge_base.entries import Entry

GROUPS = range(720_000_001, 720_000_101)
DESK = 720_000_999
SPEAKERS = 2_000
ADDRESSED = 0.3  # share of what is said to the bot itself
KNOWN, UNKNOWN = 0.35, 0.15  # shares; the rest is talk

_CARGO = ["冻品", "二手设备", "化工品", "样品", "展品", "锂电池", "木制品", "汽车配件", "医疗器械", "大豆"]
_TROUBLE = ["舱单和提单件数对不上", "合同丢了", "船期改了", "客户拒收要退运", "报关行写错了抬头", "箱子少了两件"]
_ASK = ["怎么处理？", "要找哪个窗口？", "需要什么材料？", "会不会影响出口退税？"]
_TALK = [
    "早上好",
    "收到",
    "好的谢谢",
    "哈哈哈",
    "今天闸口堵不堵",
    "@所有人 下午三点开会",
    "👍",
    "这个我也遇到过",
    "辛苦了",
    "图片发群里了",
]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing somebody says somewhere."""

    group: int
    speaker: int
    text: str
    to_bot: bool


def crowd(entries: Sequence[Entry], *, seed: int) -> Iterator[Line]:
    """Lines without end, the same for the same seed."""
    chance = random.Random(seed)
    known = [phrase for entry in entries for phrase in entry.phrasings]
    while True:
        yield Line(
            group=chance.choice(GROUPS),
            speaker=10_000 + chance.randrange(SPEAKERS),
            text=_words(chance, known),
            to_bot=chance.random() < ADDRESSED,
        )


def _words(chance: random.Random, known: Sequence[str]) -> str:
    kind = chance.random()
    if kind < KNOWN:
        return chance.choice(known)
    if kind < KNOWN + UNKNOWN:
        return f"我们有一票{chance.choice(_CARGO)}，{chance.choice(_TROUBLE)}，{chance.choice(_ASK)}"
    return chance.choice(_TALK)
