"""After the answer: tasks that are followed to the end, later words, praise, benefit, complaints and suggestions."""

import pytest
from sqlalchemy import select

from handlers.files import FileRow
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.papers import BenefitRow, PraiseRow, TaskRow
from handlers.tickets.words import Kind, Outcome, PraiseForm, Rating, State, TaskKind
from tests.world import Room, World, Worlds, colleague

PEOPLE = [*map(colleague, ("老李", "老王")), colleague("老陈", chief=True)]
QUESTION = "转人工 保税再制造首单怎么报备"
TICKETS = {
    "look_back_share": 1.0,
    "roster": [{"first": "2026-01-01", "last": "2026-12-31", "chiefs": {"replay:老陈": "老陈"}}],
}


@pytest.fixture
def world(worlds: Worlds) -> World:
    return worlds(tickets=TICKETS, volunteers=PEOPLE)


def tasks_of(world: World) -> list[tuple[TaskKind, str, bool]]:
    with world.store.transaction() as session:
        rows = session.scalars(select(TaskRow).order_by(TaskRow.id)).all()
        return [(row.kind, f"{row.due:%m-%d %H:%M}", row.done_at is not None) for row in rows]


def test_a_bad_rating_owes_a_call_within_a_day_and_a_rectification_within_fifteen(answered: World) -> None:
    group, desk = answered.group, answered.desk
    group.says("小王", "评价 不满意 没看懂")
    assert tasks_of(answered) == [
        (TaskKind.CALL_BACK, "03-03 01:00", False),
        (TaskKind.RECTIFY, "03-23 01:00", False),
    ]
    desk.hears()
    desk.says("老李", "回访 1")
    assert desk.hears() == ["@老李 “回访”后面还缺内容，例如：回访 1 已电话沟通，重新答复"]
    answered.later("2d")
    late = [line for line in desk.hears() if "差评回访" in line]
    assert [line.split("】")[0] for line in late] == [
        "@老李 【差评回访 #1", "@老李 @老陈 【差评回访超期 #1", "@老李 @老陈 【差评回访超期 #1",
    ]  # fmt: skip
    desk.says("老李", "事项")
    assert desk.hears() == [
        "@老李 事项（2）\n#1 差评回访 已超期 3月3日（周二）09:00 前（老李）：保税再制造首单怎么报备\n"
        "#1 差评整改 3月23日（周一）09:00 前（老李）：保税再制造首单怎么报备"
    ]
    desk.says("老李", "回访 1 已当面说明")
    desk.says("老李", "整改 1 已补充办事指南")
    assert desk.hears() == ["@老李 #1 差评回访已记下。", "@老李 #1 差评整改已记下。"]
    assert [done for _, _, done in tasks_of(answered)] == [True, True]
    desk.says("老李", "回复 1 先备案，再报备")
    group.says("小王", "满意")  # of the new answer; he need not be invited again
    assert group.hears()[-1] == "@小王 谢谢您的评价，#1 已办结。"
    desk.hears()
    desk.says("老李", "回访 1 再访")
    assert desk.hears() == ["@老李 #1 没有要做的“差评回访”。还有哪些事项请发：事项"]


def test_hard_tickets_are_looked_back_at_and_reopened_when_the_trouble_is_back(world: World) -> None:
    world.group.says("小王", "转人工 被立案处罚了，明天截关，再制造怎么办")
    world.group.says("小张", "转人工 出口去东盟有什么优惠")
    for id in (1, 2):
        world.desk.says("老李", f"回复 {id} 可以办")
    world.group.says("小王", "评价 满意")
    world.group.says("小张", "评价 满意")
    assert [kind for kind, _, _ in tasks_of(world)] == [TaskKind.LOOK_BACK]  # the easy one is left in peace
    world.desk.hears()
    world.group.hears()
    world.later("30d")
    world.later("1h")
    assert any("【回头看 #1】请在" in line for line in world.desk.hears())
    asked = "@小王 您的问题 #1 办结有一阵子了，后来顺利吗？又遇到了请发“转人工 新的情况”，马上接着办；顺利就不用回。"
    assert world.group.hears() == [asked]
    world.desk.says("老李", "回头看 1 复发，又被查了")
    assert world.desk.hears()[-1] == "@老李 #1 回头看已记下，工单已重开。"
    with world.store.transaction() as session:
        assert session.get_one(TicketRow, 1).state == State.REOPENED


