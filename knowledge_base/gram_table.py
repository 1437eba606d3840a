"""Texts as the letters and letter pairs they are made of: grams as numbers, and which text has which how often."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

SIZES = (1, 2)
LETTER_BITS = 21  # enough for any letter there is

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


class GramTable:
    """Rows of distinct grams and how often each stands there, one after the other."""

    def __init__(self, row: Positions, gram: NDArray[np.int32], *, rows: int, grams: int) -> None:
        cells, times = np.unique(row * max(grams, 1) + gram, return_counts=True)
        self.rows = cells // max(grams, 1)
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


def spelled(texts: Sequence[str]) -> tuple[Positions, Positions]:
    """Every gram of the texts, as a number, and beside it the text it stands in."""
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    first, second, within = letters[:-1], letters[1:], of[:-1] == of[1:]
    pairs = (first << LETTER_BITS | second)[within]
    return np.concatenate([letters, pairs]), np.concatenate([of, of[:-1][within]])


def number_of(gram: str) -> int:
    """Of one letter or two, as `spelled` has it."""
    return ord(gram) if len(gram) == 1 else ord(gram[0]) << LETTER_BITS | ord(gram[1])


def gram_of(number: int) -> str:
    first, second = number >> LETTER_BITS, number & (1 << LETTER_BITS) - 1
    return chr(first) + chr(second) if first else chr(second)


def ranges(starts: Positions, sizes: Positions) -> Positions:
    """The numbers from each start on, as many as its size, one after the other."""
    before = np.cumsum(sizes) - sizes
    numbers: Positions = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return numbers
