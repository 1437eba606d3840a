"""Drafts and checks before an answer goes out, and ways of clearing."""

import pytest
from sqlalchemy import select

from handlers.tickets.models import TicketRow
from handlers.tickets.papers import DispositionRow
from handlers.tickets.words import Disposition
from tests.world import World, Worlds, colleague

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
        ("你去问海关", "“你去问海关”会让人觉得被推开，请告诉他该找谁、怎么找"),
        ("这个不归我们管", "“不归我们管”会让人觉得被推开，请告诉他该找谁、怎么找"),
    ],
)
def test_promises_nobody_can_keep_and_words_that_send_people_away_are_held_back(
    asked: World, answer: str, told: str
) -> None:
    asked.desk.says("老李", f"回复 1 {answer}")
    assert asked.desk.hears() == [f"@老李 没有发出，请再看看：{told}。改好重发；确实要这样发，请发：确认回复 1"]
    assert asked.group.hears() == []
    asked.desk.says("老李", "确认回复 1")
    assert answer in asked.group.hears()[0]


def test_every_question_of_several_is_touched(world: World) -> None:
    world.group.says("小王", "转人工 再制造首单怎么报备？旧件要装运前检验吗？")
    world.desk.hears()
    world.desk.says("老李", "回复 1 首单向主管海关报备")
    assert world.desk.hears()[0].startswith("@老李 没有发出，请再看看：好像没答到“旧件要装运前检验吗")
    world.desk.says("老李", "回复 1 首单向主管海关报备；旧件要做装运前检验")
    assert "已答复" in world.desk.hears()[0]


def test_forbidden_words_never_go_out(asked: World) -> None:
    for said in ("回复 1 ", "确认回复 1 ", "补充 1 ", "进展 1 ", "延期 1 3天 ", "不予受理 1 "):
        asked.desk.says("老李", f"{said}按内部口径办")
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


def test_a_clearing_that_was_held_back_is_sent_by_a_word_and_clears_as_it_said(asked: World) -> None:
    group, desk = asked.group, asked.desk
    desk.says("老李", "提前清 1 文号：青关函1号 跟踪：已协调船公司 答复：下午肯定能放行")
    assert desk.hears()[0].endswith("办不到就失信。改好重发；确实要这样发，请发：确认回复 1")
    assert group.hears() == []
    desk.says("老李", "确认回复 1")
    assert desk.hears() == ["@老李 #1 已答复（提前清），发给了提问人。要改正请发：更正 1 正确的答案"]
    assert "下午肯定能放行" in group.hears()[0]
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
