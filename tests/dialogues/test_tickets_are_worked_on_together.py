"""Lead and joint units, consultation, task force, milestones, one extension, long-term tracking."""

from datetime import datetime

import pytest
from sqlalchemy import select

from handlers.ledger import register
from handlers.ledger.figures import Kept, kept
from handlers.ledger.period import read_period
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import ConsultationRow, ExtensionRow, OpinionRow, TaskForceRow, TaskRow, TicketUnitRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import ClockKind, Level, State, TaskKind
from handlers.times import SHANGHAI, local_day
from tests.world import Room, World, Worlds, colleague

TICKETS = {
    "units": {
        "卫检组": {"group": "replay:卫检群", "people": {"replay:孙老师": "孙老师"}},
        "食品组": {"people": {"replay:周老师": "周老师"}},
    },
    "roster": [{"first": "2026-01-01", "last": "2026-12-31", "chiefs": {"replay:老陈": "老陈"}}],
}
PEOPLE = [
    *map(colleague, ("老李", "老王", "孙老师", "周老师")),
    colleague("老陈", "001", chief=True),
    colleague("老吴", chief=True),
]


@pytest.fixture
def world(worlds: Worlds) -> World:
    world = worlds(tickets=TICKETS, volunteers=PEOPLE, desks=["卫检群"])
    world.group.says("小王", "转人工 保税再制造首单怎么报备")
    world.desk.says("老李", "接单 1")
    world.group.hears()
    world.desk.hears()
    return world


def test_units_lead_and_join_and_each_hears_of_it_at_its_own_desk(world: World, desk: Room) -> None:
    desk.says("老李", "牵头 1 食品组")
    desk.says("老李", "会同 1 卫检组、食品组")
    assert world.room("卫检群").hears() == [
        "@孙老师 【会同 #1】老李请贵单位会同办理：保税再制造首单怎么报备\n看经过请发：查看 1"
    ]
    assert desk.hears()[-1] == "@老李 #1 由卫检组、食品组会同，已告知。"
    desk.says("老李", "牵头 1 食品组、卫检组")
    assert desk.hears() == ["@老李 牵头单位只能有一个，例如：牵头 1 商检组"]
    desk.says("老李", "牵头 1 税务组")
    assert desk.hears() == ["@老李 没有“税务组”这个单位。现有：卫检组、食品组。没有改动。"]
    desk.says("老李", "牵头 1 卫检组")
    desk.hears()
    desk.says("老李", "查看 1")
    assert "\n牵头：卫检组\n会同：卫检组、食品组\n" in desk.hears()[0]
    with world.store.transaction() as session:
        former = session.scalars(select(TicketUnitRow).where(TicketUnitRow.until.is_not(None))).one()
        assert (former.unit, former.role.label) == ("食品组", "牵头")


def test_each_unit_has_its_own_part_with_a_day_and_a_result(world: World, desk: Room) -> None:
    unit = world.room("卫检群", desk=True)
    desk.says("老李", "分工 1 核对检疫要求")
    assert desk.hears() == ["@老李 分工先写单位（现有：卫检组、食品组），例如：分工 1 卫检组 3月9日 核对检疫要求"]
    desk.says("老李", "分工 1 卫检组 3月4日 核对检疫要求")
    assert unit.hears() == [
        "@孙老师 【会同 #1】老李请贵单位会同办理：保税再制造首单怎么报备\n看经过请发：查看 1",
        "@孙老师 【分工 #1】老李请卫检组在 3月4日（周三）17:30 前：核对检疫要求\n问题：保税再制造首单怎么报备\n"
        "办完请发：完成分工 1 结果；看经过请发：查看 1",
    ]
    desk.says("老李", "分工 1 食品组 看是否涉及食品")
    assert desk.hears()[-1] == "@老李 #1 食品组：看是否涉及食品，3月9日（周一）17:30 前，已告知。"
    world.later("4d")  # past the day of one unit: it hears of it, and so do who handles the ticket and the duty chief
    assert any(line.startswith("@孙老师 【卫检组分工超期 #1】应在 3月4日（周三）17:30 前") for line in unit.hears())
    assert any(line.startswith("@老李 @老陈 【卫检组分工超期 #1】") for line in desk.hears())
    unit.says("孙老师", "事项")
    assert unit.hears() == [
        "@孙老师 事项（1）\n#1 分工 已超期 3月4日（周三）17:30 前（卫检组）：保税再制造首单怎么报备"
    ]
    desk.says("老李", "回复 1 可以报备")
    assert desk.hears() == [
        "@老李 没有发出，请再看看：卫检组、食品组的分工还没办完。改好重发；确实要这样发，请发：确认回复 1 内容"
    ]
    desk.says("老王", "完成分工 1 卫检组 不用检疫")
    assert desk.hears() == ["@老王 卫检组的分工由卫检组的同事、承办人或值班长来报。没有改动。"]
    unit.says("孙老师", "完成分工 1 不用检疫，已核对清单")
    assert unit.hears() == ["@孙老师 #1 卫检组的分工办完了，还差食品组。"]
    assert desk.hears() == ["@老李 【完成分工 #1】卫检组（孙老师）：不用检疫，已核对清单\n还差：食品组"]
    desk.says("老李", "完成分工 1 食品组 不涉及")
    desk.says("老李", "查看 1")
    assert desk.hears()[0] == "@老李 #1 食品组的分工办完了，各单位的都齐了。"
    with world.store.reading() as session:
        parts = session.scalars(select(TaskRow).where(TaskRow.kind == TaskKind.PART).order_by(TaskRow.id)).all()
        assert [(part.unit, part.done_by_name, part.result) for part in parts] == [
            ("卫检组", "孙老师", "不用检疫，已核对清单"),
            ("食品组", "老李", "不涉及"),
        ]


