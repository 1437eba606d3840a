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

from knowledge_base import checking, comparing, entries, evaluation, tuning
from knowledge_base.citing import mentions
from knowledge_base.encoder import EncoderError
from knowledge_base.entries import FaqError
from knowledge_base.instruments import load_registry
from knowledge_base.judging import JudgeError
from knowledge_base.keeping import KEPT
from knowledge_base.learning.material import MaterialError, read_material
from knowledge_base.ranking import ConfidenceError
from knowledge_base.report import costs, write_report
from knowledge_base.search import KnowledgeBase
from knowledge_base.thresholds import ConfigError, Shares, Thresholds, read_thresholds, write_thresholds

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
out, err = Console(), Console(stderr=True)

Faq = Annotated[Path, typer.Option(help="The FAQ folder: *.yml or entries.jsonl.")]
Model = Annotated[str | None, typer.Option(help="Another SentenceTransformers encoder, by folder or name.")]
Config = Annotated[Path, typer.Option(help="Where `answering:` has the thresholds.")]

UNUSABLE = (
    comparing.AnswersError,
    FaqError,
    MaterialError,
    ConfigError,
    EncoderError,
    JudgeError,
    ConfidenceError,
    evaluation.QuestionsError,
)


@contextmanager
def refusing() -> Iterator[None]:
    """Unusable input ends the command with code 2 and its own words."""
    try:
        yield
    except UNUSABLE as error:
        refuse(str(error))


@contextmanager
def writing() -> Iterator[None]:
    """A file that cannot be written ends the command with code 2 and the cure."""
    try:
        yield
    except OSError as error:
        refuse(f"{error.filename}: cannot be written ({error.strerror}); give another path")


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
    report: Annotated[Path | None, typer.Option(help="Also write it as a page for people.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep what was answered, for --against.")] = None,
    against: Annotated[Path | None, typer.Option(help="Show what is answered otherwise than in this --keep.")] = None,
) -> None:
    """How good the answers are on questions whose right entry is known."""
    with refusing():
        thresholds = read_thresholds(config)
        loaded = entries.load(faq)
        asked = evaluation.read_questions(questions, frozenset(entry.id for entry in loaded))
        before = comparing.read_answers(against) if against else None
        base = KnowledgeBase.open(loaded, model=model)
    searchers: dict[str, evaluation.Searcher] = {"ours": _searcher(base)}
    if baselines:
        searchers |= evaluation.baselines(loaded)
    outcomes = {name: _asked(name, asked, search) for name, search in searchers.items()}
    told = {name: evaluation.figures(made, thresholds) for name, made in outcomes.items()}
    with writing():
        if keep:
            comparing.keep_answers(keep, comparing.answers(outcomes["ours"], thresholds))
        if report:
            write_report(
                report,
                title=f"检索评估：{questions.name}，{len(loaded)} 条，{len(asked)} 问",
                figures=told,
                outcomes=outcomes["ours"],
                base=base,
                entries=loaded,
                thresholds=thresholds,
            )
    if as_json:
        others = {name: figures for name, figures in told.items() if name != "ours"}
        print(json.dumps(told["ours"] | ({"baselines": others} if baselines else {})))  # noqa: T201
        return
    out.print(_table(told))
    out.print(_curve(outcomes["ours"]))
    out.print(_costs(outcomes["ours"], thresholds))
    _print_confusions(outcomes["ours"], thresholds.offer_at)
    if before is not None:
        _print_changes(comparing.changes(before, outcomes["ours"], thresholds))


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


def _costs(outcomes: list[evaluation.Outcome], thresholds: Thresholds) -> Table:
    table = Table("tolerated", "answer_at", "known answered right", "wrong", title="What a tolerated error buys")
    for cost in costs(outcomes, thresholds):
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
def retune(
    labels: Annotated[list[Path], typer.Option(help="Sheets of `python -m bot export labels`, filled in.")],
    questions: Annotated[list[Path] | None, typer.Option(help="Held-out questions to count in, JSONL.")] = None,
    tolerate: Annotated[float, typer.Option(help="Share of wrong answers that is put up with.", min=0, max=0.5)] = 0.02,
    faq: Faq = Path("faq_data"),
    config: Config = Path("config.yml"),
    model: Model = None,
    *,
    write: Annotated[bool, typer.Option("--write", help="Write the thresholds into --config.")] = False,
) -> None:
    """The thresholds that labelled questions ask for, and the error they tolerate."""
    with refusing():
        before = read_thresholds(config)
        loaded = entries.load(faq)
        known = frozenset(entry.id for entry in loaded)
        asked = [question for file in labels for question in tuning.read_labels(file, known)]
        asked += [question for file in questions or () for question in evaluation.read_questions(file, known)]
        if len(asked) < tuning.FEWEST:
            refuse(f"--labels: {len(asked)} 条有标注，少于 {tuning.FEWEST} 条说明不了什么；多标一些，或加 --questions")
        outcomes = _asked("ours", asked, _searcher(KnowledgeBase.open(loaded, model=model)))
        found = tuning.tune(outcomes, tolerate=tolerate)
        if found is None:
            refuse(f"--tolerate {tolerate}: 任何门槛都会答错更多；放宽一些，或先补条目和问法")
        if write:
            write_thresholds(config, found.thresholds)
    for line in _retuned(before, found, evaluation.shares_at(outcomes, before), len(asked), tolerate):
        out.print(line, highlight=False)
    out.print(f"已写入 {config}，重启后生效" if write else "没有改动；要写入请加 --write", highlight=False)


def _retuned(before: Thresholds, found: tuning.Tuning, now: Shares, count: int, tolerate: float) -> Iterator[str]:
    shares, chosen = found.shares, found.thresholds
    yield f"{count} 条有标注的问题，容许答错 {tolerate:.1%}"
    yield (
        f"现在 answer_at {before.answer_at}、offer_at {before.offer_at}："
        f"答 {now.answered:.1%}，其中答错 {now.wrong:.1%}；给选项 {now.offered:.1%}"
    )
    yield (
        f"建议 answer_at {chosen.answer_at}、offer_at {chosen.offer_at}："
        f"答 {shares.answered:.1%}，其中答错 {shares.wrong:.1%}；给选项 {shares.offered:.1%}"
    )
    yield f"按 {found.answered} 次答复估计，实际答错率九成五的把握不超过 {found.at_worst:.1%}"


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
    drill: Annotated[
        list[Path] | None, typer.Option(help="Questions about --faq, a file or a folder: the judge learns.")
    ] = None,
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
            drill=drill or (),
            asked=asked or (),
            talk=talk,
        )
        figures = make(learned_from, to, effort=Effort(), told=told)
    for name, value in figures.items():
        out.print(f"{name}  {value}", highlight=False)
