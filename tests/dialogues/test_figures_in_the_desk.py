"""Leaders and duty chiefs ask for figures in the desk; digests come of themselves."""

from datetime import time

import pytest

from bot.settings import Settings
from bot.ticket_settings import TicketSection
from handlers.members.directory import Right, Volunteer
from tests.world import CHANNEL, Room, World, Worlds, colleague


@pytest.fixture
def world(worlds: Worlds) -> World:
    settings = Settings(tickets=TicketSection(digest_at=time(9)))
    return worlds(settings=settings)


@pytest.fixture
def worked(world: World, group: Room, desk: Room) -> World:
    """Three questions: one rated well, one answered, one that nobody took."""
    for name, question in (
        ("小王", "再制造首单怎么报备"),
        ("小李", "明天截关，船证丢了怎么办"),
        ("小赵", "展会样机能不能转卖"),
    ):
        group.says(name, f"转人工 {question}")
    desk.says("老李", "回复 1 先备案")
    desk.says("老李", "回复 2 找代理补")
    group.says("小王", "评价 1 非常满意")
    desk.hears()
    return world


def test_statistics_of_a_month_show_every_denominator(worked: World, desk: Room) -> None:
    desk.says("老李", "统计")
    assert desk.hears()[0].splitlines() == [
        "@老李 【统计 2026年3月】",
        "受理 3 件，在办 1 件（超时 0）",
        "志愿者办结 1｜提问人确认 1｜默认办结 0｜超时 0",
        "不予受理 0｜答复未送达 0",
        "办结率 66.7%（2/3）",
        "提问人确认率 50.0%（1/2）",
        "满意率 100.0%（1/1），未评价 1 件",
        "按时办结率 100.0%（2/2）",
        "首次响应按时率 100.0%（2/2）",
        "一次办结率 100.0%（2/2）",
        "机器人自动答复 0 次，自动办结率 0.0%（0/3）",
        "存量：期初 0＋新增 3＋重开 0－办结 2－并入 0＝期末 1",
    ]


def test_statistics_may_be_parted(worked: World, desk: Room) -> None:
    desk.says("老李", "统计 今天 按社群")
    assert desk.hears() == [
        "@老李 【统计 2026年3月2日 按社群】受理／在办（超时）／志愿者办结／确认／默认／不予受理\n社群：3／1（0）／1／1／0／0"
    ]
    desk.says("老李", "统计 按星座")
    assert desk.hears()[0].startswith("@老李 不能按“星座”分，可以按渠道、平台、社群、")


def test_the_ledger_in_the_chat_shows_what_is_owed(worked: World, desk: Room) -> None:
    desk.says("老李", "台账")
    lines = desk.hears()[0].splitlines()
    assert lines[0] == "@老李 【台账 2026年3月】受理 3 件，办结率 66.7%（2/3）"
    assert lines[2] == "在办 1 件（1 天内 1），其中超时 0 件"
    assert lines[3].startswith("#3 ")


def test_density_loads_and_reports(worked: World, desk: Room) -> None:
    desk.says("老李", "密度 本周")
    assert desk.hears()[0].startswith("@老李 【密度 2026年3月2日至2026年3月8日】共 3 件，主题 ")
    desk.says("老李", "工作量 今天")
    assert desk.hears()[0].splitlines()[1] == "老李：0（0）／2／2／100.0%（2/2）／★5.0（1 评）"
    desk.says("老李", "周报")
    told = desk.hears()[0]
    assert "受理比上期多 3 件（上期 0）；上期办结率 —（0 件）" in told
    assert "按时办结率 100.0%（2/2）｜一次办结率 100.0%（2/2）\n满意率 100.0%（1/1），未评价 1 件" in told


def test_talk_about_reports_is_left_alone_and_a_wrong_period_is_not(worked: World, desk: Room) -> None:
    for talk in ("日报写好了吗", "统计 小陈发一下", "密度怎么这么大"):
        assert desk.says("老李", talk)["decision"] == "silent"
    assert desk.hears() == []
    desk.says("老李", "统计 13月")
    assert desk.hears() == [
        "@老李 看不懂期间“13月”，可以写：今天、昨天、本周、上周、本月、上月、9月、今年、2026-09-01 到 2026-09-30。例如：统计 本月"
    ]


def test_the_whole_life_of_a_ticket_is_printed(worked: World, desk: Room) -> None:
    desk.says("老李", "全程 #１")
    lines = desk.hears()[0].splitlines()
    assert lines[0].startswith("@老李 【全程 #1】已确认，2026-03-02 09:00登记")
    assert [line.split(" ", 2)[2] for line in lines[1:7]] == [
        "小王 登记（→创新 CC）",
        "老李 接单（→老李）",
        "老李 答复（已受理→已答复）：先备案",
        "老李 清理方式（→当场清）",
        "小王 评价（→非常满意）",
        "小王 确认解决（已答复→已确认）",
    ]
    assert lines[-1] == "2026-03-02 09:00 答复给小王：已送达"
    assert "时限：" in lines


