"""How good and how quick the retriever is beside simple methods: one run, the same data, one table.

`python benchmarks/retrieval.py [--faq DIR --questions FILE]`; without questions the base asks itself: every second
variant is taken away from its entry and must find it, and a tenth of the entries are taken away whole and must find none.
"""

import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from knowledge_base import evaluation
from knowledge_base.entries import Entry
from knowledge_base.evaluation import Found, Outcome, Question, Searcher
from knowledge_base.faq_folder import load
from knowledge_base.index import VectorIndex
from knowledge_base.search import KnowledgeBase, open_models
from knowledge_base.thresholds import Thresholds, read_thresholds

COVERAGE = 0.5  # share answered at which wrong answers are compared
SIZES = (500, 5_000, 50_000, 200_000)

out = Console()


def self_exam(entries: Sequence[Entry]) -> tuple[list[Entry], list[Question]]:
    """A base without the phrasings it is asked, and the questions: known ones and ones it cannot know."""
    shown: list[Entry] = []
    questions: list[Question] = []
    for at, entry in enumerate(entries):
        if at % 10 == 9:
            questions += [Question(text=text, expect=frozenset()) for text in entry.phrasings[:3]]
            continue
        shown.append(entry.model_copy(update={"variants": entry.variants[::2]}))
        questions += [Question(text=text, expect=frozenset({entry.id})) for text in entry.variants[1::2]]
    return shown, questions


def wrong_at(outcomes: Sequence[Outcome], coverage: float) -> float:
    """Wrong answers among the surest share of all questions: what two methods can fairly be compared by."""
    surest = sorted(outcomes, key=lambda outcome: -outcome.confidence)[: int(len(outcomes) * coverage)]
    return sum(not outcome.right for outcome in surest) / max(1, len(surest))


def ours(base: KnowledgeBase) -> Searcher:
    """Our search as the evaluation asks it."""

    def search(text: str) -> Found:
        return [(hit.entry.id, hit.confidence) for hit in base.search(text, limit=evaluation.LOOKED_AT)]

    return search


def growth(base: KnowledgeBase, size: int) -> dict[str, Any]:
    """Time and recall of the vector index with so many vectors like those of the base, a little moved."""
    random = np.random.default_rng(0)
    vectors = np.asarray(base.vectors(), dtype=np.float32)
    grown = vectors[random.integers(0, len(vectors), size)] + random.normal(0, 0.05, (size, vectors.shape[1]))
    grown = (grown / np.linalg.norm(grown, axis=1, keepdims=True)).astype(np.float32)
    began = perf_counter()
    index = VectorIndex(grown)
    built = perf_counter() - began
    asked = vectors[random.integers(0, len(vectors), 200)]
    times, shared = [], []
    for vector in asked:
        began = perf_counter()
        _, found = index.nearest(vector, 10)
        times.append(perf_counter() - began)
        exact = np.argpartition(-(grown @ vector), 9)[:10]
        shared.append(len(set(found.tolist()) & set(exact.tolist())) / 10)
    return {
        "vectors": size,
        "build_s": round(built, 2),
        "ms_p50": round(float(np.percentile(times, 50)) * 1000, 3),
        "ms_p99": round(float(np.percentile(times, 99)) * 1000, 3),
        "recall": round(float(np.mean(shared)), 4),
    }


def measure(entries: Sequence[Entry], questions: Sequence[Question], thresholds: Thresholds) -> dict[str, Any]:
    """Ours and the baselines on the same questions."""
    began = perf_counter()
    base = KnowledgeBase(open_models())
    base.replace(entries)
    opened = perf_counter() - began
    told: dict[str, Any] = {}
    for name, search in {"ours": ours(base), **evaluation.baselines(entries)}.items():
        outcomes = evaluation.ask(questions, search)
        told[name] = evaluation.figures(outcomes, thresholds) | {
            "wrong_at_half": round(wrong_at(outcomes, COVERAGE), 4)
        }
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told["ours"] |= {"open_s": round(opened, 2), "memory_mb": round(memory)}
    return {"entries": len(entries), "methods": told, "growth": [growth(base, size) for size in SIZES]}


def main(
    faq: Annotated[Path, typer.Option()] = Path("faq_data"),
    questions: Annotated[Path | None, typer.Option()] = None,
    config: Annotated[Path, typer.Option()] = Path("config.yml"),
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure and print."""
    entries = load(faq)
    if questions is None:
        shown, asked = self_exam(entries)
    else:
        shown, asked = entries, evaluation.read_questions(questions, frozenset(entry.id for entry in entries))
    told = measure(shown, asked, read_thresholds(config))
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    methods = told["methods"]
    table = Table("", *methods, title=f"{len(asked)} questions, {told['entries']} entries")
    for key in methods["ours"]:
        table.add_row(key, *(str(figures.get(key, "")) for figures in methods.values()))
    out.print(table)
    curve = Table(*told["growth"][0], title="The vector index as the base grows")
    for row in told["growth"]:
        curve.add_row(*map(str, row.values()))
    out.print(curve)


if __name__ == "__main__":
    typer.run(main)
