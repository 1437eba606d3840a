"""Phrasings by the letters they share with a question: BM25 to find entries, weighted overlap to compare phrasings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.wording import grams

SIZES = (1, 2)
OFTEN = 1.2  # times a gram is told from which telling it again adds little
EVENED = 0.75  # how much of a document's length is held against it
LOOKED_THROUGH = 60_000  # places of grams a question may cost; the rarest grams first, and few bases have as many
FINALISTS = 256  # documents weighed in full where the commonest grams were not looked through

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


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A question's grams as an index knows them."""

    known: Positions  # the grams that some phrasing has
    times: Floats  # how often the question has each of them
    weight: Floats  # how telling each is
    strange: Floats  # how telling those are that no phrasing has
    place: NDArray[np.int32]  # of every gram of the index: where it stands in `known`, or -1


class LexicalIndex:
    """Documents are entries, all their phrasings joined, which beats the best phrasing of each; rows are phrasings.

    How telling a gram is comes from `weights`, the same for every base, so that adding entries moves no number.
    """

    def __init__(self, documents: Sequence[Sequence[str]], *, weights: Mapping[str, float], unseen: float) -> None:
        self._ids: dict[str, int] = {}
        rows = [self._numbered(phrasing) for document in documents for phrasing in document]
        owners = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
        self._weights, self._unseen = weights, unseen
        self._weight = np.array([weights.get(gram, unseen) for gram in self._ids], dtype=np.float32)
        sizes = np.array([len(row) for row in rows], dtype=np.int64)
        told = np.concatenate([*rows, np.zeros(0, np.int32)])
        self._rows = Table(np.repeat(np.arange(len(rows)), sizes), told, rows=len(rows), grams=len(self._ids))
        self._entries = Table(np.repeat(owners, sizes), told, rows=len(documents), grams=len(self._ids))
        self._own = np.maximum(self._rows.sums(self._weight**2), 1e-6).astype(np.float32)
        self._postings = Postings(self._entries)

    def hear(self, text: str) -> Heard:
        """A plain text, ready to be looked for."""
        wanted = Counter(grams(text, SIZES))
        known = {self._ids[gram]: times for gram, times in wanted.items() if gram in self._ids}
        ids = np.fromiter(known, dtype=np.int64, count=len(known))
        place = np.full(len(self._weight), -1, dtype=np.int32)
        place[ids] = np.arange(len(ids))
        strange = [self._weights.get(gram, self._unseen) for gram in wanted if gram not in self._ids]
        return Heard(
            known=ids,
            times=np.fromiter(known.values(), dtype=np.float32, count=len(known)),
            weight=self._weight[ids],
            strange=np.array(strange, dtype=np.float32),
            place=place,
        )

    def best(self, heard: Heard, count: int) -> Positions:
        """Positions of the documents that share most with a question, best first; none that shares nothing."""
        return self._postings.best(heard, count)

    def told(self, heard: Heard, documents: Positions) -> Floats:
        """The share of a question's weight that each document tells of; often told counts more, up to a point."""
        whole = float(heard.weight.sum()) + float(heard.strange.sum())
        row, cells = self._entries.cells(documents)
        met = heard.place[self._entries.grams[cells]] >= 0
        row, cells = row[met], cells[met]
        times = self._entries.times[cells]
        worth = self._weight[self._entries.grams[cells]] * times / (times + OFTEN)
        return (np.bincount(row, worth, len(documents)) / max(whole, 1e-6)).astype(np.float32)

    def compare(self, heard: Heard, rows: Positions) -> Overlap:
        """A question against some rows."""
        squares = heard.weight**2
        whole = np.float32(max(1e-6, float(squares.sum() + np.square(heard.strange).sum())))
        row, cells = self._rows.cells(rows)
        gram = self._rows.grams[cells]
        met = heard.place[gram]
        there = met >= 0
        shares = np.zeros((len(rows), len(heard.known)), dtype=bool)
        shares[row[there], met[there]] = True
        own = self._own[rows]
        shared = shares @ squares
        unasked = np.zeros(len(rows), dtype=np.float32)
        np.maximum.at(unasked, row[~there], self._weight[gram[~there]])
        return Overlap(
            likeness=shared / np.sqrt(own * whole),
            asked=shared / whole,
            said=shared / own,
            unasked=unasked,
            unsaid=np.where(shares, np.float32(0), heard.weight).max(axis=1, initial=heard.strange.max(initial=0)),
        )

    def _numbered(self, phrasing: str) -> NDArray[np.int32]:
        ids = self._ids
        return np.array([ids.setdefault(gram, len(ids)) for gram in grams(phrasing, SIZES)], dtype=np.int32)


