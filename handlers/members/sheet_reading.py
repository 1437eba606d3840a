"""The registry out of a workbook. A broken row is named, with the cure; nothing is taken in while one is left."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Conversation, Person
from handlers.members.models import LONGEST_ENTERPRISE, ContactRow, EnterpriseRow, GroupProfileRow
from handlers.members.registry import Label, RegistryRefusal, fitting, put, split_values
from handlers.members.sheets import CONTACTS, ENTERPRISES, GROUPS, HEADERS, MEMBERS, NO, YES
from handlers.members.words import LabelKind
from handlers.tickets.papers import MemberRow
from handlers.tickets.words import AskerType, Tier
from handlers.words import Word
from knowledge_base.sheet_rows import SheetError, cell_text, workbook

BY_SHEET = "sheet"  # who confirmed it: whoever wrote the workbook


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of reading a workbook: how many rows of each sheet, and one line for each that is wrong."""

    counts: Mapping[str, int]
    faults: Sequence[str]


class UnreadableSheet(Exception):
    """It is no workbook of ours; the sentence says what is missing."""


class BadRow(Exception):
    """This row cannot be taken; the sentence says why, and the cure."""


def take_in(
    session: Session, path: Path, *, now: datetime, desks: Collection[str] = (), new_groups: bool = False
) -> Taken:
    """Read the workbook into the registry. Whoever calls undoes everything when there are faults."""
    book = _open(path)
    readers: dict[str, Callable[[Mapping[str, str]], None]] = {
        GROUPS: lambda row: _take_group(session, row, now, desks=desks, new_groups=new_groups),
        ENTERPRISES: lambda row: _take_enterprise(session, row, now),
        MEMBERS: lambda row: _take_member(session, row, now),
        CONTACTS: lambda row: _take_contact(session, row, now),
    }
    counts: dict[str, int] = {}
    faults = []
    for name, reader in readers.items():
        for number, row in _rows(book[name]) if name in book.sheetnames else ():
            try:
                reader(row)
            except BadRow as fault:
                faults.append(f"{name} 第 {number} 行：{fault}")
            counts[name] = counts.get(name, 0) + 1
        session.flush()
    return Taken(counts=counts, faults=faults)


def _open(path: Path) -> Workbook:
    try:
        book = workbook(path)
    except SheetError as problem:
        raise UnreadableSheet(f"{path}: {problem}") from problem
    if not set(book.sheetnames) & set(HEADERS):
        raise UnreadableSheet(f"{path}: 没有叫 {'、'.join(HEADERS)} 的工作表；先导出一份照着填")
    for name in set(book.sheetnames) & set(HEADERS):
        first = [str(cell.value or "").strip() for cell in book[name][1]]
        unknown = [head for head in first if head and head not in HEADERS[name]]
        if unknown or first[:1] != [HEADERS[name][0]]:
            raise UnreadableSheet(
                f"{path}: 工作表 {name} 的表头应是 {'、'.join(HEADERS[name])}；看不懂 {'、'.join(unknown)}"
            )
    return book


def _rows(sheet: Worksheet) -> Iterator[tuple[int, dict[str, str]]]:
    rows = sheet.iter_rows(values_only=True)
    heads = [str(head or "").strip() for head in next(rows)]
    for number, cells in enumerate(rows, 2):
        row = {head: cell_text(cell) for head, cell in zip(heads, cells, strict=False) if head}
        if any(row.values()):
            yield number, row


def _take_group(
    session: Session, row: Mapping[str, str], now: datetime, *, desks: Collection[str], new_groups: bool
) -> None:
    channel, sign, id = row["编号"].partition(":")
    if not sign or not id:
        raise BadRow(f"编号“{row['编号']}”应写平台和群号，如 qq:720000001")
    place = str(Conversation.group(channel, id))
    if place in desks:
        raise BadRow(f"{row['编号']} 是坐席群，通知不发到坐席群；请删掉这一行")
    known = session.get(GroupProfileRow, place)
    if known is None and not new_groups:
        raise BadRow(f"没有登记群 {row['编号']}；核对群号，确实是新群就加 --new-groups")
    if known is None:
        session.add(GroupProfileRow(conversation=place, name=(row.get("名称") or id)[:100], added_at=now))
    put(session, place, _labels(row), now=now)


