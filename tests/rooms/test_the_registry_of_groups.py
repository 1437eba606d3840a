"""Groups, enterprises and contacts with their labels: by chat, by workbook, by command."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.__main__ import app
from handlers.members import registry, sheets
from handlers.members.audience import conversations, nobody, read_audience
from handlers.members.models import GroupProfileRow
from handlers.members.words import LabelKind
from handlers.store import Store
from handlers.tickets.papers import MemberRow
from handlers.tickets.words import AskerType, Tier
from tests.world import Brain, Room, World, colleague

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def fill(store: Store) -> None:
    with store.transaction() as session:
        for id, name, region in (("1", "青岛一群", "青岛"), ("2", "烟台群", "烟台")):
            session.add(GroupProfileRow(conversation=f"qq:group:{id}", name=name, added_at=NOW))
            registry.put(session, f"qq:group:{id}", [(LabelKind.REGION, region)], now=NOW)


def selected(store: Store, text: str, topic: str = "") -> list[str]:
    with store.reading() as session:
        query = conversations(session, read_audience(text), topic=topic, got=nobody)
        return sorted(place for place, _ in session.execute(query))


def workbook(store: Store, folder: Path, **rows: list[list[str]]) -> Path:
    """What `export` writes, with rows added."""
    path = folder / "登记.xlsx"
    with store.reading() as session:
        sheets.export(session, path)
    book = load_workbook(path)
    for name, more in rows.items():
        for row in more:
            book[name].append(row)
    book.save(path)
    return path


def test_a_workbook_goes_out_and_comes_in(store: Store, tmp_path: Path) -> None:
    fill(store)
    path = workbook(
        store, tmp_path,
        企业=[["海蓝公司", "91370200MA3C0T0X0A", "qq:20001", "加工贸易、一般贸易", "化工"]],
        成员=[["qq:10009", "小赵", "海蓝公司", "报关企业", "高级认证", "青岛"]],
        联系人=[
            ["qq:10001", "小王", "海蓝公司", "是"], ["qq:10002", "小李", "海蓝公司", "否"],
            ["qq:10003", "小张", "海蓝公司", "是", "否"],
        ],
    )  # fmt: skip
    with store.transaction() as session:
        taken = sheets.take_in(session, path, now=NOW)
    assert (taken.counts, taken.faults) == ({"群": 2, "企业": 1, "成员": 1, "联系人": 3}, [])
    assert selected(store, "企业：贸易方式=加工贸易 且 化工") == ["qq:private:10001"]
    with store.transaction() as session:
        member = session.get_one(MemberRow, "qq:10009")
        assert (member.enterprise, member.asker_type, member.tier) == ("海蓝公司", AskerType.BROKER, Tier.ADVANCED)
        sheets.take_in(session, workbook(store, tmp_path), now=NOW)  # once more changes nothing
    assert selected(store, "企业：全部") == ["qq:private:10001"]


def test_every_broken_row_is_named_and_nothing_is_taken(store: Store, tmp_path: Path) -> None:
    fill(store)
    path = workbook(
        store, tmp_path,
        群=[["qq:9", "新群"], ["720000001", "没有平台"], ["qq:8", "坐席群"]],
        企业=[["海蓝公司", "12345"]],
        成员=[["qq:10002", "小李", "", "商社"]],
        联系人=[["qq:10001", "小王", "没有的公司", "是"]],
    )  # fmt: skip
    with store.transaction() as session:
        taken = sheets.take_in(session, path, now=NOW, desks=["qq:group:8"])
        session.rollback()
    assert list(taken.faults) == [
        "群 第 4 行：没有登记群 qq:9；核对群号，确实是新群就加 --new-groups",
        "群 第 5 行：编号“720000001”应写平台和群号，如 qq:720000001",
        "群 第 6 行：qq:8 是坐席群，通知不发到坐席群；请删掉这一行",
        "企业 第 2 行：统一社会信用代码应是 18 位，这里有 5 位",
        "成员 第 2 行：类型没有“商社”，可以写 企业、报关企业、行业协会、地方政府、个人",
        "联系人 第 2 行：没有登记企业“没有的公司”；先在 企业 工作表里写上",
    ]
    assert selected(store, "全部") == ["qq:group:1", "qq:group:2"]


def test_who_unsubscribed_is_left_out(store: Store) -> None:
    fill(store)
    with store.transaction() as session:
        registry.unsubscribe(session, "qq:group:1", "原产地", by="qq:1", now=NOW)
    assert selected(store, "全部") == ["qq:group:1", "qq:group:2"]
    assert selected(store, "全部", "原产地") == ["qq:group:2"]
    with store.transaction() as session:
        registry.unsubscribe(session, "qq:group:1", "", by="qq:1", now=NOW)
    assert selected(store, "全部") == ["qq:group:2"]
    with store.transaction() as session:
        registry.subscribe(session, "qq:group:1", "")
    assert selected(store, "全部", "原产地") == ["qq:group:1", "qq:group:2"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("地区=青岛", ["qq:group:1"]),
        ("地区=青岛,烟台", ["qq:group:1", "qq:group:2"]),
        ("非 地区=青岛", ["qq:group:2"]),
        ("青岛 或 烟台", ["qq:group:1", "qq:group:2"]),
        ("青岛 且 (烟台 或 非 烟台)", ["qq:group:1"]),
        ("群=烟台群", ["qq:group:2"]),
        ("全部 且 非(群=烟台群)", ["qq:group:1"]),
    ],
)
def test_an_expression_selects(store: Store, text: str, places: list[str]) -> None:
    fill(store)
    assert selected(store, text) == places


def test_operators_label_groups_in_the_desk(world: World, desk: Room) -> None:
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
            session.merge(GroupProfileRow(conversation=f"replay:group:{place}", name=place, added_at=NOW))
        member = session.merge(MemberRow(person="replay:小王", name="小王", changed_at=NOW, changed_by="replay:老李"))
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


def test_only_its_coordinator_or_an_operator_says_who_belongs_to_a_company(tmp_path: Path, brain: Brain) -> None:
    colleagues = [colleague("老李", chief=True), colleague("老王"), colleague("老赵")]
    world = World(tmp_path, brain, volunteers=colleagues)
    world.desk.says("老李", "登记企业 海蓝公司 协调员=老王")
    with world.store.transaction() as session:
        session.add(
            MemberRow(
                person="replay:小王", name="小王", enterprise="海蓝公司", changed_at=NOW, changed_by="replay:老赵"
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
    world.store.close()


def test_what_a_group_asks_often_is_suggested_as_a_label(world: World, group: Room, desk: Room) -> None:
    for name in ("小王", "小李", "小张"):
        group.says(name, "转人工 加工贸易手册怎么展期")
    desk.says("老李", "标签建议")
    [told] = [line for line in desk.hears() if "标签 社群 关注=" in line or "没有建议" in line]
    assert told.startswith("@老李 社群 问过 3 次，可发：标签 社群 关注=")


def test_what_the_base_answered_counts_for_a_label_too(world: World, group: Room, desk: Room) -> None:
    for name, question in (("小王", "手册能展期吗"), ("小李", "展期要什么材料"), ("小张", "放行后还能改单吗")):
        assert group.asks_bot(name, question)["decision"] == "answered"
    with world.store.transaction() as session:
        session.merge(GroupProfileRow(conversation="replay:group:社群", name="社群", added_at=NOW))
    desk.says("老李", "标签建议")
    assert desk.hears() == ["@老李 社群 问过 3 次，可发：标签 社群 关注=测试用条目"]
    desk.says("老李", "标签 社群 关注=测试用条目")
    desk.says("老李", "标签建议")
    assert desk.hears()[-1].startswith("@老李 现在没有建议：")


def test_a_group_unsubscribes_by_the_word_of_who_runs_it(world: World, group: Room) -> None:
    fill(world.store)
    with world.store.transaction() as session:
        session.merge(GroupProfileRow(conversation="replay:group:社群", name="社群", added_at=NOW))
    assert group.asks_bot("小王", "退订 原产地")["reason"] == "refused"
    assert group.hears() == ["@小王 这个群收不收通知由群主、管理员定。您自己收不收私信，请私聊我发“订阅”或“退订”。"]
    group.asks_bot("群主", "退订 原产地", rank="owner")
    assert group.hears() == ["@群主 好的，这个群不再收这些通知：原产地；要恢复请发“订阅”。大家的问题照常答复。"]
    assert "replay:group:社群" not in selected(world.store, "全部", "原产地")
    assert "replay:group:社群" in selected(world.store, "全部")
    group.asks_bot("群主", "订阅", rank="owner")
    assert "replay:group:社群" in selected(world.store, "全部", "原产地")


def test_commands_write_approve_and_refuse(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text(
        f"database: sqlite:///{tmp_path}/bot.db\n"
        'groups: {"qq:1": {name: 青岛一群}}\n'
        'volunteers: {"qq:7": {name: 甲, rights: [operator]}, "qq:8": {name: 乙, rights: [operator]}, "qq:9": {name: 丙}}\n',
        "utf-8",
    )
    form = tmp_path / "通知.txt"
    form.write_text("类别：风险提示\n标题：一\n正文：二\n\n三\n受众：全部\n", "utf-8")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["notice", *words, "--config", str(config)])
        return result.exit_code, result.output

    assert run("new", str(form), "--as", "qq:9")[0] == 2
    code, said = run("new", str(form), "--as", "qq:7")
    assert (code, said.partition("\n")[0]) == (0, "N1 已存为草稿，受众“全部”现在有 1 个。")
    code, said = run("do", "提交", "N1", "--as", "qq:7")
    seal = said.rpartition("审批 N1 ")[2][:4]
    assert run("do", "审批", "N1", seal, "--as", "qq:7")[0] == 2
    assert run("do", "审批", "N1", seal, "--as", "qq:8")[0] == 0
    assert "已批准" in run("list", "--as", "qq:8")[1]
    assert run("do", "进度", "N1", "--as", "qq:8") == (
        2,
        "“进度 N1”不是通知的命令；发“通知帮助”看有哪些，例如：预览 N5\n",
    )
    assert run("new", str(tmp_path / "没有.txt"), "--as", "qq:7")[0] == 2
