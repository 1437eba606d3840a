"""Invitations and reminders: at decent hours, few, and together."""

from datetime import time

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from bot.follow_up_settings import FollowUpSection
from bot.settings import Settings
from handlers.follow_ups import FollowUp
from handlers.outbox import Lane, PromiseKind, PromiseRow
from tests.world import World, Worlds

QUESTIONS = ("再制造首单怎么报备", "快件丢了单证怎么补办")


def polite(worlds: Worlds, **rules: object) -> World:
    return worlds(settings=Settings(follow_ups=FollowUpSection.model_validate(rules)))


@pytest.fixture
def evening(worlds: Worlds) -> World:
    return polite(worlds, hours="09:00-20:00", a_person=1, combine=True)


def answered_twice(world: World) -> None:
    for number, question in enumerate(QUESTIONS, 1):
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


def test_a_person_hears_so_many_a_day_in_all_his_groups_together(worlds: Worlds) -> None:
    world = polite(worlds, a_person=1, combine=False)
    rooms = world.group, world.room("别的群")
    for number, (room, question) in enumerate(zip(rooms, QUESTIONS, strict=True), 1):
        room.says("小王", f"转人工 {question}")
        world.desk.says("老李", f"回复 {number} 照章办理")
        room.hears()
    world.later("8h")
    assert [len(room.hears()) for room in rooms] == [1, 0]
    world.later("12h")
    assert [len(room.hears()) for room in rooms] == [0, 1]


def test_how_far_a_long_matter_is_waits_for_the_morning_and_counts_in_the_same_budget(evening: World) -> None:
    evening.group.says("小王", "转人工 再制造首单怎么报备")
    evening.desk.says("老李", "长期跟踪 1 每7天 要总署批复")
    assert "我们会一直跟踪" in evening.group.hears()[-1]
    evening.desk.says("老李", "进展 1 方案已报总署")
    evening.later("8h")
    assert evening.group.hears() == []
    evening.later("16h")
    [said] = evening.group.hears()
    assert said.startswith("@小王 您的问题 #1 办理进展：\n方案已报总署")
    with evening.store.reading() as session:
        rows = session.scalars(select(PromiseRow).where(PromiseRow.purpose == FollowUp.PROGRESS)).all()
    assert [(row.kind, row.lane) for row in rows] == [(PromiseKind.ASK, Lane.PEOPLE)] * 2


def test_each_kind_has_its_row_of_the_policy(worlds: Worlds) -> None:
    kinds = {
        "rating": {"a_day": 1, "private": True, "after": "2h", "hours": "10:00-12:00"},
        "reminder": {"send": False},
    }
    world = polite(worlds, kinds=kinds, combine=False)
    answered_twice(world)
    world.later("90m")
    assert world.private("小王").hears() == []
    world.later("90m")
    [first] = world.private("小王").hears()
    assert first.startswith("您的问题 #1 解决了吗？")
    world.later("1d")
    [second] = world.private("小王").hears()
    assert second.startswith("您的问题 #2 解决了吗？")
    assert world.private("小王").says("小王", "评价 满意")["decision"] == "command"
    world.later("5d")
    assert world.group.hears() == []
    assert world.private("小王").hears() == ["谢谢您的评价，#2 已办结。"]


def test_what_somebody_waits_for_comes_at_once_unless_the_policy_names_hours_or_the_private_chat(
    worlds: Worlds,
) -> None:
    private = {"private": True}
    kinds = {
        "acceptance": private, "answer": {"hours": "08:00-18:00"}, "correction": private, "rating": {"send": False}
    }  # fmt: skip
    world = polite(worlds, hours="09:00-10:00", a_person=1, a_group=1, kinds=kinds)
    world.later("11h")
    for number, question in enumerate(QUESTIONS, 1):
        world.group.says("小王", f"转人工 {question}")
        world.group.says("小王", "转人工")
        world.desk.says("老李", f"回复 {number} 照章办理")
        assert world.desk.hears()[-1].startswith(f"@老李 #{number} 已答复，明天 08:00 发给提问人。")
    assert [said.partition("，")[0] for said in world.private("小王").hears()] == [
        "您的问题已登记为 #1", "这个问题已经登记为 #1", "您的问题已登记为 #2", "这个问题已经登记为 #2",
    ]  # fmt: skip
    world.desk.says("老李", "更正 1 先备案")
    assert world.group.hears() == []
    world.later("12h")
    assert [text.split("\n")[:2] for text in world.group.hears()] == [
        ["@小王 您的问题 #2 答复如下：", "照章办理"],
        ["@小王 您的问题 #1 答复如下：", "先备案"],
    ]
    world.desk.says("老李", "更正 2 要先备案")
    assert "已更正，新的答复发给了 1 位提问人。" in world.desk.hears()[-1]
    assert [text.split("\n")[:2] for text in world.private("小王").hears()] == [
        ["您的问题 #2 更正答复，请以这次为准：", "要先备案"]
    ]


def test_who_was_asked_for_material_is_reminded_once_for_each_request(evening: World) -> None:
    evening.group.says("小王", "转人工 再制造首单怎么报备")
    evening.desk.says("老李", "补充 1 请补合同和发票")
    evening.group.hears()
    evening.later("2d")
    assert evening.group.hears() == []
    evening.later("2d")
    [said] = evening.group.hears()
    assert said == "@小王 您的问题 #1 还在等您补充材料，补齐了马上接着办。请发“补充 1 内容”。"
    evening.later("2d")
    assert evening.group.hears() == []
    evening.group.says("小王", "补充 1 合同和发票都在这里")
    evening.desk.says("老李", "补充 1 还缺装箱单")
    evening.group.hears()
    evening.later("4d")
    assert [text for text in evening.group.hears() if "还在等您补充材料" in text] == [said]


def test_a_policy_that_would_hold_back_a_volunteers_word_is_refused() -> None:
    for kind in ("progress", "answer", "correction"):
        for row in ({"send": False}, {"after": "1d"}):
            with pytest.raises(ValidationError, match="leave send and after out"):
                FollowUpSection.model_validate({"kinds": {kind: row}})
    with pytest.raises(ValidationError, match="somebody waits for it; leave a_day out"):
        FollowUpSection.model_validate({"kinds": {"request": {"a_day": 1}}})
    with pytest.raises(ValidationError, match="kinds"):
        FollowUpSection.model_validate({"kinds": {"raiting": {}}})


def test_hours_are_those_of_the_configuration() -> None:
    assert FollowUpSection.model_validate({"hours": "09:00-20:00"}).rules().hours == (time(9), time(20))
