"""New groups wait for an operator's word; newcomers are welcomed; a group that is left takes its promises with it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers import hearing, outbox, pausing, sayings
from handlers.base import Conversation, Person, Policy
from handlers.happenings import Joined, Parted, Renamed
from handlers.members.group_register import GroupRegister, GroupRow
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from tests.world import CHANNEL, Room, World, Worlds, colleague

KNOWN = "手册能展期吗"


@pytest.fixture
def world(worlds: Worlds) -> World:
    return worlds(group_register=GroupRegister())


@pytest.fixture
def new(world: World) -> Room:
    return world.room("新群")


def place(room: Room) -> Conversation:
    assert room.id is not None
    return Conversation.group(CHANNEL, room.id)


def comes(world: World, room: Room, *names: str, itself: bool = False) -> None:
    people = tuple(Person(channel=CHANNEL, id=name, name=name) for name in names)
    world.happens(Joined(group=place(room), people=people, at=world.now, itself=itself))


def goes(world: World, room: Room) -> None:
    world.happens(Parted(group=place(room), people=(), at=world.now, itself=True))


def rows(world: World) -> list[GroupRow]:
    with world.store.reading() as session:
        return list(session.scalars(select(GroupRow).order_by(GroupRow.id)))


def test_a_new_group_is_written_down_and_nothing_is_said_in_it(world: World, new: Room) -> None:
    for text in (KNOWN, "有人吗"):
        assert new.asks_bot("小王", text)["reason"] == "group_off"
    assert new.hears() == []
    assert [(row.conversation, row.policy, row.named_at) for row in rows(world)] == [
        ("replay:group:新群", Policy.OFF, None)
    ]


def test_the_desk_hears_once_of_all_new_groups_and_how_to_enable_them(world: World, new: Room, desk: Room) -> None:
    for room in (new, world.room("又一群")):
        room.says("小王", "早上好")
    world.later("2m")
    [line] = desk.hears()
    assert line.startswith("发现 2 个新群，还没有启用")
    assert "启用群 1 群名" in line
    new.says("小王", "在吗")
    world.later("1d")
    assert desk.hears() == []


def test_a_group_left_before_the_desk_heard_of_it_stops_no_clock(world: World, new: Room, desk: Room) -> None:
    new.says("小王", "早上好")
    goes(world, new)
    world.group.asks_bot("小王", "转人工 首单怎么报备")
    desk.hears()
    world.later("1d")
    heard = desk.hears()
    assert not any("新群" in line for line in heard)
    assert any("超时" in line for line in heard)


def test_an_operator_enables_a_group_and_it_is_answered_at_once(new: Room, desk: Room) -> None:
    new.says("小王", "早上好")
    desk.says("陈老师", "启用群 1 直通车三群")
    assert desk.hears()[-1].endswith("“直通车三群”已启用，只在 @ 时回答。要它主动回答请发：群设置 1 主动")
    assert new.says("小王", KNOWN)["reason"] == "mention_only"
    assert new.asks_bot("小王", KNOWN)["decision"] == "answered"
    desk.says("陈老师", "群设置 1 主动")
    assert new.says("小李", "超过三个月没报关，货怎么办")["reason"] != "mention_only"


def test_an_operators_word_counts_for_more_than_the_configuration(group: Room, desk: Room) -> None:
    assert group.says("小王", KNOWN)["decision"] == "answered"
    desk.says("陈老师", "停用群 社群")
    assert "“社群”已停用" in desk.hears()[-1]
    assert group.asks_bot("小李", KNOWN)["reason"] == "group_off"
    desk.says("陈老师", "发通知 系统提示\n标题：一\n正文：二\n受众：全部")
    assert "受众“全部”现在有 0 个" in desk.hears()[-1]
    desk.says("陈老师", "启用群 1 主动")
    assert "“社群”已启用，有把握就主动回答。" in desk.hears()[-1]
    for said, chosen in (("群设置 1 坐席", 0), ("群设置 1 社群", 1)):
        desk.says("陈老师", said)
        desk.says("陈老师", "预览 N1")
        assert f"发给“全部”共 {chosen} 个" in desk.hears()[-1]
    assert group.says("小李", "放行后还能改单吗")["decision"] == "answered"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("启用群", "哪个群？"),
        ("启用群 7 新群", "没有找到群“7”"),
        ("启用群 1", "请给群起个名字，例如：启用群 1 直通车二群"),
        ("群设置 1 响一点", "可以写：主动、只在@时、不理睬、坐席、社群"),
        ("欢迎词 1", "例如：欢迎词 1 欢迎新朋友"),
        ("断线记录", "没有断线记录。"),
        ("恢复发送", "现在没有暂停发送的账号。"),
    ],
)
def test_every_refusal_says_what_to_type(new: Room, desk: Room, said: str, answer: str) -> None:
    new.says("小王", "早上好")
    desk.says("陈老师", said)
    assert answer in desk.hears()[-1]


def test_the_list_shows_what_waits_first(world: World, new: Room, desk: Room) -> None:
    new.says("小王", "早上好")
    world.room("又一群").says("小王", "早上好")
    desk.says("陈老师", "启用群 1 直通车三群 主动")
    desk.hears()
    desk.says("陈老师", "群列表")
    lines = desk.hears()[-1].splitlines()
    assert lines[0].endswith("群列表（2）")
    assert lines[1] == "2 群 又一群（replay:group:又一群）：还没有启用"
    assert lines[2] == "1 直通车三群（replay:group:新群）：有把握就主动回答"


def test_talk_that_only_begins_like_a_command_is_talk(desk: Room) -> None:
    assert desk.says("陈老师", "群列表里好像少了一个群吧")["reason"] == "desk_talk"


def test_who_may_not_is_told_who_may(worlds: Worlds) -> None:
    world = worlds(group_register=GroupRegister(), volunteers=[colleague("小陈"), colleague("陈老师", chief=True)])
    world.desk.says("小陈", "启用群 社群")
    assert world.desk.hears() == ["@小陈 群的设置由运营或值班长来定。需要改请告诉他们。"]
    world.desk.says("陈老师", "启用群 社群")
    assert "已启用" in world.desk.hears()[-1]


# --- people come


def test_newcomers_are_welcomed_by_name_and_at_most_once_an_hour(world: World, group: Room) -> None:
    comes(world, group, "小赵", "小钱")
    comes(world, group, "小孙")
    assert group.hears() == [f"@小赵 @小钱 {sayings.WELCOME}"]
    world.later("61m")
    comes(world, group, "小周")
    assert group.hears() == [f"@小周 {sayings.WELCOME}"]


def test_a_group_may_have_its_own_welcome_or_none(world: World, group: Room, desk: Room) -> None:
    desk.says("陈老师", "欢迎词 社群 欢迎来到直通车一群")
    comes(world, group, "小赵")
    assert group.hears() == ["@小赵 欢迎来到直通车一群"]
    desk.says("陈老师", "欢迎词 社群 不要")
    world.later("2h")
    comes(world, group, "小钱")
    assert group.hears() == []


def test_nobody_is_welcomed_where_the_bot_is_off_or_was_silenced_or_long_after(
    world: World, new: Room, group: Room
) -> None:
    comes(world, new, "小赵")
    group.asks_bot("群主", "闭嘴", rank="owner")
    group.hears()
    comes(world, group, "小钱")
    group.asks_bot("群主", "恢复", rank="owner")
    group.hears()
    long_ago = world.now - timedelta(minutes=11)
    world.happens(Joined(group=place(group), people=(Person(channel=CHANNEL, id="小孙"),), at=long_ago))
    assert new.hears() + group.hears() == []


# --- the bot goes


def test_a_group_that_is_left_takes_its_promises_and_watches_with_it(world: World, group: Room, desk: Room) -> None:
    assert group.says("小王", "跨境电商退货怎么报关")["decision"] == "watching"
    with world.store.transaction() as session:
        later = world.now + timedelta(hours=1)
        outbox.promise(session, place(group), "回访", kind=PromiseKind.FOLLOW_UP, now=world.now, due=later)
    goes(world, group)
    assert desk.hears() == [
        "机器人已不在“社群”（replay:group:社群）。还没说出去的 1 条话已撤回。再进群就照原来的设置继续。"
    ]
    world.later("1d")
    assert group.hears() + desk.hears() == []
    with world.store.reading() as session:
        row = session.scalars(select(PromiseRow).where(PromiseRow.text == "回访")).one()
        assert (row.state, row.reason) == (PromiseState.WITHDRAWN, "机器人已不在这个群")


def test_a_group_that_is_entered_again_goes_on_as_it_was_set_up(world: World, new: Room, desk: Room) -> None:
    comes(world, new, itself=True)
    desk.says("陈老师", "启用群 1 直通车三群")
    goes(world, new)
    comes(world, new, itself=True)
    assert rows(world)[0].left_at is None
    assert new.asks_bot("小王", KNOWN)["decision"] == "answered"


def test_a_group_is_called_as_its_platform_says_until_an_operator_names_it(world: World, new: Room, desk: Room) -> None:
    world.happens(Renamed(group=place(new), name="进出口交流", at=world.now))
    assert rows(world)[0].name == "进出口交流"
    desk.says("陈老师", "启用群 进出口交流")
    world.happens(Renamed(group=place(new), name="吃喝玩乐", at=world.now))
    assert rows(world)[0].name == "进出口交流"


# --- gaps and pauses


def test_the_desk_can_ask_for_gaps_and_end_a_pause(world: World, desk: Room) -> None:
    with world.store.transaction() as session:
        hearing.heard(session, "qq", "111", until=world.now)
        hearing.lost(session, "qq", "111", began=world.now, reason="连接断开了", now=world.now)
        hearing.found(session, "qq", "111", desk=None, quietly=True, now=world.now + timedelta(minutes=3))
        pausing.pause(session, "qq", "111", reason="time-out", now=world.now)
    desk.says("陈老师", "断线记录")
    assert re.search(r"QQ 111：3月2日 09:00 起 3 分钟，连接断开了", desk.hears()[-1])
    desk.says("陈老师", "恢复发送")
    assert "QQ 111 已恢复发送" in desk.hears()[-1]
    with world.store.reading() as session:
        assert [row.until <= world.now for row in pausing.pauses(session)] == [True]


def test_the_introduction_of_a_group_is_put_up(world: World, desk: Room) -> None:
    desk.says("陈老师", "置顶介绍 社群")
    assert desk.hears()[0].startswith("@陈老师 正在把介绍发成“社群”的群公告并置顶；平台不让的话，会在这里请人代办。")
    desk.says("陈老师", "置顶介绍 社群 有问题 @ 我")
    with world.store.reading() as session:
        put_up = session.scalars(select(PromiseRow).where(PromiseRow.kind == PromiseKind.PIN).order_by(PromiseRow.id))
        assert [row.text for row in put_up] == [sayings.INTRODUCTION, "有问题 @ 我"]
