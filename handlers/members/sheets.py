"""The registry as a workbook: groups, enterprises, their people and contacts. `sheet_reading` takes it in again."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Conversation
from handlers.members.models import ContactRow, EnterpriseRow, GroupProfileRow, LabelRow
from handlers.members.words import LabelKind
from handlers.tickets.papers import MemberRow
from knowledge_base.workbooks import Column, Sheet, write_workbook

LABELS = tuple(kind.label for kind in LabelKind)
GROUPS, ENTERPRISES, MEMBERS, CONTACTS = "群", "企业", "成员", "联系人"
HEADERS = {
    GROUPS: ("编号", "名称", *LABELS),
    ENTERPRISES: ("名称", "统一社会信用代码", "协调员", *LABELS),
    MEMBERS: ("账号", "姓名", "企业", "类型", "信用等级", "地区"),
    CONTACTS: ("账号", "姓名", "企业", "收私信", "已核实"),
}
YES, NO = ("是", "收", "Y", "y", "1"), ("", "否", "不收", "N", "n", "0")


def export(session: Session, path: Path) -> int:
    """Write the whole registry; how many rows."""
    labels = _labels_of(session)
    pages = {
        GROUPS: [*_group_cells(session, labels)],
        ENTERPRISES: [*_enterprise_cells(session, labels)],
        MEMBERS: [*_member_cells(session)],
        CONTACTS: [*_contact_cells(session)],
    }
    write_workbook(path, [
        Sheet(title=name, columns=[Column(title=head, width=18) for head in HEADERS[name]], rows=rows, count=len(rows))
        for name, rows in pages.items()
    ])  # fmt: skip
    return sum(map(len, pages.values()))


def _labels_of(session: Session) -> Callable[[str], list[str]]:
    """The cells of labels of a subject, in the order of the kinds."""
    labels: dict[str, dict[LabelKind, list[str]]] = {}
    for row in session.scalars(select(LabelRow).order_by(LabelRow.value)):
        labels.setdefault(row.subject, {}).setdefault(row.kind, []).append(row.value)
    return lambda subject: ["、".join(labels.get(subject, {}).get(kind, ())) for kind in LabelKind]


def _group_cells(session: Session, labels: Callable[[str], list[str]]) -> Iterator[Sequence[str | None]]:
    for group in session.scalars(select(GroupProfileRow).order_by(GroupProfileRow.conversation)):
        place = Conversation.parse(group.conversation)
        yield [f"{place.channel}:{place.id}", group.name, *labels(group.conversation)]


def _enterprise_cells(session: Session, labels: Callable[[str], list[str]]) -> Iterator[Sequence[str | None]]:
    for one in session.scalars(select(EnterpriseRow).order_by(EnterpriseRow.name)):
        yield [one.name, one.code, one.coordinator, *labels(one.subject)]


def _member_cells(session: Session) -> Iterator[Sequence[str | None]]:
    for one in session.scalars(select(MemberRow).order_by(MemberRow.person)):
        kind, tier = (word.label if word else None for word in (one.asker_type, one.tier))
        yield [one.person, one.name, one.enterprise, kind, tier, one.region]


def _contact_cells(session: Session) -> Iterator[Sequence[str | None]]:
    query = select(ContactRow, EnterpriseRow.name).outerjoin(
        EnterpriseRow, EnterpriseRow.id == ContactRow.enterprise_id
    )
    for contact, company in session.execute(query.order_by(ContactRow.person)):
        told = [YES[0] if true else NO[1] for true in (contact.takes_private, contact.confirmed_by)]
        yield [contact.person, contact.name, company, *told]