def test_what_is_raised_waits_for_those_above_and_goes_on_by_their_word(world: World, desk: Room) -> None:
    desk.says("老李", "提级 1 政策没有明确")
    world.group.says("小王", "进度")
    assert "：上报中（老李在办），" in world.group.hears()[-1]
    desk.hears()
    desk.says("老李", "批示 1 同意")
    assert desk.hears() == ["@老李 “批示”要由值班长来，请在群里请值班长办。没有改动。"]
    desk.says("老陈", "批示 1 同意凭担保先放行")
    assert desk.hears() == [
        "@老李 【批示 #1】老陈：同意凭担保先放行\n问题：保税再制造首单怎么报备\n发：回复 1 答案",
        "@老陈 #1 批示已记下，已告知承办人。派活请发：分工 1 单位 哪天前 做什么",
    ]
    desk.says("老陈", "全程 1")
    told = desk.hears()[0]
    assert "状态变化（已受理→上报中）" in told
    assert "老陈 批示：同意凭担保先放行" in told
    assert "状态变化（上报中→处理中）" in told


def test_a_consultation_hears_several_opinions_and_comes_to_one_conclusion(world: World, desk: Room) -> None:
    desk.says("老李", "会同 1 卫检组")
    desk.says("老李", "结论 1 可以")
    assert desk.hears()[-1] == "@老李 #1 没有在会商。发起请发：会商 1 议题"
    desk.says("老李", "会商 1 旧件算不算旧机电")
    assert world.room("卫检群").hears()[-1] == (
        "@孙老师 【会商 #1】老李：旧件算不算旧机电\n问题：保税再制造首单怎么报备\n请卫检组说意见，发：意见 1 内容"
    )
    desk.hears()
    desk.says("老李", "结论 1 算")
    assert desk.hears() == ["@老李 还没有人说意见，不能下结论。说意见请发：意见 1 内容"]
    world.room("卫检群").says("孙老师", "意见 1 算旧机电，要装运前检验")
    desk.says("老王", "意见 1 看是否恢复原功能")
    assert desk.hears() == ["@老王 #1 意见已记下，共 2 条。"]
    desk.says("老王", "结论 1 我说了算")
    assert desk.hears() == ["@老王 会商结论由老李或值班长来下。说意见请发：意见 1 内容"]
    desk.says("老李", "结论 1 按旧机电办，先做装运前检验")
    assert desk.hears() == ["@老李 #1 会商结束，结论已成稿。发给提问人请发：确认回复 1；要改写请发：回复 1 答案"]
    assert world.group.hears() == []
    desk.says("老李", "确认回复 1")
    assert "按旧机电办，先做装运前检验" in world.group.hears()[0]
    with world.store.transaction() as session:
        consultation = session.scalars(select(ConsultationRow)).one()
        opinions = session.execute(select(OpinionRow.who_name, OpinionRow.unit).order_by(OpinionRow.id)).all()
        assert consultation.conclusion == "按旧机电办，先做装运前检验"
        assert [tuple(one) for one in opinions] == [("孙老师", "卫检组"), ("老王", None)]


def test_a_duty_chief_forms_a_task_force_with_a_head_and_members(world: World, desk: Room) -> None:
    desk.says("老李", "专班 1 组长：孙老师")
    assert desk.hears() == ["@老李 “专班”要由值班长来，请在群里请值班长办。没有改动。"]
    desk.says("老陈", "专班 1 组长：孙老师 成员：老王、没这人")
    assert desk.hears() == ["@老陈 没有找到“没这人”，请写登记过的姓名或工号。没有改动。"]
    desk.says("老陈", "专班 1 组长：孙老师 成员：老王、周老师")
    assert desk.hears() == [
        "@孙老师 @老王 @周老师 【专班 #1】老陈成立专班：组长孙老师，成员老王、周老师。现为“工作专班督办”。\n"
        "问题：保税再制造首单怎么报备",
        "@老陈 #1 专班已成立，组长孙老师，成员 2 人，已告知。",
    ]
    with world.store.transaction() as session:
        force = session.scalars(select(TaskForceRow)).one()
        assert [member["name"] for member in force.members] == ["老王", "周老师"]
        assert session.get_one(TicketRow, 1).level == Level.TASK_FORCE


def test_milestones_are_set_reached_and_missed(world: World, desk: Room) -> None:
    desk.says("老李", "节点 1 3月3日 提交方案")
    desk.says("老李", "节点 1 2026-03-05 现场查看")
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
        columns = register.ledger(TicketRules(), register.names(session))
        [row] = register.rows(session, march, columns)
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
