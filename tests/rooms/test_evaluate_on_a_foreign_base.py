"""`evaluate` as others call it: their base, their questions, their format, and what they are told when it is broken."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from knowledge_base.commands import app

BARE: list[dict[str, Any]] = [
    {"id": "内科/感冒-1", "question": "感冒发烧了要不要吃退烧药", "answer": "三十八度五以上再吃。"},
    {"id": "2", "question": "高血压的人能喝咖啡吗", "also": None},
    {"id": "derm_3", "question": "What cream helps against eczema?", "also": ["湿疹擦什么药膏"], "answer": ""},
]
KEYS = ["n", "recall@1", "recall@3", "mrr", "auroc", "ece", "answered", "wrong", "offered", "left", "ms_p50", "ms_p99"]


def written(file: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def evaluated(folder: Path, *more: object) -> Result:
    config = folder.with_suffix(".yml")
    config.write_text("{}", "utf-8")  # the usual thresholds, whatever ours say
    words = ["evaluate", "--faq", folder, "--questions", folder / "q.jsonl", "--config", config, *more]
    return CliRunner().invoke(app, list(map(str, words)))


def figures(folder: Path, *more: object) -> dict[str, Any]:
    result = evaluated(folder, "--json", *more)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1), result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_entries_without_variants_answers_or_dates_are_enough(tmp_path: Path) -> None:
    written(tmp_path / "entries.jsonl", BARE)
    written(
        tmp_path / "q.jsonl",
        [
            {"text": "感冒发烧吃不吃退烧药", "expect": "内科/感冒-1"},
            {"text": "高血压能不能喝咖啡", "expect": ["2", "derm_3"]},
            {"text": "eczema cream", "expect": "derm_3", "note": "unknown keys are theirs"},
            {"text": "明天几点开会", "expect": None},
            {"text": "哪家医院好", "expect": []},
        ],
    )
    told = figures(tmp_path)
    assert list(told) == KEYS
    assert (told["n"], told["recall@1"], told["recall@3"], told["mrr"]) == (5, 1.0, 1.0, 1.0)
    assert told["auroc"] > 0.8
    assert told["answered"] + told["offered"] + told["left"] == pytest.approx(1, abs=1e-3)
    assert 0 < told["ms_p50"] <= told["ms_p99"]


def test_one_entry_is_a_base(tmp_path: Path) -> None:
    written(tmp_path / "entries.jsonl", BARE[:1])
    written(
        tmp_path / "q.jsonl", [{"text": BARE[0]["question"], "expect": "内科/感冒-1"}, {"text": "?", "expect": None}]
    )
    told = figures(tmp_path, "--baselines")
    assert (told["recall@1"], told["answered"], told["wrong"], told["left"]) == (1.0, 0.5, 0.0, 0.5)
    assert [list(told["baselines"][name]) for name in ("tfidf", "bm25")] == [KEYS, KEYS]


def test_what_such_questions_cannot_tell_is_null(tmp_path: Path) -> None:
    written(tmp_path / "entries.jsonl", BARE)
    written(tmp_path / "q.jsonl", [{"text": "明天几点开会", "expect": None}])
    told = figures(tmp_path)
    assert (told["recall@1"], told["recall@3"], told["mrr"], told["auroc"]) == (None, None, None, None)
    assert "–" in evaluated(tmp_path).stdout


@pytest.mark.parametrize(
    ("questions", "line"),
    [
        (b"", "q.jsonl: holds no questions"),
        (b'{"text": "a", "expect": "4"}\n', "q.jsonl:1: expect: no entry '4' in the FAQ folder"),
        (b'{"text": "a"}\n', "q.jsonl:1: expect: missing"),
        (b'{"text": 3, "expect": null}\n', "q.jsonl:1: text: missing or no text"),
        (b'{"text": "\xff", "expect": null}\n', "q.jsonl: not UTF-8 (byte 10); save the file as UTF-8"),
        (b"not json\n", "q.jsonl:1: not JSON"),
    ],
)
def test_broken_questions_end_with_code_2_and_a_line_that_says_where(
    tmp_path: Path, questions: bytes, line: str
) -> None:
    written(tmp_path / "entries.jsonl", BARE)
    (tmp_path / "q.jsonl").write_bytes(questions)
    result = evaluated(tmp_path, "--json")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert line in result.stderr


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        (b'{"id": "a", "question": "x"}\n{"id": "a", "question": "y"}\n', "entry a: id: already used at"),
        (b'{"question": "x"}\n', "id: Field required; add it"),
        (b'{"id": "a", "question": "\xff"}\n', "entries.jsonl:1: not UTF-8"),
        (b'{"id": "a", "question": "x", "also": "y"}\n', "variants: Input should be a valid tuple; write a list"),
    ],
)
def test_a_broken_base_ends_with_code_2_and_a_line_that_says_where(tmp_path: Path, entries: bytes, line: str) -> None:
    (tmp_path / "entries.jsonl").write_bytes(entries)
    written(tmp_path / "q.jsonl", [{"text": "a", "expect": None}])
    result = evaluated(tmp_path, "--json")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert line in result.stderr


def test_a_hundred_kilobytes_digits_and_links_are_questions_like_any_other(tmp_path: Path) -> None:
    written(tmp_path / "entries.jsonl", BARE)
    odd = [
        "退烧药" * 35_000,
        "1" * 100_000,
        "5301202600012345",
        "https://example.com/a?b=1",
        "x",
        "",
        "أين الطبيب",
        "?",
    ]
    written(tmp_path / "q.jsonl", [{"text": text, "expect": None} for text in odd])
    told = figures(tmp_path)
    assert (told["n"], told["answered"]) == (len(odd), 0.0)
