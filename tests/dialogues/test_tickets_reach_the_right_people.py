"""Routing to professional groups, the roster, returns, assignment, capacity, and the end of a shift."""

import pytest

from tests.world import Room, World, Worlds, colleague

TICKETS = {
    "units": {
        "商检组": {
            "group": "replay:商检群",
            "words": ["再制造"],
            "people": {"replay:李老师": "李老师", "replay:王老师": "王老师"},
            "substitutes": {"replay:赵老师": "赵老师"},
            "hours": ["09:00-12:00", "13:30-17:30"],
        },
        "税收组": {"words": ["退税"], "people": {"replay:钱老师": "钱老师"}},
    },
    "roster": [
        {"first": "2026-03-02", "last": "2026-03-03", "unit": "商检组", "people": {"replay:王老师": "王老师"}},
        {"first": "2026-03-02", "last": "2026-03-31", "people": {"replay:老陈": "老陈"}, "chiefs": {"replay:老陈": "老陈"}},
    ],
    "capacity": 2,
}  # fmt: skip
PEOPLE = [*map(colleague, ("李老师", "王老师", "赵老师", "钱老师", "老李")), colleague("老陈", "001", chief=True)]
QUESTION = "转人工 保税再制造首单怎么报备"


@pytest.fixture
def world(worlds: Worlds) -> World:
    return worlds(tickets=TICKETS, volunteers=PEOPLE, desks=["商检群"])


@pytest.fixture
def unit(world: World) -> Room:
    return world.room("商检群", desk=True)


def test_a_question_goes_to_the_unit_whose_words_it_uses_and_calls_who_is_on_duty(
    group: Room, desk: Room, unit: Room
) -> None:
    group.says("小王", QUESTION)
    assert desk.hears() == []
    [card] = unit.hears()
    assert card.startswith("@王老师 【新工单 #1】提问人要求人工\n问题：保税再制造首单怎么报备\n来自：社群 · 小王\n")
    assert "分派：商检组（不归本组请发：退回 1 原因）" in card
    group.hears()
    group.says("小王", "进度")
    assert group.hears() == ["@小王 #1（保税再制造首单怎么报备）：待受理（已分给商检组），3月9日（周一）17:30 前答复您"]
    unit.says("王老师", "接单 1")
    group.says("小王", "进度")
    assert "：已受理（商检组王老师在办），" in group.hears()[0]


def test_outside_its_hours_and_on_days_nobody_planned_the_substitutes_are_called(
    world: World, group: Room, unit: Room
) -> None:
    world.later("4h")  # one in the afternoon: lunch
    group.says("小王", QUESTION)
    assert unit.hears()[0].startswith("@赵老师 【新工单 #1】")
    world.later("2d")  # Wednesday: the roster ends on Tuesday
    group.says("小张", "转人工 保税再制造退运怎么报")
    assert "@赵老师 【新工单 #2】" in unit.hears()[-1]


def test_who_has_his_hands_full_is_not_called_and_takes_no_more(group: Room, unit: Room) -> None:
    for name in ("小王", "小张", "小刘"):
        group.says(name, f"转人工 {name}家的保税再制造首单怎么报备")
    unit.hears()
    unit.says("王老师", "接单 1")
    unit.says("王老师", "接单 2")
    unit.hears()
    unit.says("王老师", "接单 3")
    assert unit.hears() == ["@王老师 您名下已有 2 件没办完（上限 2 件），请先办结，或请值班长指定别人。没有改动。"]
    group.says("小赵", "转人工 小赵家的保税再制造首单怎么报备")
    assert unit.hears()[0].startswith("【新工单 #4】")


