"""Groups, enterprises and contacts with their labels: in a workbook, and chosen by an expression."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from handlers.members import registry, sheet_reading, sheets
from handlers.members.models import GroupProfileRow
from handlers.members.words import LabelKind
from handlers.store import Store
from handlers.tickets.papers import MemberRow
from handlers.tickets.words import AskerType, Tier
from tests.noticing import selected

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def fill(store: Store) -> None:
    with store.transaction() as session:
        for id, name, region in (("1", "青岛一群", "青岛"), ("2", "烟台群", "烟台")):
            session.add(GroupProfileRow(conversation=f"qq:group:{id}", name=name, added_at=NOW))
            registry.put(session, f"qq:group:{id}", [(LabelKind.REGION, region)], now=NOW)


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
        taken = sheet_reading.take_in(session, path, now=NOW)
    assert (taken.counts, taken.faults) == ({"群": 2, "企业": 1, "成员": 1, "联系人": 3}, [])
    assert selected(store, "企业：贸易方式=加工贸易 且 化工") == ["qq:private:10001"]
    with store.transaction() as session:
        member = session.get_one(MemberRow, "qq:10009")
        assert (member.enterprise, member.asker_type, member.tier) == ("海蓝公司", AskerType.BROKER, Tier.ADVANCED)
        sheet_reading.take_in(session, workbook(store, tmp_path), now=NOW)  # once more changes nothing
    assert selected(store, "企业：全部") == ["qq:private:10001"]


def test_every_broken_row_is_named_and_nothing_is_taken(store: Store, tmp_path: Path) -> None:
    fill(store)
    path = workbook(
        store, tmp_path,
        群=[["qq:9", "新群"], ["720000001", "没有平台"], ["qq:8", "坐席群"]],
        企业=[["海蓝公司", "12345"], ["海" * 101], ["绿海公司", "", "", "", "", "化工" * 33]],
        成员=[["qq:10002", "小李", "", "商社"]],
        联系人=[["qq:10001", "小王", "没有的公司", "是"]],
    )  # fmt: skip
    with store.transaction() as session:
        taken = sheet_reading.take_in(session, path, now=NOW, desks=["qq:group:8"])
        session.rollback()
    assert list(taken.faults) == [
        "群 第 4 行：没有登记群 qq:9；核对群号，确实是新群就加 --new-groups",
        "群 第 5 行：编号“720000001”应写平台和群号，如 qq:720000001",
        "群 第 6 行：qq:8 是坐席群，通知不发到坐席群；请删掉这一行",
        "企业 第 2 行：统一社会信用代码应是 18 位，这里有 5 位",
        "企业 第 3 行：企业名称有 101 字，最多 100 字",
        f"企业 第 4 行：“{'化工' * 10}…”有 66 字，标签和主题最多 64 字",
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
