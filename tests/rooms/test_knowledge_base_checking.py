"""What an editor is told about a base: faults that forbid its use, doubts that do not."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.checking import Report, check
from knowledge_base.entries import Citation, Entry, Place
from knowledge_base.instruments import Instrument, Registry
from knowledge_base.search import KnowledgeBase, Models, open_models

TODAY = date(2026, 3, 2)
LAWS: Registry = {
    "关税法": Instrument.model_validate({"name": "中华人民共和国关税法", "from": date(2024, 12, 1), "articles": 72}),
    "旧办法": Instrument.model_validate({"name": "旧办法", "to": date(2025, 12, 31)}),
    "新办法": Instrument.model_validate({"name": "新办法", "from": date(2026, 4, 1)}),
}


@pytest.fixture(scope="module")
def models() -> Models:
    return open_models()


def report(models: Models, *entries: Entry) -> Report:
    base = KnowledgeBase(models)
    base.replace(entries)
    placed: Sequence[tuple[Entry, Place]] = [(entry, Place(file=Path("a.yml"), line=4)) for entry in entries]
    return check(placed, LAWS, base, today=TODAY)


def cited(source: str, article: int | None = None) -> Entry:
    return Entry(id="A", question="税款多久交", basis=(Citation(source=source, article=article),))


def test_a_sound_base_leaves_nothing_to_say(models: Models) -> None:
    assert report(models, cited("关税法", 72)) == Report(faults=(), doubts=())


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (cited("民法典"), "basis: 民法典 is not in instruments.yml; add it there or correct the name"),
        (cited("关税法", 73), "basis: 关税法 has no article 73, only 72; correct the article"),
        (
            Entry(id="A", question="问", answer="请联系 13912345678"),
            "answer: holds the number 1391…, perhaps somebody's; mask it",
        ),
        (
            Entry(id="A", question="问", variants=("单号 222920261000012345 查一下",)),
            "variants[0]: holds the number 2229…, perhaps somebody's; mask it",
        ),
    ],
)
def test_a_fault_names_the_place_the_field_and_the_cure(models: Models, entry: Entry, fault: str) -> None:
    assert report(models, entry).faults == (f"a.yml:4: entry A: {fault}",)


@pytest.mark.parametrize(
    ("entry", "doubt"),
    [
        (cited("旧办法"), "basis: 旧办法 was in force until 2025-12-31; cite what replaced it"),
        (cited("新办法"), "basis: 新办法 is in force only from 2026-04-01; cite what holds now"),
        (
            Entry(id="A", question="问", valid_until=date(2026, 3, 1)),
            "valid_until: expired on 2026-03-01, so it never answers; renew or suspend it",
        ),
        (
            Entry(id="A", question="问", review_by=date(2026, 3, 1)),
            "review_by: was due on 2026-03-01; review it and set the next date",
        ),
        (Entry(id="A", question="问", review_by=date(2026, 3, 20)), "review_by: is due on 2026-03-20; review it"),
    ],
)
def test_a_doubt_does_not_forbid_the_base(models: Models, entry: Entry, doubt: str) -> None:
    told = report(models, entry)
    assert (told.faults, told.doubts) == ((), (f"a.yml:4: entry A: {doubt}",))


def test_the_same_phrasing_in_two_entries_is_a_fault(models: Models) -> None:
    told = report(models, Entry(id="A", question="税单怎么打印？"), Entry(id="B", question="税单怎么打印"))
    assert told.faults == ("a.yml:4: entry B: '税单怎么打印' is asked by entry A too; leave it to one of them",)


def test_phrasings_as_good_as_one_are_told_apart_or_doubted(models: Models) -> None:
    first = Entry(id="A", question="加工贸易手册展期需要提交哪些申请材料")
    second = Entry(id="B", question="加工贸易手册展期需要提交哪些申请材料呢")
    other = Entry(id="C", question="加工贸易手册核销需要多长时间")
    doubts = report(models, first, second, other).doubts
    assert f"entries A and B: {first.question!r} ≈ {second.question!r}; tell them apart" in doubts
    assert not any("entry C" in doubt or "and C" in doubt for doubt in doubts)
