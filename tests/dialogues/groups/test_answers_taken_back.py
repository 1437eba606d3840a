"""A volunteer takes back what the bot answered; nobody is left with it, and nobody without an answer."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.channels.base import Abilities
from bot.settings import Settings
from bot.wiring import wire
from handlers.members.directory import Volunteer
from tests.dialogues.groups.talk import talk
from tests.world import Brain, Room, World


@pytest.fixture
def group(world: World, brain: Brain) -> Room:
    return _with_chen(world, brain)


def _with_chen(world: World, brain: Brain, *, abilities: Mapping[str, Abilities] | None = None) -> Room:
    """陈老师 is a volunteer in the community group too."""
    chen = Volunteer(address="replay:陈老师", name="陈老师")
    world.wiring = wire(
        Settings(), store=world.store, mind=brain.mind, knowledge=brain.knowledge, instruments=brain.instruments,
        directory=replace(world.directory, volunteers={chen.address: chen}), clock=world.clock,
        abilities=abilities,
    )  # fmt: skip
    return world.group


def test_the_asker_is_told_why_and_gets_a_person(group: Room) -> None:
    answered, _ = talk(group, "小王: 手册能展期吗", "小李: 学到了")
    group.hears()
    taken_back = group.says("陈老师", "撤回 口径已变", quotes=answered["n"])
    assert (taken_back["decision"], taken_back["reason"], taken_back["entry"]) == ("command", "withdrawn", "T-001")
    heard, deleted = group.hears()
    assert deleted.startswith("（撤回）【")
    assert heard.startswith("@小王 更正")
    assert "口径已变" in heard
    [card] = group.world.desk.hears()
    assert "手册能展期吗" in card
    assert "口径已变" in card


def test_without_a_quote_the_last_answer_is_meant(group: Room) -> None:
    talk(group, "小王: 手册能展期吗", "小李: 产地证能自己打印吗")
    assert group.says("陈老师", "撤回 说得不全")["entry"] == "T-004"


def test_where_nothing_can_be_deleted_the_correction_is_all_that_is_said(world: World, brain: Brain) -> None:
    group = _with_chen(world, brain, abilities={"qq": Abilities(unsay=True)})
    answered = talk(group, "小王: 手册能展期吗")[0]
    group.hears()
    group.says("陈老师", "撤回 口径已变", quotes=answered["n"])
    [heard] = group.hears()
    assert heard.startswith("@小王 更正")


def test_no_reason_no_answer_or_twice_is_refused_with_what_to_type(group: Room) -> None:
    assert group.says("陈老师", "撤回 口径已变")["reason"] == "refused"
    talk(group, "小王: 手册能展期吗")
    assert group.says("陈老师", "撤回")["reason"] == "refused"
    assert "撤回 口径已变" in group.hears()[-1]
    group.says("陈老师", "撤回 口径已变")
    assert group.says("陈老师", "撤回 口径已变")["reason"] == "refused"


def test_a_member_cannot_take_an_answer_back(group: Room) -> None:
    talk(group, "小王: 手册能展期吗")
    group.hears()
    assert group.says("小李", "撤回 我不同意")["decision"] == "silent"
    assert group.hears() == []
