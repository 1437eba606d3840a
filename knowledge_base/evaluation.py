"""How good the retriever is on questions whose right entry is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from knowledge_base.questions import Question
from knowledge_base.thresholds import Shares, Thresholds

LOOKED_AT = 20  # hits a question is given; an entry further down counts as not found
BINS = 10

Found = list[tuple[str, float]]  # entry ids and confidences, best first
Searcher = Callable[[str], Found]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the retriever made of one question."""

    question: Question
    found: Found
    rank: int  # of the first right entry, from 1; 0 when none was found
    seconds: float

    @property
    def confidence(self) -> float:
        return self.found[0][1] if self.found else 0.0

    @property
    def right(self) -> bool:
        return self.rank == 1


def ask(questions: Sequence[Question], search: Searcher, told: Callable[[], None] = lambda: None) -> list[Outcome]:
    """Every question put to the retriever, one by one, timed."""
    if questions:
        search(questions[0].text)  # the first search pays for what later ones find ready
    outcomes: list[Outcome] = []
    for question in questions:
        began = perf_counter()
        found = search(question.text)
        seconds = perf_counter() - began
        outcomes.append(outcome(question, found, seconds))
        told()
    return outcomes


def outcome(question: Question, found: Found, seconds: float) -> Outcome:
    """What was found for a question, held against what it should have found."""
    rank = next((at for at, (id_, _) in enumerate(found, start=1) if id_ in question.expect), 0)
    return Outcome(question=question, found=found, rank=rank, seconds=seconds)


def figures(outcomes: Sequence[Outcome], thresholds: Thresholds) -> dict[str, Any]:
    """The numbers a release is judged by; None where the questions cannot tell."""
    known = [outcome for outcome in outcomes if outcome.question.expect]
    shares = shares_at(outcomes, thresholds)
    times = np.array([outcome.seconds for outcome in outcomes]) * 1000
    return {
        "n": len(outcomes),
        "recall@1": _mean([outcome.rank == 1 for outcome in known]),
        "recall@3": _mean([1 <= outcome.rank <= 3 for outcome in known]),
        "mrr": _mean([1 / outcome.rank if outcome.rank else 0.0 for outcome in known]),
        "auroc": _auroc(outcomes),
        "ece": round(calibration_error(outcomes), 4),
        "answered": round(shares.answered, 4),
        "wrong": round(shares.wrong, 4),
        "offered": round(shares.offered, 4),
        "left": round(shares.left, 4),
        "ms_p50": round(float(np.percentile(times, 50)), 3),
        "ms_p99": round(float(np.percentile(times, 99)), 3),
    }


def shares_at(outcomes: Sequence[Outcome], thresholds: Thresholds) -> Shares:
    """Answered, offered and left as shares of all; wrong as a share of the answered."""
    answered = [outcome for outcome in outcomes if would_answer(outcome, thresholds)]
    worth_offering = [outcome for outcome in outcomes if outcome.found and outcome.confidence >= thresholds.offer_at]
    offered = [outcome for outcome in worth_offering if not would_answer(outcome, thresholds)]
    total = max(len(outcomes), 1)
    return Shares(
        answered=len(answered) / total,
        wrong=sum(not outcome.right for outcome in answered) / max(len(answered), 1),
        offered=len(offered) / total,
        left=(len(outcomes) - len(answered) - len(offered)) / total,
    )


def would_answer(outcome: Outcome, thresholds: Thresholds) -> bool:
    """Whether the best hit would be said."""
    second = outcome.found[1][1] if len(outcome.found) > 1 else 0.0
    is_sure = bool(outcome.found) and outcome.confidence >= thresholds.answer_at
    return is_sure and (len(outcome.found) == 1 or outcome.confidence - second >= thresholds.margin)


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Questions whose best confidence fell into one tenth."""

    count: int
    promised: float  # mean confidence
    kept: float  # share that was right


def reliability(outcomes: Sequence[Outcome]) -> list[Bin]:
    """Promised against kept, a tenth at a time, empty tenths included."""
    confidence = np.array([outcome.confidence for outcome in outcomes])
    right = np.array([outcome.right for outcome in outcomes])
    tenth = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [_bin(confidence[tenth == at], right[tenth == at]) for at in range(BINS)]


def _bin(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Bin:
    if not len(confidence):
        return Bin(count=0, promised=0.0, kept=0.0)
    return Bin(count=len(confidence), promised=float(confidence.mean()), kept=float(right.mean()))


def calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Expected calibration error of the best hit's confidence as the probability that it is right."""
    total = max(len(outcomes), 1)
    return sum(abs(tenth.promised - tenth.kept) * tenth.count / total for tenth in reliability(outcomes))


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _auroc(outcomes: Sequence[Outcome]) -> float | None:
    has = [bool(outcome.question.expect) for outcome in outcomes]
    if len(set(has)) < 2:
        return None
    return round(float(roc_auc_score(has, [outcome.confidence for outcome in outcomes])), 4)


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """A wrong entry that came first, for how many questions, and one of them."""

    wanted: str
    found: str
    count: int
    example: str


def confusions(outcomes: Sequence[Outcome], at_least: float) -> list[Confusion]:
    """Wrong best hits that would have been said, most frequent first."""
    wrong: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        if outcome.found and not outcome.right and outcome.confidence >= at_least:
            wanted = min(outcome.question.expect, default="—")
            wrong.setdefault((wanted, outcome.found[0][0]), []).append(outcome.question.text)
    ranked = sorted(wrong.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Confusion(wanted=wanted, found=found, count=len(texts), example=texts[0]) for (wanted, found), texts in ranked
    ]
