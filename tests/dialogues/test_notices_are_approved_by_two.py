"""Nothing is sent that a second person has not approved in exactly this form, and a slip is one clear line."""

import pytest

from bot.notice_settings import NoticeSection
from bot.settings import Settings
from handlers.notices import service
from handlers.notices.commands import BARE, WORDS, Command, Verb, read_command
from handlers.notices.models import TargetRow
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.rules import NoticeRules
from handlers.notices.service import Act
from handlers.notices.words import Target
from tests.noticing import NEW, code_in, register, submitted
from tests.world import Room, World, Worlds


def test_the_author_does_not_approve_his_own_notice(groups: World, desk: Room) -> None:
    code = submitted(desk)
    assert desk.says("老李", f"审批 N1 {code}")["reason"] == "refused"
    assert desk.hears() == [f"@老李 N1 是您自己起草的，要由另一位同事审批。请他发：审批 N1 {code}"]
    groups.later("1h")
    assert groups.room("青岛一群").hears() == []


def test_what_was_changed_after_the_approval_is_not_sent(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老李", "定时 N1 明天 10:00")
    desk.says("老王", f"审批 N1 {code}")
    assert "N1 已批准（老王），明天 10:00 开始发" in desk.hears()[-1]
    desk.says("老李", "修改 N1 标题：手册延期可以不提前")
    groups.later("2d")
    assert groups.room("青岛一群").hears() == []
    desk.hears()
    desk.says("老李", "提交 N1")
    again = code_in(desk.hears()[0])
    desk.says("老王", f"审批 N1 {code}")
    assert desk.hears()[0].startswith("@老王 校验码不对")
    assert again != code


def test_what_was_changed_behind_our_back_is_not_sent(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老李", "定时 N1 明天 10:00")
    desk.says("老王", f"审批 N1 {code}")
    desk.hears()
    with groups.store.transaction() as session:
        session.add(
            TargetRow(notice_id=1, conversation="replay:group:烟台群", name="烟台群", state=Target.WAITING, part=0)
        )
    groups.later("2d")
    assert groups.room("青岛一群").hears() == groups.room("烟台群").hears() == []
    assert desk.hears() == ["N1 内容与批准时不一致，已停发。请核对后重新提交：提交 N1"]


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        ("地区=青导", "没有谁的地区是“青导”，是不是“青岛”。现有：烟台、青岛"),
        (
            "地取=青岛",
            "没有“地取”这种标签，是不是“地区”。可以用：贸易方式、行业、产品、口岸、地区、信用等级、关注、群、收到、没收到",
        ),
        ("地区=青岛 且", "受众表达式在“地区=青岛 且”后面还缺内容。"),
        ("群=青岛三群", "没有叫“青岛三群”的群，是不是“青岛"),
        ("(地区=青岛", "受众表达式在“(地区=青岛”后面还缺内容。"),
    ],
)
def test_a_slip_in_the_audience_is_one_clear_line(groups: World, desk: Room, audience: str, told: str) -> None:
    assert desk.says("老李", NEW.format(audience=audience))["reason"] == "refused"
    assert desk.hears()[0].startswith(f"@老李 {told}")
    desk.says("老李", "通知列表")
    assert desk.hears()[0].startswith("@老李 还没有通知")


def test_nobody_selected_is_not_submitted(groups: World, desk: Room) -> None:
    desk.says("老李", NEW.format(audience="地区=青岛 且 地区=烟台"))
    desk.hears()
    desk.says("老李", "提交 N1")
    assert desk.hears()[0].startswith("@老李 没有提交：按“地区=青岛 且 地区=烟台”一个群也没有选中。")


