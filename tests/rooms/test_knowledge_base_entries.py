"""FAQ folders: what is read from them, and what a person is told when they are broken."""

from datetime import date
from pathlib import Path

import pytest

from knowledge_base.entries import Entry, Status
from knowledge_base.faq_drafts import FaqError
from knowledge_base.faq_folder import load

TOPIC = """\
topic: 加工贸易
owner: 加工贸易组
entries:
  - id: JG-001
    question: 手册可以展期吗？
    variants: [手册能延期吗, 手册快到期了怎么办]
    answer: 可以，在到期前办理。
    basis:
      - {source: 海关法, article: 32}
  - id: JG-002
    question: 展期要交什么材料？
    owner: 王处
    answer: 交申请表。
"""


def faults(folder: Path) -> list[str]:
    with pytest.raises(FaqError) as refused:
        load(folder)
    return str(refused.value).replace(f"{folder}/", "").split("\n")


def test_topic_and_owner_of_a_file_stand_for_all_its_entries(tmp_path: Path) -> None:
    (tmp_path / "jiamao.yml").write_text(TOPIC, encoding="utf-8")
    first, second = load(tmp_path)
    assert (first.id, first.topic, first.owner) == ("JG-001", "加工贸易", "加工贸易组")
    assert first.phrasings == ("手册可以展期吗？", "手册能延期吗", "手册快到期了怎么办")
    assert (second.topic, second.owner) == ("加工贸易", "王处")


def test_the_registry_of_instruments_is_no_topic(tmp_path: Path) -> None:
    (tmp_path / "jiamao.yml").write_text(TOPIC, encoding="utf-8")
    (tmp_path / "instruments.yml").write_text("海关法: {name: 中华人民共和国海关法}\n", encoding="utf-8")
    assert [entry.id for entry in load(tmp_path)] == ["JG-001", "JG-002"]


def test_one_json_object_a_line_will_do(tmp_path: Path) -> None:
    lines = '{"id": "e1", "question": "关税怎么算", "also": ["税怎么算"], "answer": "按率"}\n\n{"id": 2, "question": "多久"}\n'
    (tmp_path / "entries.jsonl").write_text(lines, encoding="utf-8")
    first, second = load(tmp_path)
    assert first == Entry(id="e1", question="关税怎么算", variants=("税怎么算",), answer="按率")
    assert second == Entry(id="2", question="多久")


def test_every_fault_is_told_with_its_line_field_and_cure(tmp_path: Path) -> None:
    text = TOPIC.replace("    owner: 王处\n", "    owner: 王处\n    colour: red\n    as_of: soon\n")
    (tmp_path / "a.yml").write_text(text.replace("question: 手册可以展期吗？", "status: maybe"), encoding="utf-8")
    told = faults(tmp_path)
    assert told[0] == "a.yml:4: entry JG-001: question: Field required; add it"
    assert told[1].startswith("a.yml:5: entry JG-001: status: Input should be 'draft', 'approved' or 'suspended'")
    assert told[2].startswith("a.yml:14: entry JG-002: as_of: Input should be a valid date")
    assert told[3].startswith("a.yml:13: entry JG-002: colour: Extra inputs are not permitted; remove it")
    assert len(told) == 4


def test_the_same_id_twice_is_refused_naming_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(TOPIC, encoding="utf-8")
    (tmp_path / "b.yml").write_text("entries:\n  - {id: JG-002, question: 又一个}\n", encoding="utf-8")
    assert faults(tmp_path) == [
        f"b.yml:2: entry JG-002: id: already used at {tmp_path}/a.yml:10; give it another".replace(f"{tmp_path}/", "")
    ]


def test_an_entry_cannot_end_before_it_begins(tmp_path: Path) -> None:
    entry = "entries:\n  - id: A\n    question: 问\n    valid_from: 2026-02-01\n    valid_until: 2026-01-01\n"
    (tmp_path / "a.yml").write_text(entry, encoding="utf-8")
    assert faults(tmp_path) == ["a.yml:5: entry A: valid_until: is before valid_from; correct one of the dates"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"entries:\n  - id: A\n    question: \xff\xfe\n", "a.yml:3: not UTF-8; save the file as UTF-8"),
        (b"entries: [\n", "a.yml:2: not YAML"),
        (b"entries: " + b"[" * 200_000, "a.yml: not YAML (brackets within brackets"),
        (b"entries:\n" + b"- " * 200_000, "a.yml: not YAML (brackets within brackets"),
        (b"entries:\n  - id: A\n  question: x\n", "a.yml:3: not YAML"),
        (b"- id: A\n", "a.yml:1: no list `entries:`"),
        (b"", "a.yml:1: no list `entries:`"),
        (b"entires: []\nentries: []\n", "a.yml:1: unknown key 'entires'"),
        (b"entries: [5]\n", "a.yml:1: not an entry"),
        (b"entries: []\n", "holds no entries"),
        (b"entries:\n  - {id: A, question: b, question: c}\n", "a.yml:2: not YAML"),
        (b"entries:\n- id: A\n  question: b\n  as_of: 2026-02-30\n", "a.yml:4: entry A: as_of: "),
        (b"entries:\n- &a {id: A, question: b}\n- <<: *a\n  id: A\n", "a.yml:3: entry A: id: already used at"),
    ],
)
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.yml").write_bytes(content)
    [line] = faults(tmp_path)
    assert told in line


def test_faults_of_several_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("entries: [5]\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("nothing\n", encoding="utf-8")
    (tmp_path / "entries.jsonl").write_text("{oops\n[]\n", encoding="utf-8")
    starts = ["a.yml:1", "b.yml:1", "entries.jsonl:1", "entries.jsonl:2"]
    assert [line.split(": ")[0] for line in faults(tmp_path)] == starts


def test_a_missing_and_an_empty_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FaqError, match="no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(FaqError, match="no FAQ files"):
        load(tmp_path)


def test_an_entry_answers_only_while_it_is_approved_and_valid_and_for_everybody() -> None:
    entry = Entry(id="A", question="问", answer="答", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [entry.answers_on(day) for day in days] == [False, True, True, False]
    suspended = entry.model_copy(update={"status": Status.SUSPENDED})
    assert not suspended.answers_on(date(2026, 6, 1))
    internal = entry.model_copy(update={"audience": "内部"})
    assert not internal.answers_on(date(2026, 6, 1))
    wordless = entry.model_copy(update={"answer": ""})
    assert not wordless.answers_on(date(2026, 6, 1))
