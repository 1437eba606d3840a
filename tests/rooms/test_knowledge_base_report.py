"""The evaluation for people: what an error buys, what changed, and a page that says both."""

from pathlib import Path

import pytest

from knowledge_base.comparing import AnswersError, answers, changes, keep_answers, read_answers
from knowledge_base.evaluation import Outcome
from knowledge_base.questions import Question
from knowledge_base.report import histogram
from knowledge_base.thresholds import Thresholds
from knowledge_base.tuning import costs

THRESHOLDS = Thresholds(answer_at=0.8, offer_at=0.3, margin=0.1)


def outcome(text: str, expect: str | None, found: str, confidence: float) -> Outcome:
    wanted = frozenset({expect} if expect else ())
    return Outcome(
        question=Question(text=text, expect=wanted),
        found=[(found, confidence)],
        rank=int(found in wanted),
        seconds=0.001,
    )


SOME = [
    outcome("手册展期", "a", "a", 0.95),
    outcome("手册延期", "a", "a", 0.85),
    outcome("展期费用", None, "a", 0.82),
    outcome("早上好", None, "b", 0.05),
]


def test_what_a_tolerated_error_buys_can_be_counted_by_hand() -> None:
    strict, *_, loose = costs(SOME, margin=THRESHOLDS.margin)
    assert (strict.answer_at, strict.wrong) == (0.83, 0.0)
    assert strict.answered == pytest.approx(1.0)
    assert loose.answer_at == 0.83  # one wrong of three is more than a tenth


def test_the_histogram_tells_what_has_an_entry_from_what_has_none() -> None:
    bars = histogram(SOME)
    assert [(bar.known, bar.unknown) for bar in (bars[0], bars[8], bars[9])] == [(0, 1), (1, 1), (1, 0)]


def test_what_is_answered_otherwise_is_shown_with_what_is_wrong_first(tmp_path: Path) -> None:
    keep_answers(tmp_path / "before.jsonl", answers(SOME, THRESHOLDS))
    before = read_answers(tmp_path / "before.jsonl")
    assert before == {"手册展期": "a", "手册延期": "a", "展期费用": "a", "早上好": None}
    now = [outcome("手册展期", "a", "b", 0.9), SOME[1], outcome("展期费用", None, "a", 0.5), SOME[3]]
    told = [(change.text, change.before, change.now, change.is_right) for change in changes(before, now, THRESHOLDS)]
    assert told == [("手册展期", "a", "b", False), ("展期费用", "a", None, True)]


def test_a_file_that_holds_no_answers_is_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_text("[1]\n", encoding="utf-8")
    with pytest.raises(AnswersError, match="--keep FILE"):
        read_answers(tmp_path / "answers.jsonl")
