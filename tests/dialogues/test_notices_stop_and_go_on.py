"""A notice on its way is paused, cancelled, widened and corrected; nobody hears it twice."""

import pytest

from bot.channels.base import Refused, Taken
from bot.settling import settle
from handlers import sending
from handlers.notices.feeding import Feeder
from handlers.notices.rules import NoticeRules
from handlers.outbox import Lane, PromiseRow
from tests.noticing import approve, code_in, register, submitted
from tests.world import Room, World


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
    approve(desk, 1)
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
    assert desk.says("老王", "修改 N2 受众：全部")["reason"] == "refused"
    assert desk.hears() == ["@老王 N2 草稿，没有改动。更正只发给收到过 N1 的，受众不用改。要告诉别的群请另发一份通知。"]
    desk.says("老王", "提交 N2")
    desk.says("老李", f"审批 N2 {code_in(desk.hears()[0])}")
    groups.later("1m")
    assert "没有 30 天的限制" in groups.room("青岛一群").hears()[0]
    assert len(groups.room("青岛二群").hears()) == 1
    assert groups.room("青岛三群").hears() == groups.room("烟台群").hears() == []


def hold(world: World) -> PromiseRow:
    """A platform has one part of the notice in its hands and has not said what becomes of it."""
    with world.store.transaction() as session:
        Feeder(NoticeRules()).run(session, world.now)
        [row] = sending.claim(session, by="test", now=world.now, channel="replay", lanes=[Lane.PUSH], limit=1)
    return row


def refuse(world: World, row: PromiseRow) -> None:
    with world.store.transaction() as session:
        settle(session, row, Refused(reason="连接刚刚断开"), now=world.now)


@pytest.mark.parametrize("stopped", ["暂停 N1", "取消 N1", "撤回 N1 写错了"])
def test_what_a_platform_refuses_for_the_moment_is_not_tried_again_once_it_is_stopped(
    groups: World, desk: Room, stopped: str
) -> None:
    desk.says("老王", f"审批 N1 {submitted(desk, '地区=烟台')}")
    held = hold(groups)
    desk.says("老李", stopped)
    refuse(groups, held)
    groups.later("1d")
    assert groups.room("烟台群").hears() == []


def test_what_was_refused_while_it_was_paused_is_said_once_when_it_goes_on(groups: World, desk: Room) -> None:
    desk.says("老王", f"审批 N1 {submitted(desk)}")
    held = hold(groups)
    desk.says("老李", "暂停 N1")
    desk.says("老李", "修改 N1 受众：地区=青岛 或 地区=烟台")
    desk.hears()
    desk.says("老李", "提交 N1")
    assert desk.hears() == ["@老李 没有提交：还有 1 条正在平台手里，要等它们有结果。过一会儿再发：提交 N1"]
    refuse(groups, held)
    groups.later("10s")
    approve(desk, 1)
    groups.later("1d")
    assert [len(groups.room(name).hears()) for name in ("青岛一群", "青岛二群", "烟台群")] == [1, 1, 1]
    assert desk.hears()[-1].startswith("N1《手册延期要提前》已发完，共 3 个\n已送达 3。")


def test_a_long_notice_that_is_cancelled_between_its_parts_leaves_nothing_waiting(groups: World, desk: Room) -> None:
    body = "。".join(f"第{number}条说明一件具体的事情要怎么办" for number in range(1, 101))
    desk.says("老李", f"发通知 最新政策解读\n标题：长通知\n正文：{body}\n受众：地区=烟台")
    approve(desk, 1)
    held = hold(groups)
    desk.says("老李", "取消 N1")
    with groups.store.transaction() as session:
        settle(session, held, Taken(), now=groups.now)
    groups.later("1d")
    desk.says("老李", "进展 N1")
    assert "未发撤回 1。\n平台收下 1 条消息" in desk.hears()[-1]
    assert groups.room("烟台群").hears() == []
