"""Legal signatures in consultations, urgent matters at night, special handling with its assessment."""

import pytest

from tests.world import Room, World, Worlds, colleague

TICKETS = {
    "units": {"法制组": {"group": "replay:法制群", "people": {"replay:周老师": "周老师"}, "legal": True}},
    "emergency": {"name": "应急小组", "people": {"replay:赵组长": "赵组长"}},
    "emergency_lines": ["上海海关应急值班 021-12345678"],
}
PEOPLE = [*map(colleague, ("老李", "周老师")), colleague("老陈", chief=True)]


@pytest.fixture
def world(worlds: Worlds) -> World:
    world = worlds(tickets=TICKETS, volunteers=PEOPLE, desks=["法制群"])
    world.group.says("小王", "转人工 保税再制造首单怎么报备")
    world.desk.says("老李", "接单 1")
    return world


@pytest.fixture
def concluded(world: World) -> World:
    """A consultation with the legal unit at the table has come to its conclusion."""
    for text in ("会同 1 法制组", "会商 1 能不能先放行", "意见 1 可以", "结论 1 可以凭担保先放行"):
        world.desk.says("老李", text)
    world.group.hears()
    return world


def test_a_conclusion_with_the_legal_unit_goes_out_after_its_signature(concluded: World) -> None:
    desk, legal = concluded.desk, concluded.room("法制群", desk=True)
    assert desk.hears()[-1] == "@老李 #1 会商结束，结论已成稿，先请法制组核签，核签后再发给提问人。"
    assert legal.hears()[-1] == (
        "@周老师 【请核签 #1】老李的会商结论请法制组核签：\n可以凭担保先放行\n问题：保税再制造首单怎么报备\n"
        "同意请发：核签 1；不同意请发：核签 1 不同意 原因"
    )
    for text in ("确认回复 1", "回复 1 不用核签，先放行", "确认回复 1 先放行"):
        desk.says("老李", text)
    waits = "@老李 没有发出：#1 的会商结论要先由法制组核签，请他们发：核签 1。不用这个结论了，请发：撤稿 1"
    assert desk.hears() == [waits] * 3
    desk.says("老李", "核签 1")
    assert desk.hears() == ["@老李 #1 要由法制组核签。没有改动。"]
    legal.says("周老师", "核签 １号")
    assert legal.hears() == ["@周老师 #1 已核签。"]
    assert desk.hears() == ["@老李 【核签 #1】周老师已核签。发给提问人请发：确认回复 1"]
    desk.says("老李", "确认回复 1")
    assert "可以凭担保先放行" in concluded.group.hears()[0]
    desk.hears()
    desk.says("老李", "全程 1")
    assert "周老师 核签（→法制组）" in desk.hears()[0]


def test_what_the_legal_unit_does_not_sign_goes_back(concluded: World) -> None:
    desk, legal = concluded.desk, concluded.room("法制群", desk=True)
    desk.hears()
    legal.hears()
    legal.says("周老师", "核签 1 有问题")
    assert legal.hears() == ["@周老师 同意就只写号码，不同意请写“不同意”和原因，例如：核签 1 不同意 依据不足"]
    legal.says("周老师", "核签 1 不同意：依据不足")
    assert legal.hears() == ["@周老师 #1 没有核签，稿子退回。"]
    assert desk.hears() == ["@老李 【不予核签 #1】周老师：依据不足\n稿子退回，工单仍在办。再议请发：会商 1 议题"]
    legal.says("周老师", "核签 1")
    assert legal.hears() == ["@周老师 #1 没有等着核签的结论。看经过请发：查看 1"]
    desk.says("老李", "回复 1 要先完成核验再放行")
    assert "要先完成核验再放行" in concluded.group.hears()[0]


def test_something_urgent_at_night_calls_who_is_on_call(world: World, group: Room, desk: Room) -> None:
    group.says("小张", "转人工 明天截关，再制造第二单怎么报备")
    assert not [line for line in desk.hears() if "【应急" in line]  # people are at work
    world.later("12h")
    desk.hears()
    group.says("小刘", "转人工 马上截关，货在码头进不了闸怎么办")
    assert [line for line in desk.hears() if "【应急" in line] == [
        "@赵组长 【应急 #3】下班时间的急件：马上截关，货在码头进不了闸怎么办\n"
        "要找外单位：上海海关应急值班 021-12345678\n还没有人接，发：接单 3"
    ]
    desk.says("老李", "应急名单")
    assert desk.hears() == ["@老李 下班时间的急件请找：赵组长\n外单位：上海海关应急值班 021-12345678"]
    desk.says("老李", "定级 1 AA")
    assert desk.hears()[0].startswith("@老李 @赵组长 【应急 #1】")


def test_special_handling_begins_with_an_assessment(desk: Room) -> None:
    desk.hears()
    desk.says("老李", "特办 1 评估：救灾物资")
    assert desk.hears() == ["@老李 “特办”要由值班长来，请在群里请值班长办。没有改动。"]
    desk.says("老陈", "特办 1 快点办")
    assert desk.hears() == ["@老陈 特事特办先要写评估，例如：特办 1 评估：救灾物资，已核担保，风险可控"]
    desk.says("老陈", "特事特办 1 评估：救灾物资，已核担保")
    assert desk.hears() == ["@老陈 #1 记为特事特办，评估已留档。"]
    desk.says("老李", "查看 1")
    shown = desk.hears()[0]
    assert "，特事特办\n" in shown
    assert "老陈 特事特办（→救灾物资，已核担保）" in shown


def test_help_names_the_words_of_operators_only_to_them(desk: Room) -> None:
    desk.hears()
    desk.says("老李", "帮助")
    assert "启用群" not in (said := desk.hears()[0])
    assert "统计" not in said
    desk.says("老陈", "帮助")
    assert "\n群和账号：群列表、启用群、群设置、停用群、欢迎词、置顶介绍、断线记录、恢复发送\n" in desk.hears()[0]
    desk.says("老陈", "帮助 停用群")
    assert desk.hears() == ["@老陈 停用群 3\n在一个群里不再说话"]
    desk.says("老李", "帮助 停用群")
    assert desk.hears() == ["@老李 没有“停用群”这个词。发“帮助”看全部。"]
