"""What is learned from: pairs of questions, questions with their entry, FAQ folders, plain text, small talk."""

import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from knowledge_base.entries import Entry
from knowledge_base.faq_folder import load
from knowledge_base.questions import Question, read_questions
from knowledge_base.wording import asked, plain

FOLDS = 5  # of questions and entries; the last one is never trained on, only measured on
HELD_OUT = FOLDS - 1


class MaterialError(Exception):
    """Something to learn from cannot be used; the message says what and the cure, in one line."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two plain texts, and whether they ask the same."""

    left: str
    right: str
    same: bool
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Exam:
    """Entries and questions that have one of them, or none: what an `evaluate` run reads."""

    entries: Sequence[Entry]
    questions: Sequence[Question]
    folds: Sequence[int]  # of the questions; all questions about an entry are in one


@dataclass(frozen=True, kw_only=True)
class Material:
    """All there is to learn from; any part may be missing."""

    pairs: Sequence[Pair] = ()
    texts: Sequence[str] = ()
    exams: Sequence[Exam] = ()
    faq: Sequence[Entry] = ()
    drill: Sequence[Question] = ()  # of the FAQ; the judge learns from them
    asked: Sequence[Question] = ()  # of the FAQ; only the confidence is fitted on them
    talk: Sequence[str] = ()


def read_material(
    *,
    pairs: Sequence[Path],
    texts: Sequence[Path],
    words: Sequence[Path],
    exams: Sequence[Path],
    faq: Path,
    drill: Sequence[Path],
    asked: Sequence[Path],
    talk: Path | None,
) -> Material:
    """All of it; MaterialError, FaqError or QuestionsError when any cannot be used."""
    lines = [line for file in texts for line in read_texts(file)]
    small = read_texts(talk) if talk else []
    entries = load(faq)
    known = frozenset(entry.id for entry in entries)
    return Material(
        pairs=[pair for file in pairs for pair in read_pairs(file)],
        texts=lines + [word for file in words for word in read_json_words(file)],
        exams=[read_exam(folder) for folder in exams],
        faq=entries,
        drill=read_questions((file for path in drill for file in _files(path)), known),
        asked=read_questions(asked, known),
        talk=Random(0).sample(small, len(small)),
    )


def _files(path: Path) -> list[Path]:
    """A file, or the `*.jsonl` of a folder in their order."""
    return sorted(path.glob("*.jsonl")) if path.is_dir() else [path]


def read_pairs(file: Path) -> list[Pair]:
    """A table of two questions and whether they are the same, tab-separated under a head `… a b same`."""
    head, *lines = _text(file).rstrip("\n").split("\n")
    names = head.split("\t")
    if not {"a", "b", "same"} <= set(names):
        raise MaterialError(f"{file}:1: no columns a, b and same; write them in the first line, tabs between")
    left, right, same = (names.index(name) for name in ("a", "b", "same"))
    pairs = []
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != len(names) or cells[same] not in {"0", "1"}:
            raise MaterialError(f"{file}:{number}: not a row of {len(names)} cells with same 0 or 1; correct it")
        pairs.append(Pair(left=plain(cells[left]), right=plain(cells[right]), same=cells[same] == "1"))
    return [pair for pair in pairs if pair.left and pair.right]


def read_texts(file: Path) -> list[str]:
    """The lines of a text file, packed with xz or not."""
    return [line for line in _text(file).split("\n") if line.strip()]


def read_exam(folder: Path) -> Exam:
    """A folder with entries and `questions.jsonl`."""
    entries = load(folder)
    questions = read_questions([folder / "questions.jsonl"], frozenset(entry.id for entry in entries))
    return Exam(entries=entries, questions=questions, folds=_folds(questions))


def _folds(questions: Sequence[Question]) -> list[int]:
    """Questions without an entry follow those about the entry they resemble, so they go with it."""
    number: dict[str, int] = {}
    about = ""
    folds = []
    for question in questions:
        about = min(question.expect, default=about)
        folds.append(number.setdefault(about, len(number)) % FOLDS)
    return folds


def spoken(text: str) -> str:
    """A text as the search compares it."""
    return plain(asked(text))


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
        return (lzma.decompress(data) if file.suffix == ".xz" else data).decode("utf-8")
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise MaterialError(f"{file}: cannot be read as UTF-8 text ({error}); check the path") from error


def read_json_words(file: Path) -> list[str]:
    """Every string in the lists of a JSON object: a vocabulary."""
    try:
        lists = json.loads(_text(file)).values()
    except (ValueError, AttributeError) as error:
        raise MaterialError(f"{file}: no JSON object of lists ({error}); check the path") from error
    return [word for words in lists if isinstance(words, list) for word in words if isinstance(word, str)]
