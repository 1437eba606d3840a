"""What speaks for and against an entry, as numbers."""

from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


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
    untimed: NDArray[np.bool_]  # a time is asked for, and hardly any way of asking for it does


FEATURES = (
    "verdict", "doubt", "cosine", "likeness", "asked", "said", "unasked", "unsaid", "codes", "covered",
    "told", "phrased", "unphrased", "answered", "known", "unknown", "untimed", "length",
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
            whole.untimed,
            np.full(len(first), log1p(length)),
        ],
        axis=1,
        dtype=np.float32,
        casting="same_kind",
    )
