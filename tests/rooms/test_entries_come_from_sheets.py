"""Editors bring entries in a sheet: all of them or none, and every fault is named by its row and cell."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from typer.testing import CliRunner

from bot.__main__ import app
from bot.database import beside
from bot.errors import Unusable
from bot.faq_files import read_entries, write_entries
from bot.settings import Settings
from handlers.knowledge.models import DraftRow, EntryVersionRow
from handlers.knowledge.service import live
from knowledge_base.entries import Entry
from knowledge_base.faq_folder import load
from knowledge_base.fields import COLUMNS
from knowledge_base.sheets import write_sheet
from tests.conftest import FAQ

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEADS = ["编号", "主题", "标准问题", "问法", "答案", "依据", "口径日期", "生效日期", "失效日期", "复核日期", "状态"]
ROWS = 2000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate({"database": f"sqlite:///{tmp_path}/bot.db", "faq": str(FAQ)})


def good_row(number: int) -> list[Any]:
    return [
        f"DR-{number:04d}", "导入的主题", f"第{number}种情形下保税货物怎么处理？", f"情形{number}咋处理\n{number}情形怎么弄",
        f"按第{number}种情形的规定办理。", "海关法 第24条", "2026-01-01", None, "2027年12月31日", "2027/6/30", "在用",
    ]  # fmt: skip


Fault = tuple[int, str, Any, str]

#: Row, column, what stands there instead, and what the report must say of it.
PLANTED: list[Fault] = [
    (17, "A", None, "没有编号"), (64, "A", "DR 0063", "编号里不能有空格"), (90, "A", "DR-0012", "编号 DR-0012 与第 13 行相同"),
    (111, "A", "T" * 70, "最多 64 个字"), (150, "C", "", "空着"), (203, "C", "问" * 600, "600 字，太长"),
    (260, "C", "第9种情形下保税货物怎么处理？", "第 10 行的 DR-0009 已经有"), (300, "C", "手册能展期吗？", "知识库的 T-001 已经有"),
    (333, "D", "情形8咋处理", "第 9 行的 DR-0008 已经有"), (401, "D", "单号 222920261000012345 查一下", "有号码 2229…"),
    (444, "D", "问" * 501, "501 字，太长"), (512, "E", None, "空着"), (555, "E", "   ", "空着"),
    (600, "E", "这种情况肯定能退，找我就行。", "许了空诺"), (666, "E", "应归入8471300000。", "替海关作了归类认定"),
    (700, "E", "这票肯定会被查验。", "预告了查验或放行"), (777, "E", "请打 13912345678 找他。", "有号码 1391…"),
    (801, "E", "保证退税，放心。", "许了空诺"), (888, "F", "[民法典]第5条", "民法典 不在 instruments.yml 里"),
    (905, "F", "[海关法]第999条", "海关法 没有第 999 条，共 102 条"), (999, "G", "去年", "“去年”不是日期"),
    (1100, "G", "2026-02-30", "“2026-02-30”不是日期"), (1200, "H", "下个月", "“下个月”不是日期"),
    (1300, "I", "2020-01-01", "2020-01-01 已过期"), (1404, "I", "永久", "“永久”不是日期"),
    (1500, "J", "13月", "“13月”不是日期"), (1600, "K", "可用", "“可用”不认识"), (1700, "K", "yes", "“yes”不认识"),
    (1999, "E", None, "空着"), (2001, "A", "DR-0001", "编号 DR-0001 与第 2 行相同"),
]  # fmt: skip


def sheet(file: Path, rows: list[list[Any]]) -> Path:
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(HEADS)
    for row in rows:
        page.append(row)
    book.save(file)
    return file


def brought(settings: Settings, file: Path, **more: Any) -> str:
    return read_entries(settings, file, by="王编辑", reviewed_by=more.get("reviewed_by"), why="季度更新", now=NOW)


def test_thirty_faults_in_two_thousand_rows_are_each_named_and_nothing_is_taken(
    settings: Settings, tmp_path: Path
) -> None:
    rows = [good_row(number) for number in range(1, ROWS + 1)]
    for row, column, value, _ in PLANTED:
        rows[row - 2][ord(column) - ord("A")] = value
    with pytest.raises(Unusable) as refused:
        brought(settings, sheet(tmp_path / "planted.xlsx", rows), reviewed_by="李编辑")
    *faults, last = refused.value.lines
    assert last.endswith("以上都要改好，一条也没有导入")
    for row, column, _, what in PLANTED:
        named = [fault for fault in faults if fault.startswith(f"第 {row} 行 {column}{row}（")]
        assert any(what in fault for fault in named), (row, column, what, named)
    assert {fault.split(" ")[1] for fault in faults} == {str(row) for row, *_ in PLANTED}, "no good row is accused"
    with beside(settings.database) as store, store.reading() as session:
        assert session.scalar(select(func.count(EntryVersionRow.id))) == 0, "the transaction left nothing behind"


def test_a_clean_sheet_answers_at_once_when_a_second_person_read_it(settings: Settings, tmp_path: Path) -> None:
    file = sheet(tmp_path / "clean.xlsx", [good_row(number) for number in range(1, 41)])
    assert brought(settings, file, reviewed_by="李编辑") == "新增 40 条，修改 0 条，没有变化 0 条；几秒内生效"
    assert brought(settings, file, reviewed_by="李编辑").startswith("新增 0 条，修改 0 条，没有变化 40 条")
    with beside(settings.database) as store, store.reading() as session:
        row = session.scalars(select(EntryVersionRow).where(EntryVersionRow.entry == "DR-0001")).one()
        assert (row.made_by, row.reviewed_by, row.why) == ("王编辑（王编辑）", "李编辑", "季度更新")
        entry = Entry.model_validate(row.body)
    assert entry.variants == ("情形1咋处理", "1情形怎么弄")
    assert [str(day) for day in (entry.as_of, entry.valid_until, entry.review_by)] == [
        "2026-01-01", "2027-12-31", "2027-06-30",
    ]  # fmt: skip


def test_without_a_second_person_a_sheet_waits_as_drafts(settings: Settings, tmp_path: Path) -> None:
    file = sheet(tmp_path / "clean.xlsx", [good_row(number) for number in range(1, 4)])
    assert "等另一位编辑在坐席群审定：审定 批次 0302010000" in brought(settings, file)
    with beside(settings.database) as store, store.reading() as session:
        assert session.scalar(select(func.count(DraftRow.id))) == 3
        assert not [entry for entry in live(session) if entry.id.startswith("DR-")]
    with pytest.raises(Unusable, match="审定要另一个人"):
        brought(settings, file, reviewed_by="王编辑")
    with pytest.raises(Unusable, match=r"clean\.doc: 只认 \.xlsx、\.csv 和知识库目录"):
        brought(settings, file.rename(tmp_path / "clean.doc"))


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_goes_out_as_a_sheet_comes_in_unchanged(settings: Settings, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"out.{ending}"
    assert write_entries(settings, file) == f"6 条写入 {file}"
    shipped = [entry for entry in load(FAQ) if entry.id != "T-006"]  # which has expired: it would not be taken again
    write_sheet(file, shipped)
    assert brought(settings, file).startswith(f"新增 0 条，修改 0 条，没有变化 {len(shipped)} 条")


def test_a_csv_as_excel_in_china_writes_it_is_read(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "gbk.csv"
    file.write_bytes("编号,标准问题,答案\r\nX-1,保税仓库怎么备案？,向主管海关申请。\r\n".encode("gb18030"))
    assert brought(settings, file, reviewed_by="李编辑").startswith("新增 1 条")


def _nothing(file: Path) -> None:
    file.write_bytes(b"")


def _no_workbook(file: Path) -> None:
    file.write_bytes(b"PK nonsense")


def _other_heads(file: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["编号", "标准问题", "口号", "编号"])
    book.save(file)


@pytest.mark.parametrize(
    ("name", "make", "told"),
    [
        ("empty.csv", _nothing, "缺少“编号”这一列"),
        ("broken.xlsx", _no_workbook, "打不开"),
        ("heads.xlsx", _other_heads, "第 1 行 C1：不认识的列“口号”"),
        ("heads.xlsx", _other_heads, "第 1 行 D1：“编号”这一列出现了两次"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_in_a_line(
    settings: Settings, tmp_path: Path, name: str, make: Callable[[Path], None], told: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(Unusable) as refused:
        brought(settings, tmp_path / name)
    assert any(told in line for line in refused.value.lines)


def test_the_command_ends_with_code_two_and_the_report(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text(f"database: sqlite:///{tmp_path}/bot.db\nfaq: {FAQ}\n", "utf-8")
    file = sheet(tmp_path / "a.xlsx", [[*good_row(1)[:4], None, *good_row(1)[5:]]])
    result = CliRunner().invoke(app, ["import", str(file), "--by", "王编辑", "--config", str(config)])
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, "第 2 行 E2（答案）：空着；请填写")


def test_an_exported_sheet_is_one_people_can_read(settings: Settings, tmp_path: Path) -> None:
    write_entries(settings, tmp_path / "out.xlsx")
    page = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert [cell.value for cell in page[1]] == list(COLUMNS)
    assert page["G2"].value == "[海关法]第24条"
