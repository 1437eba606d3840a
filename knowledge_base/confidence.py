"""The probability that a candidate is the answer, from the numbers that speak for it and the others it stands among."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.ranking import FEATURES

SHIPPED = Path(__file__).parent / "model" / "confidence.json"
STANDING = ("odds", "lead", "phrasings", *FEATURES)
CLEAR = 4.0  # in log odds; a greater lead says nothing more

Floats = NDArray[np.float32]


class ConfidenceError(Exception):
    """The confidence file cannot be used; the message says why and the cure, in one line."""


@dataclass(frozen=True, kw_only=True)
class Logistic:
    """A logistic model over features and the products of every two of them."""

    centre: Floats
    scale: Floats
    weights: Floats  # of the features, then of their products
    bias: float

    def odds(self, rows: Floats) -> Floats:
        """Log odds, one a row."""
        return np.asarray(spread(rows, self.centre, self.scale) @ self.weights + self.bias, dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """One model tells what each candidate is worth alone, a second one what that means where it stands: how clear of the
    others, and in what kind of base."""

    alone: Logistic
    standing: Logistic

    def of(self, rows: Floats, phrasings: Floats) -> Floats:
        """One probability a candidate, for all the candidates of one question; `phrasings`: how many each entry has."""
        log_odds = self.standing.odds(standing(self.alone.odds(rows), rows, phrasings))
        return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))), dtype=np.float32)  # beyond, exp overflows


def undecided() -> Confidence:
    """Knows nothing: every candidate is as good as any. What training begins with."""
    return Confidence(alone=_blank(len(FEATURES)), standing=_blank(len(STANDING)))


def _blank(count: int) -> Logistic:
    weights = np.zeros(count + count * (count + 1) // 2, dtype=np.float32)
    return Logistic(
        centre=np.zeros(count, dtype=np.float32), scale=np.ones(count, dtype=np.float32), weights=weights, bias=0.0
    )


def standing(odds: Floats, rows: Floats, phrasings: Floats) -> Floats:
    """The numbers STANDING names, a row a candidate.

    Where an entry has one phrasing only, a question that looks little like it may still ask for it, and one that looks
    much like it is no surer; where it has many, the closest tells far more.
    """
    place = np.stack([odds, leads(odds), np.log1p(phrasings)], axis=1)
    return np.concatenate([place, rows], axis=1).astype(np.float32)


def leads(odds: Floats) -> Floats:
    """How far each stands before the best of the others, or behind it; clear of all, it is CLEAR ahead."""
    if len(odds) < 2:
        return np.full(len(odds), CLEAR, dtype=np.float32)
    second, first = np.sort(odds)[-2:]
    others = np.where(odds == first, second, first)
    return np.asarray(np.clip(odds - others, -CLEAR, CLEAR), dtype=np.float32)


def spread(rows: Floats, centre: Floats, scale: Floats) -> Floats:
    """Features made comparable, clipped where they were never seen, and the products of every two of them."""
    standard = np.clip((rows - centre) / scale, -4, 4)
    first, second = _every_two(standard.shape[1])
    return np.concatenate([standard, standard[:, first] * standard[:, second]], axis=1)


@cache
def _every_two(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.triu_indices(count)


def open_confidence(file: Path = SHIPPED, *, made_by: str = "train") -> Confidence:
    """The confidence model in a file; ConfidenceError when it is missing or of another make. `made_by`: its command."""
    try:
        described = json.loads(file.read_text(encoding="utf-8"))
        return Confidence(alone=_read(described["alone"], FEATURES), standing=_read(described["standing"], STANDING))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfidenceError(
            f"{file}: not a confidence model of this release ({error}); make one with `python -m knowledge_base {made_by}`"
        ) from error


def _read(described: Mapping[str, Any], features: Sequence[str]) -> Logistic:
    of = {key: np.array(described[key], dtype=np.float32) for key in ("centre", "scale", "weights")}
    if described["features"] != [*features] or len(of["weights"]) != len(_blank(len(features)).weights):
        raise ValueError("its features are others")
    return Logistic(centre=of["centre"], scale=of["scale"], weights=of["weights"], bias=float(described["bias"]))


def save_confidence(file: Path, model: Confidence) -> None:
    """Write what `open_confidence` reads."""
    described = {"alone": _described(model.alone, FEATURES), "standing": _described(model.standing, STANDING)}
    file.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def _described(model: Logistic, features: Sequence[str]) -> dict[str, Any]:
    return {
        "features": list(features),
        "centre": model.centre.tolist(),
        "scale": model.scale.tolist(),
        "weights": model.weights.tolist(),
        "bias": model.bias,
    }
