"""The rows of a sheet as people save them: the first page of an .xlsx, or a .csv in either encoding Excel writes."""

import csv
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel in China writes when asked for CSV is the latter


class SheetError(Exception):
    """A file is no sheet; the message says why and the cure, and leaves the file's name to who asked for it."""


def rows_of(file: Path) -> list[list[Any]]:
    """All rows, heads included; cells of an .xlsx have the types Excel gave them. Raises SheetError."""
    return _xlsx(file) if file.suffix.lower() in (".xlsx", ".xlsm") else _csv(file)


def _xlsx(file: Path) -> list[list[Any]]:
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise SheetError(f"打不开（{error}）；请在 Excel 里另存为 .xlsx") from error
    with closing(book):
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


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
