"""What speaks for and against an entry, as numbers, and the probability that it is the answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log1p
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHIPPED = Path(__file__).parent / "model" / "confidence.json"

Floats = NDArray[np.float32]


CLEAR = 4.0  # in log odds; a greater lead says nothing more


class ConfidenceError(Exception):
    """The confidence file cannot be used; the message says why and the cure, in one line."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Phrasings held against the question, a number for each."""

    verdict: Floats  # the judge's log odds that both ask the same
    cosine: Floats
    likeness: Floats
    asked: Floats  # share of what is asked that the phrasing says
    said: Floats  # share of what the phrasing says that is asked
    unasked: Floats  # weight of the weightiest thing only the phrasing says
    unsaid: Floats  # weight of the weightiest thing only the question asks
    codes: Floats  # numbers and Latin codes that stand in one of the two only


@dataclass(frozen=True, kw_only=True)
class Whole:
    """All that entries say held against the question, a number for each: a near miss shares every noun with it and asks
    what it never says."""

    told: Floats  # share of what is asked that its phrasings tell of; more when often
    phrased: Floats  # share of what is asked that any phrasing says
    unphrased: Floats  # weight of the weightiest thing asked that no phrasing says
    answered: Floats  # share of what is asked that its answer says
    known: Floats  # share of what is asked that it says anywhere
    unknown: Floats  # weight of the weightiest thing asked that it says nowhere


FEATURES = (
    "verdict", "doubt", "cosine", "likeness", "asked", "said", "unasked", "unsaid", "codes", "covered",
    "told", "phrased", "unphrased", "answered", "known", "unknown", "length",
)  # fmt: skip


def features(evidence: Evidence, of: NDArray[np.int64], whole: Whole, *, length: int) -> Floats:
    """The numbers FEATURES names, a row an entry: its best phrasing, what its other phrasings add, and all it says.
    `of`: the entry of each phrasing, counted as `whole` does, and every one has a phrasing.

    How many phrasings an entry has is left out on purpose: much-asked entries are not right more often for it.
    """
    surest = np.lexsort((-evidence.verdict, of))  # entry by entry
    first = np.searchsorted(of[surest], np.arange(len(whole.told)))
    best = surest[first]
    verdicts = evidence.verdict[surest]
    others = np.diff(np.append(first, len(of))) > 1
    next_best = verdicts[np.minimum(first + 1, len(of) - 1)]
    return np.stack(
        [
            verdicts[first],
            np.where(others, verdicts[first] - next_best, np.float32(0)),
            np.maximum.reduceat(evidence.cosine[surest], first),
            evidence.likeness[best],
            evidence.asked[best],
            evidence.said[best],
            evidence.unasked[best],
            evidence.unsaid[best],
            evidence.codes[best],
            np.maximum.reduceat(evidence.asked[surest], first),
            whole.told,
            whole.phrased,
            whole.unphrased,
            whole.answered,
            whole.known,
            whole.unknown,
            np.full(len(first), log1p(length)),
        ],
        axis=1,
        dtype=np.float32,
        casting="same_kind",
    )


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """Features to a probability: a logistic model over the features and their products tells each candidate alone, and
    a second one what that is worth where it stands."""

    centre: Floats
    scale: Floats
    weights: Floats  # of the features, then of their products
    bias: float
    standing: Floats  # weights of what STANDING names

    def of(self, rows: Floats, phrasings: Floats) -> Floats:
        """One probability a candidate, for all the candidates of one question; `phrasings`: how many each entry has."""
        log_odds = np.clip(standing(self.odds(rows), phrasings) @ self.standing, -30, 30)  # beyond, exp overflows
        return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float32)

    def odds(self, rows: Floats) -> Floats:
        """What speaks for each candidate alone."""
        terms = spread(rows, self.centre, self.scale)
        return np.asarray(terms @ self.weights + self.bias, dtype=np.float32)


def undecided() -> Confidence:
    """Knows nothing: every candidate is as good as any. What training begins with."""
    count = len(FEATURES)
    return Confidence(
        centre=np.zeros(count, dtype=np.float32),
        scale=np.ones(count, dtype=np.float32),
        weights=np.zeros(count + count * (count + 1) // 2, dtype=np.float32),
        bias=0.0,
        standing=np.zeros(len(STANDING), dtype=np.float32),
    )


STANDING = ("always", "odds", "lead", "phrasings", "odds × phrasings")


def standing(odds: Floats, phrasings: Floats) -> Floats:
    """The numbers STANDING names, a row a candidate: how clear of the others it stands, and in what kind of base.

    Where an entry has one phrasing only, a question that looks little like it may still ask for it, and one that looks
    much like it is no surer; where it has many, the closest tells far more.
    """
    many = np.log1p(phrasings)
    return np.stack([np.ones_like(odds), odds, leads(odds), many, many * odds], axis=1).astype(np.float32)


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
        return _read(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfidenceError(
            f"{file}: not a confidence model of this release ({error}); make one with `python -m knowledge_base {made_by}`"
        ) from error


def _read(described: Mapping[str, Any]) -> Confidence:
    named = described["features"] == [*FEATURES] and described["standing_is"] == [*STANDING]
    if not named or len(described["weights"]) != len(undecided().weights):
        raise ValueError("its features are others")
    of = {key: np.array(described[key], dtype=np.float32) for key in ("centre", "scale", "weights", "standing")}
    return Confidence(
        centre=of["centre"],
        scale=of["scale"],
        weights=of["weights"],
        bias=float(described["bias"]),
        standing=of["standing"],
    )


def save_confidence(file: Path, model: Confidence) -> None:
    """Write what `open_confidence` reads."""
    described = {
        "features": list(FEATURES),
        "centre": model.centre.tolist(),
        "scale": model.scale.tolist(),
        "weights": model.weights.tolist(),
        "bias": model.bias,
        "standing_is": list(STANDING),
        "standing": model.standing.tolist(),
    }
    file.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
