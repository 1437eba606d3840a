"""Notices: written by one, approved by another, to exactly the groups they concern, once."""

import re

import pytest
from sqlalchemy import select

from handlers.members.models import GroupProfileRow, LabelRow
from handlers.members.words import LabelKind
from handlers.notices.commands import BARE, WORDS
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.words import Target
from tests.world import Room, World

NEW = """发通知 风险提示
标题：手册延期要提前
正文：到期前 30 天可以申请延期。
受众：{audience}
依据：加工贸易货物监管办法
关注：加工贸易"""


def register(world: World, **labels: str) -> None:
    """Groups with their region."""
    with world.store.transaction() as session:
        for name, region in labels.items():
            place = f"replay:group:{name}"
            session.merge(GroupProfileRow(conversation=place, name=name, added_at=world.now))
            session.add(LabelRow(subject=place, kind=LabelKind.REGION, value=region, added_at=world.now))


@pytest.fixture
def groups(world: World) -> World:
    register(world, 青岛一群="青岛", 青岛二群="青岛", 烟台群="烟台")
    return world


def code_in(text: str) -> str:
    found = re.search(r"审批 N\d+ ([0-9a-f]{4})", text)
    assert found is not None, text
    return found[1]


def submitted(desk: Room, audience: str = "地区=青岛") -> str:
    """A notice of 老李 that waits for its approval; its code."""
    desk.says("老李", NEW.format(audience=audience))
    desk.says("老李", "提交 N1")
    return code_in(desk.hears()[-1])


def test_a_notice_goes_to_the_groups_it_concerns_and_to_no_other(groups: World, desk: Room) -> None:
    assert desk.says("老李", NEW.format(audience="地区=青岛"))["reason"] == "notice_new"
    assert desk.hears()[0].startswith("@老李 N1 已存为草稿，受众“地区=青岛”现在有 2 个。\n【风险提示】手册延期要提前\n")
    desk.says("老李", "提交 N1")
    [card] = desk.hears()
    assert "发给：青岛一群、青岛二群" in card
    desk.says("老王", f"审批 N1 {code_in(card)}")
    assert desk.hears()[0].startswith("@老王 N1 已批准（老王），马上开始发。")
    groups.later("10s")
    text = "【风险提示】手册延期要提前\n到期前 30 天可以申请延期。\n依据：加工贸易货物监管办法"
    assert groups.room("青岛一群").hears() == [text]
    assert groups.room("青岛二群").hears() == [text]
    assert groups.room("烟台群").hears() == []
    assert desk.hears() == ["N1《手册延期要提前》已发完，共 2 个\n已送达 2。\n平台收下 2 条消息，送达 2 个群（人）。"]
    groups.later("2d")
    assert groups.room("青岛一群").hears() == []


def test_the_author_does_not_approve_his_own_notice(groups: World, desk: Room) -> None:
    code = submitted(desk)
    assert desk.says("老李", f"审批 N1 {code}")["reason"] == "refused"
    assert desk.hears() == [f"@老李 N1 是您自己起草的，要由另一位同事审批。请他发：审批 N1 {code}"]
    groups.later("1h")
    assert groups.room("青岛一群").hears() == []


