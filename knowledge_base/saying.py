"""All an entry says, held against a question: a near miss asks what the entry never says."""

from collections.abc import Iterable
from functools import lru_cache

from knowledge_base.ranking import Whole
from knowledge_base.wording import Weights, grams, letters

ANSWERS_KEPT = 4_096  # folded answers kept for the next question


class Asked:
    """The grams of a plain question, each with how telling it is."""

    def __init__(self, wanted: str, weights: Weights) -> None:
        self._weight = {gram: weights.of.get(gram, weights.unseen) for gram in grams(wanted)}
        self._sum = max(sum(self._weight.values()), 1e-6)

    def of(self, phrasings: Iterable[str], answer: str, *, told: float) -> Whole:
        """What an entry with these plain phrasings and this answer says of it."""
        phrased = self._said("\n".join(phrasings))
        answered = self._said(_folded(answer))
        return Whole(
            told=told,
            phrased=self._share(phrased),
            unphrased=self._weightiest_outside(phrased),
            answered=self._share(answered),
            known=self._share(phrased | answered),
            unknown=self._weightiest_outside(phrased | answered),
        )

    def _said(self, text: str) -> set[str]:
        return {gram for gram in self._weight if gram in text}

    def _share(self, said: set[str]) -> float:
        return sum(self._weight[gram] for gram in said) / self._sum

    def _weightiest_outside(self, said: set[str]) -> float:
        return max((weight for gram, weight in self._weight.items() if gram not in said), default=0.0)


@lru_cache(ANSWERS_KEPT)
def _folded(answer: str) -> str:
    return letters(answer)
