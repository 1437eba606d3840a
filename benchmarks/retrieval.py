"""How good and how quick the retriever is beside other methods: one run, the same data, one table.

`python -m benchmarks.retrieval [--faq DIR --questions FILE] [--few N] [--rasa PYTHON]`; without questions it asks the held-out
ones of `faq_data/evaluation`. Each method works in a process of its own, so that none warms another and each has its own memory.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from knowledge_base import evaluation
from knowledge_base.baselines import baselines
from knowledge_base.entries import Entry
from knowledge_base.evaluation import Outcome, Searcher
from knowledge_base.faq_folder import load
from knowledge_base.questions import Question, read_questions
from knowledge_base.thresholds import Thresholds, read_thresholds

COVERAGE = 0.5  # share answered at which wrong answers are compared
HELD_OUT = "evaluation/*_[cde].jsonl"
RASA = Path(".venv-rasa/bin/python")  # what `make rasa` makes
SELECTOR = Path(__file__).with_name("rasa_selector.py")

out = Console()


@dataclass(frozen=True, kw_only=True)
class Exam:
    """Entries, and questions whose right entry is known."""

    entries: Sequence[Entry]
    questions: Sequence[Question]


@dataclass(frozen=True, kw_only=True)
class Sat:
    """What one method made of an exam."""

    outcomes: Sequence[Outcome]
    ready_s: float  # from the entries to the first answer, learning included
    memory_mb: float  # the most its process ever had


def few(exam: Exam, count: int) -> Exam:
    """So many of the entries that are asked for; what asks for another entry now has none."""
    lots = random.Random(1)
    wanted = sorted({id_ for question in exam.questions for id_ in question.expect})
    kept = frozenset(lots.sample(wanted, min(count, len(wanted))))
    known = [question for question in exam.questions if question.expect & kept]
    others = [replace(question, expect=frozenset()) for question in exam.questions if not question.expect & kept]
    unknown = lots.sample(others, min(len(known), len(others)))
    return Exam(entries=[entry for entry in exam.entries if entry.id in kept], questions=[*known, *unknown])


def wrong_at(outcomes: Sequence[Outcome], coverage: float) -> float:
    """Wrong answers among the surest share of all questions: what two methods can fairly be compared by."""
    surest = sorted(outcomes, key=lambda outcome: -outcome.confidence)[: int(len(outcomes) * coverage)]
    return sum(not outcome.right for outcome in surest) / max(1, len(surest))


def ours(entries: Sequence[Entry]) -> Searcher:
    """Our search as the evaluation asks it, every phrasing read anew."""
    from knowledge_base.command_line import searcher
    from knowledge_base.models import open_models
    from knowledge_base.search import KnowledgeBase

    base = KnowledgeBase(open_models())
    base.replace(entries)
    return searcher(base)


METHODS: dict[str, Callable[[Sequence[Entry]], Searcher]] = {
    "ours": ours,
    "bm25": lambda entries: baselines(entries)["bm25"],
    "tfidf": lambda entries: baselines(entries)["tfidf"],
}


def sit(method: str, exam: Exam) -> Sat:
    """One method, in this process."""
    began = perf_counter()
    search = METHODS[method](exam.entries)
    search(exam.questions[0].text)
    ready = perf_counter() - began
    outcomes = evaluation.ask(exam.questions, search)
    return Sat(outcomes=outcomes, ready_s=ready, memory_mb=getrusage(RUSAGE_SELF).ru_maxrss / 1024)


def sit_apart(method: str, exam: Exam) -> Sat:
    """One method, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(sit, method, exam).result()


def sit_rasa(python: Path, exam: Exam) -> Sat:
    """A Rasa ResponseSelector, in Rasa's own environment."""
    with TemporaryDirectory() as folder:
        asked, told = Path(folder) / "exam.json", Path(folder) / "told.json"
        texts = [question.text for question in exam.questions]
        phrasings = [entry.phrasings for entry in exam.entries]
        asked.write_text(
            json.dumps({"entries": phrasings, "questions": texts, "looked_at": evaluation.LOOKED_AT}), encoding="utf-8"
        )
        quiet = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | quiet
        subprocess.run([python, SELECTOR, asked, told], env=environment, check=True, stdout=sys.stderr, cwd=folder)
        found = json.loads(told.read_text(encoding="utf-8"))
    ids = [entry.id for entry in exam.entries]
    outcomes = [
        evaluation.outcome(question, [(ids[at], confidence) for at, confidence in hits], seconds)
        for question, hits, seconds in zip(exam.questions, found["found"], found["seconds"], strict=True)
    ]
    return Sat(outcomes=outcomes, ready_s=found["ready_s"], memory_mb=found["memory_mb"])


def told_of(sat: Sat, thresholds: Thresholds) -> dict[str, Any]:
    """The figures of the table."""
    return evaluation.figures(sat.outcomes, thresholds) | {
        "wrong_at_half": round(wrong_at(sat.outcomes, COVERAGE), 4),
        "ready_s": round(sat.ready_s, 2),
        "memory_mb": round(sat.memory_mb),
    }


def read_exam(faq: Path, questions: Sequence[Path]) -> Exam:
    """The entries and the questions, as `evaluate` reads them."""
    entries = load(faq)
    files = questions or sorted(faq.glob(HELD_OUT))
    known = frozenset(entry.id for entry in entries)
    asked = read_questions(files, known)
    if not asked:
        raise typer.BadParameter(f"{faq} has no {HELD_OUT}; give --questions FILE")
    return Exam(entries=entries, questions=asked)


def main(
    faq: Annotated[Path, typer.Option()] = Path("faq_data"),
    questions: Annotated[list[Path] | None, typer.Option()] = None,
    config: Annotated[Path, typer.Option()] = Path("config.yml"),
    few_entries: Annotated[int, typer.Option("--few", help="Only so many entries; 0 is all.")] = 0,
    rasa: Annotated[Path, typer.Option(help="The Python that has Rasa 3.6.")] = RASA,
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure and print."""
    exam = read_exam(faq, questions or ())
    exam = few(exam, few_entries) if few_entries else exam
    thresholds = read_thresholds(config)
    told = {method: told_of(sit_apart(method, exam), thresholds) for method in METHODS}
    if rasa.is_file():
        told["rasa"] = told_of(sit_rasa(rasa.absolute(), exam), thresholds)  # it works in another folder
    else:
        out.print(
            f"Rasa is left out: no {rasa}; `make rasa-env` makes it where a Python 3.10 is installed", style="dim"
        )
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    table = Table("", *told, title=f"{len(exam.questions)} questions, {len(exam.entries)} entries")
    for key in told["ours"]:
        table.add_row(key, *("–" if figures[key] is None else str(figures[key]) for figures in told.values()))
    out.print(table)


if __name__ == "__main__":
    typer.run(main)
