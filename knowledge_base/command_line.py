"""What the commands share: their options, how they ask, and how they refuse. Exit codes: 0 fine, 2 unusable input."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import track

from knowledge_base import evaluation
from knowledge_base.comparing import AnswersError
from knowledge_base.confidence import ConfidenceError
from knowledge_base.encoder import EncoderError
from knowledge_base.faq_drafts import FaqError
from knowledge_base.judging import JudgeError
from knowledge_base.learning.material import MaterialError
from knowledge_base.questions import Question, QuestionsError
from knowledge_base.search import KnowledgeBase
from knowledge_base.thresholds import ConfigError

out, err = Console(), Console(stderr=True)

Faq = Annotated[Path, typer.Option(help="The FAQ folder: *.yml or entries.jsonl.")]
Model = Annotated[str | None, typer.Option(help="Another SentenceTransformers encoder, by folder or name.")]
Config = Annotated[Path, typer.Option(help="Where `answering:` has the thresholds.")]

UNUSABLE = (
    AnswersError,
    FaqError,
    MaterialError,
    ConfigError,
    EncoderError,
    JudgeError,
    ConfidenceError,
    QuestionsError,
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
    """End the command with code 2 and these words."""
    err.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2)


def searcher(base: KnowledgeBase) -> evaluation.Searcher:
    """A base as the evaluation asks it."""
    return lambda text: [(hit.entry.id, hit.confidence) for hit in base.search(text, limit=evaluation.LOOKED_AT)]


def asked(name: str, questions: list[Question], search: evaluation.Searcher) -> list[evaluation.Outcome]:
    """Every question asked, with a bar where a person is watching."""
    steps = iter(track(questions, description=name, console=err, disable=not err.is_terminal, transient=True))
    next(steps)
    return evaluation.ask(questions, search, told=lambda: _step(steps))


def _step(steps: Iterator[Any]) -> None:
    next(steps, None)
