"""Labels are given in the desk, suggested by what is asked, and decide whom a notice reaches; who does not want it says so."""

from handlers.members.models import GroupProfileRow
from handlers.tickets.papers import MemberRow
from tests.noticing import register, selected
from tests.world import Room, World, Worlds, colleague


def test_operators_label_groups_in_the_desk(desk: Room) -> None:
    desk.says("老李", "标签 社群 地区=青岛 贸易方式=加工贸易,一般贸易")
    assert desk.hears() == ["@老李 社群：地区=青岛 贸易方式=一般贸易、加工贸易"]
    desk.says("老李", "去标签 社群 贸易方式=一般贸易")
    assert desk.hears() == ["@老李 社群：地区=青岛 贸易方式=加工贸易"]
    for said, told in {
        "标签 社裙 地区=青岛": "没有登记“社裙”这个群或企业，是不是“社群”，没有改动。",
        "标签 社群 城市=青岛": "“城市=青岛”不是标签，没有改动。",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused"
        assert desk.hears()[0].startswith(f"@老李 {told}")
    desk.says("老李", "退订 社群 原产地")
    assert desk.hears() == ["@老李 社群：不再收这些通知：原产地；要恢复请发“订阅”。"]


def test_what_is_too_long_for_a_label_is_refused_and_not_cut(desk: Room) -> None:
    topic = "原产地" * 22
    for said in (f"标签 社群 关注={topic}", f"登记企业 海蓝公司 关注={topic}", f"退订 社群 {topic}"):
        for _ in range(2):
            assert desk.says("老李", said)["reason"] == "refused", said
            assert desk.hears() == [f"@老李 “{topic[:20]}…”有 66 字，标签和主题最多 64 字，没有改动。"]
    desk.says("老李", "标签 社群")
    assert desk.hears() == ["@老李 社群：还没有标签"]


def test_whoever_is_written_to_in_private_may_say_no(world: World) -> None:
    private = world.private("小王")
    assert private.says("小王", "退订")["reason"] == "registry"
    assert private.hears() == ["好的，不再收通知；要恢复请发“订阅”。您自己的问题照常答复。"]
    private.says("小王", "订阅")
    assert private.hears() == ["好的，收全部通知。您自己的问题照常答复。"]


def test_the_labels_of_an_enterprise_reach_its_people_and_the_groups_they_ask_in(world: World, desk: Room) -> None:
    desk.says("老李", "登记企业 海蓝公司 关注=原产地")
    world.group.says("小王", "转人工 原产地证怎么补发")
    world.room("别的群").says("小李", "转人工 手册怎么展期")
    with world.store.transaction() as session:
        for place in ("社群", "别的群"):
            session.merge(GroupProfileRow(conversation=f"replay:group:{place}", name=place, added_at=world.now))
        member = session.merge(
            MemberRow(person="replay:小王", name="小王", changed_at=world.now, changed_by="replay:老李")
        )
        member.enterprise = "海蓝公司"
    assert selected(world.store, "企业群：关注=原产地") == ["replay:group:社群"]
    assert selected(world.store, "企业：关注=原产地") == []
    private = world.private("小王")
    private.says("小王", "订阅")
    assert private.hears() == [
        "好的，收全部通知。同事核实您是海蓝公司的人以后，与它有关的政策也会私信给您；不要了发“退订”。您自己的问题照常答复。"
    ]
    assert selected(world.store, "企业：关注=原产地") == []
    private.says("小王", "订阅")
    asked = "小王（海蓝公司）：是就发“核实联系人 replay:小王”，不是就发“不认联系人 replay:小王”"
    assert [text for text in desk.hears() if "联系人" in text] == [
        f"想在私聊收企业的通知，请核实是不是这家的人：\n{asked}"
    ]
    assert desk.says("老李", "核实联系人 replay:小李")["reason"] == "refused"
    desk.says("老李", "核实联系人")
    assert desk.hears()[-1] == f"@老李 {asked}"
    private.hears()
    desk.says("老李", "核实联系人 replay:小王")
    world.later("1m")
    assert private.hears() == ["已核实，与海蓝公司有关的政策会私信给您；不要了发“退订”。"]
    assert selected(world.store, "企业：关注=原产地") == ["replay:private:小王"]
    private.says("小王", "订阅")
    assert "与海蓝公司有关的政策会私信给您，不要了发“退订”。" in private.hears()[0]
    private.says("小王", "退订")
    assert selected(world.store, "企业：关注=原产地") == []


def test_only_its_coordinator_or_an_operator_says_who_belongs_to_a_company(worlds: Worlds) -> None:
    world = worlds(volunteers=[colleague("老李", chief=True), colleague("老王"), colleague("老赵")])
    world.desk.says("老李", "登记企业 海蓝公司 协调员=老王")
    with world.store.transaction() as session:
        session.add(
            MemberRow(
                person="replay:小王", name="小王", enterprise="海蓝公司", changed_at=world.now, changed_by="replay:老赵"
            )
        )
    private = world.private("小王")
    private.says("小王", "订阅")
    assert world.desk.hears()[-1].startswith("@老王 想在私聊收企业的通知")
    assert world.desk.says("老赵", "不认联系人 replay:小王")["reason"] == "refused"
    assert world.desk.hears() == ["@老赵 海蓝公司的联系人由它的协调员或运营核实，没有改动。"]
    world.desk.says("老王", "不认联系人 replay:小王")
    world.later("1m")
    told = "没能核实您是海蓝公司的人，与它有关的政策先不私信。有误请回复“转人工”。"
    assert private.hears()[-1] == told
    world.desk.says("老李", "核实联系人")
    assert world.desk.hears()[-1] == "@老李 没有等核实的联系人。"


def test_what_a_group_asks_often_is_suggested_as_a_label(group: Room, desk: Room) -> None:
    for name in ("小王", "小李", "小张"):
        group.says(name, "转人工 加工贸易手册怎么展期")
    desk.says("老李", "标签建议")
    [told] = [line for line in desk.hears() if "标签 社群 关注=" in line or "没有建议" in line]
    assert told.startswith("@老李 社群 问过 3 次，可发：标签 社群 关注=")


def test_what_the_base_answered_counts_for_a_label_too(world: World, group: Room, desk: Room) -> None:
    for name, question in (("小王", "手册能展期吗"), ("小李", "展期要什么材料"), ("小张", "放行后还能改单吗")):
        assert group.asks_bot(name, question)["decision"] == "answered"
    with world.store.transaction() as session:
        session.merge(GroupProfileRow(conversation="replay:group:社群", name="社群", added_at=world.now))
    desk.says("老李", "标签建议")
    assert desk.hears() == ["@老李 社群 问过 3 次，可发：标签 社群 关注=测试用条目"]
    desk.says("老李", "标签 社群 关注=测试用条目")
    desk.says("老李", "标签建议")
    assert desk.hears()[-1].startswith("@老李 现在没有建议：")


def test_a_group_unsubscribes_by_the_word_of_who_runs_it(world: World, group: Room) -> None:
    register(world, 社群="青岛")
    assert group.asks_bot("小王", "退订 原产地")["reason"] == "refused"
    assert group.hears() == ["@小王 这个群收不收通知由群主、管理员定。您自己收不收私信，请私聊我发“订阅”或“退订”。"]
    group.asks_bot("群主", "退订 原产地", rank="owner")
    assert group.hears() == ["@群主 好的，这个群不再收这些通知：原产地；要恢复请发“订阅”。大家的问题照常答复。"]
    assert "replay:group:社群" not in selected(world.store, "全部", "原产地")
    assert "replay:group:社群" in selected(world.store, "全部")
    group.asks_bot("群主", "订阅", rank="owner")
    assert "replay:group:社群" in selected(world.store, "全部", "原产地")
