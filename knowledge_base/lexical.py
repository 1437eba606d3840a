"""Phrasings by the letters they share with a question: BM25 to find entries, weighted overlap to compare phrasings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge_base.wording import grams

SIZES = (1, 2)
OFTEN = 1.2  # times a gram is told from which telling it again adds little

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


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
        rows = [grams(phrasing, SIZES) for document in documents for phrasing in document]
        known = sorted({gram for row in rows for gram in row})
        self._ids = {gram: at for at, gram in enumerate(known)}
        self._weights, self._unseen = weights, unseen
        self._weight = np.array([weights.get(gram, unseen) for gram in known], dtype=np.float32)
        encoded = [[self._ids[gram] for gram in row] for row in rows]
        self._documents = len(documents)
        self._bm25 = _bm25(_joined(encoded, documents), self._ids)
        self._rows = _Table([Counter(row) for row in encoded])
        self._entries = _Table([Counter(joined) for joined in _joined(encoded, documents)])

    def best(self, text: str, count: int) -> Positions:
        """Positions of the documents that share most with a plain text, best first; none that shares nothing."""
        wanted = [self._ids[gram] for gram in grams(text, SIZES) if gram in self._ids]
        if not wanted:
            return np.zeros(0, np.int64)
        scores = self._bm25.get_scores_from_ids(wanted)
        count = min(count, self._documents)
        top = np.argpartition(-scores, count - 1)[:count]
        top = top[np.argsort(-scores[top], kind="stable")]
        return np.asarray(top[scores[top] > 0], dtype=np.int64)

    def told(self, text: str, documents: Positions) -> Floats:
        """The share of a plain text's weight that each document tells of; often told counts more, up to a point."""
        wanted = set(grams(text, SIZES))
        whole = sum(self._weights.get(gram, self._unseen) for gram in wanted)
        has = np.zeros(len(self._weight), dtype=bool)
        has[[self._ids[gram] for gram in wanted if gram in self._ids]] = True
        row, gram, times = self._entries.cells(documents)
        met = has[gram]
        worth = self._weight[gram[met]] * times[met] / (times[met] + OFTEN)
        return (np.bincount(row[met], worth, len(documents)) / max(whole, 1e-6)).astype(np.float32)

    def compare(self, text: str, rows: Positions) -> Overlap:
        """A plain text against some rows."""
        wanted = set(grams(text, SIZES))
        known = np.array([self._ids[gram] for gram in wanted if gram in self._ids], dtype=np.int64)
        strange = [self._weights.get(gram, self._unseen) for gram in wanted if gram not in self._ids]
        weight = self._weight[known]
        whole = np.float32(max(1e-6, float((weight**2).sum() + np.square(strange).sum())))
        row, gram, _ = self._rows.cells(rows)
        has = np.full(len(self._weight), -1, dtype=np.int64)
        has[known] = np.arange(len(known))
        met = has[gram]
        shares = np.zeros((len(rows), len(known)), dtype=bool)
        shares[row[met >= 0], met[met >= 0]] = True
        weights = self._weight[gram]
        own = np.maximum(np.bincount(row, weights**2, len(rows)), 1e-6).astype(np.float32)
        shared = shares @ (weight**2)
        unasked = np.zeros(len(rows), dtype=np.float32)
        np.maximum.at(unasked, row[met < 0], weights[met < 0])
        return Overlap(
            likeness=shared / np.sqrt(own * whole),
            asked=shared / whole,
            said=shared / own,
            unasked=unasked,
            unsaid=np.where(shares, np.float32(0), weight).max(axis=1, initial=max(strange, default=0.0)),
        )


class _Table:
    """Rows of distinct grams and how often each stands there, one after the other."""

    def __init__(self, rows: Sequence[Mapping[int, int]]) -> None:
        self._starts = np.cumsum([0, *map(len, rows)])
        self._grams = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
        self._times = np.fromiter(chain.from_iterable(row.values() for row in rows), dtype=np.float32)

    def cells(self, rows: Positions) -> tuple[Positions, Positions, Floats]:
        """The grams of some rows, beside each which of the rows it stands in, and how often."""
        starts, sizes = self._starts[rows], self._starts[rows + 1] - self._starts[rows]
        before = np.cumsum(sizes) - sizes
        row = np.repeat(np.arange(len(rows)), sizes)
        cells = np.arange(len(row)) - before[row] + starts[row]
        return row, self._grams[cells], self._times[cells]


def _joined(rows: list[list[int]], documents: Sequence[Sequence[str]]) -> list[list[int]]:
    ends = np.cumsum([0, *map(len, documents)])
    return [list(chain.from_iterable(rows[ends[at] : ends[at + 1]])) for at in range(len(documents))]


def _bm25(documents: list[list[int]], ids: dict[str, int]) -> bm25s.BM25:
    bm25 = bm25s.BM25(k1=1.2, b=0.75)
    if ids:
        bm25.index(bm25s.tokenization.Tokenized(ids=documents, vocab=ids), show_progress=False)
    return bm25
