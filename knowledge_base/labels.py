"""Sheets of real questions that editors labelled with the entry that answers them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from knowledge_base.questions import Question, QuestionsError
from knowledge_base.sheet_rows import SheetError, rows_of

TEXT, LABEL = "原话", "应答条目"  # the columns that count; the others are there to decide by
NOTHING = frozenset({"无", "没有", "都不是", "不归我们", "不答", "-", "—", "0"})


def read_labels(file: Path, known: frozenset[str]) -> list[Question]:
    """The labelled rows of a sheet; rows without a label are left out. QuestionsError names row and cell."""
    try:
        lines = rows_of(file)
    except SheetError as error:
        raise QuestionsError(f"{file}：{error}") from error
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
