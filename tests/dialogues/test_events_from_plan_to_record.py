"""Events: planned by themselves or by hand, announced through a notice, asked at, recorded, and nothing left open."""

import pytest

from bot.event_settings import EventSection
from bot.settings import Settings
from tests.noticing import approve
from tests.world import Room, World, Worlds

PLAN = "办活动 面对面 3月16日 14:30 标题：三月面对面 地点：办事大厅 专题：新手册怎么用"


@pytest.fixture
def monthly(worlds: Worlds) -> World:
    return worlds(settings=Settings(events=EventSection(monthly_day=15)))


def test_the_monthly_one_is_planned_on_a_working_day_once(monthly: World) -> None:
    monthly.group.says("小王", "大家早")
    monthly.later("40d")
    told = [text for text in monthly.desk.hears() if "关企面对面" in text]
    # the 15th of March 2026 is a Sunday
    assert told[0].startswith("A1 【面对面】3 月关企面对面（筹备）\n时间：3月16日（周一）14:30")
    assert "内容：1. 最新政策解读；2. 以案说法；3. 面对面答疑" in told[0]
    assert told[1].startswith("【提醒】A1 3 月关企面对面 明天 14:30 开始")
    assert told[2].startswith("A2 【面对面】4 月关企面对面（筹备）\n时间：4月15日（周三）14:30")
    assert len(told) == 3


@pytest.mark.parametrize(
    ("day", "wait", "change", "next_one"),
    [
        (1, "28d", "改活动 A2 3月31日 10:00", "A3 【面对面】5 月"),
        (15, "12d", "改活动 A1 4月2日 10:00", "A2 【面对面】4 月"),
    ],
)
def test_the_next_monthly_one_is_planned_though_the_last_was_put_into_another_month(
    worlds: Worlds, day: int, wait: str, change: str, next_one: str
) -> None:
    monthly = worlds(settings=Settings(events=EventSection(monthly_day=day)))
    monthly.group.says("小王", "大家早")
    monthly.later(wait)
    monthly.desk.says("老李", change)
    monthly.desk.hears()
    monthly.later("40d")
    planned = [text for text in monthly.desk.hears() if "月关企面对面（筹备）" in text]
    assert planned[0].startswith(next_one)


def test_an_event_is_announced_asked_before_held_and_recorded(world: World, group: Room, desk: Room) -> None:
    desk.says("老李", PLAN)
    assert "内容：1. 最新政策解读；2. 以案说法；3. 面对面答疑；4. 专题：新手册怎么用" in desk.hears()[0]
    desk.says("老李", "活动通知 A1 受众：全部")
    assert desk.hears()[0] == "@老李 A1 的通知已起草为 N1，受众“全部”。没问题请发：提交 N1"
    approve(desk, 1)
    world.later("1m")
    assert group.hears()[0].startswith("【活动】三月面对面\n时间：3月16日（周一）14:30\n地点：办事大厅")
    group.says("小王", "活动提问 手册能不能跨关区用")
    assert group.hears()[0].startswith("@小王 已记下，三月面对面（3月16日（周一）14:30）上答复")
    desk.hears()
    desk.says("老李", "现场问 A1 问题：单耗怎么报 答复：出口前报 企业：海蓝公司")
    desk.says("老李", "现场问 A1 问题：内销缓税利息怎么算 企业：海蓝公司 姓名：张经理")
    for slip in ("活动结束 A1 企业 20 人次 35", "活动结束 A1 企业 20 人次 35 资料 10000000000"):
        desk.says("老李", slip)
        assert "还缺资料，没有改动" in desk.hears()[-1]
    desk.says("老李", "活动结束 A1 企业 20 人次 35 资料 100")
    said = [text for text in desk.hears() if "已登记：" in text]
    assert said == ["@老李 A1 已登记：企业 20 家，35 人次，资料 100 份，现场答复 1 个，没答完的转成工单：#1、#2。"]
    desk.says("老李", "回复 1 可以跨关区")
    assert "您的问题 #1 答复如下：\n可以跨关区" in group.hears()[-1]
    desk.says("老李", "回放 A1 https://example.org/r")
    approve(desk, 2)
    world.later("1m")
    assert group.hears()[-1] == "【活动】回放：三月面对面\n回放：https://example.org/r"
    desk.says("老李", "活动结束 A1 企业 1 人次 1 资料 1")
    assert desk.hears()[-1] == "@老李 A1 已办，没有改动。"


