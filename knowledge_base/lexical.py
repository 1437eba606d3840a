"""Phrasings by the letters they share with a question: BM25 to find entries, weighted overlap to compare phrasings."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from knowledge_base.wording import grams

SIZES = (1, 2)
LETTER_BITS = 21  # enough for any letter there is
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


class LexicalIndex:
    """Documents are entries, all their phrasings joined, which beats the best phrasing of each; rows are phrasings.

    How telling a gram is comes from `weights`, the same for every base, so that adding entries moves no number.
    """

    def __init__(self, documents: Sequence[Sequence[str]], *, weights: Mapping[str, float], unseen: float) -> None:
        texts = [phrasing for document in documents for phrasing in document]
        owners = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
        spelled, row = _spelled(texts)
        self._known, which = np.unique(spelled, return_inverse=True)
        count, gram = len(self._known), np.asarray(which, dtype=np.int32)
        self._weights, self._unseen = weights, unseen
        told = map(_gram, self._known.tolist())
        self._weight = np.array([weights.get(gram, unseen) for gram in told], dtype=np.float32)
        self._rows = Table(row, gram, rows=len(texts), grams=count)
        self._entries = Table(owners[row], gram, rows=len(documents), grams=count)
        self._own = np.maximum(self._rows.sums(self._weight**2), 1e-6).astype(np.float32)
        times = self._entries.times
        self._telling = self._weight[self._entries.grams] * times / (times + np.float32(OFTEN))
        self._postings = Postings(self._entries)

    def hear(self, text: str) -> Heard:
        """A plain text, ready to be looked for."""
        wanted = Counter(grams(text, SIZES))
        spelled = np.fromiter(map(_number, wanted), dtype=np.int64, count=len(wanted))
        ids = np.searchsorted(self._known, spelled)
        known = np.append(self._known, -1)[ids] == spelled
        place = np.full(len(self._weight), -1, dtype=np.int32)
        place[ids[known]] = np.arange(known.sum())
        every = list(compress(wanted, known)) + list(compress(wanted, ~known))
        return Heard(
            grams=every,
            weight=np.array([self._weights.get(gram, self._unseen) for gram in every], dtype=np.float32),
            known=ids[known],
            times=np.fromiter(wanted.values(), dtype=np.float32, count=len(wanted))[known],
            place=place,
        )

    def best(self, heard: Heard, count: int) -> Positions:
        """Positions of the documents that share most with a question, best first; none that shares nothing."""
        return self._postings.best(heard, count)

    def told(self, heard: Heard, documents: Positions) -> Floats:
        """The share of a question's weight that each document tells of; often told counts more, up to a point."""
        sums = self._entries.summed(documents, lambda cells: self._telling[cells] * (self._met(heard, cells) >= 0))
        return np.asarray(sums / heard.whole, dtype=np.float32)

    def phrased(self, heard: Heard, documents: Positions) -> NDArray[np.bool_]:
        """Which of a question's grams each document has."""
        row, cells = self._entries.cells(documents)
        return _marked(row, self._met(heard, cells), (len(documents), len(heard.grams)))

    def likeness(self, heard: Heard, rows: Positions) -> Floats:
        """The cosine of the weighted grams, as `compare` has it, of many rows for little."""
        squares = heard.squares()
        shared = self._rows.summed(rows, lambda cells: squares[heard.place[self._rows.grams[cells]]])
        return np.asarray(shared / np.sqrt(self._own[rows] * _length(heard)), dtype=np.float32)

    def compare(self, heard: Heard, rows: Positions) -> Overlap:
        """A question against some rows."""
        row, cells = self._rows.cells(rows)
        gram = self._rows.grams[cells]
        met = heard.place[gram]
        shares = _marked(row, met, (len(rows), len(heard.grams)))
        shared, own, length = shares @ heard.weight**2, self._own[rows], _length(heard)
        unasked, alone = np.zeros(len(rows), dtype=np.float32), met < 0
        np.maximum.at(unasked, row[alone], self._weight[gram[alone]])
        return Overlap(
            likeness=shared / np.sqrt(own * length),
            asked=shared / length,
            said=shared / own,
            unasked=unasked,
            unsaid=np.where(shares, np.float32(0), heard.weight).max(axis=1, initial=0),
        )

    def _met(self, heard: Heard, cells: Positions) -> NDArray[np.int32]:
        met: NDArray[np.int32] = heard.place[self._entries.grams[cells]]
        return met


def _spelled(texts: Sequence[str]) -> tuple[Positions, Positions]:
    """Every gram of the texts, as a number, and beside it the text it stands in."""
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    first, second, within = letters[:-1], letters[1:], of[:-1] == of[1:]
    pairs = (first << LETTER_BITS | second)[within]
    return np.concatenate([letters, pairs]), np.concatenate([of, of[:-1][within]])


def _number(gram: str) -> int:
    """Of one letter or two, as `_spelled` has it."""
    return ord(gram) if len(gram) == 1 else ord(gram[0]) << LETTER_BITS | ord(gram[1])


def _gram(number: int) -> str:
    first, second = number >> LETTER_BITS, number & (1 << LETTER_BITS) - 1
    return chr(first) + chr(second) if first else chr(second)


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

    def summed(self, rows: Positions, worth: Callable[[Positions], Floats]) -> NDArray[np.float64]:
        """For each of some rows, what its cells are worth together."""
        starts = self._starts[rows]
        sizes = self._starts[rows + 1] - starts
        upto = np.concatenate([[0.0], np.cumsum(worth(ranges(starts, sizes)), dtype=np.float64)])
        ends = np.cumsum(sizes)
        return np.asarray(upto[ends] - upto[ends - sizes])

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
        scores = np.bincount(self._where[cells], self._there[cells] * times, self._count).astype(np.float64, copy=False)
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


def _length(heard: Heard) -> np.float32:
    """The square of how long the vector of the weighted grams is."""
    return max((heard.weight**2).sum(), np.float32(1e-6))


def _marked(row: Positions, met: NDArray[np.int32], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """True where a row has met the gram of that place."""
    marks, there = np.zeros(shape, dtype=bool), met >= 0
    marks[row[there], met[there]] = True
    return marks


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
