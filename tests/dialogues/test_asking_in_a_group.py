"""What the bot does with a question: the decision table, as people live it."""

import pytest

from handlers.base import Policy
from tests.world import Room, World, Worlds


def test_a_known_question_is_answered_verbatim_with_basis_date_and_number(group: Room) -> None:
    result = group.asks_bot("小王", "手册能展期吗")
    assert result["decision"] == "answered"
    assert result["entry"] == "T-001"
    [heard] = group.hears()
    assert heard.startswith("@小王 ")
    assert "可以。请在手册到期前向主管海关申请展期。" in heard
    assert "《中华人民共和国海关法》第24条" in heard
    assert "2025-04-30" in heard
    assert "编号 T-001" in heard
    assert "没解决" in heard


def test_tips_stand_apart_from_the_rule(group: Room) -> None:
    group.asks_bot("小王", "产地证能自己打印吗")
    [heard] = group.hears()
    assert "在“单一窗口”自助打印。\n小提示：彩色打印更清楚。" in heard


def test_in_a_proactive_group_a_known_question_needs_no_mention(group: Room) -> None:
    assert group.says("小王", "报关单填错了能改吗")["decision"] == "answered"


def test_in_a_mention_only_group_the_bot_waits_to_be_asked(worlds: Worlds) -> None:
    group = worlds(policy=Policy.MENTION_ONLY).group
    assert group.says("小王", "手册能展期吗")["decision"] == "silent"
    assert group.hears() == []
    assert group.asks_bot("小王", "手册能展期吗")["decision"] == "answered"


def test_in_a_group_switched_off_the_bot_says_nothing_at_all(worlds: Worlds) -> None:
    group = worlds(policy=Policy.OFF).group
    assert group.asks_bot("小王", "手册能展期吗")["reason"] == "group_off"
    assert group.hears() == []


def test_a_private_question_is_always_to_the_bot(world: World) -> None:
    chat = world.private("小王")
    assert chat.says("小王", "产地证哪里打")["entry"] == "T-004"
    [heard] = chat.hears()
    assert not heard.startswith("@")


@pytest.mark.parametrize("text", ["大家早上好", "哈哈哈", "收到", "周末愉快", "+1", "👍👍", "", "？？？", "[微笑]"])
def test_talk_that_is_not_for_us_meets_silence(group: Room, text: str) -> None:
    assert group.says("小王", text)["decision"] == "silent"
    assert group.hears() == []


def test_a_question_we_cannot_answer_becomes_a_ticket_when_we_are_asked(group: Room, desk: Room) -> None:
    result = group.asks_bot("小李", "进口旧的注塑机，装运前检验证书丢了怎么补")
    assert result["decision"] == "ticket"
    assert result["ticket"] == 1
    [told] = group.hears()
    assert "#1" in told
    [card] = desk.hears()
    assert "#1" in card
    assert "装运前检验证书丢了怎么补" in card
    assert "小李" in card


def test_asked_again_by_the_same_person_it_stays_one_ticket(group: Room, desk: Room) -> None:
    group.asks_bot("小李", "进口旧的注塑机，装运前检验证书丢了怎么补")
    desk.hears()
    again = group.asks_bot("小李", "请问进口旧的注塑机，装运前检验证书丢了怎么补？")
    assert (again["decision"], again["ticket"]) == ("joined", 1)
    assert "#1" in group.hears()[-1]
    assert desk.hears() == []
    assert group.asks_bot("小赵", "进口旧的注塑机，装运前检验证书丢了怎么补")["ticket"] == 2


def test_overheard_it_is_left_to_the_members_and_the_desk_hears_when_nobody_answers(
    world: World, group: Room, desk: Room
) -> None:
    result = group.says("小李", "进口旧的注塑机，装运前检验证书丢了怎么补？")
    assert result["decision"] == "watching"
    world.later("9m")
    assert (group.hears(), desk.hears()) == ([], [])
    world.later("2m")
    assert group.hears() == []
    [card] = desk.hears()
    assert "装运前检验证书丢了怎么补" in card
    world.later("1h")
    assert not any("新工单" in heard for heard in desk.hears())


def test_a_colleague_who_answers_ends_the_watch(world: World, group: Room, desk: Room) -> None:
    question = group.says("小李", "进口旧的注塑机，装运前检验证书丢了怎么补？")
    help = group.says("老周", "我们上次找原检验机构补的，带着营业执照去就行", quotes=question["n"], quotes_line=True)
    assert help["decision"] == "silent"
    world.later("1h")
    assert desk.hears() == []


