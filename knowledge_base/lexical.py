"""Phrasings by the letters they share with a question: BM25 to find entries, weighted overlap to compare phrasings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bm25 import OFTEN, Postings, Query
from knowledge_base.gram_table import SIZES, Floats, GramTable, Positions, gram_of, number_of, spelled
from knowledge_base.wording import grams


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """What a question shares with some phrasings and what it does not, each gram weighed by how telling it is."""

    likeness: Floats  # cosine of the weighted grams
    asked: Floats  # share of the question's weight that the phrasing has
    said: Floats  # share of the phrasing's weight that the question has
    unasked: Floats  # the weightiest gram that only the phrasing has
    unsaid: Floats  # the weightiest gram that only the question has


class LexicalIndex:
    """Documents are entries, all their phrasings joined, which beats the best phrasing of each; rows are phrasings.

    How telling a gram is comes from `weights`, the same for every base, so that adding entries moves no number.
    """

    def __init__(self, documents: Sequence[Sequence[str]], *, weights: Mapping[str, float], unseen: float) -> None:
        texts = [phrasing for document in documents for phrasing in document]
        owners = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
        numbers, row = spelled(texts)
        self._known, which = np.unique(numbers, return_inverse=True)
        count, gram = len(self._known), np.asarray(which, dtype=np.int32)
        self._weights, self._unseen = weights, unseen
        told = map(gram_of, self._known.tolist())
        self._weight = np.array([weights.get(gram, unseen) for gram in told], dtype=np.float32)
        self._rows = GramTable(row, gram, rows=len(texts), grams=count)
        self._entries = GramTable(owners[row], gram, rows=len(documents), grams=count)
        self._own = np.maximum(self._rows.sums(self._weight**2), 1e-6).astype(np.float32)
        times = self._entries.times
        self._telling = self._weight[self._entries.grams] * times / (times + np.float32(OFTEN))
        self._postings = Postings(self._entries)

    def query(self, text: str) -> Query:
        """A plain text, ready to be looked for."""
        wanted = Counter(grams(text, SIZES))
        numbers = np.fromiter(map(number_of, wanted), dtype=np.int64, count=len(wanted))
        ids = np.searchsorted(self._known, numbers)
        known = np.append(self._known, -1)[ids] == numbers
        place = np.full(len(self._weight), -1, dtype=np.int32)
        place[ids[known]] = np.arange(known.sum())
        every = list(compress(wanted, known)) + list(compress(wanted, ~known))
        return Query(
            grams=every,
            weight=np.array([self._weights.get(gram, self._unseen) for gram in every], dtype=np.float32),
            known=ids[known],
            times=np.fromiter(wanted.values(), dtype=np.float32, count=len(wanted))[known],
            place=place,
        )

    def best(self, query: Query, count: int) -> Positions:
        """Positions of the documents that share most with a question, best first; none that shares nothing."""
        return self._postings.best(query, count)

    def told(self, query: Query, documents: Positions) -> Floats:
        """The share of a question's weight that each document tells of; often told counts more, up to a point."""
        sums = self._entries.summed(documents, lambda cells: self._telling[cells] * (self._met(query, cells) >= 0))
        return np.asarray(sums / query.whole, dtype=np.float32)

    def phrased(self, query: Query, documents: Positions) -> NDArray[np.bool_]:
        """Which of a question's grams each document has."""
        row, cells = self._entries.cells(documents)
        return _marked(row, self._met(query, cells), (len(documents), len(query.grams)))

    def likeness(self, query: Query, rows: Positions) -> Floats:
        """The cosine of the weighted grams, as `compare` has it, of many rows for little."""
        squares = query.squares()
        shared = self._rows.summed(rows, lambda cells: squares[query.place[self._rows.grams[cells]]])
        return np.asarray(shared / np.sqrt(self._own[rows] * _length(query)), dtype=np.float32)

    def compare(self, query: Query, rows: Positions) -> Overlap:
        """A question against some rows."""
        row, cells = self._rows.cells(rows)
        gram = self._rows.grams[cells]
        met = query.place[gram]
        shares = _marked(row, met, (len(rows), len(query.grams)))
        shared, own, length = shares @ query.weight**2, self._own[rows], _length(query)
        unasked, alone = np.zeros(len(rows), dtype=np.float32), met < 0
        np.maximum.at(unasked, row[alone], self._weight[gram[alone]])
        return Overlap(
            likeness=shared / np.sqrt(own * length),
            asked=shared / length,
            said=shared / own,
            unasked=unasked,
            unsaid=np.where(shares, np.float32(0), query.weight).max(axis=1, initial=0),
        )

    def _met(self, query: Query, cells: Positions) -> NDArray[np.int32]:
        met: NDArray[np.int32] = query.place[self._entries.grams[cells]]
        return met


def _length(query: Query) -> np.float32:
    """The square of how long the vector of the weighted grams is."""
    return max((query.weight**2).sum(), np.float32(1e-6))


def _marked(row: Positions, met: NDArray[np.int32], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """True where a row has met the gram of that place."""
    marks, there = np.zeros(shape, dtype=bool), met >= 0
    marks[row[there], met[there]] = True
    return marks
