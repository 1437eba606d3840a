"""Entries as a sheet, .xlsx or .csv: written for editors, read back with every fault named by its row and cell."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from knowledge_base.entries import Entry
from knowledge_base.faq_drafts import FaqError
from knowledge_base.fields import COLUMNS, DAYS, FieldFault, field_named, read_value, written_value
from knowledge_base.instruments import Instruments
from knowledge_base.sheet_rows import SheetError, rows_of
from knowledge_base.soundness import faults_of
from knowledge_base.wording import plain
from knowledge_base.workbooks import Column, Format, write_workbook
from knowledge_base.workbooks import Sheet as Page

NEEDED = ("id", "question", "answer")
WIDE = {"question": 36, "variants": 40, "answer": 70, "tips": 30, "basis": 34}
NAMES = {field: name for name, field in COLUMNS.items()}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One place in a sheet: row 2 is the first below the heads."""

    row: int
    column: int
    field: str

    def __str__(self) -> str:
        return f"第 {self.row} 行 {get_column_letter(self.column)}{self.row}（{NAMES[self.field]}）"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a file holds: which column says which field, and the rows that say anything."""

    columns: Mapping[str, int]
    rows: Sequence[tuple[int, Sequence[Any]]]

    def cell(self, row: int, field: str) -> Cell:
        return Cell(row=row, column=self.columns.get(field, 1), field=field)


def write_sheet(file: Path, entries: Iterable[Entry]) -> None:
    """All fields of all entries, one a row."""
    rows = [[written_value(entry, field) for field in COLUMNS.values()] for entry in entries]
    if file.suffix.lower() == ".csv":
        _write_csv(file, rows)
    else:
        _write_xlsx(file, rows)


def read_sheet(file: Path, instruments: Instruments, others: Iterable[Entry], *, today: date) -> list[Entry]:
    """The entries of a sheet; FaqError with every fault, one a line. `others`: the base they would join."""
    try:
        sheet = _sheet(file, rows_of(file))
    except SheetError as error:
        raise FaqError(f"{file}：{error}") from error
    reading = _Reading(sheet, instruments, today)
    entries = [entry for row, values in sheet.rows if (entry := reading.entry(row, values)) is not None]
    reading.clashes({entry.id: entry for entry in others})
    if not sheet.rows:
        reading.faults.append(f"{file}：没有内容；第一行写列名，从第二行起一行一条")
    if reading.faults:
        raise FaqError("\n".join(reading.faults))
    return entries


class _Reading:
    """Reads rows one by one and remembers what was wrong where."""

    def __init__(self, sheet: Sheet, instruments: Instruments, today: date) -> None:
        self._sheet, self._instruments, self._today = sheet, instruments, today
        self._rows: dict[str, tuple[int, Entry]] = {}
        self.faults: list[str] = []

    def entry(self, row: int, values: Sequence[Any]) -> Entry | None:
        before = len(self.faults)
        fields = dict(self._values(row, values))
        missing = [field for field in NEEDED if not fields.get(field) and not self._told(row, field)]
        self.faults.extend(f"{self._sheet.cell(row, field)}：空着；请填写" for field in missing)
        if len(self.faults) > before:
            return None
        try:
            entry = Entry.model_validate({**fields, "variants": _without_repeats(fields)})
        except ValidationError as error:
            at = str(error.errors()[0]["loc"][0])
            self.faults.append(f"{self._sheet.cell(row, at)}：写得不对；照上下行的样子改")
            return None
        if entry.id in self._rows:
            first = self._rows[entry.id][0]
            self.faults.append(f"{self._sheet.cell(row, 'id')}：编号 {entry.id} 与第 {first} 行相同；换一个")
            return None
        self._rows[entry.id] = row, entry
        self.faults.extend(self._unsound(row, entry))
        return entry if len(self.faults) == before else None

    def clashes(self, others: Mapping[str, Entry]) -> None:
        """The same phrasing in two entries, of the sheet or of the base."""
        owners = {
            plain(text): (id, "知识库")
            for id, entry in others.items() if id not in self._rows for text in entry.phrasings
        }  # fmt: skip
        for id, (row, entry) in self._rows.items():
            for at, text in enumerate(entry.phrasings):
                owner, where = owners.setdefault(plain(text), (id, f"第 {row} 行"))
                if owner != id:
                    cell = self._sheet.cell(row, "variants" if at else "question")
                    self.faults.append(f"{cell}：“{text[:20]}”{where}的 {owner} 已经有；只留一处")

    def _values(self, row: int, values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
        for field, column in self._sheet.columns.items():
            value = values[column - 1] if column <= len(values) else None
            try:
                yield field, read_value(field, value, self._instruments)
            except FieldFault as fault:
                self.faults.append(f"{self._sheet.cell(row, field)}：{fault}")

    def _told(self, row: int, field: str) -> bool:
        return any(fault.startswith(str(self._sheet.cell(row, field))) for fault in self.faults[-len(COLUMNS) :])

    def _unsound(self, row: int, entry: Entry) -> Iterator[str]:
        if entry.ends_before_it_begins:
            yield f"{self._sheet.cell(row, 'valid_until')}：失效早于生效；改其中一个日期"
        for fault in faults_of(entry, self._instruments, self._today):
            field, _, what = fault.partition(": ")
            yield f"{self._sheet.cell(row, field.partition('[')[0])}：{what}"


def _without_repeats(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Each way of asking once, and the question itself not among them."""
    seen = {plain(fields["question"]): ""}
    return tuple(seen.setdefault(plain(text), text) for text in fields.get("variants", ()) if plain(text) not in seen)


def _sheet(file: Path, lines: list[list[Any]]) -> Sheet:
    heads = [str(head or "").strip() for head in lines[0]] if lines else []
    columns: dict[str, int] = {}
    faults = []
    for at, head in enumerate(heads, start=1):
        field = field_named(head)
        place = f"第 1 行 {get_column_letter(at)}1"
        if head and field is None:
            faults.append(f"{place}：不认识的列“{head[:20]}”；列名有：{'、'.join(COLUMNS)}")
        elif field in columns:
            faults.append(f"{place}：“{head}”这一列出现了两次；删去一列")
        elif field is not None:
            columns[field] = at
    faults += [f"第 1 行：缺少“{NAMES[field]}”这一列；请补上" for field in NEEDED if field not in columns]
    if faults:
        raise FaqError("\n".join(f"{file}：{fault}" for fault in faults))
    rows = [(at, line) for at, line in enumerate(lines[1:], start=2) if any(str(value or "").strip() for value in line)]
    return Sheet(columns=columns, rows=rows)


def _write_csv(file: Path, rows: list[list[Any]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark tells Excel that it is UTF-8
        csv.writer(out).writerows([list(COLUMNS), *rows])


def _write_xlsx(file: Path, rows: list[list[Any]]) -> None:
    columns = [
        Column(title=name, width=WIDE.get(field, 14), format=Format.DAY if field in DAYS else Format.LONG)
        for name, field in COLUMNS.items()
    ]
    write_workbook(file, [Page(title="知识库", columns=columns, rows=rows, count=len(rows), freeze="C2")])
