"""`evaluate`: how good the answers are, as a table, a page or JSON, and what is answered otherwise than before."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from knowledge_base import comparing, evaluation
from knowledge_base.baselines import baselines as simple_methods
from knowledge_base.command_line import Config, Faq, Model, asked, out, refusing, searcher, writing
from knowledge_base.faq_folder import load
from knowledge_base.questions import read_questions
from knowledge_base.report import write_report
from knowledge_base.search import KnowledgeBase
from knowledge_base.thresholds import USUAL, Thresholds, read_encoder, read_thresholds
from knowledge_base.tuning import costs


def evaluate(
    questions: Annotated[
        list[Path],
        typer.Option(help='JSONL: {"text": …, "expect": id, list of ids, or null}; several are asked as one.'),
    ],
    faq: Faq = Path("faq_data"),
    config: Config = USUAL,
    model: Model = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object and nothing else.")] = False,
    baselines: Annotated[bool, typer.Option("--baselines", help="TF-IDF and BM25 beside it.")] = False,
    report: Annotated[Path | None, typer.Option(help="Also write it as a page for people.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep what was answered, for --against.")] = None,
    against: Annotated[Path | None, typer.Option(help="Show what is answered otherwise than in this --keep.")] = None,
) -> None:
    """How good the answers are on questions whose right entry is known."""
    with refusing():
        thresholds = read_thresholds(config)
        loaded = load(faq)
        wanted = read_questions(questions, frozenset(entry.id for entry in loaded))
        before = comparing.read_answers(against) if against else None
        base = KnowledgeBase.open(loaded, model=model or read_encoder(config))
    searchers: dict[str, evaluation.Searcher] = {"ours": searcher(base)}
    if baselines:
        searchers |= simple_methods(loaded)
    outcomes = {name: asked(name, wanted, search) for name, search in searchers.items()}
    told = {name: evaluation.figures(made, thresholds) for name, made in outcomes.items()}
    with writing():
        if keep:
            comparing.keep_answers(keep, comparing.answers(outcomes["ours"], thresholds))
        if report:
            write_report(
                report,
                title=f"检索评估：{_named(questions)}，{len(loaded)} 条，{len(wanted)} 问",
                figures=told,
                outcomes=outcomes["ours"],
                base=base,
                entries=loaded,
                thresholds=thresholds,
            )
    if as_json:
        ours, others = told.pop("ours"), told
        typer.echo(json.dumps(ours | ({"baselines": others} if baselines else {})))
        return
    _print(told, outcomes["ours"], thresholds)
    if before is not None:
        _print_changes(comparing.changes(before, outcomes["ours"], thresholds))


def _named(files: Sequence[Path]) -> str:
    return files[0].name if len(files) == 1 else f"{len(files)} 份题"


def _print(told: dict[str, dict[str, Any]], outcomes: list[evaluation.Outcome], thresholds: Thresholds) -> None:
    out.print(_table(told))
    out.print(_curve(outcomes))
    out.print(_costs(outcomes, thresholds))
    _print_confusions(outcomes, thresholds.offer_at)


def _table(told: dict[str, dict[str, Any]]) -> Table:
    table = Table("", *told)
    for key in told["ours"]:
        table.add_row(key, *("–" if figures[key] is None else str(figures[key]) for figures in told.values()))
    return table


def _curve(outcomes: list[evaluation.Outcome]) -> Table:
    table = Table("confidence", "questions", "promised", "kept", title="Is the confidence kept?")
    for at, tenth in enumerate(evaluation.reliability(outcomes)):
        if tenth.count:
            span = f"{at / evaluation.BINS:.1f}–{(at + 1) / evaluation.BINS:.1f}"
            table.add_row(span, str(tenth.count), f"{tenth.promised:.3f}", f"{tenth.kept:.3f}")
    return table


def _costs(outcomes: list[evaluation.Outcome], thresholds: Thresholds) -> Table:
    table = Table("tolerated", "answer_at", "known answered right", "wrong", title="What a tolerated error buys")
    for cost in costs(outcomes, margin=thresholds.margin):
        reached = ("–", "–", "–") if cost.answer_at is None else (cost.answer_at, cost.answered, cost.wrong)
        table.add_row(f"{cost.tolerated:.0%}", *(one if isinstance(one, str) else f"{one:.3f}" for one in reached))
    return table


def _print_changes(found: list[comparing.Change]) -> None:
    table = Table("", "question", "before", "now", title=f"{len(found)} answered otherwise than before")
    for change in found:
        table.add_row("✓" if change.is_right else "✗", change.text, change.before or "–", change.now or "–")
    out.print(table)


def _print_confusions(outcomes: list[evaluation.Outcome], at_least: float) -> None:
    worst = evaluation.confusions(outcomes, at_least)[:15]
    if not worst:
        return
    table = Table("wanted", "found", "times", "for example", title="Worst confusions")
    for confusion in worst:
        table.add_row(confusion.wanted, confusion.found, str(confusion.count), confusion.example)
    out.print(table)
