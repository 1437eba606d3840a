"""A sheet of questions from above, from telephone notes or from an event: every row is right, or none is taken in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import inbox
from handlers.base import Conversation, Decision, DecisionKind, Message, Person
from handlers.mind import Mind
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.registering import CHANNELS, LABELS, Registration, read_row, register
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import Channel
from knowledge_base.sheet_rows import SheetError, cell_text, rows_of

MOST_ROWS = 5000
WORDS = {**CHANNELS, "上级转办": Channel.ABOVE, "转办": Channel.ABOVE, "": Channel.ABOVE}
CURE = "问题列写“手册到期怎么办”，企业列写“青岛某公司”"


class BadSheet(Exception):
    """Nothing was taken in: `faults` says what is wrong where, one line each."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the sheet, by its number as people count."""

    number: int
    row: Registration


def read_sheet(path: Path, today: date) -> list[Line]:
    """Every row understood. Raises BadSheet with every fault."""
    table = _table(path)
    header = [str(cell).strip() for cell in next(table, [])]
    fields = _columns(header)
    lines: list[Line] = []
    faults: list[str] = []
    for number, cells in enumerate(table, 2):
        said = {field: text for field, cell in zip(fields, cells, strict=False) if field and (text := cell_text(cell))}
        if not said:
            continue
        try:
            lines.append(Line(number=number, row=_registration(said, today)))
        except HalfACommand as fault:
            faults.append(f"第 {number} 行：{fault}")
    faults += _twice(lines)
    if not lines and not faults:
        faults.append("表里没有问题；从第 2 行起一行写一个")
    if len(lines) > MOST_ROWS:
        faults.append(f"有 {len(lines)} 行，一次最多 {MOST_ROWS} 行，请分几次导入")
    if faults:
        raise BadSheet(*faults)
    return lines


def take_in(
    session: Session,
    lines: Sequence[Line],
    mind: Mind,
    *,
    file: str,
    desk: Conversation,
    rules: TicketRules,
    now: datetime,
) -> Iterator[TicketRow]:
    """A ticket for every row, in one transaction of the caller's. Raises BadSheet for numbers that are here already."""
    if known := _known(session, lines):
        raise BadSheet(*known)
    for line in lines:
        message = _message(line, file, now)
        [inbox_id] = inbox.store(session, [message], now=now)
        assert inbox_id is not None, "a row is a message of its own"
        inbox.claim(session, inbox_id, now=now)
        ticket = register(session, line.row, message, inbox_id, mind, desk=desk, rules=rules, now=now)
        decision = Decision(kind=DecisionKind.TICKET, reason="sheet", ticket=ticket.id)
        inbox.decide(session, inbox_id, message, decision, duration_ms=0, now=now)
        yield ticket


def _registration(said: dict[str, str], today: date) -> Registration:
    word = said.pop("channel", "")
    if word not in WORDS:
        raise HalfACommand(f"渠道没有“{word}”，可以写：电话、走访、活动、上级转办")
    row = read_row(said, WORDS[word], today, shown=CURE)
    if row.channel == Channel.ABOVE and not row.number:
        raise HalfACommand("上级转办要写文号")
    if row.answer:
        raise HalfACommand("表格只登记问题，答复请在坐席群里办；请去掉“答复”列")
    return row


def _columns(header: Sequence[str]) -> list[str | None]:
    faults = []
    for title in header:
        if title and title not in LABELS:
            close = get_close_matches(title, LABELS, n=1, cutoff=0.4)
            meant = f"；是不是“{close[0]}”" if close else "；可以有：" + "、".join(dict.fromkeys(SHOWN))
            faults.append(f"第 1 行：没有“{title}”这一列{meant}")
    fields = [LABELS.get(title) for title in header]
    if "question" not in fields:
        faults.append("第 1 行：没有“问题”这一列；第一行写列名：" + "、".join(SHOWN))
    if faults:
        raise BadSheet(*faults)
    return fields


SHOWN = ("渠道", "文号", "来源", "期限", "企业", "联系人", "电话", "类型", "等级", "地区", "主题", "问题")


def _twice(lines: Sequence[Line]) -> list[str]:
    first: dict[str, int] = {}
    faults = []
    for line in lines:
        if line.row.number and line.row.number in first:
            faults.append(f"第 {line.number} 行：文号 {line.row.number} 与第 {first[line.row.number]} 行重复")
        first.setdefault(line.row.number, line.number)
    return faults


def _known(session: Session, lines: Sequence[Line]) -> list[str]:
    """Rows that became tickets before, by their number, or by the very same words of the same person."""
    numbers = {line.row.number: line.number for line in lines if line.row.number}
    found = select(TicketRow.external_number, TicketRow.id).where(TicketRow.external_number.in_(numbers))
    known = [
        f"第 {numbers[number]} 行：文号 {number} 已经转入，是 #{id}" for number, id in session.execute(found) if number
    ]
    people = {(line.row.person.address, line.row.question): line.number for line in lines if not line.row.number}
    asked = select(AskerRow.person, TicketRow.question, AskerRow.home_id).join(
        TicketRow, TicketRow.id == AskerRow.home_id
    )
    for person, question, id in session.execute(asked.where(AskerRow.person.in_({person for person, _ in people}))):
        if (person, question) in people:
            known.append(f"第 {people[person, question]} 行：这个问题已经登记，是 #{id}")
    return known


def _message(line: Line, file: str, now: datetime) -> Message:
    return Message(
        id=f"{file} {line.number}",
        conversation=Conversation.private("sheet", file[-100:]),
        sender=Person(channel="sheet", id=file[-100:], name="表格导入"),
        text=line.row.question,
        sent_at=now,
    )


def _table(path: Path) -> Iterator[Sequence[object]]:
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise BadSheet("只认 .xlsx 和 .csv；请在 Excel 里另存")
    try:
        return iter(rows_of(path))
    except SheetError as error:
        raise BadSheet(str(error)) from error
