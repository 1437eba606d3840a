"""Volunteers change what the bot suggested; the next question of that matter is suggested their way, with the reason."""

from tests.world import Room, World

ASKED = [
    "手册展期要准备什么材料",
    "报关单放行后填错了能改吗",
    "手册到期前可以申请延期吗",
]  # one matter in the tests' base


def test_what_is_corrected_three_times_is_suggested_so(world: World, group: Room, desk: Room) -> None:
    for number, text in enumerate(ASKED, 1):
        assert group.asks_bot(f"成员{number}", f"转人工 {text}")["ticket"] == number
        desk.says("陈老师", f"接单 {number}")
        desk.says("陈老师", f"分类 {number} 创新")
        desk.says("陈老师", f"定级 {number} BC")
    desk.hears()
    group.asks_bot("小赵", "转人工 原产地证书可以自己打印吗")
    [card] = desk.hears()
    assert "创新" in card
    assert "志愿者多归为创新（3 次）" in card
    assert "志愿者多定为重要 B（3 次）" in card


def test_one_correction_is_no_habit(world: World, group: Room, desk: Room) -> None:
    group.asks_bot("小王", f"转人工 {ASKED[0]}")
    desk.says("陈老师", "分类 1 创新")
    desk.hears()
    group.asks_bot("小赵", "转人工 原产地证书可以自己打印吗")
    assert all("志愿者多归为" not in card for card in desk.hears())
