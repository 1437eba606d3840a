"""What somebody takes back is not read any more."""

from datetime import datetime

from bot.settings import Settings
from handlers.times import SHANGHAI
from tests.world import Room, World, Worlds


def test_a_line_taken_back_is_not_joined_to_the_rest(group: Room) -> None:
    group.says("小王", "我们有票出口的货")
    wrong = group.says("小王", "手册的")
    assert group.says("小王", "", recalls=wrong["n"])["reason"] == "recalled"
    assert group.says("小王", "产地证哪里打")["entry"] == "T-004"


def test_a_question_taken_back_is_not_brought_to_the_desk(world: World, group: Room, desk: Room) -> None:
    question = group.says("小李", "进口旧的注塑机，装运前检验证书丢了怎么补？")
    assert question["decision"] == "watching"
    group.says("小李", "", recalls=question["n"])
    world.later("1h")
    assert desk.hears() == []


def test_a_greeting_taken_back_is_not_greeted_in_return(world: World, group: Room) -> None:
    hello = group.asks_bot("小王", "老师在吗")
    group.says("小王", "", recalls=hello["n"])
    world.later("10m")
    assert group.hears() == []


def test_taking_back_what_was_answered_changes_nothing(group: Room) -> None:
    question = group.says("小王", "手册能展期吗")
    assert group.says("小王", "", recalls=question["n"])["decision"] == "silent"
    assert len(group.hears()) == 1
    assert group.says("小李", "手册能展期吗")["reason"] == "answered_lately"


def test_a_volunteer_who_takes_back_his_answer_hears_that_it_stays(world: World, group: Room, desk: Room) -> None:
    group.says("小王", "转人工 保税再制造首单怎么报备")
    answer = desk.says("老李", "回复 1 向主管海关提交方案")
    nod = desk.says("老李", "办好了")
    group.hears()
    desk.hears()
    desk.says("老李", "", recalls=nod["n"])
    assert desk.hears() == []
    desk.says("老李", "", recalls=answer["n"])
    assert desk.hears() == ["@老李 #1 已按您那条答复，撤回消息收不回来。要改请发：更正 1 正确的答案"]


def test_an_answer_that_waits_for_the_morning_is_the_askers(worlds: Worlds) -> None:
    at_night = Settings.model_validate({"follow_ups": {"kinds": {"answer": {"hours": "09:00-20:00"}}}})
    world = worlds(settings=at_night, start=datetime(2026, 3, 2, 21, 0, tzinfo=SHANGHAI))
    world.group.says("小王", "转人工 保税再制造首单怎么报备")
    answer = world.desk.says("老李", "回复 1 向主管海关提交方案")
    world.desk.says("老李", "", recalls=answer["n"])
    world.group.hears()
    world.later("12h")
    assert "向主管海关提交方案" in world.group.hears()[0]
