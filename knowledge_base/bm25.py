"""BM25: the documents that share most with a question, a gram counting the more the fewer documents have it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.gram_table import Floats, GramTable, Positions, ranges

OFTEN = 1.2  # times a gram is told from which telling it again adds little
EVENED = 0.75  # how much of a document's length is held against it
LOOKED_THROUGH = 60_000  # places of grams a question may cost; the rarest grams first, and few bases have as many
FINALISTS = 256  # documents weighed in full where the commonest grams were not looked through


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question's grams as an index knows them."""

    grams: Sequence[str]  # each once: those that some phrasing has, then those that none has
    weight: Floats  # how telling each is
    known: Positions  # the numbers that the index gave the first of them
    times: Floats  # how often the question has those
    place: NDArray[np.int32]  # of every gram of the index: where it stands in `known`, or -1

    @property
    def whole(self) -> np.float32:
        """How telling all the question is."""
        return max(self.weight.sum(), np.float32(1e-6))

    def squares(self) -> Floats:
        """Each weight's square, and nothing for a gram that is not there, whose place is the last."""
        return np.append(self.weight[: len(self.known)] ** 2, np.float32(0))


class Postings:
    """Where each gram stands, with what BM25 gives for it there."""

    def __init__(self, documents: GramTable) -> None:
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

    def best(self, query: Query, count: int) -> Positions:
        """Positions of the documents with most, best first."""
        starts = self._starts[query.known]
        sizes = self._starts[query.known + 1] - starts
        rarest = np.argsort(sizes, kind="stable")
        looked = rarest[: max(1, int(np.searchsorted(np.cumsum(sizes[rarest]), LOOKED_THROUGH, side="right")))]
        cells = ranges(starts[looked], sizes[looked])
        times = np.repeat(query.times[looked], sizes[looked])
        scores = np.bincount(self._where[cells], self._there[cells] * times, self._count).astype(np.float64, copy=False)
        if len(looked) == len(rarest):
            return _top(scores, count)
        finalists = _top(scores, FINALISTS)
        return np.asarray(finalists[_top(self._in_full(query, finalists), count)], dtype=np.int64)

    def _in_full(self, query: Query, documents: Positions) -> NDArray[np.float64]:
        row, cells = self._documents.cells(documents)
        met = query.place[self._documents.grams[cells]]
        there = met >= 0
        worth = self._worth[cells[there]] * query.times[met[there]]
        return np.bincount(row[there], worth, len(documents)).astype(np.float64)


def _top(scores: NDArray[np.float64], count: int) -> Positions:
    """Positions of the greatest that are more than nothing, greatest first."""
    count = min(count, len(scores))
    if not count:
        return np.zeros(0, np.int64)
    top = np.argpartition(scores, len(scores) - count)[-count:]
    top = top[np.argsort(-scores[top], kind="stable")]
    return np.asarray(top[scores[top] > 0], dtype=np.int64)
