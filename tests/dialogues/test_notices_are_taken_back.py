"""撤回 of a notice: what has not left stays, what was said is deleted where the platform lets us, the rest is named."""

import asyncio

from sqlalchemy import select

from bot.channels.base import Abilities, Refused, Uncertain
from bot.delivery import outgoing
from bot.notice_settings import NoticeSection
from bot.settings import Settings
from bot.settling import settle
from handlers import sending
from handlers.notices.models import NoticeEventRow, TargetRow
from handlers.notices.recalling import recalling
from handlers.notices.rules import NoticeRules
from handlers.notices.words import Target, Way, What
from handlers.outbox import PromiseKind, PromiseRow
from tests.fakes import FakeChannel
from tests.noticing import approve, register, submitted
from tests.world import Room, World, Worlds


def sent(world: World, audience: str = "地区=青岛") -> None:
    code = submitted(world.desk, audience)
    world.desk.says("老王", f"审批 N1 {code}")
    world.later("1m")
    world.desk.hears()


def test_what_was_said_is_deleted_and_what_waits_is_never_said(groups: World, desk: Room) -> None:
    code = submitted(desk, "全部")
    desk.says("老李", "分散 N1 3小时")
    desk.says("老王", f"审批 N1 {code}")
    groups.later("10s")
    rooms = [groups.room(name) for name in ("社群", "青岛一群", "青岛二群", "烟台群")]
    assert sum(len(room.hears()) for room in rooms) == 1
    desk.hears()
    desk.says("老王", "撤回 N1 生效日期写错了")
    assert desk.hears()[0].startswith("@老王 N1 开始撤回：3 个还没发的不发了，发出去的逐个删除")
    groups.later("1d")
    heard = [text for room in rooms for text in room.hears()]
    assert [text[:4] for text in heard] == ["（撤回）"]
    assert desk.hears() == [
        "N1《手册延期要提前》撤回办完了：未发撤回 3，已撤回 1。\n要向收到过的群说明请发：更正通知 N1 正确的内容"
    ]
    with groups.store.reading() as session:
        [event] = session.scalars(select(NoticeEventRow).where(NoticeEventRow.what == What.RECALLED))
        deleted = session.scalars(select(PromiseRow).where(PromiseRow.kind == PromiseKind.UNSAY)).one()
        said = session.scalars(select(PromiseRow).where(PromiseRow.platform_id == deleted.unsays)).one()
    assert (event.who_name, event.detail) == ("老王", "生效日期写错了")
    assert (said.kind, said.conversation) == (PromiseKind.NOTICE, deleted.conversation)


def test_every_part_of_a_long_notice_is_deleted_the_last_first(groups: World, desk: Room) -> None:
    body = "。".join(f"第{number}条说明一件具体的事情要怎么办" for number in range(1, 101))
    desk.says("老李", f"发通知 最新政策解读\n标题：长通知\n正文：{body}\n受众：地区=烟台")
    approve(desk, 1)
    groups.later("1m")
    groups.room("烟台群").hears()
    desk.says("老李", "撤回 N1 发早了")
    groups.later("1m")
    assert [text[:9] for text in groups.room("烟台群").hears()] == [
        "（撤回）【3/3】",
        "（撤回）【2/3】",
        "（撤回）【1/3】",
    ]
    assert "已撤回 1。" in desk.hears()[-1]


def test_groups_that_keep_it_are_named_and_a_correction_reaches_all_who_got_it(groups: World, desk: Room) -> None:
    sent(groups)
    with groups.store.transaction() as session:
        row = session.scalars(select(PromiseRow).where(PromiseRow.conversation == "replay:group:青岛二群")).one()
        row.platform_id = None
    desk.says("老李", "撤回 N1 写错了")
    groups.later("1m")
    said = desk.hears()[-1]
    assert "已撤回 1，撤不回 1。\n还看得到的群（删不掉）：青岛二群（平台没有给消息编号）\n" in said
    desk.says("老李", "撤回 N1")
    assert desk.hears()[-1] == f"@老李 {said}"
    desk.says("老李", "更正通知 N1 到期前就可以申请。")
    assert "受众“收到=N1”现在有 2 个" in desk.hears()[-1]


def test_what_a_volunteer_posted_he_deletes_himself(worlds: Worlds) -> None:
    world = worlds(settings=Settings(notices=NoticeSection(ways={"replay": Way.BY_HAND})))
    register(world, 青岛一群="青岛", 青岛二群="青岛")
    sent(world)
    world.desk.says("老李", "已代发 N1 1")
    world.desk.says("老李", "撤回 N1 写错了")
    assert "1 个还没发的不发了" in world.desk.hears()[-1]
    world.later("1m")
    assert "还看得到的群（删不掉）：青岛一群（志愿者代发的，请他自己删）" in world.desk.hears()[-1]


def test_a_platform_may_refuse_or_not_answer(groups: World, desk: Room) -> None:
    sent(groups, "全部")
    desk.says("老李", "撤回 N1 写错了")
    channel = FakeChannel(name="replay", abilities=Abilities(unsay=True))
    channel.outcomes.extend([Refused(reason="超过 2 分钟", permanent=True), Uncertain(reason="没有回应")])
    job = recalling(NoticeRules())
    with groups.store.transaction() as session:
        job.run(session, groups.now)
        for row in sending.claim(session, by="test", now=groups.now, channel="replay", limit=10):
            outcome = asyncio.run(channel.send(outgoing(row, channel.abilities)))
            settle(session, row, outcome, now=groups.now)
    groups.later("1m")
    said = desk.hears()[-1]
    assert "已撤回 2，撤不回 1，撤回不明 1。" in said
    assert "（删不掉）：烟台群（超过 2 分钟）\n不知道还在不在、要人看一眼的群：社群（没有回应）" in said
    asked = [out.unsays for out in channel.said if out.unsays]
    assert len(asked) == len(set(asked)) == 4


def test_where_a_platform_cannot_delete_it_is_not_even_asked(groups: World, desk: Room) -> None:
    sent(groups)
    desk.says("老李", "撤回 N1 写错了")
    with groups.store.transaction() as session:
        recalling(NoticeRules(unsaying=())).run(session, groups.now)
        reasons = {(row.state, row.reason) for row in session.scalars(select(TargetRow))}
        asked = session.scalars(select(PromiseRow).where(PromiseRow.kind == PromiseKind.UNSAY)).all()
    assert reasons == {(Target.KEPT, "这个平台不能撤回")}
    assert asked == []


def test_a_recall_gone_wrong_says_what_to_type(groups: World, desk: Room) -> None:
    submitted(desk)
    for said, told in {
        "撤回 N1 写错了": "N1 待审批，没有改动。还没有发给任何群，不用撤回。不发了请发：取消 N1",
        "撤回 N1": "请写原因，例如：撤回 N1 日期写错了",
        "撤回 N7 写错了": "没有通知 N7。",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused", said
        assert desk.hears()[0].startswith(f"@老李 {told}")
    with groups.store.reading() as session:
        assert {row.state for row in session.scalars(select(TargetRow))} == {Target.WAITING}


def test_a_recalled_notice_is_over(groups: World, desk: Room) -> None:
    sent(groups)
    desk.says("老李", "撤回 N1 写错了")
    groups.later("1m")
    desk.hears()
    for said in ("继续 N1", "重发 N1 全部", "取消 N1", "修改 N1 受众：全部", "分散 N1 2小时"):
        assert desk.says("老李", said)["reason"] == "refused", said
        assert desk.hears()[0].startswith("@老李 N1 已撤回，没有改动。"), said
