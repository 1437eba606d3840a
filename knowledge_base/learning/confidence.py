"""Fitting the confidence: held-out questions, asked of bases of every kind, and how often the best hit was right."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from knowledge_base.confidence import Confidence, Logistic, spread, standing
from knowledge_base.entries import Entry
from knowledge_base.learning.material import FOLDS, HELD_OUT, Exam
from knowledge_base.questions import Question
from knowledge_base.search import KnowledgeBase

Floats = NDArray[np.float32]

TALK_ASKED = 600  # lines of small talk put to the base
HIDDEN = 4  # every so many of the held-out entries is taken away whole
TURNS = 2  # phrasings taken away from each entry, one at a time
ASKED_COUNT = 3.0  # times a question of another trial
BELIEF = 0.05  # in what the held-out questions show, against believing nothing


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A base and the questions put to it: (text, ids that answer it)."""

    name: str
    entries: Sequence[Entry]
    asked: Sequence[tuple[str, frozenset[str]]]
    weight: float = 1.0  # of each question in what the confidence learns


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question's candidates: their numbers, and which of them are right."""

    trial: str
    numbers: Floats
    phrasings: Floats  # how many each candidate's entry has
    right: NDArray[np.bool_]
    known: bool  # whether any entry of the base answers it
    weight: float


def exam_trial(exam: Exam) -> Trial:
    """The held-out questions of an exam, put to all its entries."""
    held = [question for question, fold in zip(exam.questions, exam.folds, strict=True) if fold == HELD_OUT]
    return Trial(name="exam", entries=exam.entries, asked=[(question.text, question.expect) for question in held])


def faq_trials(faq: Sequence[Entry], held: frozenset[str], talk: Sequence[str]) -> Iterator[Trial]:
    """A FAQ asked in a phrasing taken away from each entry, about entries taken away whole, and without any variants.

    All entries lose as many phrasings, or having fewer than others would give away the right one.
    """
    shy = sorted(held)
    share = TALK_ASKED // TURNS
    for turn in range(TURNS):
        hidden = _hidden(shy, turn)
        shown = [_without(entry, turn) for entry in faq if entry.id not in hidden]
        asked = [_asked(entry, turn, hidden) for entry in faq if entry.id in held and entry.variants]
        small = [(line, frozenset[str]()) for line in talk[turn * share : (turn + 1) * share]]
        yield Trial(name="faq", entries=shown, asked=[*asked, *small])
    hidden = _hidden(shy, TURNS - 1)
    bare = [entry.model_copy(update={"variants": ()}) for entry in faq if entry.id not in hidden]
    asked = [
        _asked(entry, turn, hidden) for turn in range(TURNS) for entry in faq if entry.id in held and entry.variants
    ]
    yield Trial(name="faq without variants", entries=bare, asked=asked)


def _hidden(held: Sequence[str], turn: int) -> frozenset[str]:
    return frozenset(held[turn % HIDDEN :: HIDDEN])


def _without(entry: Entry, turn: int) -> Entry:
    away = _away(entry, turn)
    return entry.model_copy(update={"variants": tuple(text for text in entry.variants if text != away)})


def _away(entry: Entry, turn: int) -> str:
    return entry.variants[turn % len(entry.variants)] if entry.variants else ""


def _asked(entry: Entry, turn: int, hidden: frozenset[str]) -> tuple[str, frozenset[str]]:
    return _away(entry, turn), frozenset() if entry.id in hidden else frozenset({entry.id})


def asked_trial(faq: Sequence[Entry], questions: Sequence[Question]) -> Trial:
    """Questions people wrote for the whole base: what it will really be asked, so they count most."""
    asked = [(question.text, question.expect) for question in questions]
    return Trial(name="asked", entries=faq, asked=asked, weight=ASKED_COUNT)


def run_trial(base: KnowledgeBase, trial: Trial, told: Callable[[], None] = lambda: None) -> list[Answered]:
    """Every question of a trial put to its entries."""
    base.replace(trial.entries)
    answered = []
    for text, wanted in trial.asked:
        found = base.candidates(text)
        told()
        if found:
            right = np.array([candidate.entry.id in wanted for candidate in found])
            numbers = np.stack([candidate.numbers for candidate in found])
            many = np.array([len(candidate.entry.phrasings) for candidate in found], dtype=np.float32)
            answered.append(
                Answered(
                    trial=trial.name,
                    numbers=numbers,
                    phrasings=many,
                    right=right,
                    known=bool(wanted),
                    weight=trial.weight,
                )
            )
    return answered


def fit(answered: Sequence[Answered]) -> Confidence:
    """The confidence model that these answers bear out."""
    right = np.concatenate([one.right for one in answered])
    weight = np.concatenate([np.full(len(one.right), one.weight) for one in answered])
    alone = _logistic(np.concatenate([one.numbers for one in answered]), right, weight)
    places = [standing(alone.odds(one.numbers), one.numbers, one.phrasings) for one in answered]
    return Confidence(alone=alone, standing=_logistic(np.concatenate(places), right, weight))


def _logistic(rows: Floats, right: NDArray[np.bool_], weight: NDArray[np.float64]) -> Logistic:
    centre, scale = rows.mean(0), rows.std(0)
    scale = np.where(scale > 1e-3, scale, np.float32(1e6))  # what never varied here must not decide elsewhere
    model = LogisticRegression(C=BELIEF, max_iter=1000).fit(spread(rows, centre, scale), right, weight)
    weights = model.coef_[0].astype(np.float32)
    return Logistic(centre=centre, scale=scale, weights=weights, bias=float(model.intercept_[0]))


def cross_fitted(answered: Sequence[Answered]) -> list[Floats]:
    """Each question's confidences by a model that never saw it."""
    found: dict[int, Floats] = {}
    for fold in range(FOLDS):
        model = fit([one for at, one in enumerate(answered) if at // 20 % FOLDS != fold])
        found |= {
            at: model.of(one.numbers, one.phrasings) for at, one in enumerate(answered) if at // 20 % FOLDS == fold
        }
    return [found[at] for at in range(len(answered))]


def figures(answered: Sequence[Answered]) -> dict[str, float]:
    """What the confidence is worth on each kind of base, by models that never saw the question."""
    found = cross_fitted(answered)
    told: dict[str, float] = {}
    for name in dict.fromkeys(one.trial for one in answered):
        chosen = [at for at, one in enumerate(answered) if one.trial == name]
        told |= {
            f"{name}: {key}": value for key, value in _figures([(answered[at], found[at]) for at in chosen]).items()
        }
    return told


def _figures(judged: Sequence[tuple[Answered, Floats]]) -> dict[str, float]:
    best = np.array([confidences.max() for _, confidences in judged])
    right = np.array([bool(one.right[confidences.argmax()]) for one, confidences in judged])
    known = np.array([one.known for one, _ in judged])
    tenth = np.minimum((best * 10).astype(int), 9)
    error = sum(abs(best[tenth == at].mean() - right[tenth == at].mean()) * (tenth == at).mean() for at in set(tenth))
    told = {"questions": len(judged), "recall@1": right[known].mean(), "ece": error}
    if 0 < known.sum() < len(known):
        told["auroc"] = roc_auc_score(known, best)
    return {name: round(float(value), 4) for name, value in told.items()}
