"""What takes longer than was promised: milestones, one extension, long-term tracking."""

from datetime import datetime

import pytest
from sqlalchemy import select

from handlers.ledger import question_list
from handlers.ledger.figures import kept
from handlers.ledger.period import read_period
from handlers.ledger.terms import Kept
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import ExtensionRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import ClockKind, Level, State
from handlers.times import SHANGHAI, local_day
from tests.world import Room, World, Worlds, colleague

TICKETS = {"roster": [{"first": "2026-01-01", "last": "2026-12-31", "chiefs": {"replay:老陈": "老陈"}}]}
PEOPLE = [colleague("老李"), colleague("老陈", "001", chief=True), colleague("老吴", chief=True)]


@pytest.fixture
def world(worlds: Worlds) -> World:
    world = worlds(tickets=TICKETS, volunteers=PEOPLE)
    world.group.says("小王", "转人工 保税再制造首单怎么报备")
    world.desk.says("老李", "接单 1")
    world.group.hears()
    world.desk.hears()
    return world


def test_milestones_are_set_reached_and_missed(world: World, desk: Room) -> None:
    desk.says("老李", "节点 1 3月3日 提交方案")
    desk.says("老李", "节点 1 周四 现场查看")
    assert desk.hears() == [
        "@老李 #1 节点：明天 17:30 前 提交方案。",
        "@老李 #1 节点：3月5日（周四）17:30 前 现场查看。",
    ]
    desk.says("老李", "节点 1 下次再说")
    assert desk.hears() == ["@老李 节点要写日期和内容，例如：节点 1 3月20日 提交方案"]
    desk.says("老李", "完成节点 1 1")
    assert desk.hears() == ["@老李 #1 节点“提交方案”完成。要告诉提问人请发：进展 1 内容"]
    desk.says("老李", "完成节点 1 3")
    assert desk.hears() == ["@老李 #1 没有第 3 个节点（1 提交方案；2 现场查看）。"]
    world.later("4d")
    missed = [line for line in desk.hears() if "节点到期" in line]
    assert missed == ["@老李 @老陈 【节点到期 #1】今天 17:30 前应完成：现场查看\n完成了请发：完成节点 1 第几个"]
    desk.says("老李", "查看 1")
    assert "\n节点 1：提交方案（已完成）\n节点 2：现场查看（" in desk.hears()[0]


def test_an_extension_is_asked_for_once_with_a_reason_and_approved_by_a_chief(world: World, desk: Room) -> None:
    desk.says("老李", "延期 1 3天")
    assert desk.hears() == ["@老李 延期要写延几天（或到哪天）和原因，例如：延期 1 3天 等总署批复"]
    desk.says("老李", "延期 1 三天 等总署批复")
    assert desk.hears() == [
        "@老陈 【申请延期 #1】老李：等总署批复\n3月9日（周一）17:30 → 3月12日（周四）17:30\n"
        "问题：保税再制造首单怎么报备\n请值班长发：同意延期 1 或 不同意延期 1 原因",
        "@老李 #1 已申请延到 3月12日（周四）17:30，值班长同意后才算。",
    ]
    assert world.group.hears() == []
    desk.says("老李", "同意延期 1")
    assert desk.hears() == ["@老李 “同意延期”要由值班长来，请在群里请值班长办。没有改动。"]
    desk.says("老陈", "同意延期 1")
    assert world.group.hears() == [
        "@小王 您的问题 #1 还要一些时间（等总署批复），改为 3月12日（周四）17:30 前答复您，请谅解。"
    ]
    assert desk.hears() == [
        "@老李 【延期 #1】老陈同意延到 3月12日（周四）17:30",
        "@老陈 #1 已同意延到 3月12日（周四）17:30，提问人已知道。",
    ]
    desk.says("老李", "延期 1 到3月20日 还要等")
    assert desk.hears() == ["@老李 #1 已经申请过延期，只能延一次。办不完请发：提级 1 原因"]
    world.later("7d")
    assert [line for line in desk.hears() if "超时" in line] == []
    with world.store.transaction() as session:
        row = session.scalars(select(ExtensionRow)).one()
        assert (row.granted, row.decided_by_name, row.why) == (True, "老陈", "等总署批复")


