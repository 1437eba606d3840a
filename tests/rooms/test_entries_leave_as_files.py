"""What is written of the base can be read again and is the same."""

from datetime import date
from pathlib import Path

from knowledge_base.entries import Citation, Entry
from knowledge_base.faq_folder import load, load_with_places
from knowledge_base.writing import write_folder

FAQ = Path(__file__).resolve().parents[2] / "faq_data"

ODD = [
    Entry(
        id="X-1",
        topic="a/b",
        question="no",
        variants=("yes", "2025-01-01", "[x]", "a: b", "#1", "多\n行"),
        answer="第一行\n  缩进\n尾: x\n\n空行后",
        tips="0123",
        basis=(
            "文本",
            Citation(source="关税法", article="第五条第二款"),
            Citation(source="关税法", article=5, note="n"),
        ),
        as_of=date(2025, 1, 2),
    ),
    Entry(id="X-2", question="q"),
    Entry(id="007", topic="a/b", owner="组", question="null", answer="- x"),
]


def by_id(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.id)


def test_the_shipped_base_survives_the_way_out_and_in(tmp_path: Path) -> None:
    shipped = load(FAQ)
    files = write_folder(tmp_path, shipped, like=FAQ)
    assert {file.name for file in files} <= {file.name for file in FAQ.iterdir()}
    assert by_id(load(tmp_path)) == by_id(shipped)


def test_entries_that_look_like_something_else_stay_text(tmp_path: Path) -> None:
    write_folder(tmp_path, ODD)
    assert by_id([entry for entry, _ in load_with_places(tmp_path)]) == by_id(ODD)
