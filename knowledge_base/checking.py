"""Is the FAQ base sound? Faults forbid its use, doubts are for its editors. One line each: where, what, the cure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge_base.contradictions import contradictions
from knowledge_base.entries import Entry
from knowledge_base.faq_drafts import Place
from knowledge_base.instruments import Instruments
from knowledge_base.search import KnowledgeBase
from knowledge_base.soundness import (
    ageing,
    forbidden_phrases,
    hard_reading,
    long_numbers,
    private_matters,
    stale_citations,
    wordless,
    wrong_citations,
)
from knowledge_base.wording import asked, grams, plain

NEAR = 0.85  # shared share of letter pairs from which two phrasings are as good as one
CLOSE = 0.85  # cosine of two phrasings from which one entry may stand before the other
SAME_ANSWER = 0.9  # shared share of letter pairs from which two answers say one thing
EVALUATION = "evaluation"  # the folder of held-out questions, within the FAQ folder

Placed = Sequence[tuple[Entry, Place]]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found: faults make the base unusable, doubts do not."""

    faults: tuple[str, ...]
    doubts: tuple[str, ...]


def check(placed: Placed, instruments: Instruments, base: KnowledgeBase, *, today: date) -> Report:
    """Everything an editor should know about the base on that day."""
    faults: list[str] = []
    doubts: list[str] = []
    for entry, place in placed:
        where = f"{place}: entry {entry.id}"
        wrong = (*wrong_citations(entry, instruments), *long_numbers(entry), *forbidden_phrases(entry))
        odd = (
            *wordless(entry), *stale_citations(entry, instruments, today), *ageing(entry, today),
            *private_matters(entry), *hard_reading(entry),
        )  # fmt: skip
        faults.extend(f"{where}: {fault}" for fault in wrong)
        doubts.extend(f"{where}: {doubt}" for doubt in odd)
    faults.extend(_repeated_phrasings(placed))
    doubts.extend(_contradictions(placed))
    doubts.extend(_same_answers(placed))
    doubts.extend(_near_duplicates(placed))
    doubts.extend(_strays(placed, base))
    return Report(faults=tuple(faults), doubts=tuple(doubts))


def check_questions(placed: Placed, folder: Path) -> Report:
    """Whether the held-out questions are held out: none may stand in the base, none may stand there twice."""
    owners = {plain(text): entry.id for entry, _ in placed for text in entry.phrasings}
    pieces = _Pieces([(entry.id, text) for entry, _ in placed for text in entry.phrasings])
    seen: dict[str, tuple[str, object]] = {}
    faults: list[str] = []
    doubts: list[str] = []
    for where, text, expect in _questions(folder):
        if owner := owners.get(plain(text)):
            faults.append(f"{where}: {text!r} 就是条目 {owner} 的问法；评测题换一种说法")
        elif near := pieces.nearest(text):
            doubts.append(f"{where}: {text!r} 与条目 {near[0]} 的问法 {near[1]!r} 几乎一样；评测题换一种说法")
        first, meant = seen.setdefault(plain(text), (where, expect))
        if first != where:
            what = "答案却不同" if meant != expect else "重复了"
            faults.append(f"{where}: {text!r} 与 {first} 是同一句，{what}；只留一处")
    return Report(faults=tuple(faults), doubts=tuple(doubts))


def _questions(folder: Path) -> Iterator[tuple[str, str, object]]:
    for file in sorted((folder / EVALUATION).glob("*.jsonl")):
        for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
            row = json.loads(line) if line.strip() else {}
            if isinstance(row, dict) and isinstance(row.get("text"), str):
                yield f"{file}:{number}", row["text"], row.get("expect")


def _contradictions(placed: Placed) -> Iterator[str]:
    places = {entry.id: place for entry, place in placed}
    for found in contradictions([entry for entry, _ in placed]):
        yield f"{places[found.one.entry]}: entry {found.one.entry}: answer: {found} 数字不同；核对后改一处"


def _same_answers(placed: Placed) -> Iterator[str]:
    """Two entries with one answer are one entry."""
    rows = [(entry, place, frozenset(grams(plain(entry.answer), (2,)))) for entry, place in placed if entry.answer]
    by_size = sorted(rows, key=lambda row: len(row[2]))
    for at, (entry, place, pieces) in enumerate(by_size):
        for other, _, others in by_size[at + 1 :]:
            if len(pieces) < SAME_ANSWER * len(others):
                break
            if len(pieces & others) >= SAME_ANSWER * len(pieces | others) and len(pieces) > 20:
                yield f"{place}: entry {entry.id}: answer: 与条目 {other.id} 的答案几乎一样；并成一条"


def _repeated_phrasings(placed: Placed) -> Iterator[str]:
    first: dict[str, str] = {}
    for entry, place in placed:
        for text in entry.phrasings:
            owner = first.setdefault(plain(text), entry.id)
            if owner != entry.id:
                yield f"{place}: entry {entry.id}: {text!r} 条目 {owner} 也有；只留一处"


def _near_duplicates(placed: Placed) -> Iterator[str]:
    """Phrasings of two entries that are as good as one."""
    places = {entry.id: place for entry, place in placed}
    pieces = _Pieces([(entry.id, text) for entry, _ in placed for text in entry.phrasings])
    for left, right in pieces.pairs():
        (one, said), (other, also) = pieces.rows[left], pieces.rows[right]
        yield f"{places[one]}: entry {one}: {said!r} 与条目 {other} 的 {also!r} 几乎一样；说得有区别些"


class _Pieces:
    """Phrasings by the letter pairs they share; pairs are found by the rarer ones."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self.rows = rows
        self._of = [frozenset(grams(plain(text), (2,))) for _, text in rows]
        self._holders: dict[str, list[int]] = {}
        for at, pieces in enumerate(self._of):
            for piece in pieces:
                self._holders.setdefault(piece, []).append(at)

    def pairs(self) -> list[tuple[int, int]]:
        """Rows of two entries that are as good as one and not the same."""
        return sorted(
            (at, other)
            for at, (id, text) in enumerate(self.rows)
            for other in self._near(self._of[at])
            if other > at and self.rows[other][0] != id and plain(self.rows[other][1]) != plain(text)
        )

    def nearest(self, text: str) -> tuple[str, str] | None:
        """The entry and the phrasing that is as good as this text."""
        return next((self.rows[at] for at in self._near(frozenset(grams(plain(text), (2,))))), None)

    def _near(self, pieces: frozenset[str]) -> Iterator[int]:
        rarest = sorted(pieces, key=lambda piece: len(self._holders.get(piece, ())))[: len(pieces) // 4 + 1]
        for other in sorted({other for piece in rarest for other in self._holders.get(piece, ())}):
            others = self._of[other]
            if len(pieces & others) >= NEAR * max(len(pieces | others), 1):
                yield other


def _strays(placed: Placed, base: KnowledgeBase) -> Iterator[str]:
    """Phrasings that find another entry before their own; only where another comes close is it worth asking."""
    close = frozenset(base.rivals(CLOSE))
    for entry, place in placed:
        for text in filter(close.__contains__, entry.phrasings):
            hits = base.search(text, limit=1)
            if hits and hits[0].entry.id != entry.id and plain(asked(text)):
                yield f"{place}: entry {entry.id}: {text!r} 先找到的是条目 {hits[0].entry.id}；改写其中一处"
