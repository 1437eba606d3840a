"""Questions that nobody asked in a group: by telephone, on a visit, handed down from above; and who their askers are."""

import pytest
from sqlalchemy import select

from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.words import AskerState, Channel, Disposition, Origin, State, Tier
from tests.world import Room, World, Worlds, colleague


@pytest.fixture
def world(worlds: Worlds) -> World:
    return worlds(volunteers=[colleague("老李")])


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
    assert desk.hears() == ["@老李 #1 已登记（走访），当场答复。"]
    with world.store.transaction() as session:
        ticket = session.get_one(TicketRow, 1)
        assert (ticket.state, ticket.disposition, ticket.answer) == (
            State.ANSWERED, Disposition.ON_THE_SPOT, "到期前办展期",
        )  # fmt: skip


def test_what_is_answered_already_joins_no_open_ticket(worlds: Worlds) -> None:
    desk = worlds(tickets={"join_at": 0.9}, volunteers=[colleague("老李")]).desk
    desk.says("老李", "登记 电话 某公司 张经理 问题：手册到期怎么办")
    desk.hears()
    desk.says("老李", "登记 走访 青岛某某公司 王经理 问题：手册到期怎么办 答复：到期前办展期")
    assert desk.hears() == ["@老李 #2 已登记（走访），当场答复。"]


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
        ("转入 文号：转字1号 企业：某公司 问题：怎么办 答复：这么办", "转入只登记问题，请去掉“答复”"),
    ],
)
def test_half_a_registration_says_what_is_missing(world: World, desk: Room, said: str, told: str) -> None:
    assert desk.says("老李", said)["reason"] == "refused"
    assert desk.hears()[0].startswith(f"@老李 {told}")
    with world.store.transaction() as session:
        assert session.scalars(select(TicketRow)).all() == []


def test_a_matter_from_above_comes_with_its_number_and_its_day_once(desk: Room) -> None:
    desk.says("老李", "转入 文号：转字12号 来源：总署 期限：3月5日 企业：青岛某某公司 问题：旧件能不能保税维修")
    card, said = desk.hears()
    assert card.startswith("【新工单 #1】上级转入\n转办：总署 转字12号\n")
    assert "承诺：3月5日（周四）17:30 前答复" in card
    assert said == "@老李 #1 已转入（转字12号），3月5日前办结。"
    desk.says("老李", "转入 文号：转字12号 来源：总署 企业：青岛某某公司 问题：旧件能不能保税维修")
    assert desk.hears() == ["@老李 转字12号 已经转入，是 #1（待受理）。没有改动。"]


def test_what_is_known_of_an_enterprise_is_remembered_for_its_next_question(world: World, desk: Room) -> None:
    world.group.says("小王", "转人工 保税再制造首单怎么报备")
    desk.says("老李", "建档 1 青岛某某公司 类型：企业 等级：高级认证 地区：黄岛")
    assert desk.hears()[-1] == "@老李 #1 提问人：青岛某某公司 · 企业 · 高级认证 · 黄岛。下次提问自动带上。"
    world.group.says("小王", "转人工 出口去东盟有什么优惠")
    card = desk.hears()[0]
    assert "来自：社群 · 小王（青岛某某公司，高级认证，黄岛）\n" in card
    assert "高级认证企业优先" in card
    desk.says("老李", "建档 1 等级：A类")
    assert desk.hears()[0].startswith("@老李 等级没有“A类”，可以写：")
