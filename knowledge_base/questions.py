"""Questions whose right entry is known: a line of JSON each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class QuestionsError(Exception):
    """A questions file cannot be used; the message says where, what and the cure, one line a fault."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A text and the entries that answer it; none when nothing in the base does."""

    text: str
    expect: frozenset[str]


def read_questions(files: Iterable[Path], known: frozenset[str]) -> list[Question]:
    """All questions of JSONL files; QuestionsError with every fault of the first that has one."""
    return [question for file in files for question in _of_file(file, known)]


def _of_file(file: Path, known: frozenset[str]) -> list[Question]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise QuestionsError(f"{file}: cannot be read ({error.strerror}); give a questions file") from error
    except UnicodeDecodeError as error:
        raise QuestionsError(f"{file}: not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    questions: list[Question] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(line, known))
        except ValueError as error:
            faults.append(f"{file}:{number}: {error}")
    if not questions and not faults:
        faults.append(f'{file}: holds no questions; write {{"text": …, "expect": …}}, one a line')
    if faults:
        raise QuestionsError("\n".join(faults))
    return questions


def _question(line: str, known: frozenset[str]) -> Question:
    try:
        fields = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON ({error}); write one JSON object a line") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise ValueError('text: missing or no text; write {"text": "…", "expect": "<entry id>"}')
    if "expect" not in fields:
        raise ValueError("expect: missing; write an entry id, a list of them, or null")
    wanted = fields["expect"]
    ids = [] if wanted is None else wanted if isinstance(wanted, list) else [wanted]
    if not all(type(id_) in (str, int) for id_ in ids):
        raise ValueError("expect: neither an entry id, a list of them, nor null; correct it")
    ids = [str(id_) for id_ in ids]
    strange = sorted(set(ids) - known)
    if strange:
        raise ValueError(f"expect: no entry {strange[0]!r} in the FAQ folder; correct the id or give its folder")
    return Question(text=fields["text"], expect=frozenset(ids))
