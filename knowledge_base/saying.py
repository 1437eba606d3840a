"""All an entry says, held against a question: a near miss asks what the entry never says."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.lexical import Floats, Heard
from knowledge_base.ranking import Whole
from knowledge_base.wording import letters

ANSWERS_KEPT = 4_096  # folded answers kept for the next question


def whole(heard: Heard, phrased: NDArray[np.bool_], answers: Sequence[str], told: Floats) -> Whole:
    """What entries with these answers say of a question; `phrased`: which of its grams the phrasings of each have."""
    answered = np.array([[gram in said for gram in heard.grams] for said in map(_folded, answers)])
    known = phrased | answered
    return Whole(
        told=told,
        phrased=_share(heard, phrased),
        unphrased=_weightiest_outside(heard, phrased),
        answered=_share(heard, answered),
        known=_share(heard, known),
        unknown=_weightiest_outside(heard, known),
    )


def _share(heard: Heard, said: NDArray[np.bool_]) -> Floats:
    share: Floats = said @ heard.weight / heard.whole
    return share


def _weightiest_outside(heard: Heard, said: NDArray[np.bool_]) -> Floats:
    outside: Floats = np.where(said, np.float32(0), heard.weight).max(axis=1, initial=0)
    return outside


@lru_cache(ANSWERS_KEPT)
def _folded(answer: str) -> str:
    return letters(answer)