def test_bad_input_is_refused_with_what_to_type(groups: World, desk: Room) -> None:
    submitted(desk)
    for said, told in {
        "定时 N1 3月1日 10:00": "2026-03-01 10:00 已经过去了，没有改动。请写以后的时间。",
        "定时 N1 2月30日": "没有“2月30日”这个时间，没有改动。",
        "定时 N1 过两天": "看不懂时间“过两天”，没有改动。",
        "暂停 N9": "没有通知 N9。发“通知列表”看看都有哪些。",
        "暂停 N1": "N1 待审批，没有改动。等另一位同事审批：审批 N1",
        "发通知 闲聊\n标题：一\n正文：二\n受众：全部": "“闲聊”不知道是哪一项。",
        "发通知 风险提示\n标题：一": "还缺正文、受众，没有保存。",
        "修改 N1": "要改什么？例如：修改 N1 标题：新的标题",
        "审批 N1": "还缺校验码。",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused", said
        assert desk.hears()[0].startswith(f"@老李 {told}")


def test_a_bulletin_names_no_enterprise(groups: World, desk: Room) -> None:
    desk.says("老李", "登记企业 海蓝食品公司")
    form = "发通知 通报\n标题：口岸查验不合格情况\n正文：{body}\n受众：全部"
    desk.says("老李", form.format(body="本月不合格 3 批，海蓝食品公司标签不符。"))
    assert desk.says("老李", "提交 N1")["reason"] == "refused"
    told = "没有提交：通报里写了企业“海蓝食品公司”。通报只写汇总情况，不点企业的名。请用“修改 N1 正文：……”改掉。"
    assert desk.hears()[-1] == f"@老李 {told}"
    desk.says("老李", "修改 N1 正文：本月不合格 3 批，都是标签不符。")
    assert desk.says("老李", "提交 N1")["reason"] == "notice_submit"


def test_a_forbidden_word_and_an_account_that_is_not_there_are_one_clear_line(worlds: Worlds) -> None:
    world = worlds(settings=Settings(notices=NoticeSection(forbidden=("保证通关",))))
    register(world, 青岛一群="青岛")
    world.desk.says("老李", "发通知 风险提示\n标题：一\n正文：找我们保证通关。\n受众：全部")
    assert world.desk.says("老李", "提交 N1")["reason"] == "refused"
    told = "没有提交：内容里有禁用词“保证通关”。请用“修改 N1 正文：……”改掉。"
    assert world.desk.hears()[-1] == f"@老李 {told}"
    act = Act(address="replay:老李", name="老李", now=world.now)
    with world.store.transaction() as session, pytest.raises(NoticeRefusal) as refused:
        service.submit(session, service.lock(session, 1), NoticeRules(ways={}), act)
    assert str(refused.value) == (
        "没有提交：受众里有 replay 的群，可这个渠道没有启用，发不出去。请启用它，或从受众里去掉这些群。"
    )


def test_colleagues_may_talk_about_notices(groups: World, desk: Room) -> None:
    for line in ("通知大家一下", "取消吧", "进展如何", "暂停营业", "提交材料"):
        assert desk.says("老李", line)["decision"] == "silent"


def test_no_verb_of_the_help_leads_nowhere(groups: World, desk: Room) -> None:
    submitted(desk)
    for said in (*(f"{word} N1" for word in WORDS), *BARE):
        assert desk.says("老李", said)["reason"].startswith(("notice_", "refused")), said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("送审 N1", Command(verb=Verb.SUBMIT, number=1)),
        ("同意Ｎ１ 0b4a", Command(verb=Verb.APPROVE, number=1, rest="0b4a")),
        ("通知 N1", Command(verb=Verb.PREVIEW, number=1)),
        ("N1 发到哪了", Command(verb=Verb.PROGRESS, number=1)),
        ("N1 撤回 日期写错了", Command(verb=Verb.RECALL, number=1, rest="日期写错了")),
        ("停发 N1", Command(verb=Verb.PAUSE, number=1)),
        ("起草通知", Command(verb=Verb.NEW)),
        ("N1 同意了吗", None),
        ("通知大家 N1", None),
    ],
)
def test_operators_use_their_own_words(said: str, meant: Command | None) -> None:
    assert read_command(said) == meant