def test_what_was_changed_after_the_approval_is_not_sent(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老李", "定时 N1 明天 10:00")
    desk.says("老王", f"审批 N1 {code}")
    assert "N1 已批准（老王），明天 10:00 开始发" in desk.hears()[-1]
    desk.says("老李", "修改 N1 标题：手册延期可以不提前")
    groups.later("2d")
    assert groups.room("青岛一群").hears() == []
    desk.hears()
    desk.says("老李", "提交 N1")
    again = code_in(desk.hears()[0])
    desk.says("老王", f"审批 N1 {code}")
    assert desk.hears()[0].startswith("@老王 校验码不对")
    assert again != code


def test_what_was_changed_behind_our_back_is_not_sent(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老李", "定时 N1 明天 10:00")
    desk.says("老王", f"审批 N1 {code}")
    desk.hears()
    with groups.store.transaction() as session:
        session.add(
            TargetRow(notice_id=1, conversation="replay:group:烟台群", name="烟台群", state=Target.WAITING, part=0)
        )
    groups.later("2d")
    assert groups.room("青岛一群").hears() == groups.room("烟台群").hears() == []
    assert desk.hears() == ["N1 内容与批准时不一致，已停发。请核对后重新提交：提交 N1"]


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        ("地区=青导", "没有谁的地区是“青导”，是不是“青岛”。现有：烟台、青岛"),
        (
            "地取=青岛",
            "没有“地取”这种标签，是不是“地区”。可以用：贸易方式、行业、产品、口岸、地区、信用等级、关注、群、收到、没收到",
        ),
        ("地区=青岛 且", "受众表达式在“地区=青岛 且”后面还缺内容。"),
        ("群=青岛三群", "没有叫“青岛三群”的群，是不是“青岛"),
        ("(地区=青岛", "受众表达式在“(地区=青岛”后面还缺内容。"),
    ],
)
def test_a_slip_in_the_audience_is_one_clear_line(groups: World, desk: Room, audience: str, told: str) -> None:
    assert desk.says("老李", NEW.format(audience=audience))["reason"] == "refused"
    assert desk.hears()[0].startswith(f"@老李 {told}")
    desk.says("老李", "通知列表")
    assert desk.hears()[0].startswith("@老李 还没有通知")


def test_nobody_selected_is_not_submitted(groups: World, desk: Room) -> None:
    desk.says("老李", NEW.format(audience="地区=青岛 且 地区=烟台"))
    desk.hears()
    desk.says("老李", "提交 N1")
    assert desk.hears()[0].startswith("@老李 没有提交：按“地区=青岛 且 地区=烟台”一个群也没有选中。")


