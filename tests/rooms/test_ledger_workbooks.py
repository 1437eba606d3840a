"""Workbooks as Excel reads them back."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from bot.__main__ import app
from bot.database import open_store
from handlers.tickets.models import TicketRow
from handlers.times import SHANGHAI
from knowledge_base.workbooks import Column, Format, Sheet, write_workbook
from tests.office import Office, a_day_of_work

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yml"
    path.write_text("database: sqlite:///bot.db\nfaq: faq_data\n", "utf-8")
    return path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(open_store(f"sqlite:///{tmp_path}/bot.db"))


def column(page: Worksheet, title: str) -> list[object]:
    [place] = [cell.column for cell in page[1] if cell.value == title]
    return [row[place - 1].value for row in page.iter_rows(min_row=2)]


def test_a_sheet_has_a_frozen_header_filters_and_dates(tmp_path: Path) -> None:
    columns = [Column(title="编号", format=Format.NUMBER), Column(title="时间", width=17, format=Format.MOMENT)]
    sheet = Sheet(title="台账", columns=columns, rows=[(1, NINE), (2, None), (3, None)], count=2, below=1)
    write_workbook(tmp_path / "t.xlsx", [sheet])
    page = load_workbook(tmp_path / "t.xlsx")["台账"]
    assert (page.freeze_panes, page.auto_filter.ref, page.column_dimensions["B"].width) == ("B2", "A1:B3", 17)
    assert page["B2"].value == NINE.replace(tzinfo=None)
    assert (page["B2"].is_date, page["B2"].number_format, page["B3"].value) == (True, "yyyy-mm-dd hh:mm", None)
    assert [path.name for path in tmp_path.iterdir()] == ["t.xlsx"]
    in_passing = load_workbook(tmp_path / "t.xlsx", read_only=True)["台账"]
    assert [row[0].value for row in in_passing.iter_rows()] == ["编号", 1, 2, 3]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "<b>&\x00坏\x1f</b>", " 空 格 "]
)
def test_no_text_computes_and_none_breaks_the_file(tmp_path: Path, text: str) -> None:
    sheet = Sheet(title="台账", columns=[Column(title="问题")], rows=[(text,)], count=1)
    write_workbook(tmp_path / "t.xlsx", [sheet])
    cell = load_workbook(tmp_path / "t.xlsx")["台账"]["A2"]
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert cell.value == text.replace("\x00", "").replace("\x1f", "")


def test_the_ledger_holds_every_ticket_masked(office: Office, config: Path, tmp_path: Path) -> None:
    a_day_of_work(office)
    office.asks("=报关单 530120260012345678 怎么办，电话 13812345678")
    with office.store.transaction() as session:
        session.get_one(TicketRow, 7).again_of = 3
    done = CliRunner().invoke(
        app, ["export", "ledger", f"{tmp_path}/l.xlsx", "--period", "2026年3月", f"--config={config}"]
    )
    assert (done.exit_code, done.stdout) == (0, f"2026年3月 7 件写入 {tmp_path}/l.xlsx\n")
    book = load_workbook(tmp_path / "l.xlsx")
    page = book["问题清单台账"]
    assert column(page, "编号") == [1, 2, 3, 4, 5, 6, 7]
    assert column(page, "状态") == ["已确认", "已确认", "重开", "已答复", "不予受理", "待受理", "待受理"]
    assert column(page, "评价") == [None, "非常满意", "不满意", None, None, None, None]
    assert column(page, "办理人")[:6] == ["老李", "老李", "老李", "老李", "老王", None]
    assert column(page, "登记时间")[0] == NINE.replace(tzinfo=None)
    assert column(page, "问题")[6] == "=报关单 ****5678 怎么办，电话 ****5678"
    summary = dict(zip(column(book["汇总"], "指标"), column(book["汇总"], "数值"), strict=True))
    assert (summary["受理"], summary["提问人确认"], summary["期末存量"]) == (7, 2, 3)
    assert "（2/" in str(summary["提问人确认率"])
    assert [cell.value for cell in book["志愿者"][2]][:4] == ["老李", 1, 1, 4]
    [again] = [[cell.value for cell in row] for row in book["反复问题"].iter_rows(min_row=2)]
    assert again == [3, None, "问题 2", None, 1, 1, 1, 1, "#7", "没有真正办结，请整改后更正答复"]


def test_the_density_table_has_a_sheet_for_each_way_across(office: Office, config: Path, tmp_path: Path) -> None:
    a_day_of_work(office)
    done = CliRunner().invoke(
        app, ["export", "density", f"{tmp_path}/d.xlsx", "--period", "2026-03-02 到 2026-03-08", f"--config={config}"]
    )
    assert done.exit_code == 0, done.stderr
    book = load_workbook(tmp_path / "d.xlsx")
    assert book.sheetnames == ["主题×时间", "主题×地区", "主题×社群", "主题×类别"]
    rows = [[cell.value for cell in row] for row in book["主题×时间"].iter_rows()]
    assert rows[0][:4] == ["主题", "合计", "3-02", "3-03"]
    assert rows[-1] == ["合计", 6, 6, 0, 0, 0, 0, 0, 0]
    assert book["主题×时间"].auto_filter.ref == f"A1:I{len(rows) - 1}"  # the sums stay below
    (tmp_path / "taken.xlsx").mkdir()
    done = CliRunner().invoke(app, ["export", "density", f"{tmp_path}/taken.xlsx", f"--config={config}"])
    told = f"{tmp_path}/taken.xlsx: cannot be written (Is a directory); name another place\n"
    assert (done.exit_code, done.stderr) == (2, told)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["l.xlsx", "--period", "某年"], "--period: “某年”不是期间；可以写 今天"),
        (["l.csv"], "a workbook ends in .xlsx"),
        (["none/l.xlsx"], "there is no folder none"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_one_line(config: Path, arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["export", "ledger", *arguments, f"--config={config}"])
    assert (done.exit_code, len(done.stderr.strip().splitlines())) == (2, 1)
    assert says in done.stderr


def test_the_life_of_a_ticket_is_printed_by_its_number(office: Office, config: Path) -> None:
    a_day_of_work(office)
    done = CliRunner().invoke(app, ["life", "#2", f"--config={config}"])
    lines = done.stdout.splitlines()
    assert lines[0].startswith("【全程 #2】已确认，2026-03-02 09:00登记")
    assert "2026-03-02 10:00 企业1 评价（→非常满意）" in lines
    for number, says in (("99", "没有这张工单"), ("十", "不是工单号")):
        refused = CliRunner().invoke(app, ["life", number, f"--config={config}"])
        assert (refused.exit_code, says in refused.stderr) == (2, True)
