"""Thresholds from questions whose answer is known: as low as the tolerated error allows, and what that buys."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from knowledge_base.evaluation import Outcome, shares_at
from knowledge_base.thresholds import Shares, Thresholds

STEPS = [step / 100 for step in range(30, 100)]
TOLERATED = (0.01, 0.02, 0.03, 0.05, 0.10)
USEFUL = 0.5  # share of offers that must hold the right entry
FEWEST = 30  # labelled questions; fewer say nothing


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """What the labels say the thresholds should be, and what they make of the labelled questions."""

    thresholds: Thresholds
    shares: Shares
    answered: int
    at_worst: float  # the error that nineteen times in twenty is not exceeded, seeing so many answers


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What tolerating so many wrong answers buys; None where no threshold keeps it."""

    tolerated: float
    answer_at: float | None
    answered: float  # share of the questions that have an entry, answered right
    wrong: float


def tune(outcomes: Sequence[Outcome], *, tolerate: float, margin: float) -> Tuning | None:
    """The lowest thresholds that keep the error where answers lead by this margin; None when none does."""
    found = _lowest(_steps(outcomes, margin), tolerate)
    if found is None:
        return None
    answer_at, shares = found
    chosen = Thresholds(answer_at=answer_at, offer_at=_offer_at(outcomes, answer_at), margin=margin)
    count = round(shares.answered * len(outcomes))
    return Tuning(
        thresholds=chosen,
        shares=shares_at(outcomes, chosen),
        answered=count,
        at_worst=_at_worst(shares.wrong, count),
    )


def costs(outcomes: Sequence[Outcome], *, margin: float) -> list[Cost]:
    """What each tolerated error buys of the questions that have an entry."""
    tried = _steps(outcomes, margin)
    known = max(sum(bool(outcome.question.expect) for outcome in outcomes), 1)
    return [_cost(tolerated, _lowest(tried, tolerated), len(outcomes) / known) for tolerated in TOLERATED]


Step = tuple[float, Shares]  # an answer_at and what it makes of the questions


def _steps(outcomes: Sequence[Outcome], margin: float) -> list[Step]:
    return [(at, shares_at(outcomes, Thresholds(answer_at=at, offer_at=0, margin=margin))) for at in STEPS]


def _lowest(tried: Sequence[Step], tolerate: float) -> Step | None:
    """The first that answers anything and keeps the error."""
    return next(((at, shares) for at, shares in tried if shares.answered and shares.wrong <= tolerate), None)


def _cost(tolerated: float, found: Step | None, scale: float) -> Cost:
    if found is None:
        return Cost(tolerated=tolerated, answer_at=None, answered=0.0, wrong=0.0)
    answer_at, shares = found
    right = shares.answered * (1 - shares.wrong) * scale
    return Cost(tolerated=tolerated, answer_at=answer_at, answered=right, wrong=shares.wrong)


def _offer_at(outcomes: Sequence[Outcome], answer_at: float) -> float:
    """From where an offer of three holds the right entry often enough to be worth a person's reading."""
    for offer_at in STEPS:
        offered = [outcome for outcome in outcomes if offer_at <= outcome.confidence < answer_at]
        held = sum(1 <= outcome.rank <= 3 for outcome in offered)
        if offer_at >= answer_at or (offered and held >= USEFUL * len(offered)):
            return min(offer_at, answer_at)
    return answer_at


def _at_worst(share: float, count: int) -> float:
    """The upper end of Wilson's interval, one side, at 95 in a hundred."""
    z = 1.645
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle + spread) / (1 + z * z / count)
