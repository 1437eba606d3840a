"""What is typed to confuse, to hide or to break: it is read as people see it, or it is talk like any other."""

import pytest

from tests.dialogues.groups.talk import decisions, talk
from tests.world import Room, World

HIDDEN = "\u200b\u200d\u2060\ufeff"
BIDI = "\u202e\u2066\u2069\u200f"
UNKNOWN = "进口旧的注塑机，装运前检验证书丢了怎么补"
BOMBS = [
    "(((((((a+)+)+)+)+)+)+$" + "a" * 1_500 + "!",
    "1" * 2_000 + "x",
    "@" * 2_000,
    "@a " * 700,
    "评价 " * 600 + "x",
    "是不是" * 700,
    "机器人 " * 600 + "闭嘴啊",
    "http://" * 300 + "x",
    "1、" * 1_000,
    "[图片]" * 400 + "x",
    "没解决 " * 500 + "1" * 500,
    "不是" + "是" * 1_900,
]


@pytest.mark.parametrize("sprinkled", [HIDDEN, BIDI], ids=["zero width", "bidirectional"])
def test_signs_nobody_sees_change_nothing(group: Room, sprinkled: str) -> None:
    asked = sprinkled.join("手册能展期吗")
    assert talk(group, f"小王: @bot {asked}")[0]["entry"] == "T-001"


def test_signs_nobody_sees_do_not_hide_a_number(group: Room, desk: Room) -> None:
    number = HIDDEN.join("13812345678")
    talk(group, f"小王: @bot {UNKNOWN}，电话 {number}")
    [card] = desk.hears()
    assert "1234" not in "".join(sign for sign in card if sign.isalnum())


@pytest.mark.parametrize(
    "number",
    ["１３８１２３４５６７８", "١٣٨١٢٣٤٥٦٧٨", "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "①③⑧①②③④⑤⑥⑦⑧", "1３8１2３4５6７8"],
    ids=["full width", "arabic", "mathematical", "circled", "mixed"],
)
def test_digits_of_any_make_are_masked(group: Room, desk: Room, number: str) -> None:
    talk(group, f"小王: @bot {UNKNOWN}，电话 {number}")
    [card] = desk.hears()
    assert number not in card
    assert "5678" in card
    assert "13812345678" not in card


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_a_text_made_to_choke_a_pattern_is_talk_and_the_next_question_is_answered(group: Room, bomb: str) -> None:
    results = talk(group, f"小王: {bomb}", "小李: 手册能展期吗")
    assert decisions(results) == ["silent", "answered"]


@pytest.mark.parametrize(
    "nothing", ["", " ", "\u3000\n", "👍", "🙏🙏🙏", "❤️‍🔥", "[微笑][强]", "。", "？？？", HIDDEN, BIDI]
)
def test_nothing_and_ornaments_are_talk_and_called_for_they_are_asked_for_words(
    group: Room, desk: Room, nothing: str
) -> None:
    assert group.says("小王", nothing)["decision"] == "silent"
    assert group.hears() == []
    called = group.asks_bot("小王", nothing)
    assert called["ticket"] is None
    assert len(group.hears()) <= 1
    assert desk.hears() == []
    assert group.asks_bot("小王", "手册能展期吗")["entry"] == "T-001"


def test_five_hundred_names_before_a_question_are_names(group: Room) -> None:
    assert talk(group, "小王: @bot " + "@张三\u2005" * 500 + "手册能展期吗")[0]["decision"] == "answered"


def test_while_one_pours_the_others_are_heard_line_by_line(world: World, group: Room) -> None:
    now, heard = world.now, []
    for number in range(100):
        world.now = now  # all of them within one second
        group.says("刷屏的", f"顶{number}")
        if number % 40 == 20:
            heard.append(
                group.says(f"成员{number}", ["手册能展期吗", "产地证能自己打印吗"][number // 40 % 2])["decision"]
            )
    assert heard == ["answered", "answered"]
    assert sum("发得太快" in text for text in group.hears()) == 1