def test_a_later_word_stands_beside_the_first_and_is_given_once(answered: World) -> None:
    group = answered.group
    group.says("小王", "评价 满意")
    group.hears()
    answered.later("3d")
    group.says("小王", "追评 非常满意 照着办成了")
    assert group.hears() == ["@小王 您对 #1 的追评已记下，谢谢。还没解决请回复 没解决。"]
    assert answered.desk.hears()[-1] == "@老李 【追评 #1】小王：非常满意。照着办成了"
    group.says("小王", "追评 又想说两句")
    assert group.hears() == ["@小王 #1 已经追评过了。还有问题请回复“没解决”并说明情况。"]
    with answered.store.transaction() as session:
        asker = session.scalars(select(AskerRow)).one()
        assert (asker.rating, asker.later_rating, asker.later_word) == (Rating.GOOD, Rating.VERY_GOOD, "照着办成了")


def test_a_bad_later_word_opens_the_ticket_again(answered: World) -> None:
    answered.group.says("小王", "评价 满意")
    answered.group.says("小王", "追评 不满意 又被退单")
    assert "已重新交给志愿者" in answered.group.hears()[-1]
    assert [kind for kind, _, _ in tasks_of(answered)][-2:] == [TaskKind.CALL_BACK, TaskKind.RECTIFY]


def test_praise_and_benefit_are_written_down_with_their_source(answered: World) -> None:
    desk = answered.desk
    desk.says("老李", "表扬 1 企业送来锦旗")
    desk.says("老李", "效益 1 节约：2万元 时间：3小时")
    desk.says("老李", "效益 1 来源：企业来电")
    desk.says("老李", "效益 1 节约2万元，时间3小时，来源企业来电")
    assert desk.hears() == [
        "@老李 #1 已记锦旗（老李）。",
        "@老李 效益要写数字的来源，例如：效益 1 节约：2万元 时间：3小时 来源：企业来电",
        "@老李 效益要写节约多少钱或多少时间，例如：效益 1 节约：2万元 时间：3小时 来源：企业来电",
        "@老李 #1 已记：节约 20000 元，3 小时（企业来电）。",
    ]
    answered.group.says("小王", "表扬 老王 态度好")
    assert answered.group.hears() == ["@小王 谢谢，您的表扬已记给老王。"]
    with answered.store.transaction() as session:
        benefit = session.scalars(select(BenefitRow)).one()
        assert (benefit.yuan, benefit.minutes, benefit.source) == (20000, 180, "企业来电")
        praise = session.scalars(select(PraiseRow).order_by(PraiseRow.id)).all()
        assert [(row.form, row.volunteer_name, row.giver) for row in praise] == [
            (PraiseForm.BANNER, "老李", "小王"), (PraiseForm.WORDS, "老王", "小王"),
        ]  # fmt: skip


def test_more_about_a_question_does_not_go_to_the_complaint_made_since(world: World) -> None:
    private = world.private("小王")
    private.says("小王", QUESTION)
    private.says("小王", "投诉 电话一直打不通")
    private.hears()
    assert private.says("小王", "补充 是维修企业")["ticket"] == 1
    assert private.says("小王", "补充 2 打的是周一上午")["ticket"] == 2
    assert private.says("小王", "转人工")["ticket"] == 1


def test_a_complaint_is_seen_by_a_duty_chief_and_not_by_the_one_it_is_about(answered: World) -> None:
    group, desk, chief = answered.group, answered.desk, answered.private("老陈")
    group.says("小王", "投诉")
    assert group.hears() == [
        "@小王 投诉请私聊我发：投诉 情况。只有值班长看得到，当事人看不到；也可以拨打海关热线 12360。"
    ]
    told = answered.private("小王").says("小王", "投诉 答复的人态度不好，答非所问")
    assert (told["decision"], told["reason"], told["ticket"]) == ("ticket", "complaint", 2)
    assert answered.private("小王").hears() == [
        "您的投诉已收到，登记为 #2，由值班长办理，当事人看不到，3月4日（周三）09:00 前答复您。"
    ]
    assert desk.hears() == []
    [card] = chief.hears()
    assert card.startswith("【投诉 #2】小王：答复的人态度不好，答非所问\n")
    for line in ("查看 2", "接单 2", "回复 2 不是我"):
        desk.says("老李", line)
        assert desk.hears() == ["@老李 没有找到工单 #2。发“待办”看看都有哪些号。"]
    desk.says("老李", "待办")
    assert desk.hears() == ["@老李 待办：没有未办的工单。"]
    desk.says("老陈", "查看 2")  # not where others read
    assert desk.hears() == ["@老陈 没有找到工单 #2。发“待办”看看都有哪些号。"]
    chief.says("老陈", "查看 2")
    assert chief.hears()[0].startswith("【工单 #2】待受理")
    chief.says("老陈", "建议书 2 当面道歉")
    assert "处置建议：\n当面道歉\n老陈 · 2026-03-02" in chief.hears()[-2]
    with answered.store.reading() as session:  # said in words, no file is left behind
        assert session.scalars(select(FileRow)).all() == []
    answered_it = chief.says("老陈", "对不起，已经批评教育，请再看一次答复", quotes=told["n"])
    assert (answered_it["reason"], answered_it["ticket"]) == ("answer", 2)
    assert "已经批评教育" in answered.private("小王").hears()[-1]
    with answered.store.transaction() as session:
        ticket = session.get_one(TicketRow, 2)
        assert (ticket.kind, ticket.about, ticket.handler) == (Kind.COMPLAINT, "replay:老李", "replay:老陈")


