"""All an entry says, held against a question: a near miss asks what the entry never says."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bm25 import Query
from knowledge_base.gram_table import Floats
from knowledge_base.ranking import Whole
from knowledge_base.wording import letters

ANSWERS_KEPT = 4_096  # folded answers kept for the next question


def whole(
    query: Query, phrased: NDArray[np.bool_], answers: Sequence[str], told: Floats, untimed: NDArray[np.bool_]
) -> Whole:
    """What entries with these answers say of a question; `phrased`: which of its grams the phrasings of each have;
    `untimed`: which of them are not asked for a time as it does."""
    answered = np.array([[gram in said for gram in query.grams] for said in map(_folded, answers)])
    known = phrased | answered
    return Whole(
        told=told,
        phrased=_share(query, phrased),
        unphrased=_weightiest_outside(query, phrased),
        answered=_share(query, answered),
        known=_share(query, known),
        unknown=_weightiest_outside(query, known),
        untimed=untimed,
    )


def _share(query: Query, said: NDArray[np.bool_]) -> Floats:
    share: Floats = said @ query.weight / query.whole
    return share


def _weightiest_outside(query: Query, said: NDArray[np.bool_]) -> Floats:
    outside: Floats = np.where(said, np.float32(0), query.weight).max(axis=1, initial=0)
    return outside


@lru_cache(ANSWERS_KEPT)
def _folded(answer: str) -> str:
    return letters(answer)


_WHEN = re.compile(
    r"多久|多长时间|多少?个?(天|日|工作日)|几个?(天|日|号|周|年|月|小时|钟头|星期|礼拜|工作日)|几点|多少时间|什么时[候间]|啥时"
    r"|何时|哪[天日]|期[限间]|时[限效]|最[长晚迟快]|多快|有效期|保质期"
)


def asks_when(text: str) -> bool:
    """Whether a plain text asks for a time: how long, until when. Most entries say what, where and how; that they say
    until when cannot be told from the nouns."""
    return _WHEN.search(text) is not None
