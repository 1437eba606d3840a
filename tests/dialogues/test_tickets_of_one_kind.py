"""The same question from many: recognised, joined with rights, undone, cleared together, and each asker for himself."""

import pytest
from sqlalchemy import select

from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.papers import ClusterRow
from handlers.tickets.words import AskerState, Rating, Reach, State
from tests.world import Room, World, Worlds, colleague

PEOPLE = [*map(colleague, ("老李", "老王")), colleague("老陈", chief=True)]
QUESTION = "转人工 保税再制造首单怎么报备"
SAME = "转人工 请问保税再制造的首单怎么报备呢"
URGENT = "转人工 明天截关，再制造首单怎么报备"


@pytest.fixture
def world(worlds: Worlds) -> World:
    return worlds(tickets={"common_at": 3, "cluster_at": 3}, volunteers=PEOPLE)


def test_the_same_question_is_recognised_when_it_comes_in(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.says("小刘", "转人工 出口去东盟有什么优惠")
    desk.hears()
    group.says("小张", SAME)
    assert "\n可能同类：#1 保税再制造首单怎么报备；是同一件请发：合并 3 到 1\n" in desk.hears()[0]


def test_who_may_merge_and_how_it_is_undone(world: World, group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.says("小张", URGENT)
    desk.says("老王", "接单 2")
    desk.hears()
    desk.says("老李", "合并 2 到 1")
    assert desk.hears()[0].startswith("@老李 #2 由老王在办。")
    desk.says("老王", "合并 2 到 1")
    desk.says("老王", "撤销合并 2")
    assert desk.hears()[-1] == "@老王 #2 已从 #1 分出来，1 位提问人跟着回来，请在 今天 17:30 前答复。"
    desk.says("老王", "撤销合并 2")
    assert desk.hears() == ["@老王 #2 没有并到别的工单。"]
    desk.says("老陈", "合并 2 到 1")  # a duty chief may
    desk.says("老李", "回复 1 要报备")
    desk.hears()
    desk.says("老王", "撤销合并 2")
    assert desk.hears() == ["@老王 #1 由老李在办。要换人，请他发“转办 1 原因”，或请值班长发“接手 1 原因”。"]
    desk.says("老李", "撤销合并 2")
    assert desk.hears() == ["@老李 #1 已答复，不能再分出来。提问人不认可答复，回复“没解决”就会回到自己的号。"]
    with world.store.transaction() as session:
        assert [row.ticket_id for row in session.scalars(select(AskerRow).order_by(AskerRow.id))] == [1, 1]


def test_tickets_of_one_topic_are_listed_and_joined_in_one_go(group: Room, desk: Room) -> None:
    for name in ("小王", "小张", "小刘", "小赵"):
        group.says(name, f"转人工 {name}问手册能展期几次，每次多久，要哪些单证原件和盖章")
    desk.hears()
    for id in (1, 2, 3, 4):
        desk.says("老李", f"主题 {id} 加工贸易")
    desk.hears()
    desk.says("老李", "同类 1")
    lines = desk.hears()[0].split("\n")
    assert lines[0] == "@老李 同类：加工贸易（4）"
    assert lines[-1] == "一个答复能办的，请发：合并 2 3 4 到 1"
    desk.says("老李", "合并 2 3 4 到 1")
    assert desk.hears() == ["@老李 #2、#3、#4 已并入 #1，3 位提问人转过去，答复时一起收到。"]


def test_each_asker_of_a_joined_ticket_has_his_own_say(world: World, group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    for name in ("小张", "小刘"):
        group.says(name, SAME)
    desk.says("老李", "合并 2 3 到 1")
    desk.says("老李", "回复 1 要报备")
    assert [line.split(" 答复")[0] for line in group.hears()[-3:]] == [
        "@小王 您的问题 #1", "@小张 您的问题 #2", "@小刘 您的问题 #3",
    ]  # fmt: skip
    group.says("小王", "评价 非常满意")
    group.says("小张", "没解决 我们是旧件")
    desk.says("老李", "回复 2 旧件先办许可")
    group.says("小张", "评价 满意")
    with world.store.transaction() as session:
        askers = session.scalars(select(AskerRow).order_by(AskerRow.id)).all()
        assert [(row.home_id, row.ticket_id, row.state, row.rating) for row in askers] == [
            (1, 1, AskerState.CONFIRMED, Rating.VERY_GOOD),
            (2, 2, AskerState.CONFIRMED, Rating.GOOD),
            (3, 1, AskerState.ANSWERED, None),
        ]
        ticket = session.get_one(TicketRow, 1)
        assert (ticket.state, ticket.reach) == (State.ANSWERED, Reach.COMMON)  # three enterprises asked


def test_people_have_the_last_word_on_what_many_have_in_common(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.says("老李", "个性 1 只他一家")
    for name in ("小张", "小刘"):
        group.says(name, SAME)
    desk.says("老李", "合并 2 3 到 1")
    desk.says("老李", "个性 1")
    assert desk.hears()[-1] == "@老李 #1 已经记为个性问题。"
    desk.says("老李", "共性 1")
    assert desk.hears() == ["@老李 #1 记为共性问题。"]


def test_the_operator_may_let_the_very_same_question_join_by_itself(worlds: Worlds) -> None:
    world = worlds(tickets={"join_at": 0.9}, volunteers=PEOPLE)
    world.group.says("小王", QUESTION)
    world.desk.hears()
    world.group.says("小张", SAME)
    assert world.desk.hears() == [
        "【自动合并 #1】#2 问的是同一件：请问保税再制造的首单怎么报备呢\n不是同一件请发：撤销合并 2"
    ]
    assert "登记为 #2" in world.group.hears()[-1]
    world.desk.says("老李", "回复 1 要报备")
    assert [line.split(" 答复")[0] for line in world.group.hears()] == ["@小王 您的问题 #1", "@小张 您的问题 #2"]


def test_topics_with_many_open_tickets_are_proposed_to_the_desk(world: World, desk: Room) -> None:
    for number in range(1, 5):
        desk.says(
            "老李", f"登记 电话 第{number}家公司 张经理 主题：减免税 问题：减免税设备能不能抵押给银行，情况{number}"
        )
    proposals = [line for line in desk.hears() if line.startswith("【批量办理建议】")]
    assert len(proposals) == 1
    assert proposals[0].startswith("【批量办理建议】“减免税”有 3 件没办完：\n#1 减免税设备能不能抵押给银行")
    assert proposals[0].endswith("请发：合并 2 3 到 1，再回复 1，所有提问人一起收到")
    with world.store.transaction() as session:
        assert session.scalars(select(ClusterRow)).one().tickets == [1, 2, 3]


def test_what_was_answered_and_is_asked_again_is_told_on_the_card_and_listed(
    world: World, group: Room, desk: Room
) -> None:
    """Both times somebody else asks: it was not cleared for good."""
    group.says("小王", QUESTION)
    desk.says("老李", "回复 1 要报备")
    desk.hears()
    world.later("2d")
    group.says("小张", SAME)
    assert "\n以前答复过：#1 保税再制造首单怎么报备；看答复请发：查看 1\n" in desk.hears()[-1]
    desk.says("老李", "回复 2 要报备")
    group.says("小张", "评价 不满意 没说到哪里报备")
    desk.says("老李", "回复 2 向主管海关报备")
    world.later("1d")
    world.room("二群").says("小刘", SAME)
    group.says("小刘", "转人工 出口去东盟有什么优惠")
    desk.hears()
    desk.says("老陈", "反复 本月")
    assert desk.hears() == [
        "@老陈 【反复 2026年3月】答复过又有人问的：2 件\n"
        "#1 保税再制造首单怎么报备：又问 2 次（#3、#2），2 个社群，重开 1 次，差评 1 次；没有真正办结，请整改后更正答复"
    ]
    desk.says("老陈", "反复 上月")
    assert desk.hears() == ["@老陈 【反复 2026年2月】答复过的问题没有人再问。"]
    desk.says("老李", "反复")
    assert desk.hears() == ["@老李 “反复”要由值班长来，请在群里请值班长办。没有改动。"]