def _take_enterprise(session: Session, row: Mapping[str, str], now: datetime) -> None:
    name = row["名称"]
    if not name:
        raise BadRow("没有写企业名称")
    if len(name) > LONGEST_ENTERPRISE:
        raise BadRow(f"企业名称有 {len(name)} 字，最多 {LONGEST_ENTERPRISE} 字")
    known = session.scalar(select(EnterpriseRow).where(EnterpriseRow.name == name))
    code = row.get("统一社会信用代码") or None
    if code is not None and len(code) != 18:
        raise BadRow(f"统一社会信用代码应是 18 位，这里有 {len(code)} 位")
    other = session.scalar(select(EnterpriseRow).where(EnterpriseRow.code == code)) if code else None
    if other is not None and other is not known:
        raise BadRow(f"统一社会信用代码和“{other.name}”的一样")
    if known is None:
        known = EnterpriseRow(name=name, added_at=now)
        session.add(known)
    known.code, known.coordinator = code or known.code, row.get("协调员") or known.coordinator
    session.flush()
    put(session, known.subject, _labels(row), now=now)


def _take_member(session: Session, row: Mapping[str, str], now: datetime) -> None:
    """Whom we know somebody to be, when he asks; an empty cell changes nothing."""
    account = _account(row)
    member = session.get(MemberRow, account) or MemberRow(person=account, name="")
    company = _company(session, row) if row.get("企业") else None
    member.name = row.get("姓名", "")[:100] or member.name or Person.at(account).id[:100]
    member.enterprise = company.name if company else member.enterprise
    member.asker_type = _one_of(AskerType, row.get("类型", ""), "类型") or member.asker_type
    member.tier = _one_of(Tier, row.get("信用等级", ""), "信用等级") or member.tier
    member.region = row.get("地区", "")[:64] or member.region
    member.changed_at, member.changed_by = now, BY_SHEET
    session.add(member)


def _account(row: Mapping[str, str]) -> str:
    if ":" not in row["账号"]:
        raise BadRow(f"账号“{row['账号']}”应写平台和号码，如 qq:10001")
    return row["账号"]


def _company(session: Session, row: Mapping[str, str]) -> EnterpriseRow:
    name = row.get("企业", "")
    enterprise = session.scalar(select(EnterpriseRow).where(EnterpriseRow.name == name))
    if enterprise is None:
        raise BadRow(f"没有登记企业“{name}”；先在 {ENTERPRISES} 工作表里写上")
    return enterprise


W = TypeVar("W", bound=Word)


def _one_of(words: type[W], said: str, header: str) -> W | None:
    found = words.labelled(said)
    if said and found is None:
        raise BadRow(f"{header}没有“{said}”，可以写 {'、'.join(word.label for word in words)}")
    return found


def _take_contact(session: Session, row: Mapping[str, str], now: datetime) -> None:
    account, takes, sure = _account(row), row.get("收私信", ""), row.get("已核实") or YES[0]
    enterprise = _company(session, row)
    if takes not in (*YES, *NO):
        raise BadRow(f"收私信写 是 或 否，这里是“{takes}”")
    if sure not in (*YES, *NO):
        raise BadRow(f"已核实写 是 或 否，这里是“{sure}”")
    person = Person.at(account)
    contact = session.get(ContactRow, account) or ContactRow(person=account, added_at=now)
    contact.private = str(Conversation.private(person.channel, person.id))
    contact.name, contact.enterprise_id = row.get("姓名", "")[:100], enterprise.id
    contact.takes_private = takes in YES
    contact.confirmed_by = (contact.confirmed_by or BY_SHEET) if sure in YES else None
    session.add(contact)


def _labels(row: Mapping[str, str]) -> list[Label]:
    cells = {kind: row.get(kind.label, "").replace(" ", "") for kind in LabelKind}
    try:
        return [(kind, fitting(value)) for kind, cell in cells.items() for value in split_values(cell)]
    except RegistryRefusal as refusal:
        raise BadRow(str(refusal).removesuffix("，没有改动。")) from refusal
