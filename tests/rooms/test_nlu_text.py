import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.parting import asked
from nlu.spelling import topics
from nlu.text import LIMIT, essence, normalise


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("報關單　修改？？？", "报关单 修改?"),
        ("ＨＳ编码", "hs编码"),
        ("报\u200b关\u202e单", "报关单"),
        ("在吗\n\n急", "在吗 急"),
        ("1️⃣", "1"),
        ("①", "1"),
        ("٣号", "3号"),
        ("\ud83d坏字", "坏字"),
        ("哈哈哈哈哈哈", "哈哈哈"),
        ("编码00000000", "编码00000000"),
        ("НЅ编码 аео", "нs编码 aeo"),
        ("", ""),
    ],
)
def test_lines_that_look_alike_become_alike(said: str, normal: str) -> None:
    assert normalise(said) == normal


@given(st.text(max_size=80))
@settings(max_examples=300)
def test_normalising_twice_is_normalising_once(said: str) -> None:
    once = normalise(said)
    assert normalise(once) == once
    assert "\n" not in once
    assert once.isprintable()


@pytest.mark.parametrize("piece", ["單證", "？", "1、", "@", "还有 ", "e\u0301", "ﷺ", "1. "])
def test_a_flood_costs_no_more_than_its_beginning(piece: str) -> None:
    flood = piece * 50_000
    assert len(normalise(flood)) <= LIMIT
    assert len(essence(flood)) <= 2 * LIMIT
    assert len(asked(flood)[1]) <= LIMIT


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("老师好，请问一下报官单填错了能改马", "报关单填错了能改吗"),
        ("@小助手\u2005各位老师 产地正打印不出来😭😭", "原产地证书打印不出来"),
        ("那个爱吃S编码八位还是十位", "hs编码八位还是十位"),
        ("请问一下啊C1P那个证怎么补", "rcep那个证怎么补"),
        ("九八一零退货怎么报", "9810退货怎么报"),
        ("单子怎么还没放行", "报关单怎么还没放行"),
        ("單一窗囗登不上", "单一窗口登不上"),
        ("请问怎么申请汇征，谢谢老师", "怎么申请汇总征税"),
        ("看这个 https://example.com/a?b=1 什么意思", "看这个 什么意思"),
        ("修改单价要什么材料", "修改单价要什么材料"),
        ("老师辛苦了，我再问一个，手册能展期吗", "手册能展期吗"),
        ("弱弱问一句，手册能展期吗", "手册能展期吗"),
        ("不好意思 再麻烦问下 手册能展期吗", "手册能展期吗"),
        ("大家有没有碰到过，手册能展期吗", "手册能展期吗"),
        ("老师我又来了 请问手册能展期吗", "手册能展期吗"),
        ("不好意思打扰下，手册能展期吗", "手册能展期吗"),
        ("老师辛苦，手册能展期吗", "手册能展期吗"),
        ("辛苦费谁出", "辛苦费谁出"),
        ("有没有老师指导下 手册能展期吗", "手册能展期吗"),
        ("相关单证有哪些", "相关单证有哪些"),
        ("保管员在哪", "保管员在哪"),
        ("运费金额填多少", "运费金额填多少"),
        ("哈尔滨海关电话", "哈尔滨海关电话"),
    ],
)
def test_only_what_is_asked_remains_in_the_words_of_the_trade(said: str, asked: str) -> None:
    assert essence(said) == asked


COURTESY = (
    "在吗",
    "老师好",
    "谢谢老师",
    "[微笑]",
    "[文件]报关单.pdf",
    "😀😀",
    "",
    "  ",
    "。。。",
    "@小助手\u2005",
    "急急急",
)


@pytest.mark.parametrize("said", COURTESY)
def test_courtesy_alone_asks_nothing(said: str) -> None:
    assert essence(said) == ""
    assert asked(said)[1] == ()


@pytest.mark.parametrize("typed", ["单一床口", "产地政", "报管单", "汇总正税", "征免稅证明", "电子口按", "直接推运"])
def test_words_of_the_right_sound_are_put_right(typed: str) -> None:
    assert typed not in essence(typed)
    assert topics(essence(typed)) != ()


@pytest.mark.parametrize("typed", ["baoguandan", "bao guan dan", "Baoguan dan", "baoguan'dan"])
def test_words_typed_as_they_sound_are_read(typed: str) -> None:
    assert essence(f"{typed}填错了能改吗") == "报关单填错了能改吗"


@pytest.mark.parametrize("typed", ["jieguan", "aeo", "change", "baoguandanx", "www.baoguandan.com", "a@baoguandan.cn"])
def test_letters_that_are_no_one_word_are_left(typed: str) -> None:
    assert "报关" not in essence(f"查一下 {typed} 的")


@given(st.text(max_size=80))
@settings(max_examples=300)
def test_any_text_has_an_essence(said: str) -> None:
    assert "  " not in essence(said)
    assert all(asked(said)[1])


@pytest.mark.parametrize(
    ("said", "questions"),
    [
        (
            "1、产地证能自助打印吗2、要不要卡3、彩色打印机行不行",
            ("原产地证书能自助打印吗", "原产地证书 自助打印 要不要卡", "原产地证书 自助打印 彩色打印机行不行"),
        ),
        (
            "改单和删单有什么区别?哪个快?会影响信用等级吗?",
            ("修改报关单和撤销报关单有什么区别 哪个快", "会影响信用等级吗"),
        ),
        ("手册怎么展期？另外边角料内销要交税吗", ("手册怎么展期", "边角料内销要交税吗")),
        ("①查验要到场吗②查验收费吗", ("查验要到场吗", "查验收费吗")),
        ("1️⃣查验要到场吗 2️⃣查验收费吗", ("查验要到场吗", "查验收费吗")),
        ("一、手册怎么展期 二、滞报金怎么算", ("手册怎么展期", "滞报金怎么算")),
        ("分一、二、三类吗", ("分一、二、三类吗",)),
        ("滞报金怎么算\n还有滞纳金呢", ("滞报金怎么算", "滞纳金")),
        ("老师 我们有票出口昨天报的 今天船要开了 能帮看看吗？", ("我们有票出口昨天报的 今天船要开了 能帮看看吗",)),
        ("税率是1.5还是2.5？", ("税率是1.5还是2.5",)),
        ("9610和9710有什么区别", ("9610和9710有什么区别",)),
        ("我们有一票进口的 还有一票出口的 可以一起报吗", ("我们有一票进口的 还有一票出口的 可以一起报吗",)),
        ("还有没有别的办法", ("还有没有别的办法",)),
        ("再出口怎么报关", ("再出口怎么报关",)),
    ],
)
def test_several_questions_are_parted_and_one_is_left_whole(said: str, questions: tuple[str, ...]) -> None:
    assert asked(said)[1] == questions
