"""Invitations and reminders: at decent hours, few, and together."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from bot.contact_settings import FollowUpSection
from bot.settings import Settings
from tests.world import Brain, World


def polite(folder: Path, brain: Brain, **rules: object) -> World:
    return World(folder, brain, settings=Settings(follow_ups=FollowUpSection.model_validate(rules)))


@pytest.fixture
def evening(tmp_path: Path, brain: Brain) -> Iterator[World]:
    world = polite(tmp_path, brain, hours="09:00-20:00", a_person=1, combine=True)
    yield world
    world.store.close()


def answered_twice(world: World) -> None:
    for number, question in enumerate(("再制造首单怎么报备", "快件丢了单证怎么补办"), 1):
        world.group.says("小王", f"转人工 {question}")
        world.desk.says("老李", f"回复 {number} 照章办理")
    world.group.hears()


def test_two_invitations_for_one_person_come_together_in_the_morning(evening: World) -> None:
    evening.later("11h")
    answered_twice(evening)
    evening.later("3h")
    assert evening.group.hears() == []
    evening.later("10h")
    [said] = evening.group.hears()
    assert said.startswith("@小王 您的问题 #1 解决了吗？")
    assert "\n您的问题 #2 解决了吗？" in said


def test_a_person_hears_so_many_a_day(tmp_path: Path, brain: Brain) -> None:
    world = polite(tmp_path, brain, a_person=1, combine=False)
    answered_twice(world)
    world.later("8h")
    assert len(world.group.hears()) == 1
    world.later("12h")
    assert len(world.group.hears()) == 1
    world.store.close()


def test_hours_are_those_of_the_configuration() -> None:
    assert FollowUpSection.model_validate({"hours": "09:00-20:00"}).rules().hours == (time(9), time(20))
