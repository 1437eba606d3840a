"""The commands as people and machines call them: what stands on stdout, and which code they end with."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from knowledge_base.commands import app

ENTRIES = [
    {"id": "e1", "question": "税单在哪里打印？", "also": ["税单怎么打印"], "answer": "单一窗口"},
    {"id": "e2", "question": "加工贸易手册可以展期吗？", "also": [], "answer": "可以"},
    {"id": "e3", "question": "原产地证书怎么补发？", "also": [], "answer": "申请"},
]
QUESTIONS = [
    {"text": "税单去哪里打印", "expect": "e1"},
    {"text": "手册能展期吗", "expect": ["e2"]},
    {"text": "晚上吃什么", "expect": None},
]
KEYS = ["n", "recall@1", "recall@3", "mrr", "auroc", "ece", "answered", "wrong", "offered", "left", "ms_p50", "ms_p99"]


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    folder = tmp_path / "faq"
    folder.mkdir()
    lines = (json.dumps(entry, ensure_ascii=False) for entry in ENTRIES)
    (folder / "entries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(question) for question in QUESTIONS), encoding="utf-8")
    return file


def called(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


def test_evaluate_prints_one_json_object_and_nothing_else(faq: Path, questions: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("answering: {answer_at: 0.5, offer_at: 0.2}\n", encoding="utf-8")
    result = called("evaluate", "--faq", faq, "--questions", questions, "--config", config, "--json", "--baselines")
    told = json.loads(result.stdout)
    assert (result.exit_code, list(told)) == (0, [*KEYS, "baselines"])
    assert (told["n"], told["recall@1"], told["recall@3"], told["mrr"], told["auroc"]) == (3, 1.0, 1.0, 1.0, 1.0)
    assert told["answered"] + told["offered"] + told["left"] == pytest.approx(1, abs=1e-3)
    assert {name: list(figures) for name, figures in told["baselines"].items()} == {"tfidf": KEYS, "bm25": KEYS}


def test_evaluate_asks_the_questions_of_several_files(faq: Path, questions: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.jsonl"
    more.write_text('{"text": "今天中午吃什么", "expect": null}', encoding="utf-8")
    result = called("evaluate", "--faq", faq, "--questions", questions, "--questions", more, "--json")
    assert json.loads(result.stdout)["n"] == 4


def test_evaluate_writes_a_page_and_shows_what_changed(faq: Path, questions: Path, tmp_path: Path) -> None:
    page, kept = tmp_path / "report.html", tmp_path / "answers.jsonl"
    first = called("evaluate", "--faq", faq, "--questions", questions, "--report", page, "--keep", kept)
    assert first.exit_code == 0
    told = page.read_text(encoding="utf-8")
    assert "容许答错多少，能直接答多少" in told
    assert all(key in told for key in KEYS)
    kept.write_text(kept.read_text(encoding="utf-8").replace('"answer": null', '"answer": "e3"'), encoding="utf-8")
    second = called("evaluate", "--faq", faq, "--questions", questions, "--against", kept)
    assert "answered otherwise than before" in second.stdout
    nowhere = called("evaluate", "--faq", faq, "--questions", questions, "--report", tmp_path / "no" / "report.html")
    assert nowhere.exit_code == 2


def test_evaluate_prints_a_table_for_people(faq: Path, questions: Path) -> None:
    result = called("evaluate", "--faq", faq, "--questions", questions)
    assert result.exit_code == 0
    assert "recall@1" in result.stdout
    assert "Is the confidence kept?" in result.stdout


def test_unusable_input_ends_with_code_2_and_one_line(faq: Path, questions: Path, tmp_path: Path) -> None:
    for words, line in [
        (("evaluate", "--faq", tmp_path / "none", "--questions", questions), "none: no such folder; give the folder"),
        (("evaluate", "--faq", faq, "--questions", tmp_path / "none"), "none: cannot be read"),
        (("evaluate", "--faq", faq, "--questions", questions, "--model", tmp_path / "none"), "none: no such folder"),
        (("check", "--faq", faq, "--on", "soon"), "--on soon: not a date; write it as 2026-03-01"),
        (("build", "--faq", tmp_path), "no FAQ files"),
    ]:
        result = called(*words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert line in result.stderr
        assert result.stderr.count("\n") == 1


def test_build_keeps_what_it_read_and_says_where(faq: Path, tmp_path: Path) -> None:
    result = called("build", "--faq", faq, "--out", tmp_path / "kept")
    [file] = (tmp_path / "kept").glob("*.npz")
    assert result.exit_code == 0
    assert result.stdout.replace("\n", "").startswith(f"3 entries, 4 phrasings → {file} (")


def test_check_tells_doubts_with_code_0_and_faults_with_code_2(faq: Path, tmp_path: Path) -> None:
    assert called("check", "--faq", faq).stdout == "3 entries, 0 doubts, no faults\n"
    broken = tmp_path / "broken"
    broken.mkdir()
    entry = "entries:\n  - id: A\n    question: 问税\n    basis: [{source: 没有的法}]\n    review_by: 2025-01-01\n"
    (broken / "a.yml").write_text(entry, encoding="utf-8")
    result = called("check", "--faq", broken)
    assert result.exit_code == 2
    assert result.stdout.startswith("doubt  ")
    assert "没有的法 不在 instruments.yml 里" in result.stderr
