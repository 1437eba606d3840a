"""急, 有人回我吗, 那超过一年呢: words that mean something only with what was said before."""

import pytest

from handlers.hurry import is_hurry
from tests.dialogues.groups.talk import decisions, talk
from tests.world import Room, World

UNKNOWN = "进口旧的注塑机，装运前检验证书丢了怎么补"


@pytest.mark.parametrize(
    "line", ["急", "急急急！", "很急", "在线等，急", "十万火急！！", "加急", "老师 麻烦快点", "@小助手 急死了"]
)
def test_hurry_and_nothing_else(line: str) -> None:
    assert is_hurry(line)


@pytest.mark.parametrize("line", ["不急", "急 手册到期了", "货在码头急", "火车", "快递到了", "在线等", "好的", ""])
def test_hurry_with_a_matter_and_no_hurry(line: str) -> None:
    assert not is_hurry(line)


def test_a_watched_question_becomes_urgent_with_one_word(world: World, group: Room, desk: Room) -> None:
    results = talk(group, f"小王: {UNKNOWN}？", "小李: 早", "小王: 急")
    assert (results[2]["decision"], results[2]["reason"], results[2]["ticket"]) == ("ticket", "urgent", 1)
    [card] = desk.hears()
    assert "装运前检验证书丢了怎么补" in card
    assert "提问人说急" in card
    world.later("11m")
    assert desk.hears() == []  # no second card for the watch


def test_hurry_about_nothing_waits_and_the_next_line_is_read_with_it(world: World, group: Room, desk: Room) -> None:
    results = talk(group, "小王: 急", "小李: 怎么了", "小王: 手册能展期吗")
    assert (results[0]["reason"], results[2]["entry"]) == ("waiting", "T-001")
    world.later("1h")
    assert desk.hears() == []


def test_hurry_said_to_us_is_asked_for_its_matter(world: World, group: Room) -> None:
    talk(group, "小王: @bot 急急急")
    world.later("2m")
    [heard] = group.hears()
    assert "是什么事" in heard


def test_hurry_of_who_waits_for_a_volunteer_presses_his_ticket(group: Room, desk: Room) -> None:
    talk(group, f"小王: @bot {UNKNOWN}")
    desk.hears()
    pressed = talk(group, "小李: 早", "小王: 急")[-1]
    assert (pressed["decision"], pressed["reason"], pressed["ticket"]) == ("command", "press", 1)
    assert "催" in desk.hears()[0]


def test_who_asks_after_a_question_nobody_answered_gets_a_volunteer(group: Room, desk: Room) -> None:
    results = talk(group, f"小王: {UNKNOWN}？", "小李: 早", "小王: @bot 怎么还没人回我")
    assert results[2]["decision"] == "ticket"
    assert "还没有人答" in group.hears()[0]
    assert "装运前检验证书" in desk.hears()[0]


def test_what_goes_on_from_nothing_is_asked_which(world: World, group: Room, desk: Room) -> None:
    assert talk(group, "小王: @bot 那要是超过一年呢")[0]["reason"] == "waiting"
    world.later("2m")
    assert "哪件事" in group.hears()[0]
    assert desk.hears() == []


def test_under_our_answer_to_another_one_may_go_on_from_it(group: Room) -> None:
    answered = group.says("小王", "手册能展期吗")
    went_on = group.says("小李", "要准备什么材料呢", quotes=answered["n"])
    assert went_on["entry"] == "T-002"


def test_one_answer_for_two_questions_in_one_message(group: Room) -> None:
    result = group.asks_bot("小王", "1、手册能展期吗 2、手册快到期了可以申请延期吗")
    assert result["entry"] == "T-001"
    assert len(group.hears()) == 1


def test_a_nod_under_our_answer_is_not_answered_and_thanks_are_kindly(group: Room) -> None:
    answered = group.asks_bot("小王", "手册能展期吗")
    group.hears()
    nods = [group.says("小李", text, quotes=answered["n"]) for text in ("收到", "好的", "[微笑]", "👌")]
    assert decisions(nods) == ["silent"] * 4
    assert group.hears() == []
    talk(group, "小赵: @bot 谢谢老师")
    assert group.hears() == ["@小赵 不客气。还有海关、口岸的业务问题，直接问就行。"]


def test_a_picture_spoken_of_is_asked_for_in_words(group: Room) -> None:
    for number, words in enumerate(("截图在上面 帮看看", "回执截图在上面 帮看看")):
        assert talk(group, f"成员{number}: @bot {words}")[0]["reason"] == "needs_words"


def test_still_not_working_said_to_us_about_nothing_is_asked_for_the_question(group: Room) -> None:
    talk(group, "小王: @bot 还是不行")
    assert "把问题说清楚" in group.hears()[0]


def test_a_truck_at_the_gate_and_a_line_that_stands_still_cannot_wait(group: Room, desk: Room) -> None:
    talk(group, "吴师傅: @bot 我车在海关卡口被拦了 说没有放行信息", "小李: @bot 注塑机配件卡在海关 客户要断产了 找谁")
    at_the_gate, standing_still = desk.hears()
    assert "车在卡口等着" in at_the_gate
    assert "货物等不起" in standing_still
