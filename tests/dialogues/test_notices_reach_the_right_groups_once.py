"""Notices: to exactly the groups they concern, once, within hours, in parts where they are long."""

from sqlalchemy import select

from handlers.notices.models import TargetRow
from tests.noticing import NEW, approve, code_in, submitted
from tests.world import Room, World


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
    approve(desk, 1)
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
