"""What plain counting teaches: which letters and letter pairs there are, how telling each is, and what keeps company.

Vectors come from the company a gram keeps (positive pointwise mutual information, reduced by SVD): minutes of
counting, and a network that starts from them needs far fewer examples.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.utils.extmath import randomized_svd

from knowledge_base.alphabet import UNKNOWN, Alphabet, numbered
from knowledge_base.wording import Weights, grams

MOST_LETTERS, MOST_PAIRS = 7_000, 30_000
SEEN = 3  # times, from which a gram is worth a place
QUESTIONS_COUNT = 3  # a question's grams weigh as much as those of so many lines of law

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


def count_alphabet(questions: Iterable[str], texts: Iterable[str]) -> Alphabet:
    """The letters and pairs that are frequent enough in plain questions and texts."""
    letters: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for lines, weight in ((questions, QUESTIONS_COUNT), (texts, 1)):
        for line in lines:
            for gram in grams(line):
                (letters if len(gram) == 1 else pairs)[gram] += weight
    return Alphabet(letters=_numbered(letters, MOST_LETTERS), pairs=_numbered(pairs, MOST_PAIRS))


def _numbered(counted: Counter[str], most: int) -> dict[str, int]:
    return numbered([gram for gram, times in counted.most_common(most) if times >= SEEN])


def weigh(alphabet: Alphabet, lines: Sequence[str]) -> Weights:
    """How telling each gram is, as the logarithm of how few lines have it."""
    held: Counter[str] = Counter()
    for line in lines:
        held.update(set(grams(line)))
    known = [*alphabet.letters, *alphabet.pairs]
    return Weights(
        of={gram: round(log(len(lines) / max(held[gram], SEEN)), 2) for gram in known},
        unseen=round(log(len(lines) / min(15, len(lines))), 2),
    )


def company(alphabet: Alphabet, lines: Sequence[str], *, letter_size: int, pair_size: int) -> tuple[Vectors, Vectors]:
    """A vector for each letter and each pair of the alphabet."""
    letters, pairs = _sequences(alphabet, lines)
    count = len(alphabet.letters) + UNKNOWN + 1, len(alphabet.pairs) + UNKNOWN + 1
    beside_letters = [
        _together(letters, letters, (count[0], count[0]), [-3, -2, -1]),
        _together(letters, letters, (count[0], count[0]), [1, 2, 3]),
        _together(letters, pairs, count, [-5, -4, -3, -2, 1, 2, 3, 4]),
    ]
    beside_pairs = [
        _together(pairs, letters, (count[1], count[0]), [-4, -3, -2, -1]),
        _together(pairs, letters, (count[1], count[0]), [2, 3, 4, 5]),
        _together(pairs, pairs, (count[1], count[1]), [-4, -3, -2, 2, 3, 4]),
    ]
    return reduced(hstack(beside_letters).tocsr(), letter_size), reduced(hstack(beside_pairs).tocsr(), pair_size)


def _sequences(alphabet: Alphabet, lines: Sequence[str]) -> tuple[Ids, Ids]:
    """All lines as one row of letters and one of the pairs beginning there, with gaps no window reaches across."""
    gap = [0] * 6
    letters = [[alphabet.letters.get(letter, UNKNOWN) for letter in line] + gap for line in lines]
    pairs = [
        [alphabet.pairs.get(line[at : at + 2], UNKNOWN) for at in range(len(line) - 1)] + [0][: len(line)] + gap
        for line in lines
    ]
    return np.fromiter(chain.from_iterable(letters), np.int64), np.fromiter(chain.from_iterable(pairs), np.int64)


def _together(left: Ids, right: Ids, shape: tuple[int, int], offsets: Sequence[int]) -> csr_matrix:
    """How often a gram stands at one of the offsets from another."""
    total = csr_matrix(shape, dtype=np.float32)
    for offset in offsets:
        here, there = (left[:-offset], right[offset:]) if offset > 0 else (left[-offset:], right[:offset])
        both = (here > UNKNOWN) & (there > UNKNOWN)
        keys, times = np.unique(here[both] * shape[1] + there[both], return_counts=True)
        total = total + csr_matrix((times.astype(np.float32), (keys // shape[1], keys % shape[1])), shape=shape)
    return total


def reduced(together: csr_matrix, size: int) -> Vectors:
    """Rows of counts as short vectors of one length, so that a network finds them neither faint nor loud."""
    rows = np.asarray(together.sum(1)).ravel()
    columns = np.asarray(together.sum(0)).ravel() ** 0.75  # rare company is believed a little less
    columns /= columns.sum()
    counts = together.tocoo()
    information = np.log(counts.data / (rows[counts.row] * columns[counts.col]))
    told = information > 0
    matrix = csr_matrix((information[told], (counts.row[told], counts.col[told])), shape=together.shape)
    left, strength, _ = randomized_svd(matrix, size, n_iter=3, random_state=0)
    vectors = left * np.sqrt(strength)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return np.asarray(vectors / lengths * np.sqrt(size) * 0.3, dtype=np.float32)
