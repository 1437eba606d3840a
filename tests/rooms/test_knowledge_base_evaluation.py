"""The numbers a release is judged by, on outcomes that can be counted by hand."""

from pathlib import Path

import pytest

from knowledge_base.baselines import baselines
from knowledge_base.entries import Entry
from knowledge_base.evaluation import (
    Found,
    Outcome,
    ask,
    calibration_error,
    confusions,
    figures,
    reliability,
)
from knowledge_base.questions import Question, QuestionsError, read_questions
from knowledge_base.thresholds import ConfigError, Thresholds, read_thresholds

KNOWN = frozenset({"a", "b"})


def outcome(expect: str | None, *found: tuple[str, float]) -> Outcome:
    question = Question(text="问", expect=frozenset({expect} if expect else ()))
    ids = [id_ for id_, _ in found]
    return Outcome(
        question=question, found=list(found), rank=ids.index(expect) + 1 if expect in ids else 0, seconds=0.002
    )


FOUR = [
    outcome("a", ("a", 0.9), ("b", 0.2)),
    outcome("b", ("a", 0.9), ("b", 0.8)),
    outcome(None, ("b", 0.4)),
    outcome(None),
]


def test_the_figures_of_four_questions_can_be_counted_by_hand() -> None:
    told = figures(FOUR, Thresholds(answer_at=0.8, offer_at=0.3, margin=0.0))
    assert told == {
        "n": 4,
        "recall@1": 0.5,
        "recall@3": 1.0,
        "mrr": 0.75,
        "auroc": 1.0,
        "ece": 0.3,  # two at 0.9 of which one is right, one at 0.4 and one at 0 that are not
        "answered": 0.5,
        "wrong": 0.5,
        "offered": 0.25,
        "left": 0.25,
        "ms_p50": 2.0,
        "ms_p99": 2.0,
    }


def test_a_close_second_is_offered_and_not_answered() -> None:
    told = figures(FOUR, Thresholds(answer_at=0.8, offer_at=0.3, margin=0.5))
    assert (told["answered"], told["wrong"], told["offered"], told["left"]) == (0.25, 0.0, 0.5, 0.25)


def test_what_the_questions_cannot_tell_is_not_told() -> None:
    told = figures(FOUR[2:], Thresholds())
    assert (told["recall@1"], told["mrr"], told["auroc"]) == (None, None, None)


def test_the_curve_holds_promised_against_kept() -> None:
    tenth = reliability(FOUR)[9]
    assert (tenth.count, tenth.kept) == (2, 0.5)
    assert tenth.promised == pytest.approx(0.9)
    assert calibration_error(FOUR) == pytest.approx(0.4 * 2 / 4 + 0.4 * 1 / 4)


def test_a_confusion_names_the_entry_that_came_first() -> None:
    [confusion] = confusions(FOUR, at_least=0.5)
    assert (confusion.wanted, confusion.found, confusion.count) == ("b", "a", 1)


def test_every_question_is_asked_once_and_its_rank_noted() -> None:
    heard: list[str] = []

    def search(text: str) -> Found:
        heard.append(text)
        return [("a", 0.6), ("b", 0.4)]

    questions = [Question(text="甲", expect=frozenset({"b"})), Question(text="乙", expect=frozenset({"a", "b"}))]
    assert [outcome.rank for outcome in ask(questions, search)] == [2, 1]
    assert heard == ["甲", "甲", "乙"]  # the first one warms up


def test_expect_is_an_id_a_list_or_null(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"text": "x", "expect": "a"}\n{"text": "y", "expect": ["a", "b"]}\n\n{"text": "", "expect": null}\n{"text": "z", "expect": 7}\n'
    )
    assert [question.expect for question in read_questions([file], KNOWN | {"7"})] == [{"a"}, KNOWN, frozenset(), {"7"}]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"text": "x"}', "expect: missing"),
        ('{"expect": null}', "text: missing or no text"),
        ('{"text": "x", "expect": 0.5}', "expect: neither an entry id, a list of them, nor null"),
        ('{"text": "x", "expect": "z"}', "expect: no entry 'z' in the FAQ folder"),
        ("{", "not JSON"),
        ("[1]", "text: missing or no text"),
        ("", "holds no questions"),
    ],
)
def test_a_broken_question_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(QuestionsError) as refused:
        read_questions([file], KNOWN)
    assert told in str(refused.value)
    assert str(refused.value).startswith(str(file))


def test_a_file_that_is_missing_or_not_utf_8_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match="cannot be read"):
        read_questions([tmp_path / "none.jsonl"], KNOWN)
    (tmp_path / "q.jsonl").write_bytes(b"\xff")
    with pytest.raises(QuestionsError, match="not UTF-8"):
        read_questions([tmp_path / "q.jsonl"], KNOWN)


def test_both_baselines_find_the_entry_that_shares_the_words() -> None:
    entries = [
        Entry(id="a", question="手册可以展期吗"),
        Entry(id="b", question="关税怎么算", variants=("税费怎么计算",)),
    ]
    for search in baselines(entries).values():
        best, score = search("税费如何计算")[0]
        assert best == "b"
        assert 0 < score < 1


def test_thresholds_come_from_the_answering_section(tmp_path: Path) -> None:
    file = tmp_path / "config.yml"
    with pytest.raises(ConfigError, match=r"config\.yml: cannot be read .*No such file"):
        read_thresholds(file)
    file.write_text("answering: {answer_at: 0.9, offer_at: 0.5, window: 3}\nother: 1\n", encoding="utf-8")
    assert read_thresholds(file) == Thresholds(answer_at=0.9, offer_at=0.5)
    file.write_text("answering: {answer_at: 9}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"answering\.answer_at: .* give a number from 0 to 1"):
        read_thresholds(file)
    file.write_text("answering: [\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be read as YAML"):
        read_thresholds(file)
