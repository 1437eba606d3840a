"""`calibrate`: what a confidence of another encoder means, fitted on questions whose answer is known."""

from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge_base.confidence import save_confidence, undecided
from knowledge_base.encoder import open_encoder
from knowledge_base.entries import Entry
from knowledge_base.judging import open_judge
from knowledge_base.learning import confidence
from knowledge_base.models import Models
from knowledge_base.questions import Question, QuestionsError
from knowledge_base.search import KnowledgeBase
from knowledge_base.training import held_out
from knowledge_base.wording import open_weights

FEWEST = 50  # questions of either kind


def calibrate(
    model: Path | str,
    to: Path,
    entries: Sequence[Entry],
    questions: Sequence[Question],
    *,
    told: Callable[[float], None],
) -> dict[str, float]:
    """Write the confidence for an encoder, and tell its figures by models that never saw the question.

    Asked are phrasings taken away from entries that the judge did not learn from, and the questions given.
    """
    models = Models(encoder=open_encoder(model), judge=open_judge(), weights=open_weights(), confidence=undecided())
    trials = [*confidence.faq_trials(entries, held_out(entries), ()), confidence.asked_trial(entries, questions)]
    share = 1 / max(1, sum(len(trial.asked) for trial in trials))
    base = KnowledgeBase(models)
    answered = [one for trial in trials for one in confidence.run_trial(base, trial, told=lambda: told(share))]
    known = sum(one.known for one in answered)
    if not FEWEST <= known <= len(answered) - FEWEST:
        raise QuestionsError(
            f"--questions: {known} with an entry and {len(answered) - known} near misses found something to be judged by; "
            f"fewer than {FEWEST} of either say nothing, write more"
        )
    save_confidence(to, confidence.fit(answered))
    return confidence.figures(answered)
