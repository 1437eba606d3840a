"""Is the FAQ base sound? Faults forbid its use, doubts are for its editors."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge_base.entries import REGISTRY, Citation, Entry, Place
from knowledge_base.instruments import Registry
from knowledge_base.search import KnowledgeBase
from knowledge_base.wording import asked, grams, plain

SOON = timedelta(days=30)
NEAR = 0.85  # shared share of letter pairs from which two phrasings are as good as one
CLOSE = 0.85  # cosine of two phrasings from which one entry may stand before the other
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{11,})(?![0-9A-Za-z])")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found: faults make the base unusable, doubts do not."""

    faults: tuple[str, ...]
    doubts: tuple[str, ...]


def check(placed: Sequence[tuple[Entry, Place]], instruments: Registry, base: KnowledgeBase, *, today: date) -> Report:
    """Everything an editor should know about the base on that day."""
    faults: list[str] = []
    doubts: list[str] = []
    for entry, place in placed:
        where = f"{place}: entry {entry.id}"
        faults.extend(f"{where}: {fault}" for fault in _wrong_citations(entry, instruments))
        faults.extend(f"{where}: {fault}" for fault in _long_numbers(entry))
        doubts.extend(f"{where}: {doubt}" for doubt in _stale_citations(entry, instruments, today))
        doubts.extend(f"{where}: {doubt}" for doubt in _ageing(entry, today))
    faults.extend(_repeated_phrasings(placed))
    doubts.extend(_near_duplicates([entry for entry, _ in placed]))
    doubts.extend(_strays(placed, base))
    return Report(faults=tuple(faults), doubts=tuple(doubts))


def _citations(entry: Entry) -> Iterator[Citation]:
    return (basis for basis in entry.basis if isinstance(basis, Citation))


def _wrong_citations(entry: Entry, instruments: Registry) -> Iterator[str]:
    for citation in _citations(entry):
        instrument = instruments.get(citation.source)
        if instrument is None:
            yield f"basis: {citation.source} is not in {REGISTRY}; add it there or correct the name"
        elif isinstance(citation.article, int) and not 1 <= citation.article <= (instrument.articles or 10**4):
            yield (
                f"basis: {citation.source} has no article {citation.article}, only {instrument.articles};"
                " correct the article"
            )


def _stale_citations(entry: Entry, instruments: Registry, today: date) -> Iterator[str]:
    for citation in _citations(entry):
        instrument = instruments.get(citation.source)
        if instrument and instrument.in_force_to and instrument.in_force_to < today:
            yield f"basis: {citation.source} was in force until {instrument.in_force_to}; cite what replaced it"
        if instrument and instrument.in_force_from and instrument.in_force_from > today:
            yield f"basis: {citation.source} is in force only from {instrument.in_force_from}; cite what holds now"


def _ageing(entry: Entry, today: date) -> Iterator[str]:
    if entry.valid_until and entry.valid_until < today:
        yield f"valid_until: expired on {entry.valid_until}, so it never answers; renew or suspend it"
    if entry.review_by and entry.review_by < today:
        yield f"review_by: was due on {entry.review_by}; review it and set the next date"
    elif entry.review_by and entry.review_by < today + SOON:
        yield f"review_by: is due on {entry.review_by}; review it"


def _long_numbers(entry: Entry) -> Iterator[str]:
    written = {"question": entry.question, "answer": entry.answer, "tips": entry.tips}
    written |= {f"variants[{at}]": text for at, text in enumerate(entry.variants)}
    for field, text in written.items():
        if found := LONG_NUMBER.search(text):
            yield f"{field}: holds the number {found[0][:4]}…, perhaps somebody's; mask it"


def _repeated_phrasings(placed: Sequence[tuple[Entry, Place]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for entry, place in placed:
        for text in entry.phrasings:
            owner = first.setdefault(plain(text), entry.id)
            if owner != entry.id:
                yield f"{place}: entry {entry.id}: {text!r} is asked by entry {owner} too; leave it to one of them"


def _near_duplicates(entries: Sequence[Entry]) -> Iterator[str]:
    """Phrasings of two entries that are as good as one; pairs are found by the rarer letter pairs they share."""
    rows = [(entry.id, text, frozenset(grams(plain(text), (2,)))) for entry in entries for text in entry.phrasings]
    holders: dict[str, list[int]] = {}
    for at, (_, _, pieces) in enumerate(rows):
        for piece in pieces:
            holders.setdefault(piece, []).append(at)
    pairs = {pair for at in range(len(rows)) for pair in _near(at, rows, holders)}
    for left, right in sorted(pairs):
        yield f"entries {rows[left][0]} and {rows[right][0]}: {rows[left][1]!r} ≈ {rows[right][1]!r}; tell them apart"


def _near(
    at: int, rows: Sequence[tuple[str, str, frozenset[str]]], holders: dict[str, list[int]]
) -> Iterator[tuple[int, int]]:
    id_, text, pieces = rows[at]
    rarest = sorted(pieces, key=lambda piece: len(holders[piece]))[: max(1, len(pieces) // 4 + 1)]
    for other in {other for piece in rarest for other in holders[piece] if other > at}:
        other_id, other_text, others = rows[other]
        shared = len(pieces & others) / max(len(pieces | others), 1)
        if id_ != other_id and shared >= NEAR and plain(text) != plain(other_text):
            yield at, other


def _strays(placed: Sequence[tuple[Entry, Place]], base: KnowledgeBase) -> Iterator[str]:
    """Phrasings that find another entry before their own; only where another comes close is it worth asking."""
    close = frozenset(base.rivals(CLOSE))
    for entry, place in placed:
        for text in filter(close.__contains__, entry.phrasings):
            hits = base.search(text, limit=1)
            if hits and hits[0].entry.id != entry.id and plain(asked(text)):
                yield f"{place}: entry {entry.id}: {text!r} finds entry {hits[0].entry.id} first; reword one of them"
