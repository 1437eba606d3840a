"""From named features to calibrated probabilities of labels, with one small product."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.features import Features

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Vector:
    """The known features of a text: their rows and values."""

    rows: list[int]
    values: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The features that classifiers know, each with its row."""

    row_of: dict[str, int]

    def encode(self, features: Features) -> Vector:
        """What is known of these features."""
        known = [(row, value) for name, value in features.items() if (row := self.row_of.get(name)) is not None]
        return Vector(rows=[row for row, _ in known], values=np.array([value for _, value in known], dtype=np.float32))


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """Probabilities of labels. `weights` has a row for each feature of the vocabulary and a column for each label."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: Array

    def probabilities(self, vector: Vector) -> Array:
        """One for each label, summing to 1."""
        scores = self.bias + vector.values @ self.weights[vector.rows] if vector.rows else self.bias
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())
