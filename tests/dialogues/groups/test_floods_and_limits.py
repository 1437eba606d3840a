"""One who pours, and a bot that must not pour itself."""

import pytest

from bot.settings import AnsweringSection, SaySection, Settings
from tests.world import Room, World, Worlds


def _pours(group: Room, name: str, lines: int) -> list[str]:
    now = group.world.now
    reasons = []
    for number in range(lines):
        group.world.now = now  # all of them within one second
        reasons.append(group.says(name, f"在吗在吗{number}")["reason"])
    return reasons


def test_a_hundred_messages_in_a_second_are_told_once_and_harm_nobody(group: Room) -> None:
    reasons = _pours(group, "刷屏的", 100)
    assert reasons.count("flood") == 85
    heard = group.hears()
    assert len(heard) == 1
    assert "发得太快" in heard[0]
    assert group.says("小李", "产地证能自己打印吗")["decision"] == "answered"


def test_whoever_stops_pouring_is_listened_to_again(world: World, group: Room) -> None:
    _pours(group, "刷屏的", 40)
    group.hears()
    world.later("1m")
    assert group.says("刷屏的", "产地证能自己打印吗")["decision"] == "answered"


def test_pouring_in_private_is_told_once_too(world: World) -> None:
    chat = world.private("刷屏的")
    for _ in range(30):
        world.now = world.now.replace(second=0)
        chat.says("刷屏的", "哈哈哈")
    assert sum("发得太快" in heard for heard in chat.hears()) == 1


def test_a_lively_group_is_no_flood(group: Room) -> None:
    reasons = [group.says(f"成员{number}", "早上好")["reason"] for number in range(60)]
    assert "flood" not in reasons


@pytest.fixture
def terse(worlds: Worlds) -> World:
    """A bot that may say two lines in five minutes."""
    return worlds(settings=Settings(answering=AnsweringSection(say=SaySection(lines=2))))


def test_when_the_bot_has_said_enough_it_leaves_questions_to_the_members(terse: World) -> None:
    terse.group.says("小王", "手册能展期吗")
    terse.group.says("小李", "产地证能自己打印吗")
    result = terse.group.says("小赵", "报关单填错了能改吗")
    assert (result["decision"], result["reason"]) == ("watching", "said_enough")
    assert len(terse.group.hears()) == 2


def test_who_calls_the_bot_is_answered_when_it_may_speak_again(terse: World) -> None:
    terse.group.says("小王", "手册能展期吗")
    terse.group.says("小李", "产地证能自己打印吗")
    assert terse.group.asks_bot("小赵", "报关单填错了能改吗")["decision"] == "answered"
    assert len(terse.group.hears()) == 2
    terse.later("4m")
    assert terse.group.hears() == []
    terse.later("1m")
    [heard] = terse.group.hears()
    assert heard.startswith("@小赵")


def test_a_clock_set_back_does_not_gag_the_bot(terse: World) -> None:
    terse.group.says("小王", "手册能展期吗")
    terse.group.says("小李", "产地证能自己打印吗")
    terse.group.hears()
    terse.now = terse.now.replace(hour=3)
    answers = [terse.group.says(name, "手册能展期吗")["reason"] for name in ("小赵", "小钱")]
    assert answers == ["known", "answered_lately"]
    assert len(terse.group.hears()) == 1


def test_a_private_chat_has_no_such_limit(terse: World) -> None:
    chat = terse.private("小王")
    for text in ("手册能展期吗", "产地证能自己打印吗", "报关单填错了能改吗"):
        chat.says("小王", text)
    assert len(chat.hears()) == 3
