"""From named features to calibrated probabilities of labels: learned in a second, applied with one small product."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpotri
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlu.features import Features

Array = NDArray[np.float64]

_SEEN_AT_LEAST = 2  # features of one example alone teach nothing general
_RIDGE = 0.4
_SCALE = 10.0  # brings the ridge's scores, mostly within 0 and 1, to the size of log-odds
_STRENGTH = 0.3  # inverse of the second stage's regularisation


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """Probabilities of labels. The rows of `weights` follow `vocabulary`, its columns `labels`."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    weights: NDArray[np.float32]
    bias: Array

    def probabilities(self, features: Features) -> Array:
        """One for each label, summing to 1."""
        rows, values, row_of = [], [], self.vocabulary.get
        for name, value in features.items():
            row = row_of(name)
            if row is not None:
                rows.append(row)
                values.append(value)
        scores = self.bias + np.asarray(values, dtype=np.float32) @ self.weights[rows] if rows else self.bias
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())


def learn(examples: Sequence[Features], labels: Sequence[str]) -> Classifier:
    """Fit; the same examples always give the same classifier.

    First a ridge regression on the labels, solved in closed form, which also gives what it would have said of each example
    had it not seen it. Then a logistic regression on those honest scores, which makes them probabilities. Both are linear,
    so what is kept is one matrix.
    """
    with threadpool_limits(1):  # on a few shared cores BLAS threads wait for each other ten times longer than they work
        return _learn(examples, labels)


def _learn(examples: Sequence[Features], labels: Sequence[str]) -> Classifier:
    names = tuple(sorted(set(labels)))
    wanted = np.array([names.index(label) for label in labels])
    vocabulary = _vocabulary(examples)
    matrix = _matrix(examples, vocabulary)
    duals, unseen = _ridge(matrix, np.eye(len(names))[wanted])
    calibration = LogisticRegression(C=_STRENGTH, max_iter=500).fit(unseen * _SCALE, wanted)
    turn, bias = _both_sides(calibration)
    return Classifier(
        labels=names,
        vocabulary=vocabulary,
        weights=np.asarray(matrix.T @ duals @ turn * _SCALE, dtype=np.float32),
        bias=duals.sum(axis=0) @ turn * _SCALE + bias,
    )


def _ridge(matrix: csr_matrix, targets: Array) -> tuple[Array, Array]:
    """The dual solution, and the score of every example from a fit without it."""
    alike = np.asarray((matrix @ matrix.T).todense()) + 1.0  # the 1 is a feature all share: the intercept
    factor = cho_factor(alike + _RIDGE * np.eye(len(targets)), lower=True)
    duals = cho_solve(factor, targets)
    inverse, _ = dpotri(factor[0], lower=1)
    return duals, targets - duals / np.diag(inverse)[:, None]


def _both_sides(regression: LogisticRegression) -> tuple[Array, Array]:
    """Coefficients with a column for every label; of two labels scikit-learn keeps only the second's."""
    turn, bias = regression.coef_.T, regression.intercept_
    if turn.shape[1] > 1:
        return turn, bias
    return np.hstack([-turn / 2, turn / 2]), np.concatenate([-bias / 2, bias / 2])


def _vocabulary(examples: Sequence[Features]) -> dict[str, int]:
    seen = Counter(name for features in examples for name in features)
    frequent = sorted(name for name, times in seen.items() if times >= _SEEN_AT_LEAST)
    return {name: row for row, name in enumerate(frequent)}


def _matrix(examples: Sequence[Features], vocabulary: dict[str, int]) -> csr_matrix:
    values, columns, ends = [], [], [0]
    for features in examples:
        for name, value in features.items():
            if name in vocabulary:
                columns.append(vocabulary[name])
                values.append(value)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(examples), len(vocabulary)))