def test_a_suggestion_gets_an_outcome(world: World) -> None:
    group, desk = world.group, world.desk
    for advice in ("建议你先问问老师", "建议 你先问问老师"):
        assert group.says("小王", advice)["decision"] == "silent"
    group.asks_bot("小王", "希望你们周末也有人值班")
    assert group.hears() == ["@小王 请把建议写在后面，例如：建议：希望每周讲一次新政策。"]
    group.asks_bot("小王", "建议 每周讲一次新政策")
    assert group.hears() == ["@小王 谢谢您的建议，已登记为 #1，采纳不采纳都会告诉您。"]
    assert desk.hears() == [
        "@老陈 【建议 #1】小王：每周讲一次新政策\n来自：社群\n请值班长发：采纳 1 怎么办；或 不采纳 1 原因"
    ]
    desk.says("老李", "采纳 1 好的")
    assert desk.hears() == ["@老李 “采纳”要由值班长来，请在群里请值班长办。没有改动。"]
    desk.says("老陈", "采纳 1 从下周起每周三讲")
    assert "您的建议已采纳：从下周起每周三讲" in group.hears()[0]
    with world.store.transaction() as session:
        ticket = session.get_one(TicketRow, 1)
        assert (ticket.outcome, ticket.state) == (Outcome.ADOPTED, State.ANSWERED)
    assert group.says("小王", "提个建议：开一个专窗")["reason"] == "suggestion"


def test_what_is_promised_to_the_public_is_what_the_clocks_run_on(group: Room) -> None:
    group.asks_bot("小王", "服务承诺")
    [said] = group.hears()
    assert said.startswith(
        "@小王 服务承诺（件件有回音，解决没解决您说了算）：\n· 紧急的问题：30 分钟内有人接，当天答复\n"
    )
    assert "· 高频基础问题：2 小时内有人接，当天答复\n" in said
    assert "· 其他问题：1 个工作日内有人接，一周内答复\n" in said
    group.asks_bot("小王", "联系卡")
    assert "12360" in group.hears()[0]


def test_help_shows_what_one_may_do_and_how_a_word_is_used(desk: Room) -> None:
    desk.says("老李", "帮助")
    volunteers = desk.hears()[0]
    desk.says("老陈", "帮助")
    chiefs = desk.hears()[0]
    assert "\n接单转办：接单 12、转办、退回\n" in volunteers
    assert "值班长：" not in volunteers
    assert "\n值班长：接手 12 原因、指定、专班、跟踪、同意延期 12、不同意延期 12 原因、采纳、不采纳 12 原因" in chiefs
    desk.says("老李", "帮助 思想清")
    assert desk.hears() == ["@老李 思想清 12 依据：… 说明：… 替代：…\n思想清：于法不能办，必须写依据、说明、替代办法"]
    desk.says("老李", "帮助 指定")
    assert desk.hears() == ["@老李 没有“指定”这个词。发“帮助”看全部。"]


def test_lists_of_what_is_due_late_and_first(world: World, group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.says("小张", "转人工 明天截关，被立案处罚了，首单怎么办")
    desk.hears()
    for word, lines in {
        "今日到期": "今日到期（1）\n★#2 AA 今天 17:30 前 待受理：明天截关，被立案处罚了，首单怎么办",
        "优先": "优先（BB+）（1）\n★#2 AA 今天 17:30 前 待受理：明天截关，被立案处罚了，首单怎么办",
        "超期": "已超期：没有未办的工单。",
    }.items():
        desk.says("老李", word)
        assert desk.hears() == [f"@老李 {lines}"]
    world.later("1d")
    desk.hears()
    desk.says("老李", "超期")
    assert desk.hears()[0].startswith("@老李 已超期（1）\n★#2 AA 已超时 ")
