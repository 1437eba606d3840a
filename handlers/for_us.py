"""How likely a line is a question for us: from what it does, its words, and what the base has on it."""

from math import exp, log

from handlers.mind import Thought
from nlu.understanding import Intent

ASKING = (
    Intent.QUESTION, Intent.FOLLOW_UP, Intent.URGENT, Intent.RULING, Intent.FORECAST, Intent.LOOKUP, Intent.WANT_PERSON,
)  # fmt: skip
# Looking up costs ten times what understanding does: a line nobody said to us that is less likely to ask is left.
WORTH_A_SEARCH = 0.3

# Learned by `python -m benchmarks.for_us` from the evaluation sets a and b.
_ASKS, _DOMAIN, _FOUND, _BIAS = 0.818, 0.120, 0.967, 2.238
_SURELY = 0.99  # odds beyond are the classifier's pride
_NOTHING_FOUND = 0.05  # a small base knows nothing of most questions: that says little of the question


def for_us(thought: Thought) -> float:
    """The probability that the text asks something of the trade, by someone who wants to know."""
    odds = _BIAS + sum(
        weight * value for weight, value in zip((_ASKS, _DOMAIN, _FOUND), features(thought), strict=True)
    )
    return 1 / (1 + exp(-odds))


def features(thought: Thought) -> tuple[float, float, float]:
    """What it is judged by, each as log-odds."""
    text = thought.understanding
    return (
        _log_odds(text.probability(*ASKING), 1 - _SURELY),
        _log_odds(text.in_domain, 1 - _SURELY),
        _log_odds(thought.asked_of_the_base, _NOTHING_FOUND),
    )


def _log_odds(chance: float, least: float) -> float:
    chance = min(max(chance, least), _SURELY)
    return log(chance / (1 - chance))