def test_a_wrong_department_sends_it_back_twice_and_then_the_duty_chief_decides(
    group: Room, desk: Room, unit: Room
) -> None:
    group.says("小王", QUESTION)
    unit.hears()
    unit.says("李老师", "退回 1 是退税的事")
    assert unit.hears() == ["@李老师 #1 已退回，另行分派。"]
    assert desk.hears() == [
        "【退回 #1】李老师：是退税的事（第 1 次）\n请能办的同事接单，或请值班长发：指定 1 给 某某 原因\n"
        "问题：保税再制造首单怎么报备"
    ]
    desk.says("老李", "接单 1")
    desk.says("老李", "转办 1 给 税收组 涉及退税")
    assert desk.hears()[1].startswith(
        "@钱老师 【转办 #1】老李：涉及退税\n请税收组接手，发：接单 1；不归税收组办，发：退回 1 原因"
    )
    desk.says("赵老师", "接单 1")
    assert desk.hears()[-1] == "@赵老师 #1 请税收组接手，要由税收组的同事发“接单 1”。"
    desk.says("钱老师", "退回 1 不涉及税款")
    told = desk.hears()
    assert told[0].startswith("@老陈 @老李 【退回 #1】钱老师：不涉及税款（第 2 次）\n请值班长发：指定 1 给 某某 原因")
    desk.says("老李", "转办 1 给 商检组 再看看")
    assert desk.hears() == ["@老李 #1 已经退回 2 次，由值班长发“指定 1 给 某某 原因”定。"]
    desk.says("老李", "指定 1 给 李老师 归他")
    assert desk.hears() == ["@老李 “指定”要由值班长来，请在群里请值班长办。没有改动。"]
    desk.says("老陈", "指定 1 给 李老师 归他")
    assert desk.hears()[0].startswith("@李老师 【指定 #1】老陈指定李老师办理：归他\n")
    desk.says("李老师", "退回 1 还是不归我")
    assert desk.hears()[-1].endswith("由值班长发“指定 1 给 某某 原因”定。")
    desk.says("李老师", "回复 1 先报备方案")
    assert "先报备方案\n—— 志愿者 李老师" in group.hears()[-1]


def test_a_unit_accepts_what_was_offered_and_has_it_from_then_on(group: Room, desk: Room, unit: Room) -> None:
    group.says("小王", "转人工 出口退税单证丢了怎么办")
    assert desk.hears()[0].startswith("@钱老师 【新工单 #1】")
    desk.says("钱老师", "接单 1")
    desk.says("钱老师", "转办 1 给 商检组 要看货")
    assert unit.hears()[0].startswith("@王老师 【转办 #1】钱老师：要看货")
    desk.says("钱老师", "回复 1 我先答")  # until they accept it is still his
    assert "我先答" in group.hears()[-1]
    group.says("小王", "没解决 单证补不了")
    unit.says("王老师", "接单 1")
    assert unit.hears()[-1].startswith("@王老师 #1 由王老师办理")
    unit.says("王老师", "待办")
    assert unit.hears()[-1].startswith("@王老师 待办（1）")


def test_the_end_of_a_shift_hands_everything_on_once_it_is_accepted(group: Room, desk: Room) -> None:
    for name in ("小王", "小张"):
        group.says(name, f"转人工 {name}的出口退税单证丢了怎么办")
    desk.says("钱老师", "接单 1")
    desk.says("钱老师", "接单 2")
    desk.hears()
    desk.says("钱老师", "交班 给 老李 明天休息")
    assert desk.hears() == [
        "@老李 【交班】钱老师请老李接班：#1、#2\n全部接下请发：接班（接班前仍由钱老师负责）",
        "@钱老师 2 件已请老李接班，他发“接班”前仍由您负责。",
    ]
    desk.says("赵老师", "接单 1")
    assert desk.hears()[0].startswith("@赵老师 #1 由钱老师在办。")
    desk.says("老李", "接班")
    assert desk.hears() == ["@老李 2 件已由老李接手：#1、#2"]
    desk.says("钱老师", "我的")
    assert desk.hears() == ["@钱老师 钱老师在办：没有未办的工单。"]
    desk.says("钱老师", "交班")
    assert desk.hears() == ["@钱老师 交给谁？例如：交班 给 李老师"]
    desk.says("钱老师", "交班 给 没有这人")
    assert desk.hears() == ["@钱老师 没有找到“没有这人”，请写登记过的姓名、工号或组名。没有改动。"]


def test_the_roster_says_who_is_on_duty_and_where_nobody_is(desk: Room) -> None:
    desk.says("老李", "值班")
    assert desk.hears() == [
        "@老李 今天：商检组 王老师；税收组 钱老师；值班 老陈；值班长 老陈\n"
        "明天：商检组 王老师；税收组 钱老师；值班 老陈；值班长 老陈\n"
        "两周内没排到人：3月4日（商检组）、3月5日（商检组）、3月6日（商检组）、3月7日（商检组）、3月8日（商检组）"
        "等 12 处，由替补或全组顶上，请补排。"
    ]
