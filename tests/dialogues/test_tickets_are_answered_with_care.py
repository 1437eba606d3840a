"""Drafts and checks, ways of clearing, telephone questions, matters from above."""

import pytest
from sqlalchemy import select

from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.papers import DispositionRow
from handlers.tickets.words import AskerState, Channel, Disposition, Origin, State, Tier
from tests.world import Room, World, Worlds, colleague

TICKETS = {
    "confirm_over": 40,
    "second_from": 2,
    "forbidden": ["内部口径"],
    "roster": [{"first": "2026-01-01", "last": "2026-12-31", "chiefs": {"replay:老陈": "老陈"}}],
}
PEOPLE = [colleague("老李", "007"), colleague("老王"), colleague("老陈", "001", chief=True)]
QUESTION = "转人工 保税再制造首单怎么报备"
LONG = "先向主管海关提交方案，" * 5 + "等批复后再报。"


@pytest.fixture
def world(worlds: Worlds) -> World:
    return worlds(tickets=TICKETS, volunteers=PEOPLE)


@pytest.fixture
def asked(world: World) -> World:
    """Ticket #1 of 小王."""
    world.group.says("小王", QUESTION)
    world.group.hears()
    world.desk.hears()
    return world


def test_a_long_answer_is_shown_to_its_writer_once_more_before_it_goes(asked: World) -> None:
    group, desk = asked.group, asked.desk
    desk.says("老李", f"回复 1 {LONG}")
    assert group.hears() == []
    assert desk.hears() == [
        f"@老李 #1 的答复有 62 字，还没有发出，请再看一遍：\n{LONG}\n"
        "没问题请发：确认回复 1；要改就重新回复；不发请发：撤稿 1"
    ]
    desk.says("老王", "确认回复 1")
    assert desk.hears() == ["@老王 #1 的稿子是老李写的，由他核对后发出。"]
    desk.says("老李", "撤稿 1")
    desk.says("老李", "确认回复 1")
    assert desk.hears()[-1] == "@老李 #1 没有等着发的稿子。答复请发：回复 1 答案"
    desk.says("老李", f"回复 1 {LONG}")
    desk.says("老李", "确认回复 1")
    assert group.hears() == [f"@小王 您的问题 #1 答复如下：\n{LONG}\n—— 志愿者 老李（工号 007）\n没解决请回复 没解决"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("下午肯定能放行", "“肯定能”像是打包票，办不到就失信"),
        ("这个不归我们管", "“不归我们管”会让人觉得被推开，请告诉他该找谁、怎么找"),
    ],
)
def test_promises_nobody_can_keep_and_words_that_send_people_away_are_held_back(
    asked: World, answer: str, told: str
) -> None:
    asked.desk.says("老李", f"回复 1 {answer}")
    assert asked.desk.hears() == [f"@老李 没有发出，请再看看：{told}。改好重发；确实要这样发，请发：确认回复 1 内容"]
    assert asked.group.hears() == []
    asked.desk.says("老李", f"确认回复 1 {answer}")
    assert answer in asked.group.hears()[0]


def test_every_question_of_several_is_touched(world: World) -> None:
    world.group.says("小王", "转人工 再制造首单怎么报备？旧件要装运前检验吗？")
    world.desk.hears()
    world.desk.says("老李", "回复 1 首单向主管海关报备")
    assert world.desk.hears()[0].startswith("@老李 没有发出，请再看看：好像没答到“旧件要装运前检验吗")
    world.desk.says("老李", "回复 1 首单向主管海关报备；旧件要做装运前检验")
    assert "已答复" in world.desk.hears()[0]


def test_forbidden_words_never_go_out(asked: World) -> None:
    for verb in ("回复", "确认回复", "补充"):
        asked.desk.says("老李", f"{verb} 1 按内部口径办")
        assert asked.desk.hears() == ["@老李 没有发出：“内部口径”不能对外说，请换个说法重发。"]


def test_what_many_will_read_needs_a_second_person(asked: World) -> None:
    group, desk = asked.group, asked.desk
    group.says("小张", "转人工 再制造首单要报备吗")
    desk.says("老李", "合并 2 到 1")
    group.hears()
    desk.hears()
    desk.says("老李", "回复 1 要报备")
    assert desk.hears() == [
        "@老陈 【请核稿 #1】老李的答复要发给 2 位提问人：\n要报备\n同意请另一位同事发：同意答复 1；不发请发：撤稿 1",
        "@老李 #1 要发给 2 位提问人，还没有发出，请另一位同事发：同意答复 1",
    ]
    desk.says("老李", "同意答复 1")
    assert desk.hears() == ["@老李 #1 的稿子是您自己写的，要另一位同事发：同意答复 1"]
    desk.says("老王", "同意答复 1")
    assert [line.split("\n")[2] for line in group.hears()] == ["—— 志愿者 老李（工号 007）"] * 2
    assert desk.hears() == ["@老王 #1 已按老李的稿子答复，发给了 2 位提问人。"]


