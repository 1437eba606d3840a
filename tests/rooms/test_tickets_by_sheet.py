"""Sheets of questions: every row or none, and each fault with its row and cure."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from typer.testing import CliRunner

from bot.__main__ import app
from handlers.inbox import unhandled
from handlers.mind import Mind
from handlers.store import Store
from handlers.tickets.models import AskerRow, ClockRow, TicketRow
from handlers.tickets.question_sheet import BadSheet, Line, read_sheet, take_in
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import Channel, ClockKind, Origin, Tier
from tests.fakes import Intents, Nothing
from tests.office import DESK

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEADER = ["渠道", "文号", "来源", "期限", "企业", "联系人", "电话", "等级", "问题"]
GOOD: list[list[object]] = [
    ["上级转办", "转字12号", "总署", datetime(2026, 3, 10, tzinfo=UTC).replace(tzinfo=None), "青岛某公司", "张经理", 13800001234.0, "高级认证", "旧件能保税维修吗"],
    [None] * 9,
    ["电话", None, None, None, "烟台某公司", "李经理", "0535-1234567", None, "手册到期怎么办"],
]  # fmt: skip


def workbook(folder: Path, *rows: Sequence[object], header: list[str] | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header or HEADER, *rows):
        sheet.append(list(row))
    book.save(path := folder / "转办.xlsx")
    return path


def taken(store: Store, lines: list[Line], *, file: str = "转办.xlsx") -> list[int]:
    with store.transaction() as session:
        mind = Mind(Intents(), Nothing())
        made = take_in(session, lines, mind, file=file, desk=DESK, rules=TicketRules(), now=NOW)
        return [ticket.id for ticket in made]


def test_every_row_becomes_a_ticket_with_its_number_day_and_asker(store: Store, tmp_path: Path) -> None:
    lines = read_sheet(workbook(tmp_path, *GOOD), TODAY)
    assert [line.number for line in lines] == [2, 4]
    first, second = taken(store, lines)
    with store.transaction() as session:
        ticket, other = session.get_one(TicketRow, first), session.get_one(TicketRow, second)
        assert (ticket.external_number, ticket.external_from, ticket.origin) == ("转字12号", "总署", Origin.TRANSFERRED)
        assert (other.channel, other.origin) == (Channel.PHONE, Origin.REGISTERED)
        due = session.scalar(
            select(ClockRow.due).where(ClockRow.ticket_id == first, ClockRow.kind == ClockKind.RESOLUTION)
        )
        assert due == datetime(2026, 3, 10, 9, 30, tzinfo=UTC)  # half past five in China
        asker = session.scalars(select(AskerRow).where(AskerRow.ticket_id == first)).one()
        assert (asker.name, asker.contact, asker.tier, asker.by_hand) == ("张经理", "13800001234", Tier.ADVANCED, True)
        assert unhandled(session) == []  # what stands behind them waits for nobody


def test_one_bad_row_keeps_all_rows_out_and_each_fault_is_named(tmp_path: Path) -> None:
    bad = [
        ["上级转办", "", "总署", None, "某公司", "张三", None, None, "旧件能保税维修吗"],
        ["微信", "", "", None, "某公司", "张三", None, None, "怎么办"],
        ["电话", "", "", "月底", "某公司", "张三", None, None, "怎么办"],
        ["电话", "", "", None, "", "", "", None, "怎么办"],
        ["电话", "", "", None, "某公司", "张三", None, "AA类", "怎么办"],
        ["", "转字12号", "", None, "某公司", "张三", None, None, "怎么办"],
    ]
    with pytest.raises(BadSheet) as problem:
        read_sheet(workbook(tmp_path, *GOOD, *bad), TODAY)
    assert list(problem.value.faults) == [
        "第 5 行：上级转办要写文号",
        "第 6 行：渠道没有“微信”，可以写：电话、走访、活动、上级转办",
        "第 7 行：期限“月底”看不懂，请写成 3月10日 或 2026-03-10。",
        "第 8 行：企业和联系人至少写一个，例如：问题列写“手册到期怎么办”，企业列写“青岛某公司”",
        "第 9 行：等级没有“AA类”，可以写：高级认证、认证、常规、失信、严重失信。没有改动。",
        "第 10 行：文号 转字12号 与第 2 行重复",
    ]


def test_a_sheet_taken_in_before_is_not_taken_in_again(store: Store, tmp_path: Path) -> None:
    lines = read_sheet(workbook(tmp_path, *GOOD), TODAY)
    taken(store, lines)
    with pytest.raises(BadSheet) as problem:
        taken(store, lines)
    assert list(problem.value.faults) == ["第 2 行：文号 转字12号 已经转入，是 #1", "第 4 行：这个问题已经登记，是 #2"]
    with store.transaction() as session:
        assert session.scalar(select(func.count(TicketRow.id))) == 2


BROKEN = "打不开，不是完整的 Excel 文件；请在 Excel 里打开看看，另存为 .xlsx"
LOCKED = "打不开，有密码或是旧格式；请在 Excel 里去掉密码，另存为 .xlsx"


def book_in_a_zip(*, page: bytes | None = None, encrypted: bool = False) -> bytes:
    """An empty workbook; `page`: its sheet instead; `encrypted`: every part marked as zip programs mark it."""
    whole, made = BytesIO(), BytesIO()
    Workbook().save(whole)
    with ZipFile(whole) as old, ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, page if page is not None and "sheet1" in name else old.read(name))
    if not encrypted:
        return made.getvalue()
    local = re.sub(rb"(PK\x03\x04..)\x00", b"\\1\x01", made.getvalue(), flags=re.DOTALL)
    return re.sub(rb"(PK\x01\x02....)\x00", b"\\1\x01", local, flags=re.DOTALL)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "转办.csv"
    path.write_text("渠道,企业,联系人,问题\n走访,某公司,张三,手册到期怎么办\n", encoding)
    [line] = read_sheet(path, TODAY)
    assert (line.row.channel, line.row.profile.enterprise, line.row.question) == (
        Channel.VISIT, "某公司", "手册到期怎么办",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.doc", b"", "只认 .xlsx 和 .csv；请在 Excel 里另存"),
        ("a.xlsx", b"no zip", BROKEN),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 old", LOCKED),
        ("a.xlsx", book_in_a_zip(encrypted=True), LOCKED),
        ("a.xlsx", book_in_a_zip(page=b"<worksheet><sheetData><row>"), BROKEN),
        ("a.xlsx", book_in_a_zip()[:-300], BROKEN),
        ("a.csv", "企业,问體\n".encode(), "第 1 行：没有“问體”这一列；是不是“问题”"),
        ("a.csv", b"\xff\xfe\xfa\x81", "不是 UTF-8 也不是 GB18030 文本；请另存为“CSV UTF-8”"),
        ("a.csv", "企业,问题\n".encode(), "表里没有问题；从第 2 行起一行写一个"),
    ],
)
def test_a_file_that_is_no_sheet_says_so(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (path := tmp_path / name).write_bytes(content)
    with pytest.raises(BadSheet) as problem:
        read_sheet(path, TODAY)
    assert fault in problem.value.faults


def test_the_command_ends_with_two_and_names_the_row(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(f"database: sqlite:///{tmp_path}/bot.db\n", "utf-8")
    path = workbook(tmp_path, ["电话", "", "", None, "某公司", "张三", None, None, ""])
    result = CliRunner().invoke(app, ["transfer", str(path), "--config", str(tmp_path / "config.yml"), "--check"])
    assert result.exit_code == 2
    assert "转办.xlsx: 第 2 行：还没有写问题" in result.stderr
    assert not (tmp_path / "bot.db").exists()