def test_common_questions_come_onto_the_next_agenda_those_of_most_askers_first(
    world: World, group: Room, desk: Room
) -> None:
    for name, question in (
        ("小王", "再制造首单怎么报备"),
        ("小李", "快件丢了单证怎么补办"),
        ("小张", "快件丢了单证怎么补办"),
    ):
        group.says(name, f"转人工 {question}")
    desk.says("老李", "合并 3 到 2")
    for number in (1, 2):
        desk.says("老李", f"分类 {number} 共性咨询")
    desk.hears()
    desk.says("老李", PLAN)
    assert "1. [共性咨询·工单 #2] 快件丢了单证怎么补办\n2. [共性咨询·工单 #1] 再制造首单怎么报备" in desk.hears()[0]
    group.says("小王", "转人工 展品留购要补哪些手续")
    desk.says("老李", "分类 4 共性咨询")
    desk.says("老李", PLAN.replace("3月16日", "3月18日"))
    said = desk.hears()[-1]
    assert "[共性咨询·工单 #4] 展品留购要补哪些手续" in said
    assert "再制造首单" not in said
    desk.says("老李", "取消活动 A2")
    world.later("14d")
    assert any(text.startswith("【提醒】A1") and "已有 3 个问题" in text for text in desk.hears())


def test_what_is_answered_on_the_spot_goes_back_to_who_asked_beforehand(world: World, group: Room, desk: Room) -> None:
    desk.says("老李", PLAN)
    group.says("小王", "活动提问 手册能不能跨关区用")
    group.says("小李", "活动提问 单耗什么时候报")
    group.hears()
    desk.says("老李", "现场答 A1 1 答复：可以，两边海关都要备案")
    assert desk.hears()[-1] == "@老李 A1 第 1 问的答复已记下，已告诉提问的人。"
    assert group.hears() == [
        "@小王 您在“三月面对面”提的问题：手册能不能跨关区用\n现场答复：可以，两边海关都要备案\n"
        "还没解决请发：转人工 手册能不能跨关区用"
    ]
    for said, told in {
        "现场答 A1 1 答复：不可以": "A1 第 1 问已经答过了，没有改动：可以，两边海关都要备案",
        "现场答 A1 9 答复：可以": "A1 没有第 9 问，没有改动。发“活动 A1”看议程。",
        "现场答 A1 2": "请写第几问和答复，例如：现场答 A1 3 答复：可以跨关区",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused"
        assert desk.hears() == [f"@老李 {told}"]
    desk.says("老李", "活动结束 A1 企业 20 人次 35 资料 100")
    assert "现场答复 1 个，没答完的转成工单：#1。" in desk.hears()[-1]
    world.later("15d")
    desk.says("老李", "活动台账 3月")
    told = "2026年3月办过的活动：\n面对面 1 场：企业 20 家，35 人次，资料 100 份。\n现场答复 1 个问题。"
    assert desk.hears()[-1] == f"@老李 {told}"


def test_an_event_is_moved_or_cancelled_and_its_questions_are_not_lost(world: World, group: Room, desk: Room) -> None:
    desk.says("老李", PLAN)
    group.says("小王", "活动提问 手册能不能跨关区用")
    desk.hears()
    desk.says("老李", "改活动 A1 3月20日 10:00 地点：二楼会议室")
    assert "时间：3月20日（周五）10:00\n地点：二楼会议室\n" in desk.hears()[-1]
    world.later("18d")
    [reminder] = [text for text in desk.hears() if text.startswith("【提醒】A1 三月面对面")]
    assert "明天 10:00 开始，已有 1 个问题" in reminder
    desk.says("老李", "取消活动 A1")
    assert "@老李 A1 已取消。会前提的问题转成工单：#1。" in desk.hears()
    desk.says("老李", "改活动 A1 3月30日")
    assert desk.hears()[-1] == "@老李 A1 取消，没有改动。"


def test_refusals_about_events_say_what_to_type(group: Room, desk: Room) -> None:
    for said, told in {
        "办活动 面对面": "请照这样写：办活动 面对面 3月16日 14:30 标题：……。种类有：面对面、宣讲、直播、走访、培训",
        "办活动 聚餐 3月16日": "请照这样写：办活动",
        "办活动 走访 3月1日": "3月1日（周日）09:00 已经过去了，没有保存。",
        "活动 A9": "没有活动 A9。发“活动”看看都有哪些。",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused"
        assert desk.hears()[0].startswith(f"@老李 {told}")
    group.says("小王", "活动提问 手册能不能跨关区用")
    assert group.hears() == ["@小王 近期没有安排活动，请直接说问题，我来答或转志愿者。"]