def test_clearing_the_mind_needs_basis_explanation_and_another_way(asked: World) -> None:
    group, desk = asked.group, asked.desk
    desk.says("老李", "思想清 1 依据：海关法第二十四条")
    assert desk.hears() == [
        "@老李 思想清还缺：说明、替代，例如：思想清 1 依据：第几条 说明：为什么不能办 替代：可以怎么办"
    ]
    desk.says("老李", "思想清 1 依据：海关法第二十四条 说明：旧件不能免报 替代：先做装运前检验再报")
    assert group.hears() == [
        "@小王 您的问题 #1 答复如下：\n旧件不能免报\n依据：海关法第二十四条\n您可以这样办：先做装运前检验再报\n"
        "—— 志愿者 老李（工号 007）\n没解决请回复 没解决"
    ]
    with asked.store.transaction() as session:
        row = session.scalars(select(DispositionRow)).one()
        assert (row.basis, row.alternative) == ("海关法第二十四条", "先做装运前检验再报")
        assert session.get_one(TicketRow, 1).disposition == Disposition.MIND


def test_clearing_early_needs_the_reference_and_the_tracking(asked: World) -> None:
    desk = asked.desk
    desk.says("老李", "提前清 1 答复：可以办")
    assert desk.hears()[0].startswith("@老李 提前清还缺：文号、跟踪，例如：提前清 1 文号：")
    desk.says("老李", "提前清 1 文号：青关函1号 跟踪：已协调船公司 答复：可以办")
    assert desk.hears() == ["@老李 #1 已答复（提前清），发给了提问人。要改正请发：更正 1 正确的答案"]
    desk.says("老李", "查看 1")
    assert "\n清理方式：提前清（文号：青关函1号；跟踪：已协调船公司）\n" in desk.hears()[0]


def test_an_answer_the_same_day_counts_as_cleared_on_the_spot_and_a_later_one_does_not(world: World) -> None:
    world.group.says("小王", QUESTION)
    world.desk.says("老李", "回复 1 要报备")
    world.group.says("小张", "转人工 明天截关，再制造退运怎么报")
    world.later("1d")
    world.desk.says("老李", "回复 2 走退运")
    world.desk.says("老李", "当场清 2")
    assert world.desk.hears()[-1] == "@老李 #2 已记为当场清。"
    with world.store.transaction() as session:
        rows = session.execute(select(DispositionRow.ticket_id, DispositionRow.decided_by)).all()
        assert [tuple(row) for row in rows] == [(1, "replay:老李"), (2, "replay:老李")]


def test_a_telephone_question_is_registered_and_stays_open_until_he_was_told(world: World, desk: Room) -> None:
    registered = desk.says(
        "老李", "登记 电话 青岛某某公司 张经理 13800001234 问题：保税再制造首单怎么报备 等级：高级认证"
    )
    assert (registered["reason"], registered["ticket"]) == ("register", 1)
    card, said = desk.hears()
    assert "来自：电话 · 张经理（青岛某某公司，高级认证）\n" in card
    assert "13800001234" not in card
    assert "建议：创新 · CB（重要 C，紧急 B）\n理由：没有成例；高级认证企业优先\n" in card
    assert said == "@老李 #1 已登记（电话）。答复后请告知提问人，再发：已告知 1"
    desk.says("老李", "回复 1 向主管海关报备")
    passed_on, said = desk.hears()
    assert passed_on.startswith(
        "@老李 【请转告 #1】电话提问人张经理（青岛某某公司）：\n您的问题 #1 答复如下：\n向主管海关报备\n"
    )
    assert said == "@老李 #1 答复已记下，提问人不在群里，告知后才算答复：已告知 1 怎么告知的"
    desk.says("老李", "事项")
    assert desk.hears() == ["@老李 事项（1）\n#1 告知提问人 明天 09:00 前（老李）：保税再制造首单怎么报备"]
    desk.says("老李", "联系 1")
    assert desk.hears() == ["@老李 #1 的联系方式已私聊发给您，请勿转发。"]
    assert world.private("老李").hears() == ["#1 青岛某某公司张经理：13800001234"]
    with world.store.transaction() as session:
        assert session.get_one(TicketRow, 1).state == State.HANDLING
    world.later("1d")
    assert any("【告知提问人超期 #1】" in line for line in desk.hears())
    desk.says("老李", "已告知 1 已电话告知张经理")
    assert desk.hears() == ["@老李 #1 已告知提问人，现为已答复。"]
    with world.store.transaction() as session:
        ticket, asker = session.get_one(TicketRow, 1), session.scalars(select(AskerRow)).one()
        assert (ticket.state, ticket.channel, ticket.origin) == (State.ANSWERED, Channel.PHONE, Origin.REGISTERED)
        assert (asker.state, asker.told_how, asker.tier) == (AskerState.ANSWERED, "已电话告知张经理", Tier.ADVANCED)