def test_bad_input_is_refused_with_what_to_type(groups: World, desk: Room) -> None:
    submitted(desk)
    for said, told in {
        "定时 N1 3月1日 10:00": "2026-03-01 10:00 已经过去了，没有改动。请写以后的时间。",
        "定时 N1 2月30日": "没有“2月30日”这个时间，没有改动。",
        "定时 N1 过两天": "看不懂时间“过两天”，没有改动。",
        "暂停 N9": "没有通知 N9。发“通知列表”看看都有哪些。",
        "暂停 N1": "N1 待审批，没有改动。等另一位同事审批：审批 N1",
        "发通知 闲聊\n标题：一\n正文：二\n受众：全部": "“闲聊”不知道是哪一项。",
        "发通知 风险提示\n标题：一": "还缺正文、受众，没有保存。",
        "修改 N1": "要改什么？例如：修改 N1 标题：新的标题",
        "审批 N1": "还缺校验码。",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused", said
        assert desk.hears()[0].startswith(f"@老李 {told}")


def test_a_paused_notice_goes_on_where_it_stopped(groups: World, desk: Room) -> None:
    code = submitted(desk, "全部")
    desk.says("老李", "分散 N1 3小时")
    desk.says("老王", f"审批 N1 {code}")
    groups.later("10s")
    rooms = [groups.room(name) for name in ("社群", "青岛一群", "青岛二群", "烟台群")]
    first = sum(len(room.hears()) for room in rooms)
    assert first == 1
    desk.says("老李", "暂停 N1")
    groups.later("1d")
    assert sum(len(room.hears()) for room in rooms) == 0
    desk.says("老李", "继续 N1")
    groups.later("4h")
    assert sum(len(room.hears()) for room in rooms) == 3
    assert desk.hears()[-1].startswith("N1《手册延期要提前》已发完，共 4 个\n已送达 4。")


def test_a_cancelled_notice_spares_the_rest(groups: World, desk: Room) -> None:
    code = submitted(desk, "全部")
    desk.says("老李", "分散 N1 3小时")
    desk.says("老王", f"审批 N1 {code}")
    groups.later("10s")
    desk.says("老李", "取消 N1")
    assert desk.hears()[-1] == "@老李 N1 已取消，3 个没有发。"
    groups.later("1d")
    rooms = [groups.room(name) for name in ("社群", "青岛一群", "青岛二群", "烟台群")]
    assert sum(len(room.hears()) for room in rooms) == 1


def test_more_groups_later_get_it_and_the_first_do_not_get_it_again(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老李", "分散 N1 3小时")
    desk.says("老王", f"审批 N1 {code}")
    groups.later("10s")
    desk.says("老李", "暂停 N1")
    desk.says("老李", "修改 N1 正文：别的话")
    assert "已经发给一部分群，文字不能再改。请发：更正通知 N1 正确的内容" in desk.hears()[-1]
    desk.says("老李", "修改 N1 受众：全部")
    desk.says("老李", "分散 N1 1分钟")
    desk.says("老李", "提交 N1")
    desk.says("老王", f"审批 N1 {code_in(desk.hears()[-1])}")
    groups.later("1h")
    for name in ("社群", "青岛一群", "青岛二群", "烟台群"):
        assert len(groups.room(name).hears()) == 1, name


def test_a_correction_goes_to_exactly_those_who_got_it(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老王", f"审批 N1 {code}")
    groups.later("1m")
    register(groups, 青岛三群="青岛")
    desk.hears()
    for name in ("青岛一群", "青岛二群"):
        groups.room(name).hears()
    desk.says("老王", "更正通知 N1 到期前就可以申请，没有 30 天的限制。")
    assert "N2 已存为草稿，受众“收到=N1”现在有 2 个。\n【风险提示】更正：手册延期要提前" in desk.hears()[0]
    desk.says("老王", "提交 N2")
    desk.says("老李", f"审批 N2 {code_in(desk.hears()[0])}")
    groups.later("1m")
    assert "没有 30 天的限制" in groups.room("青岛一群").hears()[0]
    assert len(groups.room("青岛二群").hears()) == 1
    assert groups.room("青岛三群").hears() == groups.room("烟台群").hears() == []


def test_nothing_is_sent_at_night_or_on_a_day_off(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老李", "定时 N1 3月6日 19:59")
    desk.says("老李", "分散 N1 1小时")
    desk.says("老王", f"审批 N1 {code}")
    groups.later("8d")
    with groups.store.reading() as session:
        moments = sorted(moment for moment in session.scalars(select(TargetRow.settled_at)) if moment)
    assert [f"{moment.astimezone(groups.now.tzinfo):%m-%d %H:%M}" for moment in moments] == [
        "03-06 19:59",
        "03-09 09:29",
    ]


def test_a_long_notice_comes_in_numbered_parts_in_order(groups: World, desk: Room) -> None:
    body = "。".join(f"第{number}条说明一件具体的事情要怎么办" for number in range(1, 101))
    desk.says("老李", f"发通知 最新政策解读\n标题：长通知\n正文：{body}\n受众：地区=烟台")
    desk.says("老李", "预览 N1")
    assert "3 条 ——\n【1/3】【最新政策解读】长通知" in desk.hears()[-1]
    desk.says("老李", "提交 N1")
    desk.says("老王", f"审批 N1 {code_in(desk.hears()[-1])}")
    groups.later("1m")
    heard = groups.room("烟台群").hears()
    assert [text[:5] for text in heard] == ["【1/3】", "【2/3】", "【3/3】"]
    assert all(len(text) <= 900 for text in heard)
    assert "".join(text[5:] for text in heard).replace("\n", "") == f"【最新政策解读】长通知{body}"
    desk.says("老李", f"发通知 最新政策解读\n标题：更长\n正文：{body * 3}\n受众：地区=烟台")
    desk.hears()
    desk.says("老李", "提交 N2")
    assert "最多 5 条" in desk.hears()[0]


def test_a_test_goes_to_its_author_only(groups: World, desk: Room) -> None:
    desk.says("老李", NEW.format(audience="全部"))
    desk.says("老李", "试发 N1")
    assert groups.private("老李").hears()[0].startswith("【试发，只有您能看到】\n【风险提示】手册延期要提前")
    assert groups.room("青岛一群").hears() == []


def test_what_nobody_knows_waits_for_a_person(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老王", f"审批 N1 {code}")
    groups.later("1m")
    desk.hears()
    with groups.store.transaction() as session:
        first, second = session.scalars(select(TargetRow).order_by(TargetRow.id))
        first.state = second.state = Target.UNCERTAIN
        first.part = second.part = 0
        numbers = first.id, second.id
    desk.says("老李", "不明 N1")
    assert f"{numbers[0]} 青岛一群\n{numbers[1]} 青岛二群" in desk.hears()[0]
    for name in ("青岛一群", "青岛二群"):
        groups.room(name).hears()
    desk.says("老李", f"算已达 N1 {numbers[0]}")
    desk.says("老李", f"重发 N1 {numbers[1]}")
    desk.says("老李", f"重发 N1 {numbers[0]}")
    assert "待处置的名单里，没有改动" in desk.hears()[-1]
    groups.later("1m")
    assert groups.room("青岛一群").hears() == []
    assert len(groups.room("青岛二群").hears()) == 1
    with groups.store.reading() as session:
        assert session.get_one(NoticeRow, 1).stage == "done"


def test_colleagues_may_talk_about_notices(groups: World, desk: Room) -> None:
    for line in ("通知大家一下", "取消吧", "进展如何", "暂停营业", "提交材料"):
        assert desk.says("老李", line)["decision"] == "silent"


def test_the_effect_of_a_notice_is_counted_and_it_can_become_an_entry(groups: World, desk: Room) -> None:
    desk.says("老李", "发通知 最新政策解读\n标题：手册能展期吗\n正文：到期前可以申请展期。\n受众：群=社群")
    desk.says("老李", "提交 N1")
    desk.says("老王", f"审批 N1 {code_in(desk.hears()[-1])}")
    groups.later("1m")
    assert groups.group.asks_bot("小王", "手册能展期吗")["decision"] == "answered"
    desk.hears()
    desk.says("老李", "效果 N1")
    said = desk.hears()[0]
    assert said.startswith("@老李 N1 发出后 14 天内，收到的群里有 1 个人问了 1 次相关问题。")
    assert "这些条目讲的是同一件事，请看是不是要改：" in said
    desk.says("老李", "转条目 N1 JG-950")
    assert desk.hears()[0] == "@老李 N1 已转成草稿 1。看一看请发：看稿 1；由编辑审定：审定 1"
    groups.later("1d")
    desk.says("老李", "未触达 1天")
    assert "青岛一群" in desk.hears()[-1]


def test_recipients_of_a_period_are_counted_once_and_apart_from_deliveries(groups: World, desk: Room) -> None:
    desk.says("老李", "触达 本月")
    assert desk.hears() == ["@老李 2026年3月没有送达过通知。"]
    for number, audience in ((1, "地区=青岛"), (2, "全部")):
        desk.says("老李", NEW.format(audience=audience))
        desk.says("老李", f"提交 N{number}")
        desk.says("老王", f"审批 N{number} {code_in(desk.hears()[-1])}")
        groups.later("1m")
        desk.hears()
    with groups.store.transaction() as session:
        session.add(
            TargetRow(
                notice_id=2, conversation="replay:private:小王", name="小王", state=Target.DELIVERED, part=1,
                settled_at=groups.now,
            )
        )  # fmt: skip
    told = "@老李 2026年3月通知送达 7 次，到过 4 个群、1 个人的私聊（同一个群、同一个人只算一次）。"
    for said in ("触达", "触达 本月", "触达 3月"):
        desk.says("老李", said)
        assert desk.hears() == [told]
    desk.says("老李", "触达 上月")
    assert desk.hears() == ["@老李 2026年2月没有送达过通知。"]
    assert desk.says("老李", "触达 那阵子")["reason"] == "refused"
    assert desk.hears()[0].startswith("@老李 看不懂“那阵子”是哪段时间。例如：触达 本月")


def test_no_verb_of_the_help_leads_nowhere(groups: World, desk: Room) -> None:
    submitted(desk)
    for said in (*(f"{word} N1" for word in WORDS), *BARE):
        assert desk.says("老李", said)["reason"].startswith(("notice_", "refused")), said
