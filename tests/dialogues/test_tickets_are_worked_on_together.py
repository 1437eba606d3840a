"""Lead and joint units, those above, consultation, task force."""

import io

import pytest
from docx import Document
from sqlalchemy import select

from bot.channels.base import Abilities, Outgoing
from bot.delivery import outgoing
from handlers import files
from handlers.base import Attachment, Conversation
from handlers.files import FileRefusal
from handlers.outbox import PromiseRow
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import ConsultationRow, OpinionRow, TaskForceRow, TaskRow, TicketUnitRow
from handlers.tickets.words import Level, TaskKind
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
        "@老李 没有发出，请再看看：卫检组、食品组的分工还没办完。改好重发；确实要这样发，请发：确认回复 1"
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


def test_what_is_raised_waits_for_those_above_and_goes_on_by_their_word(worlds: Worlds) -> None:
    above = {"task_force": [{"name": "专班", "group": "replay:卫检群"}]}
    world = worlds(tickets=TICKETS | {"receivers": above}, volunteers=PEOPLE, desks=["卫检群"])
    desk, receivers = world.desk, world.room("卫检群", desk=True)
    world.group.says("小王", "转人工 保税再制造首单怎么报备")
    for said in ("会商 1 能不能先放行", "意见 1 凭担保可以", "结论 1 上报", "提级 1 没有明确", "提级 1 还是没有明确"):
        desk.says("老李", said)
    world.group.says("小王", "进度")
    assert "：上报中（老李在办），" in world.group.hears()[-1]
    desk.hears()
    receivers.hears()
    desk.says("老李", "建议书 1")
    assert desk.hears() == ["@老李 还没有写建议，例如：建议书 1 凭担保先放行"]
    desk.says("老李", "建议书 1 凭担保先放行")
    *_, words, told = desk.hears()
    assert told == "@老李 #1 建议书已成文，已告知专班。"
    assert receivers.hears() == [
        "【建议书 #1】老李：凭担保先放行\n问题：保税再制造首单怎么报备\n全文见下一条。请批示：批示 1 意见",
        words,
    ]
    assert (
        "会商意见：\n议题：能不能先放行\n老李：凭担保可以\n结论：上报\n处置建议：\n凭担保先放行\n老李 · 2026-03-02"
        in words
    )
    with world.store.reading() as session:
        sent = session.scalars(select(PromiseRow).where(PromiseRow.text == words)).all()
        document = files.of(session, sent[0].file or "")
    assert {row.conversation for row in sent} == {"replay:group:坐席群", "replay:group:卫检群"}
    assert document is not None
    assert document.name == "问题处置建议书-1.docx"
    with world.store.reading() as session, pytest.raises(FileRefusal, match="没有叫“问题处置建议书"):
        files.called(session, [document.name])  # not on the shelf of notices
    paragraphs = [one.text for one in Document(io.BytesIO(document.content)).paragraphs]
    assert paragraphs[-4:] == ["处置建议", "凭担保先放行", "老李 · 2026-03-02", "批示"]
    carrying, lacking = Abilities(files=frozenset({Attachment.FILE})), Abilities()
    assert outgoing(sent[0], carrying, document).file == document
    assert outgoing(sent[0], lacking, document) == Outgoing(to=Conversation.parse(sent[0].conversation), text=words)
    desk.says("老李", "批示 1 同意")
    assert desk.hears() == ["@老李 “批示”要由值班长来，请在群里请值班长办。没有改动。"]
    desk.says("老陈", "批示 1 同意凭担保先放行")
    assert desk.hears() == [
        "@老李 【批示 #1】老陈：同意凭担保先放行\n问题：保税再制造首单怎么报备\n发：回复 1 答案",
        "@老陈 #1 批示已记下，已告知承办人。派活请发：分工 1 单位 哪天前 做什么",
    ]
    desk.says("老陈", "全程 1")
    told = desk.hears()[0]
    assert "状态变化（处理中→上报中）" in told
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
    desk.says("老李", "回复 1 可以")
    assert desk.hears()[0].startswith("@老李 没有发出，请再看看：会商还没有结论，有了请发：结论 1 内容。")
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
    desk.says("老陈", "专班 1 孙老师 老王 周老师")
    assert desk.hears() == [
        "@孙老师 @老王 @周老师 【专班 #1】老陈成立专班：组长孙老师，成员老王、周老师。现为“工作专班督办”。\n"
        "问题：保税再制造首单怎么报备",
        "@老陈 #1 专班已成立，组长孙老师，成员 2 人，已告知。",
    ]
    with world.store.transaction() as session:
        force = session.scalars(select(TaskForceRow)).one()
        assert [member["name"] for member in force.members] == ["老王", "周老师"]
        assert session.get_one(TicketRow, 1).level == Level.TASK_FORCE
