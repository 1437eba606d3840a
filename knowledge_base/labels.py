"""Sheets of real questions that editors labelled with the entry that answers them."""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from knowledge_base.evaluation import Question, QuestionsError

TEXT, LABEL = "原话", "应答条目"  # the columns that count; the others are there to decide by
NOTHING = frozenset({"无", "没有", "都不是", "不归我们", "不答", "-", "—", "0"})


def read_labels(file: Path, known: frozenset[str]) -> list[Question]:
    """The labelled rows of a sheet; rows without a label are left out. QuestionsError names row and cell."""
    lines = _xlsx(file) if file.suffix.lower() == ".xlsx" else _csv(file)
    heads = [str(head or "").strip() for head in lines[0]] if lines else []
    missing = [name for name in (TEXT, LABEL) if name not in heads]
    if missing:
        raise QuestionsError(f"{file}：缺少“{missing[0]}”这一列；用 python -m bot export labels 写出的表")
    text_at, label_at = heads.index(TEXT), heads.index(LABEL)
    faults: list[str] = []
    questions = list(_labelled(lines[1:], text_at, label_at, known, faults))
    if faults:
        raise QuestionsError("\n".join(f"{file}：{fault}" for fault in faults))
    return questions


def _labelled(
    rows: Sequence[Sequence[Any]], text_at: int, label_at: int, known: frozenset[str], faults: list[str]
) -> Iterator[Question]:
    for number, row in enumerate(rows, start=2):
        text, label = (str(row[at] or "").strip() if at < len(row) else "" for at in (text_at, label_at))
        if not text or not label:
            continue
        ids = frozenset() if label in NOTHING else frozenset(filter(None, re.split(r"[、，,;；/\s]+", label)))
        for strange in sorted(ids - known):
            faults.append(f"第 {number} 行（{LABEL}）：没有条目“{strange}”；写条目编号，没有就写“无”")
        yield Question(text=text, expect=ids)


def _xlsx(file: Path) -> list[list[Any]]:
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise QuestionsError(f"{file}：打不开（{error}）；用 Excel 另存为 .xlsx 再试") from error
    try:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _csv(file: Path) -> list[list[Any]]:
    try:
        return list(csv.reader(StringIO(file.read_text("utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise QuestionsError(f"{file}：读不了（{error}）；另存为 UTF-8 的 CSV 或 .xlsx 再试") from error