def test_an_expired_entry_never_answers(group: Room) -> None:
    result = group.asks_bot("小王", "旧口岸通行证怎么办理")
    assert (result["decision"], result["entry"]) == ("ticket", None)
    [heard] = group.hears()
    assert "过期答案" not in heard
    elsewhere = group.asks_bot("小李", "书弄丢了怎么赔")  # of no trade of ours, but an entry was written for it
    assert (elsewhere["decision"], elsewhere["entry"]) == ("ticket", None)


def test_an_answer_is_not_repeated_in_a_group_within_its_window(world: World, group: Room) -> None:
    group.says("小王", "手册能展期吗？")
    group.hears()
    assert group.says("小李", "请问手册能展期吗？")["reason"] == "answered_lately"
    assert group.hears() == []
    group.asks_bot("小李", "手册能展期吗")
    [heard] = group.hears()
    assert "刚在群里答过" in heard
    assert "编号 T-001" in heard
    world.later("11m")
    assert group.says("小赵", "手册能展期吗？")["decision"] == "answered"


def test_a_greeting_waits_for_the_question_and_both_are_read_together(world: World, group: Room) -> None:
    assert group.asks_bot("小王", "老师在吗")["decision"] == "silent"
    assert group.says("小王", "产地证哪里打")["entry"] == "T-004"
    group.hears()
    world.later("10m")
    assert group.hears() == []


def test_the_middle_of_a_story_makes_no_ticket_and_hears_no_refusal(group: Room) -> None:
    for piece in ("老师在吗", "我们有票货", "昨天才到青岛", "从德国来的"):
        assert group.asks_bot("小王", piece)["reason"] == "waiting"
    assert group.hears() == []
    assert group.asks_bot("小王", "旧注塑机的装运前检验证书丢了怎么补")["decision"] == "ticket"
    [card] = group.world.desk.hears()
    assert "我们有票货，昨天才到青岛，从德国来的，旧注塑机的装运前检验证书丢了怎么补" in card
    assert card.count("在吗") == 1


def test_a_greeting_after_which_nothing_comes_is_answered_kindly_once(world: World, group: Room) -> None:
    group.asks_bot("小王", "老师在吗")
    world.later("5m")
    [heard] = group.hears()
    assert "请直接说" in heard
    world.later("1h")
    assert group.hears() == []


def test_a_picture_alone_is_asked_for_in_words_when_it_is_shown_to_us(group: Room) -> None:
    assert group.says("小王", "", attachments=["image"])["decision"] == "silent"
    assert group.hears() == []
    assert group.asks_bot("小李", "", attachments=["image"])["reason"] == "needs_words"
    [heard] = group.hears()
    assert "用一句话" in heard


def test_several_questions_in_one_message_are_answered_one_by_one(group: Room) -> None:
    group.asks_bot("小王", "1、产地证能自己打印吗 2、手册能展期吗")
    heard = group.hears()
    assert len(heard) == 2
    assert "编号 T-004" in heard[0]
    assert "编号 T-001" in heard[1]


def test_small_talk_to_the_bot_gets_one_polite_line(group: Room) -> None:
    result = group.asks_bot("小王", "你喜欢吃火锅吗")
    assert result["decision"] == "declined"
    [heard] = group.hears()
    assert "业务问题" in heard


def test_what_people_say_in_the_desk_is_theirs(desk: Room) -> None:
    assert desk.says("陈老师", "中午吃什么")["decision"] == "silent"
    assert desk.says("陈老师", "手册能展期吗")["decision"] == "silent"
    assert desk.hears() == []


def test_a_hundred_thousand_letters_are_one_message_like_any_other(group: Room) -> None:
    assert group.says("小王", "啊" * 100_000)["decision"] == "silent"
    assert group.asks_bot("小王", "手册能展期吗")["decision"] == "answered"


#: Each made a pattern try every way of reading it, for seconds to hours, before patterns were written so that they cannot.
WEARING = ("算了，", "，", "。", "：", "1、", "2，", "🙂", "91370", "\n", " ", "号1", "按", "谢谢", "第 ", "1 ")


@pytest.mark.parametrize("unit", WEARING)
def test_the_same_again_and_again_is_read_like_any_other_message(world: World, unit: str) -> None:
    text = (unit * 100_000)[:90_000]
    for said in (text, f"{text}x！"):
        assert world.group.says("小王", said)["decision"] == "silent"
        world.group.asks_bot("小王", said)
        world.desk.says("老李", f"接单 1 {said}")
    assert world.group.asks_bot("小李", "手册能展期吗")["decision"] == "answered"


def test_a_clock_set_back_loses_nothing(world: World, group: Room) -> None:
    group.asks_bot("小王", "手册能展期吗")
    group.hears()
    world.now = world.now.replace(hour=3)
    assert group.asks_bot("小李", "产地证哪里打")["decision"] == "answered"
    assert len(group.hears()) == 1
