"""Volunteers change what the bot suggested; the next question of that matter is suggested their way, with the reason."""

from tests.world import Room

ASKED = [
    "手册展期要准备什么材料",
    "报关单放行后填错了能改吗",
    "手册到期前可以申请延期吗",
]  # one matter in the tests' base


def test_what_is_corrected_three_times_is_suggested_so(group: Room, desk: Room) -> None:
    for number, text in enumerate(ASKED, 1):
        assert group.asks_bot(f"成员{number}", f"转人工 {text}")["ticket"] == number
        desk.says("陈老师", f"接单 {number}")
        desk.says("陈老师", f"分类 {number} 创新")
        desk.says("陈老师", f"定级 {number} BC")
        desk.says("陈老师", f"共性 {number}")
    desk.hears()
    group.asks_bot("小赵", "转人工 原产地证书可以自己打印吗")
    [card] = desk.hears()
    assert "创新" in card
    assert "志愿者多归为创新（3 次）" in card
    assert "志愿者多定为重要 B（3 次）" in card
    assert "志愿者多记为共性（3 次）" in card


def test_one_correction_is_no_habit(group: Room, desk: Room) -> None:
    group.asks_bot("小王", f"转人工 {ASKED[0]}")
    desk.says("陈老师", "分类 1 创新")
    desk.hears()
    group.asks_bot("小赵", "转人工 原产地证书可以自己打印吗")
    [card] = desk.hears()
    assert "志愿者多归为" not in card


def test_a_matter_moved_to_another_topic_three_times_is_shelved_there(group: Room, desk: Room) -> None:
    for number, text in enumerate(["保税展示的货能零售吗", "保税展示要交保证金吗", "保税展示多久要运回来"], 1):
        assert group.asks_bot(f"成员{number}", f"转人工 {text}")["ticket"] == number
        desk.says("陈老师", f"主题 {number} 保税展示")
    desk.hears()
    group.asks_bot("小赵", "转人工 保税展示可以在市区办吗")
    [card] = desk.hears()
    assert "问题志愿者多归到“保税展示”（3 次）" in card


def test_a_word_most_of_whose_questions_stayed_where_they_were_moves_nothing(group: Room, desk: Room) -> None:
    for number, text in enumerate([*ASKED[:1], *ASKED[2:], "手册怎么核销", "手册丢了怎么补"] * 2, 1):
        group.asks_bot(f"成员{number}", f"转人工 {text}")
        if number in (3, 4, 7):
            desk.says("陈老师", f"主题 {number} 别的")
    desk.hears()
    group.asks_bot("小赵", "转人工 手册能不能变更")
    [card] = desk.hears()
    assert "多归到" not in card