def test_an_extension_does_not_undo_that_the_first_promise_was_broken(world: World, desk: Room) -> None:
    desk.says("老李", "延期 1 3天 等总署批复")
    world.later("8d")
    assert any("【超时 #1】" in line for line in desk.hears())
    desk.says("老陈", "同意延期 1")
    world.later("1d")
    desk.says("老李", "回复 1 可以，凭批复办理")
    with world.store.reading() as session:
        march = read_period("3月", today=local_day(world.now))
        assert march is not None
        columns = question_list.ledger(TicketRules(), question_list.names(session))
        [row] = question_list.rows(session, march, columns)
        told = {one.column.title: value for one, value in zip(columns, row, strict=True)}
        assert (told["超时"], told["承诺时限"]) == ("超时", datetime(2026, 3, 12, 17, 30, tzinfo=SHANGHAI))
        assert kept(session, march, now=world.now)[ClockKind.RESOLUTION] == Kept(kept=0, late=1)


def test_an_extension_that_comes_too_late_is_not_granted(world: World, desk: Room) -> None:
    desk.says("老李", "延期 1 3天 等总署批复")
    world.later("11d")
    desk.hears()
    desk.says("老陈", "同意延期 1")
    assert desk.hears() == [
        "@老陈 #1 申请延到的时间已经过了，不能再同意。请发：不同意延期 1 原因；要继续办请发：跟踪 1 每7天 原因"
    ]


def test_a_refused_extension_changes_no_deadline(world: World, desk: Room) -> None:
    desk.says("老陈", "接手 1 老李请假")
    desk.says("老陈", "延期 1 到3月12日 忙不过来")
    desk.hears()
    desk.says("老陈", "同意延期 1")
    assert desk.hears() == ["@老陈 #1 的延期是您自己申请的，要另一位值班长来批。"]
    desk.says("老吴", "不同意延期 1 可以按时办")
    assert desk.hears() == [
        "@老陈 【延期 #1】老吴不同意延期：可以按时办",
        "@老吴 #1 不同意延期，请在 3月9日（周一）17:30 前答复。",
    ]
    assert world.group.hears() == []


def test_a_hard_matter_is_tracked_and_the_asker_hears_of_it_every_so_often(world: World, desk: Room) -> None:
    desk.says("老李", "跟踪 1 每两周 政策空白")
    assert desk.hears() == ["@老李 “跟踪”要由值班长来，请在群里请值班长办。没有改动。"]
    desk.says("老陈", "跟踪 1 每两周 总署在研究")
    assert world.group.hears() == [
        "@小王 您的问题 #1 一时还解决不了（总署在研究），我们会一直跟踪，每 14 天向您通报一次，"
        "下次在 3月16日（周一）17:30 前。"
    ]
    world.later("10d")
    assert [line for line in desk.hears() if "超时" in line] == []
    desk.says("老李", "进展 1 方案已报总署，可打 13812345678")
    assert world.group.hears() == []
    assert desk.hears()[0].startswith("@老李 没有发出：内容里有号码或金额，发到群里人人可见。")
    desk.says("老李", "进展 1 方案已报总署")
    assert world.group.hears() == [
        "@小王 您的问题 #1 办理进展：\n方案已报总署\n—— 志愿者 老李\n下次通报在 3月26日（周四）17:30 前。"
    ]
    assert desk.hears() == ["@老李 #1 已向 1 位提问人通报，下次通报在 3月26日（周四）17:30 前。"]
    world.later("15d")  # nobody said a word: that is a breach like any other
    assert any("【超时 #1】应在 今天 17:30 前答复" in line for line in desk.hears())
    with world.store.transaction() as session:
        ticket = session.get_one(TicketRow, 1)
        assert (ticket.state, ticket.word_every_days, ticket.level) == (State.ACCEPTED, 14, Level.UNIT)
