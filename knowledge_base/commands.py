"""What people and CI ask of the knowledge base. Exit codes: 0 fine, 2 unusable input."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress, TaskID, track
from rich.table import Table

from knowledge_base import checking, entries, evaluation
from knowledge_base.citing import mentions
from knowledge_base.encoder import EncoderError
from knowledge_base.entries import FaqError
from knowledge_base.instruments import load_registry
from knowledge_base.judging import JudgeError
from knowledge_base.keeping import KEPT
from knowledge_base.learning.material import MaterialError, read_material
from knowledge_base.ranking import ConfidenceError
from knowledge_base.search import KnowledgeBase
from knowledge_base.thresholds import ConfigError, read_thresholds

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
out, err = Console(), Console(stderr=True)

Faq = Annotated[Path, typer.Option(help="The FAQ folder: *.yml or entries.jsonl.")]
Model = Annotated[str | None, typer.Option(help="Another SentenceTransformers encoder, by folder or name.")]
Config = Annotated[Path, typer.Option(help="Where `answering:` has the thresholds.")]

UNUSABLE = (FaqError, MaterialError, ConfigError, EncoderError, JudgeError, ConfidenceError, evaluation.QuestionsError)


@contextmanager
def refusing() -> Iterator[None]:
    """Unusable input ends the command with code 2 and its own words."""
    try:
        yield
    except UNUSABLE as error:
        refuse(str(error))


def refuse(message: str) -> NoReturn:
    err.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2)


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Option(help='JSONL: {"text": …, "expect": id, list of ids, or null}.')],
    faq: Faq = Path("faq_data"),
    config: Config = Path("config.yml"),
    model: Model = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object and nothing else.")] = False,
    baselines: Annotated[bool, typer.Option("--baselines", help="TF-IDF and BM25 beside it.")] = False,
) -> None:
    """How good the answers are on questions whose right entry is known."""
    with refusing():
        thresholds = read_thresholds(config)
        loaded = entries.load(faq)
        asked = evaluation.read_questions(questions, frozenset(entry.id for entry in loaded))
        base = KnowledgeBase.open(loaded, model=model)
    searchers: dict[str, evaluation.Searcher] = {"ours": _searcher(base)}
    if baselines:
        searchers |= evaluation.baselines(loaded)
    outcomes = {name: _asked(name, asked, search) for name, search in searchers.items()}
    told = {name: evaluation.figures(made, thresholds) for name, made in outcomes.items()}
    if as_json:
        others = {name: figures for name, figures in told.items() if name != "ours"}
        print(json.dumps(told["ours"] | ({"baselines": others} if baselines else {})))  # noqa: T201
        return
    out.print(_table(told))
    out.print(_curve(outcomes["ours"]))
    _print_confusions(outcomes["ours"], thresholds.offer_at)


def _searcher(base: KnowledgeBase) -> evaluation.Searcher:
    return lambda text: [(hit.entry.id, hit.confidence) for hit in base.search(text, limit=evaluation.LOOKED_AT)]


def _asked(name: str, questions: list[evaluation.Question], search: evaluation.Searcher) -> list[evaluation.Outcome]:
    steps = iter(track(questions, description=name, console=err, disable=not err.is_terminal, transient=True))
    next(steps)
    return evaluation.ask(questions, search, told=lambda: _step(steps))


def _step(steps: Iterator[Any]) -> None:
    next(steps, None)


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


def _print_confusions(outcomes: list[evaluation.Outcome], at_least: float) -> None:
    worst = evaluation.confusions(outcomes, at_least)[:15]
    if not worst:
        return
    table = Table("wanted", "found", "times", "for example", title="Worst confusions")
    for confusion in worst:
        table.add_row(confusion.wanted, confusion.found, str(confusion.count), confusion.example)
    out.print(table)


@app.command()
def check(
    faq: Faq = Path("faq_data"),
    model: Model = None,
    on: Annotated[str | None, typer.Option(help="The day to check for; today if not given.")] = None,
) -> None:
    """Is the base sound? Faults end with code 2; doubts are listed."""
    with refusing():
        placed = entries.load_with_places(faq)
        instruments = load_registry(faq)
        base = KnowledgeBase.open([entry for entry, _ in placed], model=model)
    report = checking.check(placed, instruments, base, today=_day(on))
    held_out = checking.check_questions(placed, faq)
    report = checking.Report(faults=report.faults + held_out.faults, doubts=report.doubts + held_out.doubts)
    for doubt in report.doubts:
        out.print(f"doubt  {doubt}", markup=False, highlight=False, soft_wrap=True)
    if report.faults:
        refuse("\n".join(report.faults))
    out.print(f"{len(placed)} entries, {len(report.doubts)} doubts, no faults", highlight=False)


@app.command()
def cites(
    wanted: Annotated[str, typer.Argument(help="A number such as 251, a name, or a part of either.")],
    faq: Faq = Path("faq_data"),
) -> None:
    """Which entries cite or name an instrument?"""
    with refusing():
        placed = entries.load_with_places(faq)
        found = mentions([entry for entry, _ in placed], wanted, load_registry(faq))
    places = {entry.id: place for entry, place in placed}
    for entry, where in found:
        out.print(
            f"{places[entry.id]}: entry {entry.id}: {entry.question}  ← {where}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    out.print(f"{len(found)} entries cite {wanted}", highlight=False)


def _day(written: str | None) -> date:
    if written is None:
        return date.today()  # noqa: DTZ011  # the edge: the editor's own day
    try:
        return date.fromisoformat(written)
    except ValueError:
        refuse(f"--on {written}: not a date; write it as 2026-03-01")


@app.command()
def build(
    faq: Faq = Path("faq_data"),
    model: Model = None,
    kept_in: Annotated[Path, typer.Option("--out", help="Where to keep what was read.")] = KEPT,
) -> None:
    """Read every phrasing once and keep what was read, so that the next start is quick."""
    began = perf_counter()
    with refusing():
        loaded = entries.load(faq)
        base = KnowledgeBase.open(loaded, model=model, kept_in=kept_in)
        try:
            file = base.keep(kept_in)
        except OSError as error:
            refuse(f"{kept_in}: cannot be written ({error.strerror}); give another folder with --out")
    phrasings = sum(len(entry.phrasings) for entry in loaded)
    size, seconds = file.stat().st_size / 1e6, perf_counter() - began
    out.print(
        f"{len(loaded)} entries, {phrasings} phrasings → {file} ({size:.1f} MB, {seconds:.1f} s)", highlight=False
    )


@app.command()
def train(
    to: Annotated[Path, typer.Option(help="The folder that gets the models; a run begun there goes on.")],
    pairs: Annotated[list[Path] | None, typer.Option(help="Question pairs: tab-separated, columns a, b, same.")] = None,
    text: Annotated[list[Path] | None, typer.Option(help="Plain text, .xz or not: letters and their company.")] = None,
    words: Annotated[list[Path] | None, typer.Option(help="JSON object of lists: the words of the trade.")] = None,
    exam: Annotated[list[Path] | None, typer.Option(help="A folder with entries and questions.jsonl.")] = None,
    asked: Annotated[
        list[Path] | None, typer.Option(help="Questions about --faq: the confidence is fitted on them.")
    ] = None,
    talk: Annotated[Path | None, typer.Option(help="Small talk, a line each: what is never answered.")] = None,
    faq: Faq = Path("faq_data"),
) -> None:
    """Make the shipped models again, from what the model card names."""
    from knowledge_base.training import Effort
    from knowledge_base.training import train as make

    with refusing(), Progress(console=err, disable=not err.is_terminal) as progress:
        bars: dict[str, TaskID] = {}

        def told(part: str, done: float) -> None:
            if part not in bars:
                bars[part] = progress.add_task(part, total=1.0)
            progress.advance(bars[part], done)

        learned_from = read_material(
            pairs=pairs or (),
            texts=text or (),
            words=words or (),
            exams=exam or (),
            faq=faq,
            asked=asked or (),
            talk=talk,
        )
        figures = make(learned_from, to, effort=Effort(), told=told)
    for name, value in figures.items():
        out.print(f"{name}  {value}", highlight=False)
