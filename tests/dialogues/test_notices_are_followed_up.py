"""After a notice: what nobody knows is decided, recipients are counted, its effect is shown."""

from sqlalchemy import select

from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.words import Target
from tests.noticing import NEW, approve, submitted
from tests.world import Room, World


def test_what_nobody_knows_waits_for_a_person(groups: World, desk: Room) -> None:
    code = submitted(desk)
    desk.says("老王", f"审批 N1 {code}")
    groups.later("1m")
    desk.hears()
    with groups.store.transaction() as session:
        first, second = session.scalars(select(TargetRow).order_by(TargetRow.id))
        first.state = second.state = Target.UNCERTAIN
        first.part = second.part = 0
        numbers = first.id, second.id
    desk.says("老李", "不明 N1")
    assert f"{numbers[0]} 青岛一群\n{numbers[1]} 青岛二群" in desk.hears()[0]
    for name in ("青岛一群", "青岛二群"):
        groups.room(name).hears()
    desk.says("老李", f"算已达 N1 {numbers[0]}")
    desk.says("老李", f"重发 N1 {numbers[1]}")
    desk.says("老李", f"重发 N1 {numbers[0]}")
    assert "待处置的名单里，没有改动" in desk.hears()[-1]
    desk.says("老李", f"重发 N1 {'9' * 20}")
    assert "请写前面的号，例如 3 7 12" in desk.hears()[-1]
    groups.later("1m")
    assert groups.room("青岛一群").hears() == []
    assert len(groups.room("青岛二群").hears()) == 1
    with groups.store.reading() as session:
        assert session.get_one(NoticeRow, 1).stage == "done"


def test_the_effect_of_a_notice_is_counted_and_it_can_become_an_entry(groups: World, desk: Room) -> None:
    desk.says("老李", "发通知 最新政策解读\n标题：手册能展期吗\n正文：到期前可以申请展期。\n受众：群=社群")
    approve(desk, 1)
    groups.later("1m")
    assert groups.group.asks_bot("小王", "手册能展期吗")["decision"] == "answered"
    desk.hears()
    desk.says("老李", "效果 N1")
    said = desk.hears()[0]
    assert said.startswith("@老李 N1 发出后 14 天内，收到的群里有 1 个人问了 1 次相关问题。")
    assert "这些条目讲的是同一件事，请看是不是要改：" in said
    desk.says("老李", "转条目 N1 JG-950")
    assert desk.hears()[0] == "@老李 N1 已转成草稿 1。看一看请发：看稿 1；由编辑审定：审定 1"
    groups.later("1d")
    desk.says("老李", "未触达 1天")
    assert "青岛一群" in desk.hears()[-1]


def test_recipients_of_a_period_are_counted_once_and_apart_from_deliveries(groups: World, desk: Room) -> None:
    desk.says("老李", "触达 本月")
    assert desk.hears() == ["@老李 2026年3月没有送达过通知。"]
    for number, audience in ((1, "地区=青岛"), (2, "全部")):
        desk.says("老李", NEW.format(audience=audience))
        approve(desk, number)
        groups.later("1m")
        desk.hears()
    with groups.store.transaction() as session:
        session.add(
            TargetRow(
                notice_id=2, conversation="replay:private:小王", name="小王", state=Target.DELIVERED, part=1,
                settled_at=groups.now,
            )
        )  # fmt: skip
    told = "@老李 2026年3月通知送达 7 次，到过 4 个群、1 个人的私聊（同一个群、同一个人只算一次）。"
    for said in ("触达", "触达 本月", "触达 3月"):
        desk.says("老李", said)
        assert desk.hears() == [told]
    desk.says("老李", "触达 上月")
    assert desk.hears() == ["@老李 2026年2月没有送达过通知。"]
    assert desk.says("老李", "触达 那阵子")["reason"] == "refused"
    assert desk.hears()[0].startswith("@老李 看不懂“那阵子”是哪段时间。例如：触达 本月")