class Table:
    """Rows of distinct grams and how often each stands there, one after the other."""

    def __init__(self, row: Positions, gram: NDArray[np.int32], *, rows: int, grams: int) -> None:
        cells, times = np.unique(row * max(grams, 1) + gram, return_counts=True)
        self.rows, self._count = cells // max(grams, 1), grams
        self.grams = (cells % max(grams, 1)).astype(np.int32)
        self.times = times.astype(np.float32)
        self._starts = np.searchsorted(self.rows, np.arange(rows + 1))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def cells(self, rows: Positions) -> tuple[Positions, Positions]:
        """The cells of some rows, beside each which of the rows it stands in."""
        starts = self._starts[rows]
        sizes = self._starts[rows + 1] - starts
        return np.repeat(np.arange(len(rows)), sizes), ranges(starts, sizes)

    def sums(self, of_gram: Floats) -> Floats:
        """For each row, what its grams are worth together."""
        return np.bincount(self.rows, of_gram[self.grams], len(self)).astype(np.float32)

    def lengths(self) -> Floats:
        """For each row, how many grams it has, counting each time."""
        return np.bincount(self.rows, self.times, len(self)).astype(np.float32)


class Postings:
    """Where each gram stands, with what BM25 gives for it there."""

    def __init__(self, documents: Table) -> None:
        self._documents, self._count = documents, len(documents)
        lengths = documents.lengths()
        norm = 1 - EVENED + EVENED * lengths / max(float(lengths.mean()) if len(lengths) else 1.0, 1e-6)
        within = np.bincount(documents.grams)
        rarity = np.log1p((self._count - within + 0.5) / (within + 0.5))
        times = documents.times
        self._worth = (rarity[documents.grams] * times / (times + OFTEN * norm[documents.rows])).astype(np.float32)
        order = np.argsort(documents.grams, kind="stable")
        self._where, self._there = documents.rows[order].astype(np.int32), self._worth[order]
        self._starts = np.concatenate([[0], np.cumsum(within)])

    def best(self, heard: Heard, count: int) -> Positions:
        """Positions of the documents with most, best first."""
        starts = self._starts[heard.known]
        sizes = self._starts[heard.known + 1] - starts
        rarest = np.argsort(sizes, kind="stable")
        looked = rarest[: max(1, int(np.searchsorted(np.cumsum(sizes[rarest]), LOOKED_THROUGH, side="right")))]
        cells = ranges(starts[looked], sizes[looked])
        times = np.repeat(heard.times[looked], sizes[looked])
        scores = np.bincount(self._where[cells], self._there[cells] * times, self._count).astype(np.float64)
        if len(looked) == len(rarest):
            return _top(scores, count)
        finalists = _top(scores, FINALISTS)
        return np.asarray(finalists[_top(self._in_full(heard, finalists), count)], dtype=np.int64)

    def _in_full(self, heard: Heard, documents: Positions) -> NDArray[np.float64]:
        row, cells = self._documents.cells(documents)
        met = heard.place[self._documents.grams[cells]]
        there = met >= 0
        worth = self._worth[cells[there]] * heard.times[met[there]]
        return np.bincount(row[there], worth, len(documents)).astype(np.float64)


def ranges(starts: Positions, sizes: Positions) -> Positions:
    """The numbers from each start on, as many as its size, one after the other."""
    before = np.cumsum(sizes) - sizes
    numbers: Positions = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return numbers


def _top(scores: NDArray[np.float64], count: int) -> Positions:
    """Positions of the greatest that are more than nothing, greatest first."""
    count = min(count, len(scores))
    if not count:
        return np.zeros(0, np.int64)
    top = np.argpartition(scores, len(scores) - count)[-count:]
    top = top[np.argsort(-scores[top], kind="stable")]
    return np.asarray(top[scores[top] > 0], dtype=np.int64)
