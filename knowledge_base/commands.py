"""What people and CI ask of the knowledge base. Exit codes: 0 fine, 2 unusable input."""

from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from knowledge_base import checking
from knowledge_base.citing import mentions
from knowledge_base.command_line import Faq, Model, err, out, refuse, refusing, writing
from knowledge_base.evaluating import evaluate
from knowledge_base.faq_folder import load, load_with_places
from knowledge_base.instruments import load_instruments
from knowledge_base.keeping import KEPT
from knowledge_base.learning.material import read_material
from knowledge_base.models import calibration_file
from knowledge_base.questions import read_questions
from knowledge_base.retuning import retune
from knowledge_base.search import KnowledgeBase
from knowledge_base.usage import OneLine

app = typer.Typer(cls=OneLine, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.command()(evaluate)
app.command()(retune)


@app.command()
def check(
    faq: Faq = Path("faq_data"),
    model: Model = None,
    on: Annotated[str | None, typer.Option(help="The day to check for; today if not given.")] = None,
) -> None:
    """Is the base sound? Faults end with code 2; doubts are listed."""
    with refusing():
        placed = load_with_places(faq)
        instruments = load_instruments(faq)
        base = KnowledgeBase.open([entry for entry, _ in placed], model=model)
    report = checking.check(placed, instruments, base, today=_day(on))
    held_out = checking.check_questions(placed, faq)
    report = checking.Report(faults=report.faults + held_out.faults, doubts=report.doubts + held_out.doubts)
    for doubt in report.doubts:
        out.print(f"doubt  {doubt}", markup=False, highlight=False, soft_wrap=True)
    if report.faults:
        refuse("\n".join(report.faults))
    out.print(f"{len(placed)} entries, {len(report.doubts)} doubts, no faults", highlight=False)


def _day(written: str | None) -> date:
    if written is None:
        return datetime.now(UTC).astimezone().date()  # the editor's own day
    try:
        return date.fromisoformat(written)
    except ValueError:
        refuse(f"--on {written}: not a date; write it as 2026-03-01")


@app.command()
def cites(
    wanted: Annotated[str, typer.Argument(help="A number such as 251, a name, or a part of either.")],
    faq: Faq = Path("faq_data"),
) -> None:
    """Which entries cite or name an instrument?"""
    with refusing():
        placed = load_with_places(faq)
        found = mentions([entry for entry, _ in placed], wanted, load_instruments(faq))
    places = {entry.id: place for entry, place in placed}
    for entry, where in found:
        out.print(
            f"{places[entry.id]}: entry {entry.id}: {entry.question}  ← {where}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    out.print(f"{len(found)} entries cite {wanted}", highlight=False)


@app.command()
def build(
    faq: Faq = Path("faq_data"),
    model: Model = None,
    kept_in: Annotated[Path, typer.Option("--out", help="Where to keep what was read.")] = KEPT,
) -> None:
    """Read every phrasing once and keep what was read, so that the next start is quick."""
    began = perf_counter()
    with refusing():
        loaded = load(faq)
        base = KnowledgeBase.open(loaded, model=model, kept_in=kept_in)
        try:
            file = base.keep(kept_in)
        except OSError as error:
            refuse(f"{kept_in}: cannot be written ({error.strerror}); give another folder with --out")
    phrasings = sum(len(entry.phrasings) for entry in loaded)
    size, seconds = file.stat().st_size / 1e6, perf_counter() - began
    told = f"{len(loaded)} entries, {phrasings} phrasings → {file} ({size:.1f} MB, {seconds:.1f} s)"
    out.print(told, markup=False, highlight=False, soft_wrap=True)


@app.command()
def calibrate(
    model: Annotated[str, typer.Option(help="The SentenceTransformers encoder, by folder or name.")],
    questions: Annotated[list[Path], typer.Option(help="Questions with their entry or none, JSONL, as for evaluate.")],
    faq: Faq = Path("faq_data"),
) -> None:
    """Fit the confidence of an encoder of your own; needed once, before `encoder:` can name it."""
    from knowledge_base.calibrating import calibrate as fit

    with refusing(), writing(), Progress(console=err, disable=not err.is_terminal) as progress:
        bar = progress.add_task("calibrate", total=1.0)
        loaded = load(faq)
        known = frozenset(entry.id for entry in loaded)
        asked = read_questions(questions, known)
        to = calibration_file(model)
        to.parent.mkdir(parents=True, exist_ok=True)
        figures = fit(model, to, loaded, asked, told=lambda done: progress.advance(bar, done))
    for name, value in figures.items():
        out.print(f"{name}  {value}", highlight=False)
    out.print(f"→ {to}", highlight=False, soft_wrap=True)


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
