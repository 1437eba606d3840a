"""Workbooks that open well in Excel: frozen header, filters, widths, dates as dates, and no cell that computes.

Every workbook we hand out is written here. openpyxl makes it, styles and headers included; the rows are written into it
as they come, many times faster than cell by cell, so that a ledger of a hundred thousand tickets takes seconds and no
memory.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from io import BytesIO
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 1_048_000  # Excel ends at 1,048,576
LONGEST = 32_000  # characters; Excel ends at 32,767
#: Excel counts days from here and knows no time zone; moments are shown as clocks in Shanghai show them.
EPOCH = datetime(1899, 12, 30, tzinfo=timezone(timedelta(hours=8)))
DAY = 86_400  # seconds
NOT_XML = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff"
NOT_PLAIN = re.compile(rf"^\s|\s$|[<>&{NOT_XML}]")
END_OF_ROWS = b"</sheetData>"
SHORT, REMEMBERED = 24, 20_000  # letters of a text worth remembering, and how many texts
ROW = "\x01"  # stands for the number of a row until that is known; no text of a workbook may hold it
AT_ONCE = 200  # rows handed to the file together

Value = str | int | float | date | None


class Format(StrEnum):
    """How a column is shown."""

    TEXT = "text"
    LONG = "long"  #: text that wraps
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    BLANK = "blank"  #: to be filled in by who gets it


@dataclass(frozen=True, kw_only=True)
class Column:
    title: str
    width: int = 12
    format: Format = Format.TEXT


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`count` is the number of rows that are filtered and sorted, `below` that of those under them that stay; `rows` is
    read once. `freeze`: the first cell that scrolls."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    count: int
    below: int = 0
    freeze: str = "B2"


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write all sheets; the file appears when it is whole."""
    shell, styles = _shell(sheets)
    half = path.with_name(f".{path.name}.half")
    try:
        with ZipFile(shell) as source, ZipFile(half, "w", ZIP_DEFLATED, compresslevel=3) as target:
            for name in source.namelist():
                sheet = _sheet_of(name, sheets)
                if sheet is None:
                    target.writestr(name, source.read(name))
                else:
                    _splice(target, name, source.read(name), sheet, styles)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _shell(sheets: Sequence[Sheet]) -> tuple[BytesIO, dict[Format, int]]:
    """The workbook without its rows, and the number of each format's style in it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _head(book.create_sheet(sheet.title), sheet)
    numbers = _styles(book)
    file = BytesIO()
    book.save(file)
    return file, numbers


def _styles(book: Workbook) -> dict[Format, int]:
    top = Alignment(vertical="top")
    styles = {
        Format.TEXT: NamedStyle("文字", alignment=top, number_format="@"),
        Format.LONG: NamedStyle("长文字", alignment=Alignment(vertical="top", wrap_text=True), number_format="@"),
        Format.NUMBER: NamedStyle("数字", alignment=top),
        Format.DAY: NamedStyle("日期", alignment=top, number_format="yyyy-mm-dd"),
        Format.MOMENT: NamedStyle("时间", alignment=top, number_format="yyyy-mm-dd hh:mm"),
        Format.BLANK: NamedStyle("待填", alignment=top, number_format="@", fill=PatternFill("solid", fgColor="FFF6D6")),
    }
    numbers = {}
    for format, style in styles.items():
        book.add_named_style(style)
        cell = WriteOnlyCell(book.worksheets[0])
        cell.style = style.name
        numbers[format] = cell.style_id
    return numbers


def _head(page: Worksheet, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.columns, 1):
        cell = page.cell(row=1, column=number, value=column.title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(number)].width = column.width
    page.freeze_panes = sheet.freeze
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{sheet.count + 1}"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"


def _sheet_of(name: str, sheets: Sequence[Sheet]) -> Sheet | None:
    found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
    return sheets[int(found[1]) - 1] if found else None


def _splice(target: ZipFile, name: str, page: bytes, sheet: Sheet, styles: dict[Format, int]) -> None:
    head, end, tail = page.partition(END_OF_ROWS)
    # Readers that trust it would stop after the header.
    extent = f"A1:{get_column_letter(len(sheet.columns))}{sheet.count + sheet.below + 1}"
    head = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{extent}"'.encode(), head, count=1)
    with target.open(name, "w", force_zip64=True) as file:
        file.write(head)
        rows = _rows(sheet, styles)
        while some := list(islice(rows, AT_ONCE)):
            file.write("".join(some).encode())
        file.write(end + tail)


def _rows(sheet: Sheet, styles: dict[Format, int]) -> Iterator[str]:
    """Each cell is written with a mark for the number of its row, so that what was written once can be said again."""
    cells = [
        _writer(f'<c r="{get_column_letter(number)}{ROW}" s="{styles[column.format]}"', column.format)
        for number, column in enumerate(sheet.columns, 1)
    ]
    for number, row in enumerate(sheet.rows, 2):
        written = "".join([write(value) for write, value in zip(cells, row, strict=True)])
        yield f'<row r="{ROW}">{written}</row>'.replace(ROW, str(number))


def _writer(opening: str, format: Format) -> Callable[[Value], str]:
    """How a value of a column is written: most say one of a few short words, but hardly two moments are the same."""
    cells = _Cells(opening, format)
    if format != Format.MOMENT:
        return cells.__getitem__
    return lambda value: _moment(opening, value) if isinstance(value, datetime) else cells[value]


class _Cells(dict[Value, str]):
    """Text is written as text, so that `=…` is never a formula; the column's text format keeps it so when edited. The
    short ones are remembered as they are written."""

    def __init__(self, opening: str, format: Format) -> None:
        empty = f"{opening}/>" if format == Format.BLANK else ""
        super().__init__({None: empty, "": empty})
        self._opening = opening

    def __missing__(self, value: Value) -> str:
        if not isinstance(value, str):
            assert value is not None  # it is there from the beginning
            return _figure(self._opening, value)
        written = f'{self._opening} t="inlineStr"><is>{_text(value)}</is></c>'
        if len(value) <= SHORT and len(self) < REMEMBERED:
            self[value] = written
        return written


def _figure(opening: str, value: float | date) -> str:
    if isinstance(value, datetime):
        return _moment(opening, value)
    if isinstance(value, date):
        return f"{opening}><v>{(value - EPOCH.date()).days}</v></c>"
    return f"{opening}><v>{value}</v></c>"


def _moment(opening: str, value: datetime) -> str:
    return f"{opening}><v>{(value - EPOCH).total_seconds() / DAY:.6f}</v></c>"


def _text(value: str) -> str:
    if len(value) <= LONGEST and NOT_PLAIN.search(value) is None:
        return f"<t>{value}</t>"
    return f'<t xml:space="preserve">{escape(re.sub(f"[{NOT_XML}]", "", value[:LONGEST]))}</t>'
