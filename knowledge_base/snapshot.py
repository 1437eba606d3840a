"""Entries as they were at one moment: a text in, those worth a thought out, with what speaks for them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bm25 import Query
from knowledge_base.encoder import Vectors
from knowledge_base.entries import Entry
from knowledge_base.gram_table import Floats, Positions, ranges
from knowledge_base.index import VectorIndex
from knowledge_base.keeping import Read
from knowledge_base.lexical import LexicalIndex
from knowledge_base.models import Models
from knowledge_base.ranking import Evidence, features
from knowledge_base.saying import asks_when, whole
from knowledge_base.wording import has_number, plain

FOUND_BY_EACH = 8  # entries that the encoder and that the letters may each put forward
NEAREST = 48  # phrasings looked at to find those entries
JUDGED = 8  # phrasings that get the second look, at most
ENTRIES_JUDGED = 5  # … and the entries they belong to
TOLD = 2.0  # how much the share told of by the whole entry counts at the first look
RIVALS_AT_ONCE = 512  # phrasings held against all others in one go
SELDOM = 0.1  # share of an entry's phrasings
PLAUSIBLE = 0.50  # below this hardly a candidate was ever right, and the second look is saved


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An entry, the numbers that speak for it, and its closest phrasing."""

    entry: Entry
    numbers: Floats
    score: float
    matched: str


