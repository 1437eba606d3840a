"""What time does to tickets: warned once, raised level by level, and nothing done twice."""

from datetime import datetime

from sqlalchemy import func, select, text, update

from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.tickets.models import ClockRow, TicketEventRow, TicketRow
from handlers.tickets.words import ClockKind, What
from handlers.times import SHANGHAI
from tests.world import Room, World

URGENT = (
    "转人工 明天截关，再制造首单怎么报备"  # class 创新, grade CA: taken within 30 working minutes, done the same day
)

REFUSE_THE_FIRST = text(
    "CREATE TRIGGER refuse_the_first BEFORE INSERT ON ticket_events WHEN NEW.ticket_id = 1 AND NEW.what = 'warned' "
    "BEGIN SELECT RAISE(ABORT, 'this row is broken'); END"
)


def events(world: World, what: What) -> list[tuple[str, str, str]]:
    with world.store.transaction() as session:
        rows = session.scalars(select(TicketEventRow).where(TicketEventRow.what == what).order_by(TicketEventRow.id))
        return [(f"{row.at.astimezone(SHANGHAI):%d %H:%M}", row.before, row.after) for row in rows]


def test_a_ticket_nobody_takes_is_warned_of_and_raised(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    desk.hears()
    world.later("14m")
    assert desk.hears() == []
    world.later("2m")
    assert desk.hears() == [
        "【临期提醒 #1】请在 今天 09:30 前接单：明天截关，再制造首单怎么报备\n还没有人接，发：接单 1"
    ]
    world.later("15m")
    assert desk.hears() == [
        "【超时 #1】应在 今天 09:30 前接单，现为“责任单位分办”。\n"
        "问题：明天截关，再制造首单怎么报备\n还没有人接，发：接单 1"
    ]


def test_every_level_is_told_once_and_the_highest_is_the_last(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    desk.says("老李", "接单 1")
    desk.hears()
    world.later("30d")
    assert events(world, What.WARNED) == [("02 16:30", "", "办结")]
    assert events(world, What.BREACHED) == [
        ("02 17:30", "首问自办", "责任单位分办"),
        ("03 17:30", "责任单位分办", "工作专班督办"),
        ("04 17:30", "工作专班督办", "领导小组决策"),
    ]
    said = [line for line in desk.hears() if "【督办" not in line]
    assert [line.partition("】")[0] for line in said] == ["@老李 【临期提醒 #1", *["@老李 【超时 #1"] * 3]
    assert said[1].startswith("@老李 【超时 #1】应在 今天 17:30 前答复，现为“责任单位分办”。")


def test_who_takes_it_in_time_hears_of_no_first_deadline(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    desk.says("老李", "接单 1")
    desk.hears()
    world.later("7h")
    assert desk.hears() == []
    desk.says("老李", "回复 1 今天报备即可")
    desk.hears()
    world.later("30d")
    assert desk.hears() == []


def test_a_late_answer_still_counts_how_late_it_was(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    world.later("1d")
    desk.says("老李", "回复 1 今天报备即可")
    with world.store.transaction() as session:
        clocks = {clock.kind: clock for clock in session.scalars(select(ClockRow))}
    resolution = clocks[ClockKind.RESOLUTION]
    assert resolution.due == datetime(2026, 3, 2, 17, 30, tzinfo=SHANGHAI)
    assert resolution.breached_at == resolution.due
    assert resolution.stopped_at is not None
    assert (resolution.stopped_at - resolution.due).total_seconds() // 60 == 15.5 * 60
    assert (resolution.warn_at, resolution.breach_at) == (None, None)


def test_the_asker_is_told_when_his_hour_has_passed(world: World, group: Room) -> None:
    group.says("小王", URGENT)
    group.hears()
    world.later("1d")
    group.says("小王", "进度")
    assert group.hears() == ["@小王 #1（明天截关，再制造首单怎么报备）：待受理，已超过承诺时间，抱歉，已上报督办"]


def test_material_that_never_comes_does_not_stop_the_clock_for_good(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    desk.says("老李", "补充 1 请发合同")
    desk.hears()
    world.later("6d")
    assert desk.hears() == []
    world.later("2d")
    assert desk.hears()[0] == "@老李 【#1 补充超期】提问人一直没有补充，恢复计时。请按现有情况答复：回复 1 答案"
    assert events(world, What.RESUMED) == [("09 09:00", "待补充", "处理中")]


def test_an_answer_that_did_not_arrive_keeps_the_ticket_open(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    desk.says("老李", "回复 1 今天报备即可")
    desk.hears()
    with world.store.transaction() as session:
        lost = PromiseRow.kind == PromiseKind.ANSWER
        session.execute(update(PromiseRow).where(lost).values(state=PromiseState.FAILED, reason="群已解散"))
    world.later("1m")
    assert desk.hears() == [
        "@老李 【没送到 #1】给小王的答复没有送达（群已解散），工单仍在办。\n请换个办法联系他，或稍后重发：回复 1 答案"
    ]
    world.later("1h")
    assert not [line for line in desk.hears() if "没送到" in line]
    group.hears()
    desk.says("老李", "回复 1 今天报备即可")
    assert "今天报备即可" in group.hears()[0]


def test_running_every_job_again_does_nothing_again(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    group.says("小张", "转人工 首单怎么报备")
    desk.says("老李", "回复 2 可以")
    world.later("10d")
    with world.store.transaction() as session:
        before = session.scalar(select(func.count()).select_from(PromiseRow))
        done = {job.name: job.run(session, world.now) for job in world.wiring.jobs if job.name.startswith("ticket_")}
        assert session.scalar(select(func.count()).select_from(PromiseRow)) == before
    assert set(done.values()) == {0}


def test_nothing_that_happened_is_ever_overwritten(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    desk.says("老李", "接单 1")
    desk.says("老李", "回复 1 第一次答复")
    group.says("小王", "评价 不满意 没看懂")
    desk.says("老李", "回复 1 第二次答复")
    group.says("小王", "评价 满意")
    with world.store.transaction() as session:
        rows = session.scalars(select(TicketEventRow).order_by(TicketEventRow.id)).all()
        told = [(row.who_name, row.what.label, row.before, row.after, row.why) for row in rows]
        assert session.get_one(TicketRow, 1).reopened == 1
    assert told == [
        ("小王", "登记", "", "创新 CA", ""),
        ("老李", "接单", "", "老李", ""),
        ("老李", "答复", "已受理", "已答复", "第一次答复"),
        ("老李", "清理方式", "", "当场清", ""),
        ("小王", "评价", "", "不满意", "没看懂"),
        ("小王", "重开", "已答复", "重开", "不满意：没看懂"),
        ("小王", "待办事项", "", "差评回访", ""),
        ("小王", "待办事项", "", "差评整改", ""),
        ("老李", "答复", "重开", "已答复", "第二次答复"),
        ("小王", "评价", "不满意", "满意", ""),
        ("小王", "确认解决", "已答复", "已确认", ""),
        ("小王", "状态变化", "已答复", "已确认", ""),
    ]


def test_one_ticket_that_cannot_be_warned_of_holds_up_no_other(world: World, group: Room, desk: Room) -> None:
    group.says("小王", URGENT)
    group.says("小陈", "转人工 今天截关，跨境研发的样机怎么申报")
    desk.hears()
    with world.store.transaction() as session:
        session.execute(REFUSE_THE_FIRST)
    world.later("16m")
    world.later("1m")
    assert [line.partition("】")[0] for line in desk.hears()] == ["【临期提醒 #2"]
    with world.store.transaction() as session:
        session.execute(text("DROP TRIGGER refuse_the_first"))
    world.later("1m")
    assert [line.partition("】")[0] for line in desk.hears()] == ["【临期提醒 #1"]