def test_what_was_answered_on_the_telephone_is_registered_as_answered(world: World, desk: Room) -> None:
    desk.says("老李", "登记 走访 青岛某某公司 张经理 问题：手册到期怎么办 答复：到期前办展期")
    assert desk.hears()[-1] == "@老李 #1 已登记（走访），当场答复。"
    with world.store.transaction() as session:
        ticket = session.get_one(TicketRow, 1)
        assert (ticket.state, ticket.disposition, ticket.answer) == (
            State.ANSWERED, Disposition.ON_THE_SPOT, "到期前办展期",
        )  # fmt: skip


def test_what_he_sends_and_says_on_the_telephone_is_written_down_for_him(world: World, desk: Room) -> None:
    desk.says("老李", "登记 电话 某公司 张经理 问题：手册到期怎么办")
    desk.says("老李", "补充 1 请报手册号")
    assert any("【请转告 #1】电话提问人张经理（某公司）：\n办理 #1 还需要您补充" in line for line in desk.hears())
    desk.says("老李", "补齐 1 手册号已核对")
    assert desk.hears()[0].startswith("@老李 #1 补充已记下，恢复计时，请在 ")
    desk.says("老李", "回复 1 到期前办展期")
    desk.says("老李", "代评 1 满意 办成了")
    assert desk.hears()[-1] == "@老李 #1 没有可以代评的：群里的提问人自己评，电话的要先告知答复。"
    desk.says("老李", "已告知 1 电话告知")
    desk.says("老李", "代评 1 不满意 还是不会办")
    desk.says("老李", "回复 1 带他办了一遍")
    desk.says("老李", "已告知 1 当面告知")
    desk.says("老李", "代评 1 满意 办成了")
    with world.store.transaction() as session:
        ticket, asker = session.get_one(TicketRow, 1), session.scalars(select(AskerRow)).one()
        assert (ticket.state, ticket.reopened, asker.rating_reason) == (State.CONFIRMED, 1, "办成了")


def test_a_telephone_asker_who_says_nothing_is_assumed_done_a_week_after_he_was_told(world: World, desk: Room) -> None:
    desk.says("老李", "登记 电话 某公司 张经理 问题：手册到期怎么办 答复：到期前办展期")
    world.later("6d")
    with world.store.transaction() as session:
        assert session.get_one(TicketRow, 1).state == State.ANSWERED
    world.later("1d")
    with world.store.transaction() as session:
        assert session.get_one(TicketRow, 1).state == State.ASSUMED


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("登记 微信 某公司 张三 问题：怎么办", "登记先写渠道（电话、走访、活动）"),
        ("登记 电话", "还没有写问题"),
        ("登记 电话 问题：怎么办", "企业和联系人至少写一个"),
        ("登记 电话 某公司 张三 问题：怎么办 等级：AA", "等级没有“AA”，可以写：高级认证、认证、常规、失信、严重失信"),
        ("转入 来源：总署 企业：某公司 问题：怎么办", "转入要写文号"),
        ("转入 文号：转字1号 企业：某公司 期限：月底 问题：怎么办", "期限“月底”看不懂，请写成 3月10日 或 2026-03-10"),
        ("转入 文号：转字1号 企业：某公司 期限：2026-02-01 问题：怎么办", "期限 2026-02-01 已经过了"),
    ],
)
def test_half_a_registration_says_what_is_missing(world: World, desk: Room, said: str, told: str) -> None:
    assert desk.says("老李", said)["reason"] == "refused"
    assert desk.hears()[0].startswith(f"@老李 {told}")
    with world.store.transaction() as session:
        assert session.scalars(select(TicketRow)).all() == []


def test_a_matter_from_above_comes_with_its_number_and_its_day_once(world: World, desk: Room) -> None:
    desk.says("老李", "转入 文号：转字12号 来源：总署 期限：3月5日 企业：青岛某某公司 问题：旧件能不能保税维修")
    card, said = desk.hears()
    assert card.startswith("【新工单 #1】上级转入\n转办：总署 转字12号\n")
    assert "承诺：3月5日（周四）17:30 前答复" in card
    assert said == "@老李 #1 已转入（转字12号），3月5日前办结。"
    desk.says("老李", "转入 文号：转字12号 来源：总署 企业：青岛某某公司 问题：旧件能不能保税维修")
    assert desk.hears() == ["@老李 转字12号 已经转入，是 #1（待受理）。没有改动。"]


def test_what_is_known_of_an_enterprise_is_remembered_for_its_next_question(world: World, desk: Room) -> None:
    world.group.says("小王", QUESTION)
    desk.says("老李", "建档 1 青岛某某公司 类型：企业 等级：高级认证 地区：黄岛")
    assert desk.hears()[-1] == "@老李 #1 提问人：青岛某某公司 · 企业 · 高级认证 · 黄岛。下次提问自动带上。"
    world.group.says("小王", "转人工 出口去东盟有什么优惠")
    card = desk.hears()[0]
    assert "来自：社群 · 小王（青岛某某公司，高级认证，黄岛）\n" in card
    assert "高级认证企业优先" in card
    desk.says("老李", "建档 1 等级：A类")
    assert desk.hears()[0].startswith("@老李 等级没有“A类”，可以写：")
