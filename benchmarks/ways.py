"""What it is worth to write down how people ask: `python -m benchmarks.ways [--limit N]`.

Our base with none of its entries' other ways of asking, with one, two, four and all, asked the evaluation sets c, d and e, which
taught nothing. The thresholds are those of config.yml: that few answers are wrong must not depend on how a base is written.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.settings import HOME
from knowledge_base.entries import Entry
from knowledge_base.evaluation import Outcome, ask, would_answer
from knowledge_base.faq_folder import load
from knowledge_base.models import open_models
from knowledge_base.questions import Question, read_questions
from knowledge_base.search import KnowledgeBase
from knowledge_base.thresholds import Thresholds, read_thresholds

WAYS = (0, 1, 2, 4, None)  # None: all there are
SETS = "cde"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--limit", type=int, help="ask only so many questions")
    chosen = options.parse_args()
    entries, thresholds = load(HOME / "faq_data"), read_thresholds(HOME / "config.yml")
    questions = read_sets(frozenset(entry.id for entry in entries))[: chosen.limit]
    title = f"{len(entries)} entries, {len(questions)} questions, answered from {thresholds.answer_at} on"
    table = Table(
        "ways beside the canonical question", "R@1", "known answered right", "wrong of the answers", title=title
    )
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("asking", total=len(WAYS) * len(questions))
        for ways, outcomes in tried(entries, questions, told=lambda: progress.advance(bar)):
            table.add_row("all" if ways is None else str(ways), *row(outcomes, thresholds))
    Console().print(table)


def read_sets(known: frozenset[str]) -> Sequence[Question]:
    files = sorted(file for name in SETS for file in (HOME / "faq_data" / "evaluation").glob(f"*_{name}.jsonl"))
    return read_questions(files, known)


def tried(
    entries: Sequence[Entry], questions: Sequence[Question], told: Callable[[], None]
) -> Iterator[tuple[int | None, list[Outcome]]]:
    """The questions put to each of the bases."""
    base = KnowledgeBase(open_models())
    for ways in WAYS:
        base.replace(entry.model_copy(update={"variants": entry.variants[:ways]}) for entry in entries)
        yield ways, ask(questions, lambda text: [(hit.entry.id, hit.confidence) for hit in base.search(text)], told)


def row(outcomes: Sequence[Outcome], thresholds: Thresholds) -> Sequence[str]:
    """What they come to, as shares: of the questions that have an entry, and of those that were answered."""
    known = [outcome for outcome in outcomes if outcome.question.expect]
    answered = [outcome for outcome in outcomes if would_answer(outcome, thresholds)]
    right = sum(outcome.right for outcome in answered)
    shares = (
        sum(outcome.right for outcome in known) / len(known),
        right / len(known),
        1 - right / max(len(answered), 1),
    )
    return [f"{share:.3f}" for share in shares]


if __name__ == "__main__":
    main()
