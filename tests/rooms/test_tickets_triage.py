"""The first guess at class and grade."""

import pytest

from handlers.tickets.triage import is_pressing, suggest
from handlers.tickets.words import Reach, TicketClass
from knowledge_base.entries import Entry
from knowledge_base.hit import Hit
from nlu.understanding import Intent, Understanding


def understood(text: str, intent: Intent = Intent.QUESTION) -> Understanding:
    return Understanding(
        text=text, query=text, questions=(text,), intent=intent, confidence=0.9,
        ranking=((intent, 0.9),), entities=(), in_domain=0.9,
    )  # fmt: skip


def near(*confidences: float, topic: str = "加工贸易") -> list[Hit]:
    entry = Entry(id="T-1", topic=topic, question="手册能展期吗", answer="能")
    return [Hit(entry=entry, score=0.8, confidence=each, matched="手册能展期吗") for each in confidences]


@pytest.mark.parametrize(
    ("question", "grade"),
    [
        ("手册能展期吗", "CC"),
        ("明天截关，单子还没放", "CA"),
        ("急！！船今晚就要开了", "CA"),
        ("箱子压港好几天了，天天滞箱费", "CB"),
        ("海关要立案处罚我们，怎么申辩", "AC"),
        ("多缴的税款能退吗", "BC"),
        ("被罚款了，今天到期，怎么办", "AA"),
        ("货被没收了还能申诉吗", "AC"),
        ("船公司说回执没收到，跟谁要", "CC"),
        ("好几家企业都遇到系统报错", "AC"),
    ],
)
def test_words_tell_how_important_and_how_urgent(question: str, grade: str) -> None:
    assert suggest(understood(question), [], question).grade == grade


def test_an_urgent_tone_is_urgent_without_the_words() -> None:
    text = "麻烦快看看我们这票"
    assert suggest(understood(text, Intent.URGENT), [], text).grade == "CA"


@pytest.mark.parametrize(
    ("question", "reach"),
    [
        ("我们这票货被退单了怎么办", Reach.SINGLE),
        ("好几家企业都遇到系统报错", Reach.COMMON),
        ("手册能展期吗", None),
    ],
)
def test_words_tell_whether_one_has_it_or_many(question: str, reach: Reach | None) -> None:
    assert suggest(understood(question), [], question).reach == reach


def test_a_sensitive_matter_is_for_the_chiefs_eyes_first() -> None:
    triage = suggest(understood("再不放行我就找记者曝光"), [], "再不放行我就找记者曝光")
    assert triage.sensitive
    assert "敏感：可能引起舆情，答复前请值班长过目" in triage.why
    assert not suggest(understood("手册能展期吗"), [], "手册能展期吗").sensitive


@pytest.mark.parametrize(
    ("question", "intent", "expected"),
    [
        ("保税再制造首单怎么报备", Intent.QUESTION, TicketClass.INNOVATIVE),
        ("这个货归哪个税号", Intent.RULING, TicketClass.PRACTICE),
        ("单一窗口申报一直报错", Intent.QUESTION, TicketClass.PRACTICE),
        ("出口去东盟有什么优惠", Intent.QUESTION, TicketClass.COMMON),
    ],
)
def test_the_class_follows_what_is_asked(question: str, intent: Intent, expected: TicketClass) -> None:
    assert suggest(understood(question, intent), [], question).ticket_class == expected


def test_what_is_nearly_known_is_basic_and_names_the_entry() -> None:
    triage = suggest(understood("手册展期"), near(0.4), "手册展期")
    assert (triage.ticket_class, triage.topic) == (TicketClass.BASIC, "加工贸易")
    assert triage.reasons == ("与条目 T-1 相近，可参考",)
    far = suggest(understood("手册展期"), near(0.1), "手册展期")
    assert (far.ticket_class, far.topic) == (TicketClass.PRACTICE, "")


def test_where_no_entry_says_it_the_topic_is_what_most_of_those_somewhat_alike_are_about() -> None:
    suggested = suggest(understood("这个怎么弄"), [*near(0.2, 0.15), *near(0.1, topic="查验")], "这个怎么弄")
    assert (suggested.topic, suggested.entry) == ("加工贸易", None)
    assert "沾边的条目多属“加工贸易”" in suggested.reasons


def test_entries_that_do_not_agree_or_one_alone_name_no_topic() -> None:
    for hits in ([*near(0.2, 0.05), *near(0.15, 0.1, topic="查验")], near(0.2), []):
        assert suggest(understood("这个怎么弄"), hits, "这个怎么弄").topic == ""


@pytest.mark.parametrize(
    ("question", "pressing"),
    [
        ("手册能展期吗，船今晚就开了", True),
        ("单子明天截关，免表能先用吗", True),
        ("十万火急，产地证怎么补", True),
        ("急用药品进口能免税吗", False),
        ("活动物能提前申报吗", False),
        ("飞机零件要3C吗", False),
        ("截关时间在哪里查", False),
        ("食品变质了怎么退运", False),
    ],
)
def test_a_moment_presses_and_a_kind_of_goods_does_not(question: str, pressing: bool) -> None:
    assert is_pressing(question) == pressing
