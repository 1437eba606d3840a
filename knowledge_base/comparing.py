"""What was answered, kept in a file, so that another model, base or threshold shows what it changes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.evaluation import Outcome, would_answer
from knowledge_base.thresholds import Thresholds

Answers = Mapping[str, str | None]  # text → the entry that would be said, None for silence or a choice


class AnswersError(Exception):
    """A file of answers cannot be used; the message says where, what and the cure, in one line."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A question that is answered otherwise than before."""

    text: str
    before: str | None
    now: str | None
    is_right: bool


def answers(outcomes: Sequence[Outcome], thresholds: Thresholds) -> dict[str, str | None]:
    """What would be said to each question."""
    return {
        outcome.question.text: outcome.found[0][0] if would_answer(outcome, thresholds) else None
        for outcome in outcomes
    }


def keep_answers(file: Path, said: Answers) -> None:
    """Write them, a question a line; OSError when the file cannot be written."""
    lines = (json.dumps({"text": text, "answer": answer}, ensure_ascii=False) for text, answer in said.items())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_answers(file: Path) -> dict[str, str | None]:
    """What `keep_answers` wrote; AnswersError otherwise."""
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return {row["text"]: row["answer"] for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AnswersError(
            f"{file}: not a file of answers ({error}); make one with `python -m knowledge_base evaluate … --keep FILE`"
        ) from error


def changes(before: Answers, outcomes: Sequence[Outcome], thresholds: Thresholds) -> list[Change]:
    """The questions of both that are answered otherwise now, those that are wrong now first."""
    now = answers(outcomes, thresholds)
    wanted = {outcome.question.text: outcome.question.expect for outcome in outcomes}
    found = [
        Change(text=text, before=before[text], now=said, is_right=said in wanted[text] if said else not wanted[text])
        for text, said in now.items()
        if text in before and before[text] != said
    ]
    return sorted(found, key=lambda change: (change.is_right, change.text))