class Snapshot:
    """Ready to be searched by many at once, for it never changes."""

    def __init__(
        self,
        entries: Sequence[Entry],
        phrasings: Mapping[str, Read],
        models: Models,
        *,
        before: "Snapshot | None" = None,
    ) -> None:
        """`before`: the one that this replaces, nearly the same as a rule."""
        self.entries = {entry.id: entry for entry in entries}
        self._entries, self._models = list(entries), models
        rows = [(at, text) for at, entry in enumerate(entries) for text in entry.phrasings]
        self._owner = np.array([at for at, _ in rows], dtype=np.int64)
        self._text = [text for _, text in rows]
        reads = [phrasings[text] for text in self._text]
        self.vectors: Vectors = np.array([read.vector for read in reads], dtype=np.float32)
        self.vectors = self.vectors.reshape(-1, models.encoder.size)
        self._read = [  # with the vectors of this snapshot, so that those the phrasings came with need not be kept
            Read(plain=read.plain, vector=vector, reading=read.reading)
            for read, vector in zip(reads, self.vectors, strict=True)
        ]
        named = (has_number(text, read.plain) for text, read in zip(self._text, reads, strict=True))
        #: The entries that were written for one long number.
        self.of_numbers = {entries[at].id for at, has in zip(self._owner, named, strict=True) if has}
        by_letter: dict[str, set[str]] = {}
        for at, read in zip(self._owner, self._read, strict=True):
            by_letter.setdefault(read.plain, set()).add(entries[at].id)
        self._by_letter = {text: frozenset(ids) for text, ids in by_letter.items()}
        self._first = np.searchsorted(self._owner, np.arange(len(entries) + 1))
        self._index: VectorIndex = VectorIndex(self.vectors, before=before._index if before is not None else None)
        self._lexical = LexicalIndex(
            [[phrasings[text].plain for text in entry.phrasings] for entry in entries],
            weights=models.weights.of,
            unseen=models.weights.unseen,
        )

    @property
    def reads(self) -> dict[str, Read]:
        """What was read of its phrasings."""
        return dict(zip(self._text, self._read, strict=True))

    def candidates(self, text: str) -> list[Candidate]:
        """The entries worth a thought, in no order, with what speaks for them; none for a text that asks nothing."""
        wanted = plain(text)
        if not wanted or not self._entries:
            return []
        vector = self._models.encoder.encode([text])[0]
        query = self._lexical.query(wanted)
        found = self._found(query, vector)
        return self._weighed(wanted, query, vector, found) if len(found) else []

    def asked_by_the_letter(self, wanted: str) -> frozenset[str]:
        """The ids of the entries that have this plain text among their phrasings; more than one, and none is sure."""
        return self._by_letter.get(wanted, frozenset())

    def rivals(self, at_least: float) -> list[str]:
        """Phrasings that a phrasing of another entry comes close to."""
        close: list[str] = []
        for start in range(0, len(self._text), RIVALS_AT_ONCE):
            rows = slice(start, start + RIVALS_AT_ONCE)
            cosines = self.vectors[rows] @ self.vectors.T
            cosines[self._owner[rows][:, None] == self._owner[None, :]] = -1
            close.extend(
                text for text, best in zip(self._text[rows], cosines.max(axis=1), strict=True) if best >= at_least
            )
        return close

    def _found(self, query: Query, vector: Vectors) -> Positions:
        _, near = self._index.nearest(vector, NEAREST)
        dense = list(dict.fromkeys(self._owner[near].tolist()))
        lexical = self._lexical.best(query, FOUND_BY_EACH).tolist()
        return np.array(sorted({*dense[:FOUND_BY_EACH], *lexical}), dtype=np.int64)

    def _weighed(self, wanted: str, query: Query, vector: Vectors, found: Positions) -> list[Candidate]:
        rows = ranges(self._first[found], self._first[found + 1] - self._first[found])
        cosines = self.vectors[rows] @ vector
        first_look = cosines + self._lexical.likeness(query, rows)
        if float(first_look.max()) < PLAUSIBLE:
            return []
        told = self._lexical.told(query, found)
        chosen = self._chosen(found, first_look, told)
        return self._judged(wanted, query, rows[chosen], cosines[chosen], dict(zip(found, told, strict=True)))

    def _judged(
        self, wanted: str, query: Query, rows: Positions, cosines: Floats, told: Mapping[int, np.float32]
    ) -> list[Candidate]:
        """The second look: at these phrasings, and at all that their entries say."""
        entries, of = np.unique(self._owner[rows], return_inverse=True)
        evidence = self._evidence(wanted, query, rows, cosines)
        said = whole(
            query,
            self._lexical.phrased(query, entries),
            [self._entries[at].answer for at in entries],
            np.array([told[at] for at in entries]),
            self._untimed(wanted, entries),
        )
        numbers = features(evidence, of, said, length=len(wanted))
        return [
            Candidate(
                entry=self._entries[entry],
                numbers=numbers[at],
                score=float(cosines[of == at].max()),
                matched=self._matched(wanted, rows[of == at], evidence.verdict[of == at]),
            )
            for at, entry in enumerate(entries)
        ]

    def _untimed(self, wanted: str, entries: Positions) -> NDArray[np.bool_]:
        """Which of these are hardly ever asked for a time, as is asked now."""
        if not asks_when(wanted):
            return np.zeros(len(entries), dtype=np.bool_)
        spoken = [self._read[self._first[at] : self._first[at + 1]] for at in entries]
        return np.array([sum(asks_when(read.plain) for read in reads) < SELDOM * len(reads) for reads in spoken])

    def _evidence(self, wanted: str, query: Query, rows: Positions, cosines: Floats) -> Evidence:
        [question] = self._models.judge.read([wanted])
        verdicts = self._models.judge.verdicts(question, [self._read[row].reading for row in rows])
        overlap, codes = self._lexical.compare(query, rows), _codes(wanted)
        return Evidence(
            verdict=verdicts,
            cosine=cosines,
            likeness=overlap.likeness,
            asked=overlap.asked,
            said=overlap.said,
            unasked=overlap.unasked,
            unsaid=overlap.unsaid,
            codes=np.array([len(codes ^ _codes(self._read[row].plain)) for row in rows], dtype=np.float32),
        )

    def _chosen(self, found: Positions, first_look: Floats, told: Floats) -> Positions:
        """The closest phrasings of the entries that look best, two of each while there is room."""
        sizes = self._first[found + 1] - self._first[found]
        ends = np.cumsum(sizes)
        best = np.maximum.reduceat(first_look, ends - sizes) + np.float32(TOLD) * told
        firsts, seconds = [], []
        for entry in np.argsort(-best, kind="stable")[:ENTRIES_JUDGED]:
            start = int(ends[entry] - sizes[entry])
            closest = np.argsort(-first_look[start : ends[entry]], kind="stable")[:2] + start
            firsts.append(int(closest[0]))
            seconds += closest[1:].tolist()
        return np.array((firsts + seconds)[:JUDGED])

    def _matched(self, wanted: str, rows: Positions, verdicts: Floats) -> str:
        """The closest phrasing: the very text, or the one that most probably asks the same."""
        pieces = zip(map(int, rows), map(float, verdicts), strict=True)
        closest = max(pieces, key=lambda piece: (self._read[piece[0]].plain == wanted, piece[1]))
        return self._text[closest[0]]


_CODE = re.compile(r"[a-z]*\d+[a-z\d]*|[a-z]{2,}")


def _codes(text: str) -> frozenset[str]:
    return frozenset(_CODE.findall(text))
