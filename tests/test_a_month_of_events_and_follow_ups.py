"""A month through replay: the monthly event from its plan to its record, and follow-ups that nag nobody meanwhile."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time

import pytest
from sqlalchemy import select

from bot.event_settings import EventSection
from bot.follow_up_settings import FollowUpSection
from bot.settings import Settings
from handlers.events.models import EventQuestionRow, EventRow
from handlers.events.words import Source
from handlers.follow_ups import FollowUp
from handlers.notices.models import TargetRow
from handlers.notices.words import Target
from handlers.outbox import PromiseRow, PromiseState
from handlers.tickets.models import TicketRow
from handlers.tickets.words import TicketClass
from handlers.times import SHANGHAI, local_day, time_of_day
from tests.noticing import approve
from tests.world import World, Worlds

PEOPLE = ("小王", "小李")
QUESTIONS = (
    "再制造首单怎么报备", "快件丢了单证怎么补办", "内销缓税利息怎么算", "展品留购要补哪些手续", "样机返修怎么报",
    "集装箱箱体延期怎么办", "船用物料供船怎么申报", "退运货物换包装可以吗", "保税油加注要备案吗", "跨关区外发加工怎么报",
)  # fmt: skip
WORKING_DAYS = (3, 4, 5, 6, 9, 10, 11, 12, 13, 17)


@pytest.fixture
def march(worlds: Worlds) -> World:
    follow = FollowUpSection.model_validate({"hours": "09:00-20:00", "a_person": 1, "a_group": 2})
    return worlds(settings=Settings(events=EventSection(monthly_day=15), follow_ups=follow))


def until(world: World, day: int, clock: str, *, month: int = 3) -> None:
    """Let time pass up to that moment."""
    moment = datetime.combine(date(2026, month, day), time.fromisoformat(clock), SHANGHAI)
    world.later(f"{max(int((moment - world.now).total_seconds()), 0)}s")


def ask_and_answer(world: World, day: int, number: int) -> None:
    """A question in the evening, answered at once: too late to invite to anything that day."""
    until(world, day, "19:40")
    question = QUESTIONS[number % len(QUESTIONS)]
    assert world.group.says(PEOPLE[number % 2], f"转人工 {question}")["decision"] in ("ticket", "joined")
    world.desk.says("老李", f"回复 {number + 1} 照章办理")


def play(world: World) -> None:
    """The month, day by day."""
    for number, day in enumerate(WORKING_DAYS[:5]):
        ask_and_answer(world, day, number)
        world.desk.says("老李", f"分类 {number + 1} 共性咨询")
    until(world, 10, "09:00")
    world.desk.says("老李", "活动通知 A1 受众：全部")
    approve(world.desk, 1)
    until(world, 11, "10:00")
    for name, question in zip(PEOPLE, ("手册能不能跨关区用", "单耗什么时候报"), strict=True):
        assert world.group.says(name, f"活动提问 {question}")["reason"] == "event_question"
    for number, day in enumerate(WORKING_DAYS[5:9], 5):
        ask_and_answer(world, max(day, 11), number)
    until(world, 15, "15:00")
    world.desk.says("老李", "活动提醒 A1")
    approve(world.desk, 2)
    until(world, 16, "16:00")
    with world.store.reading() as session:
        [first, _] = session.scalars(select(EventQuestionRow).where(EventQuestionRow.inbox_id.is_not(None)))
    world.desk.says("老李", f"现场答 A1 {first.id} 答复：可以，两边都要备案")
    world.desk.says("老李", "现场问 A1 问题：归类有分歧找谁 答复：先申请预裁定 企业：海蓝公司")
    world.desk.says("老李", "活动结束 A1 企业 20 人次 35 资料 100")
    until(world, 17, "09:30")
    world.desk.says("老李", "回放 A1 https://example.org/r")
    approve(world.desk, 3)
    until(world, 24, "23:00")


def test_a_month_of_events_and_follow_ups(march: World) -> None:
    play(march)
    march.desk.says("老李", "活动台账 3月")
    assert march.desk.hears()[-1] == (
        "@老李 2026年3月办过的活动：\n面对面 1 场：企业 20 家，35 人次，资料 100 份。\n现场答复 2 个问题。"
    )
    with march.store.reading() as session:
        [event] = session.scalars(select(EventRow))
        questions = session.scalars(select(EventQuestionRow)).all()
        asked = TicketRow.ticket_class == TicketClass.COMMON, TicketRow.opened_at < event.reminded_at
        common = set(session.scalars(select(TicketRow.id).where(*asked)))
        targets = session.scalars(select(TargetRow).order_by(TargetRow.notice_id)).all()
        said = session.scalars(select(PromiseRow).where(PromiseRow.purpose.is_not(None))).all()
    assert event.starts_at.astimezone(SHANGHAI) == datetime(2026, 3, 16, 14, 30, tzinfo=SHANGHAI)
    assert [one.text for one in questions if not one.answer and one.ticket_id is None] == []
    assert {one.ticket_id for one in questions if one.source == Source.TICKET} == common
    assert len(common) >= 3
    assert [(one.notice_id, one.state) for one in targets] == [(number, Target.DELIVERED) for number in (1, 2, 3)]
    assert {row.state for row in said} == {PromiseState.SENT}
    nobody_is_nagged(said)


def nobody_is_nagged(said: Sequence[PromiseRow]) -> None:
    moments = [row.sent_at for row in said if row.sent_at is not None]
    people = Counter((row.mention[0]["id"], local_day(moment)) for row, moment in zip(said, moments, strict=True))
    assert max(people.values()) == 1
    assert max(Counter(local_day(moment) for moment in moments).values()) <= 2
    assert all(time(9) <= time_of_day(moment) < time(20) for moment in moments)
    assert len({row.text for row in said}) == len(said)
    assert {row.purpose for row in said} >= {FollowUp.RATING, FollowUp.REMINDER}
    assert {name for name, _ in people} == set(PEOPLE)
