"""What an editor is told about a base: faults that forbid its use, doubts that do not."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.checking import Report, check, check_questions
from knowledge_base.entries import Citation, Entry
from knowledge_base.faq_drafts import Place
from knowledge_base.instruments import Instrument, Instruments
from knowledge_base.models import Models, open_models
from knowledge_base.search import KnowledgeBase

TODAY = date(2026, 3, 2)
LAWS: Instruments = {
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
    return Entry(id="A", question="税款多久交", answer="答", basis=(Citation(source=source, article=article),))


def test_a_sound_base_leaves_nothing_to_say(models: Models) -> None:
    assert report(models, cited("关税法", 72)) == Report(faults=(), doubts=())


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (cited("民法典"), "basis: 民法典 不在 instruments.yml 里；在那里登记，或改正名称"),
        (cited("关税法", 73), "basis: 关税法 没有第 73 条，共 72 条；改正条号"),
        (
            Entry(id="A", question="问", answer="请联系 13912345678"),
            "answer: 有号码 1391…，可能是谁的；遮住",
        ),
        (
            Entry(id="A", question="问", answer="答", variants=("单号 222920261000012345 查一下",)),
            "variants[0]: 有号码 2229…，可能是谁的；遮住",
        ),
    ],
)
def test_a_fault_names_the_place_the_field_and_the_cure(models: Models, entry: Entry, fault: str) -> None:
    assert report(models, entry).faults == (f"a.yml:4: entry A: {fault}",)


@pytest.mark.parametrize(
    ("entry", "doubt"),
    [
        (cited("旧办法"), "basis: 旧办法 到 2025-12-31 为止有效；改引接替它的文件"),
        (cited("新办法"), "basis: 新办法 自 2026-04-01 起才施行；改引现行文件"),
        (
            Entry(id="A", question="问"),
            "answer: 没有答案；写上答案",
        ),
        (
            Entry(id="A", question="问", answer="答", valid_until=date(2026, 3, 1)),
            "valid_until: 2026-03-01 已过期，不再答复；续期或停用",
        ),
        (
            Entry(id="A", question="问", answer="答", review_by=date(2026, 3, 1)),
            "review_by: 2026-03-01 该复核了；复核后写下一次日期",
        ),
        (
            Entry(id="A", question="问", answer="答", review_by=date(2026, 3, 20)),
            "review_by: 2026-03-20 快到复核日；请复核",
        ),
    ],
)
def test_a_doubt_does_not_forbid_the_base(models: Models, entry: Entry, doubt: str) -> None:
    told = report(models, entry)
    assert (told.faults, told.doubts) == ((), (f"a.yml:4: entry A: {doubt}",))


def test_the_same_phrasing_in_two_entries_is_a_fault(models: Models) -> None:
    told = report(
        models,
        Entry(id="A", question="税单怎么打印？", answer="答"),
        Entry(id="B", question="税单怎么打印", answer="答"),
    )
    assert told.faults == ("a.yml:4: entry B: '税单怎么打印' 条目 A 也有；只留一处",)


def test_phrasings_as_good_as_one_are_told_apart_or_doubted(models: Models) -> None:
    first = Entry(id="A", question="加工贸易手册展期需要提交哪些申请材料", answer="答")
    second = Entry(id="B", question="加工贸易手册展期需要提交哪些申请材料呢", answer="答")
    other = Entry(id="C", question="加工贸易手册核销需要多长时间", answer="答")
    doubts = report(models, first, second, other).doubts
    assert f"a.yml:4: entry A: {first.question!r} 与条目 B 的 {second.question!r} 几乎一样；说得有区别些" in doubts
    assert not any("entry C" in doubt or "条目 C" in doubt for doubt in doubts)


@pytest.mark.parametrize(
    ("answer", "sin"),
    [
        ("这种货应归入8471300000。", "替海关作了归类认定"),
        ("税号是84713000，照这个报。", "替海关作了归类认定"),
        ("这种情况肯定罚款。", "替海关作了处罚认定"),
        ("这票一定会查验。", "预告了查验或放行"),
        ("查验率大约是5%。", "预告了查验或放行"),
        ("材料交齐保证通过。", "许了空诺"),
        ("放心，绝对没问题。", "许了空诺"),
    ],
)
def test_a_ruling_a_forecast_or_an_empty_promise_is_a_fault(models: Models, answer: str, sin: str) -> None:
    [fault] = report(models, Entry(id="A", question="税款多久交", answer=answer)).faults
    assert sin in fault


@pytest.mark.parametrize(
    "answer",
    [
        "海关不能保证通过。",
        "归类由海关认定，可以申请预裁定。",
        "是否查验由海关按规定办理。",
        "符合条件的可以不予行政处罚。",
    ],
)
def test_saying_what_the_rules_say_is_none(models: Models, answer: str) -> None:
    assert report(models, Entry(id="A", question="税款多久交", answer=answer)).faults == ()


def test_two_numbers_for_one_thing_are_doubted_within_a_topic(models: Models) -> None:
    one = Entry(
        id="A", topic="税", question="多缴的税怎么退", answer="自缴纳税款之日起一年内，可以书面申请退还多缴的税款。"
    )
    other = Entry(id="B", topic="税", question="退税期限", answer="自缴纳税款之日起3年内，可以书面申请退还多缴的税款。")
    elsewhere = other.model_copy(update={"id": "C", "topic": "证", "question": "别处说的期限"})
    doubts = [doubt for doubt in report(models, one, other, elsewhere).doubts if "数字不同" in doubt]
    assert len(doubts) == 1
    assert doubts[0].startswith("a.yml:4: entry A: answer: “自缴纳税款之日起一年内")
    assert "（B） 数字不同；核对后改一处" in doubts[0]


def test_an_answer_too_long_for_a_chat_is_doubted(models: Models) -> None:
    long = Entry(id="A", question="税款多久交", answer="，".join(["要看情况再说"] * 20))
    assert any("拆成短句" in doubt for doubt in report(models, long).doubts)


def test_a_held_out_question_must_not_stand_in_the_base(tmp_path: Path) -> None:
    folder = tmp_path / "evaluation"
    folder.mkdir()
    lines = [
        {"text": "税单 怎么打印？", "expect": "A"}, {"text": "哪里打税单", "expect": "A"},
        {"text": "哪里打税单", "expect": None}, {"text": "加工贸易手册展期需要提交哪些申请材料呢", "expect": "A"},
    ]  # fmt: skip
    file = folder / "known.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    entry = Entry(id="A", question="税单怎么打印", answer="答", variants=("加工贸易手册展期需要提交哪些申请材料",))
    told = check_questions([(entry, Place(file=Path("a.yml"), line=4))], tmp_path)
    assert told.faults == (
        f"{file}:1: '税单 怎么打印？' 就是条目 A 的问法；评测题换一种说法",
        f"{file}:3: '哪里打税单' 与 {file}:2 是同一句，答案却不同；只留一处",
    )
    assert [doubt.partition(": ")[0] for doubt in told.doubts] == [f"{file}:4"]
