"""Those who run a group say how loud the bot may be, and it holds at once."""

from datetime import time

from bot.settings import Settings
from bot.wiring import wire
from handlers.base import Policy
from handlers.modes import read_mode
from tests.world import Brain, Room, World, Worlds


def test_the_owner_says_be_quiet_and_from_the_next_line_on_it_is(group: Room) -> None:
    assert group.says("小王", "手册能展期吗")["decision"] == "answered"
    assert group.asks_bot("群主", "闭嘴", rank="owner")["reason"] == "mode_off"
    assert "恢复" in group.hears()[-1]
    assert group.says("小李", "产地证能自己打印吗")["reason"] == "group_off"
    assert group.asks_bot("小李", "产地证能自己打印吗")["reason"] == "group_off"
    assert group.hears() == []


def test_only_when_called_means_only_when_called(group: Room) -> None:
    assert group.says("管理员", "机器人，只在@你的时候说话", rank="admin")["reason"] == "mode_mention_only"
    group.hears()
    assert group.says("小李", "产地证能自己打印吗")["decision"] == "silent"
    assert group.asks_bot("小李", "产地证能自己打印吗")["decision"] == "answered"


def test_back_to_usual_is_heard_even_while_it_is_quiet(group: Room) -> None:
    group.asks_bot("群主", "闭嘴", rank="owner")
    assert group.asks_bot("群主", "恢复", rank="owner")["reason"] == "mode_as_set_up"
    assert group.says("小李", "产地证能自己打印吗")["decision"] == "answered"


def test_a_member_cannot_silence_the_bot_and_is_told_who_can(group: Room) -> None:
    assert group.asks_bot("小王", "闭嘴")["reason"] == "refused"
    assert "群主或管理员" in group.hears()[0]
    assert group.says("小李", "产地证能自己打印吗")["decision"] == "answered"


def test_two_members_telling_each_other_to_be_quiet_do_not_mean_the_bot(group: Room) -> None:
    assert group.says("群主", "老张你闭嘴吧", rank="owner")["decision"] == "silent"
    assert group.says("群主", "闭嘴", rank="owner")["decision"] == "silent"
    assert group.hears() == []
    assert group.says("小李", "产地证能自己打印吗")["decision"] == "answered"


def test_a_quiet_group_still_gets_what_volunteers_answer(group: Room, desk: Room) -> None:
    group.asks_bot("小李", "进口旧的注塑机，装运前检验证书丢了怎么补")
    group.asks_bot("群主", "闭嘴", rank="owner")
    group.hears()
    desk.says("陈老师", "回复 1 请联系原检验机构补发")
    assert any("请联系原检验机构补发" in heard for heard in group.hears())


def test_a_wish_outlives_a_restart(world: World, group: Room, brain: Brain) -> None:
    group.asks_bot("群主", "闭嘴", rank="owner")
    world.wiring = wire(
        Settings(), store=world.store, mind=brain.mind, knowledge=brain.knowledge, instruments=brain.instruments,
        directory=world.directory, clock=world.clock,
    )  # fmt: skip
    assert group.says("小李", "产地证能自己打印吗")["reason"] == "group_off"


def test_one_group_being_quiet_leaves_the_others_as_they_are(world: World, group: Room) -> None:
    group.asks_bot("群主", "闭嘴", rank="owner")
    assert world.room("另一个群").says("小李", "产地证能自己打印吗")["decision"] == "answered"


def test_outside_its_hours_the_bot_speaks_only_when_called(worlds: Worlds) -> None:
    world = worlds(hours=((time(8), time(20)),))
    world.later("13h")
    assert world.group.says("小李", "产地证能自己打印吗")["reason"] == "outside_hours"
    assert world.group.hears() == []
    assert world.group.asks_bot("小王", "手册能展期吗")["decision"] == "answered"


def test_the_words_may_be_said_in_many_ways() -> None:
    wishes = {
        "off": ["闭嘴", "@小直 闭嘴！", "机器人安静", "请机器人别说话了"],
        "mention_only": ["只在@时说话", "机器人 只有@你的时候才说话", "不@你就别说话", "@小直 只在艾特你时回复"],
        "as_set_up": ["恢复", "@小直 恢复", "机器人，可以说话了"],
    }
    assert {wish: [read_mode(text) for text in texts] for wish, texts in wishes.items()} == {
        wish: [wish] * len(texts) for wish, texts in wishes.items()
    }
    talk = ["系统什么时候恢复", "恢复出口退税要多久", "安静地等通知", "别说话，听老师讲", "闭嘴是谁说的"]
    assert [read_mode(text) for text in talk] == [None] * len(talk)


def test_in_a_quiet_group_a_call_opens_the_ear_for_the_rest(worlds: Worlds) -> None:
    group = worlds(policy=Policy.MENTION_ONLY).group
    group.asks_bot("小王", "老师在吗")
    group.says("小李", "手册展期要什么材料")
    assert group.says("小王", "产地证能自己打印吗")["entry"] == "T-004"
    assert len(group.hears()) == 1
