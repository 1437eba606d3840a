"""Letters as numbers: what the judge sees of a text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LONGEST = 40  # letters looked at; of longer texts the head and, more so, the tail, where stories ask their question
HEAD = 14
PAD, UNKNOWN = 0, 1

Ids = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Alphabet:
    """The letters and letter pairs the judge knows, numbered from two: padding and the unknown come before them."""

    letters: dict[str, int]
    pairs: dict[str, int]

    def ids(self, text: str) -> list[list[int]]:
        """A row per letter: the letter, the pair it ends and the pair it begins."""
        text = _window(text)
        pairs = [self.pairs.get(text[at : at + 2], UNKNOWN) for at in range(len(text) - 1)]
        before, after = [PAD, *pairs], [*pairs, PAD]
        return [[self.letters.get(c, UNKNOWN), before[at], after[at]] for at, c in enumerate(text)]


def numbered(known: Sequence[str]) -> dict[str, int]:
    """Numbers for letters or pairs in their order."""
    return {gram: at for at, gram in enumerate(known, start=UNKNOWN + 1)}


def padded(rows: Sequence[Sequence[Sequence[int]]]) -> Ids:
    """Rows of letters as one array (texts, letters, 3); an empty text is one unknown letter."""
    filled = [row or [[UNKNOWN, PAD, PAD]] for row in rows]
    longest = max(len(row) for row in filled)
    return np.array([[*row, *[[PAD] * 3] * (longest - len(row))] for row in filled], dtype=np.int64)


def _window(text: str) -> str:
    return text if len(text) <= LONGEST else text[:HEAD] + text[-(LONGEST - HEAD) :]