def test_the_daily_digest_comes_once_on_working_mornings(worked: World, desk: Room) -> None:
    worked.later("22h")
    assert [line for line in desk.hears() if "日报" in line] == []
    worked.later("3h")
    [said] = [line for line in desk.hears() if "日报" in line]
    assert said.splitlines()[:2] == [
        "【日报 2026年3月2日】受理 3 件，机器人自动答复 0 次",
        "志愿者办结 1｜提问人确认 1｜默认办结 0｜超时 0",
    ]
    worked.later("8h")
    assert [line for line in desk.hears() if "日报" in line] == []


def test_after_a_weekend_the_days_are_told_together_and_the_week_too(worked: World, desk: Room) -> None:
    worked.later("7d")
    told = [line.partition("】")[0] for line in desk.hears() if "报 2026" in line]
    assert told[-2:] == ["【日报 2026年3月6日至2026年3月8日", "【周报 2026年3月2日至2026年3月8日"]


def test_a_supervised_ticket_is_not_let_go_by_its_handler(worked: World, desk: Room) -> None:
    desk.says("老李", "接单 3")
    desk.says("陈班长", "督办 3 企业催得急")
    assert "【督办 #3】企业催得急。应在" in "\n".join(desk.hears())
    desk.says("老李", "解除督办 3 在办了")
    assert desk.hears() == ["@老李 #3 由您办理，督办不能自己解除；答复后自动结束：回复 3 答案"]
    desk.says("陈班长", "督办 3 再催")
    assert desk.hears() == ["@陈班长 #3 已在督办。要解除请由值班长发：解除督办 3 原因"]
    worked.later("1d")
    assert [line.partition("\n")[0] for line in desk.hears() if "【督办" in line] == [
        "@老李 【督办 #3】企业催得急（第 1 次提醒）。应在 3月9日（周一）17:30 前答复。"
    ]
    desk.says("陈班长", "解除督办 3 已协调")
    assert desk.hears() == ["@陈班长 #3 不再督办。"]


def test_who_asks_what_is_still_open_hears_why(worked: World, desk: Room) -> None:
    desk.says("老李", "接单 3")
    desk.says("老李", "提级 3 要请商务局认定，电话13800001234")
    desk.hears()
    desk.says("老李", "还有哪些没办完，为什么")
    assert desk.hears()[-1].splitlines() == [
        "@老李 待办（1）",
        "#3 CC 3月9日（周一）17:30 前 上报中（老李）：展会样机能不能转卖",
        "　卡在：责任单位分办；今天 09:00 老李提级：要请商务局认定，电话****1234",
    ]


def test_what_is_late_says_why_or_that_nobody_said(worked: World, group: Room, desk: Room) -> None:
    group.says("小钱", "转人工 码头停电了冻柜怎么办")
    desk.says("老李", "接单 3")
    worked.later("10d")
    desk.hears()
    desk.says("老李", "超期")
    why = [line for line in desk.hears()[-1].splitlines() if "卡在" in line]
    assert why == ["　卡在：领导小组决策；办理人还没说原因", "　卡在：领导小组决策；还没有人接"]


def test_a_leader_asks_in_private_how_things_stand_and_a_volunteer_what_he_has(worlds: Worlds) -> None:
    leader = Volunteer(address=f"{CHANNEL}:领导", name="领导", rights=frozenset({Right.LEADER}))
    world = worlds(volunteers=[colleague("老李"), leader])
    world.group.says("小王", "转人工 再制造首单怎么报备")
    his, own = world.private("领导"), world.private("老李")
    his.says("领导", "还有哪些没办，为什么？")
    his.says("领导", "1号什么情况")
    his.says("领导", "本月办了多少件")
    assert [line.splitlines()[:2] for line in his.hears()] == [
        ["待办（1）", "#1 CC 3月9日（周一）17:30 前 待受理：再制造首单怎么报备"],
        ["【工单 #1】待受理 · 首问自办", "问题：再制造首单怎么报备"],
        ["【统计 2026年3月】", "受理 1 件，在办 1 件（超时 0）"],
    ]
    own.says("老李", "待办")
    own.hears()
    own.says("老李", "我的")
    own.says("老李", "回复 1 要报备")
    assert own.hears() == ["老李在办：没有未办的工单。", "没有发给提问人：工单请到坐席群里答复，发：回复 1 答案"]
    assert world.group.hears()[1:] == []
