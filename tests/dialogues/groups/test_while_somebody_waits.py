"""Between a question and its answer: choices that nobody takes, what may help meanwhile, a word put right."""

import pytest

from bot.settings import AnsweringSection, Settings
from tests.dialogues.groups.talk import decisions, talk
from tests.world import Room, World, Worlds

UNKNOWN = "进口旧的注塑机，装运前检验证书丢了怎么补"


@pytest.fixture
def unsure(worlds: Worlds) -> World:
    """A bot that is never sure enough to answer, and offers."""
    return worlds(settings=Settings(answering=AnsweringSection(answer_at=1.0, offer_at=0.2, margin=1.0)))


@pytest.fixture
def shy(worlds: Worlds) -> World:
    """A bot that is never sure enough even to offer."""
    return worlds(settings=Settings(answering=AnsweringSection(answer_at=1.0, offer_at=1.0)))


def test_choices_nobody_takes_reach_the_desk(unsure: World) -> None:
    assert decisions(talk(unsure.group, "小王: @bot 手册能展期吗", "小李: 早")) == ["offered", "silent"]
    assert unsure.desk.hears() == []
    unsure.later("11m")
    [card] = unsure.desk.hears()
    assert "手册能展期吗" in card
    assert "没有选" in card
    assert "群里没有人答复" not in card


def test_who_chose_is_seen_to(unsure: World) -> None:
    talk(unsure.group, "小王: @bot 手册能展期吗", "小李: 早", "小王: 1")
    unsure.later("11m")
    assert unsure.desk.hears() == []


def test_what_else_he_asks_meanwhile_does_not_end_with_his_choice(unsure: World) -> None:
    said = talk(unsure.group, "小王: @bot 手册能展期吗", "小李: 早", "小王: 产地证能自己打印吗", "小李: 早", "小王: 1")
    assert decisions(said) == ["offered", "silent", "watching", "silent", "answered"]
    unsure.later("11m")
    [card] = unsure.desk.hears()
    assert "产地证能自己打印吗" in card
    assert "手册能展期吗" not in card


def test_who_asked_for_a_person_instead_is_one_ticket(unsure: World) -> None:
    talk(unsure.group, "小王: @bot 手册能展期吗", "小李: 早", "小王: @bot 转人工")
    assert len(unsure.desk.hears()) == 1
    unsure.later("11m")
    assert unsure.desk.hears() == []


def test_choices_of_one_do_not_end_with_what_another_chooses(unsure: World) -> None:
    talk(unsure.group, "小王: @bot 手册能展期吗", "小李: @bot 产地证能自己打印吗", "小李: 1")
    unsure.later("11m")
    [card] = unsure.desk.hears()
    assert "手册能展期吗" in card


def test_what_is_said_after_a_choice_goes_on_from_the_question_and_not_from_its_number(unsure: World) -> None:
    talk(unsure.group, "小王: @bot 手册能展期吗", "小王: 1", "小王: @bot 没解决")
    [card] = unsure.desk.hears()
    assert "问题：手册能展期吗\n（自动答复 T-001 没解决）" in card


def test_what_cannot_wait_gets_a_person_and_the_choices_beside(unsure: World) -> None:
    [asked] = talk(unsure.group, "小王: @bot 手册能展期吗，船今晚就开了")
    assert (asked["decision"], asked["ticket"]) == ("ticket", 1)
    [told] = unsure.group.hears()
    assert "急件收到。您的问题已登记为 #1" in told
    assert "回复数字就能看：\n1. " in told


def test_who_waits_for_a_volunteer_may_find_his_answer_meanwhile(shy: World) -> None:
    asked, chosen = talk(shy.group, "小王: @bot 我们那本手册快到期了还能不能延长", "小王: 1")
    assert (asked["decision"], asked["ticket"]) == ("ticket", 1)
    assert "回复数字就能看：\n1. " in shy.group.hears()[0]
    assert (chosen["decision"], chosen["entry"]) == ("answered", "T-001")
    assert "提问人自己选看了现成的答复 T-001" in shy.desk.hears()[-1]


def test_none_of_them_leaves_the_ticket_as_it_is(shy: World) -> None:
    none = talk(shy.group, "小王: @bot 我们那本手册快到期了还能不能延长", "小李: 早", "小王: 都不是")[-1]
    assert none["ticket"] == 1
    assert "照旧由志愿者来答" in shy.group.hears()[-1]
    assert len(shy.desk.hears()) == 1


def test_a_word_put_right_after_the_ticket_is_open_is_noted_on_it(group: Room, desk: Room) -> None:
    talk(group, f"小王: @bot {UNKNOWN}")
    desk.says("陈老师", "接单 1")
    desk.hears()
    put_right = talk(group, "小李: 早", "小王: 说错了 是出口")[-1]
    assert (put_right["decision"], put_right["ticket"]) == ("command", 1)
    [card] = desk.hears()
    assert card.startswith("@陈老师 【#1 提问人补充】小王：说错了 是出口")
    assert "更正后：出口旧的注塑机" in card


def test_somebody_elses_slip_of_the_tongue_is_not_noted_on_it(group: Room, desk: Room) -> None:
    talk(group, f"小王: @bot {UNKNOWN}")
    desk.hears()
    talk(group, "小李: 说错了 是出口")
    assert desk.hears() == []


def test_a_fragment_waits_for_the_rest_and_both_are_one_question(group: Room) -> None:
    first, _, rest = talk(group, "小王: 请问一下那个", "小李: 收到", "小王: 手册能展期吗")
    assert (first["decision"], first["reason"]) == ("silent", "waiting")
    assert rest["entry"] == "T-001"


def test_a_fragment_said_to_us_opens_the_ear_for_its_rest(world: World, group: Room) -> None:
    assert talk(group, "小王: @bot 请问一下那个", "小李: 早", "小王: 手册能展期吗")[-1]["entry"] == "T-001"
    world.later("5m")
    assert len(group.hears()) == 1
