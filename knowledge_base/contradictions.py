"""Two entries that say the same sentence with different numbers: one of them is wrong."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge_base.entries import Entry
from knowledge_base.numerals import number_of
from knowledge_base.wording import grams, plain

BEFORE, AFTER = 16, 8  # letters around a number that say what it counts
ALIKE = 0.5  # shared share of letter pairs from which two contexts speak of one thing
LEAST = 6  # letter pairs; less context says nothing

_DIGITS = "零〇一二三四五六七八九两"
_UNIT = r"个?工作日|日内|日|天|周|个月|年|小时|分钟|％|%|‰|万元|元|万|倍|次|份|公斤|千克|项|人|级|成"
_COUNTED = re.compile(
    rf"(?<![月第\d.])(?!(?:19|20)\d\d年)(?P<number>\d+(?:\.\d+)?|[{_DIGITS}十百]{{1,9}})(?P<unit>{_UNIT})"
)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A number, its unit, and the words around it."""

    entry: str
    number: str
    unit: str
    said: str
    context: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Two statements of one thing with different numbers."""

    one: Statement
    other: Statement

    def __str__(self) -> str:
        return f"“{self.one.said}”（{self.one.entry}）与“{self.other.said}”（{self.other.entry}）"


def contradictions(entries: Sequence[Entry]) -> Iterator[Contradiction]:
    """Pairs among entries of one topic, each pair of entries and numbers once."""
    topics: dict[str, list[Statement]] = {}
    for entry in entries:
        topics.setdefault(entry.topic, []).extend(statements(entry))
    for held in topics.values():
        told: set[frozenset[tuple[str, str]]] = set()
        for at, one in enumerate(held):
            for other in held[at + 1 :]:
                pair = frozenset({(one.entry, one.number), (other.entry, other.number)})
                if _contradict(one, other) and pair not in told:
                    told.add(pair)
                    yield Contradiction(one=one, other=other)


def against(entry: Entry, others: Sequence[Entry]) -> list[Contradiction]:
    """What an entry says otherwise than others do, whatever their topics."""
    mine = list(statements(entry))
    theirs = [statement for other in others if other.id != entry.id for statement in statements(other)]
    return [Contradiction(one=one, other=other) for one in mine for other in theirs if _contradict(one, other)]


def statements(entry: Entry) -> Iterator[Statement]:
    """Every counted thing an answer says."""
    for line in re.split(r"[\n。；;]", entry.answer):
        found = list(_COUNTED.finditer(line))
        for at in found:
            others = {f"{other['number']}{other['unit']}" for other in found} - {at[0]}
            around = line[max(0, at.start() - BEFORE) : at.start()] + "#" + line[at.end() : at.end() + AFTER]
            context = frozenset(grams(plain(around), (2,)))
            # A line that counts to several numbers of one unit is a scale, and a scale contradicts nothing.
            scale = sum(1 for other in found if other["unit"] == at["unit"]) > 1
            if len(context) >= LEAST and not (scale and others):
                yield Statement(
                    entry=entry.id,
                    number=_plain_number(at["number"]),
                    unit=at["unit"].removeprefix("个").removesuffix("内").replace("天", "日").replace("％", "%"),
                    said=line[max(0, at.start() - BEFORE) : at.end() + AFTER].strip(),
                    context=context,
                )


def _contradict(one: Statement, other: Statement) -> bool:
    if one.entry == other.entry or one.unit != other.unit or one.number == other.number:
        return False
    return len(one.context & other.context) >= ALIKE * len(one.context | other.context)


def _plain_number(text: str) -> str:
    """十四 and 14 are one number."""
    if text[0].isdigit():
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(number_of(text))
