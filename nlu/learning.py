"""How classifiers are learned: in seconds, and always the same from the same examples. Only training imports this, for
scikit-learn takes long to import and much room."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import spotri
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from nlu.classifier import Array, Classifier, Vocabulary
from nlu.features import Features

Labels = Sequence[str | None]  # None: this example tells nothing on this matter

_SEEN_AT_LEAST = 2  # features of one example alone teach nothing general
_RIDGE = 0.4
_SCALE = 10.0  # brings the ridge's scores, mostly within 0 and 1, to the size of log-odds
_BLOCK = 256  # examples
_STRENGTH = 0.3  # inverse of the second stage's regularisation


def vocabulary(examples: Sequence[Features]) -> Vocabulary:
    """The features that occur often enough to learn from."""
    seen = Counter(name for features in examples for name in features)
    frequent = sorted(name for name, times in seen.items() if times >= _SEEN_AT_LEAST)
    return Vocabulary(row_of={name: row for row, name in enumerate(frequent)})


def learn(known: Vocabulary, examples: Sequence[Features], *matters: Labels) -> tuple[Classifier, ...]:
    """A classifier for each matter; the same examples always give the same ones.

    First a ridge regression on the labels, solved in closed form, which also gives what it would have said of each example
    had it not seen it. Then a logistic regression on those honest scores, which makes them probabilities. Both are linear,
    so what is kept is one matrix.
    """
    # On a few shared cores BLAS threads wait for each other ten times longer than they work.
    with threadpool_limits(1):
        matrix = _matrix(known, examples)
        ridge = _Ridge.of(matrix)
        return tuple(_classifier(matrix, ridge, labels) for labels in matters)


@dataclass(frozen=True, kw_only=True)
class _Ridge:
    """The costly half of ridge regression, the same for every target: a Cholesky factor, and the inverse's diagonal."""

    factor: tuple[NDArray[np.float32], bool]
    diagonal: NDArray[np.float32]

    @classmethod
    def of(cls, matrix: csr_matrix) -> "_Ridge":
        # Single precision halves time and memory, and the ridge keeps the matrix far from singular.
        alike = _likenesses(matrix)
        alike += 1.0  # a feature all share: the intercept
        alike[np.diag_indices_from(alike)] += _RIDGE
        factor = cho_factor(alike, lower=True, overwrite_a=True, check_finite=False)
        inverse, _ = spotri(factor[0], lower=1)
        return cls(factor=factor, diagonal=np.diag(inverse)[:, None].copy())

    def solve(self, targets: Array) -> tuple[Array, Array]:
        """The dual solution, and the score of every example from a fit without it."""
        duals = np.asarray(cho_solve(self.factor, targets, check_finite=False), dtype=np.float64)
        return duals, targets - duals / self.diagonal


def _likenesses(matrix: csr_matrix) -> NDArray[np.float32]:
    """The products of all rows with each other, a few at a time: as one sparse matrix they would take three times the room."""
    alike = np.empty((matrix.shape[0], matrix.shape[0]), dtype=np.float32, order="F")
    for begin in range(0, matrix.shape[0], _BLOCK):
        alike[:, begin : begin + _BLOCK] = (matrix @ matrix[begin : begin + _BLOCK].T).toarray()
    return alike


def _classifier(matrix: csr_matrix, ridge: _Ridge, labels: Labels) -> Classifier:
    names = tuple(sorted({label for label in labels if label is not None}))
    targets = np.array([[float(label == name) for name in names] for label in labels])
    duals, unseen = ridge.solve(targets)
    told = targets.any(axis=1)
    calibration = LogisticRegression(C=_STRENGTH, max_iter=500).fit(unseen[told] * _SCALE, targets[told].argmax(axis=1))
    turn, bias = _both_sides(calibration)
    return Classifier(
        labels=names,
        weights=np.asarray(matrix.T @ duals @ turn * _SCALE, dtype=np.float32),
        bias=duals.sum(axis=0) @ turn * _SCALE + bias,
    )


def _both_sides(regression: LogisticRegression) -> tuple[Array, Array]:
    """Coefficients with a column for every label; of two labels scikit-learn keeps only the second's."""
    turn, bias = regression.coef_.T, regression.intercept_
    if turn.shape[1] > 1:
        return turn, bias
    return np.hstack([-turn / 2, turn / 2]), np.concatenate([-bias / 2, bias / 2])


def _matrix(known: Vocabulary, examples: Sequence[Features]) -> csr_matrix:
    vectors = [known.encode(features) for features in examples]
    ends = np.cumsum([0, *(len(vector.rows) for vector in vectors)])
    columns = np.concatenate([np.array(vector.rows, dtype=np.int32) for vector in vectors])
    values = np.concatenate([vector.values for vector in vectors])
    return csr_matrix((values, columns, ends), shape=(len(vectors), len(known.row_of)))
