"""Thresholds from labelled questions: as low as the tolerated error allows."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from math import sqrt
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from knowledge_base.evaluation import Outcome, Question, QuestionsError, shares_at
from knowledge_base.thresholds import Shares, Thresholds

TEXT, LABEL = "原话", "应答条目"  # the columns that count; the others are there to decide by
NOTHING = frozenset({"无", "没有", "都不是", "不归我们", "不答", "-", "—", "0"})
STEPS = [step / 100 for step in range(30, 100)]
USEFUL = 0.5  # share of offers that must hold the right entry
FEWEST = 30  # labelled questions; fewer say nothing


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """What the labels say the thresholds should be, and what they make of the labelled questions."""

    thresholds: Thresholds
    shares: Shares
    answered: int
    at_worst: float  # the error that nineteen times in twenty is not exceeded, seeing so many answers


def tune(outcomes: Sequence[Outcome], *, tolerate: float) -> Tuning | None:
    """The lowest thresholds that keep the error; None when none does."""
    for answer_at in STEPS:
        shares = shares_at(outcomes, Thresholds(answer_at=answer_at, offer_at=0))
        if shares.answered and shares.wrong <= tolerate:
            chosen = Thresholds(answer_at=answer_at, offer_at=_offer_at(outcomes, answer_at))
            count = round(shares.answered * len(outcomes))
            return Tuning(
                thresholds=chosen,
                shares=shares_at(outcomes, chosen),
                answered=count,
                at_worst=_at_worst(shares.wrong, count),
            )
    return None


def _offer_at(outcomes: Sequence[Outcome], answer_at: float) -> float:
    """From where an offer of three holds the right entry often enough to be worth a person's reading."""
    for offer_at in STEPS:
        offered = [outcome for outcome in outcomes if offer_at <= outcome.confidence < answer_at]
        held = sum(1 <= outcome.rank <= 3 for outcome in offered)
        if offer_at >= answer_at or (offered and held >= USEFUL * len(offered)):
            return min(offer_at, answer_at)
    return answer_at


def _at_worst(share: float, count: int) -> float:
    """The upper end of Wilson's interval, one side, at 95 in a hundred."""
    z = 1.645
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle + spread) / (1 + z * z / count)


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
