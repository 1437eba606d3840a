"""The rows of a sheet as people save them: the first page of an .xlsx, or a .csv in either encoding Excel writes."""

import csv
import zlib
from contextlib import closing
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

#: What zipfile and openpyxl raise at files that only look like workbooks: cut short, damaged, encrypted, of another maker.
BROKEN = (
    OSError, EOFError, BadZipFile, zlib.error, RuntimeError, ParseError, InvalidFileException, LookupError, ValueError,
    TypeError, AttributeError,
)  # fmt: skip
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # how an .xls begins, and an .xlsx with a password
ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel in China writes when asked for CSV is the latter


class SheetError(Exception):
    """A file is no sheet; the message says why and the cure, and leaves the file's name to who asked for it."""


def rows_of(file: Path) -> list[list[Any]]:
    """All rows, heads included; cells of an .xlsx have the types Excel gave them. Raises SheetError."""
    return _xlsx(file) if file.suffix.lower() in (".xlsx", ".xlsm") else _csv(file)


def cell_text(cell: object) -> str:
    """A cell as people read it: days without a time, whole numbers without a point (Excel makes 720000001.0 of an id)."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()


def workbook(file: Path) -> Workbook:
    """The whole of it. Raises SheetError."""
    try:
        with file.open("rb") as opened:  # openpyxl leaves a file open that it cannot read
            return load_workbook(opened, data_only=True)
    except BROKEN as error:
        raise SheetError(_why(file, error)) from error


def _why(file: Path, error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"打不开（{error.strerror}）；请检查路径和权限"
    if "encrypted" in str(error) or _begins_with(file, OLD_OR_LOCKED):
        return "打不开，有密码或是旧格式；请在 Excel 里去掉密码，另存为 .xlsx"
    return "打不开，不是完整的 Excel 文件；请在 Excel 里打开看看，另存为 .xlsx"


def _begins_with(file: Path, magic: bytes) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(magic)) == magic


def _xlsx(file: Path) -> list[list[Any]]:
    try:
        with file.open("rb") as opened, closing(load_workbook(opened, read_only=True, data_only=True)) as book:
            return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    except BROKEN as error:  # pages are unpacked only when they are looked at
        raise SheetError(_why(file, error)) from error


def _csv(file: Path) -> list[list[Any]]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SheetError(f"打不开（{error.strerror}）；请检查路径和权限") from error
    for encoding in ENCODINGS:
        try:
            return list(csv.reader(StringIO(data.decode(encoding), newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise SheetError(f"不是 CSV（{error}）；检查引号是否成对") from error
    raise SheetError("不是 UTF-8 也不是 GB18030 文本；请另存为“CSV UTF-8”")
