"""Enterprises of the registry as operators write and change them in a desk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.errors import meant
from handlers.members.models import LONGEST_ENTERPRISE, EnterpriseRow
from handlers.members.registry import Label, RegistryRefusal, labels_of, put, read_labels, spoken_labels

KEYS = {
    "名称": "name", "改名": "name", "代码": "code", "信用代码": "code", "统一社会信用代码": "code",
    "协调员": "coordinator",
}  # fmt: skip
EXAMPLE = "登记企业 青岛某某公司 代码=91370200… 协调员=老李 地区=青岛"
_CODE = re.compile(r"[0-9A-Z]{18}")


@dataclass(frozen=True, kw_only=True)
class EnterpriseForm:
    """What was typed: the name it has, what is to be written, and labels to put on."""

    name: str
    fields: Mapping[str, str]
    labels: list[Label]


def read_form(text: str) -> EnterpriseForm:
    """`青岛某某公司 代码=… 协调员=… 地区=青岛`. Raises RegistryRefusal."""
    said = text.replace("＝", "=").split()
    first = next((place for place, piece in enumerate(said) if "=" in piece), len(said))
    name = " ".join(said[:first])
    if not name:
        raise RegistryRefusal(f"请写企业名称，例如：{EXAMPLE}")
    fields, labels = {}, []
    for piece in said[first:]:
        key, _, value = piece.partition("=")
        if key not in KEYS:
            labels += read_labels(piece)
        elif not value:
            raise RegistryRefusal(f"“{key}=”后面还缺内容，没有改动。例如：{EXAMPLE}")
        else:
            fields[KEYS[key]] = value.upper() if KEYS[key] == "code" else value
    return EnterpriseForm(name=name, fields=fields, labels=labels)


def register(session: Session, form: EnterpriseForm, *, now: datetime) -> EnterpriseRow:
    """A new one. Raises RegistryRefusal."""
    if _called(session, form.name) is not None:
        raise RegistryRefusal(f"“{form.name}”登记过了，没有改动。要改请发：修改企业 {form.name} 协调员=老李")
    row = EnterpriseRow(name="", added_at=now)
    _write(session, row, {"name": form.name, **form.fields})
    session.add(row)
    session.flush()
    put(session, row.subject, form.labels, now=now)
    return row


def change(session: Session, form: EnterpriseForm, *, now: datetime) -> EnterpriseRow:
    """Write over what is given; the rest stays. Raises RegistryRefusal."""
    row = find(session, form.name)
    if not form.fields and not form.labels:
        raise RegistryRefusal(f"要改什么？例如：修改企业 {form.name} 协调员=老李 改名=新的名称")
    _write(session, row, form.fields)
    session.flush()
    put(session, row.subject, form.labels, now=now)
    return row


def find(session: Session, name: str) -> EnterpriseRow:
    """The one of that name. Raises RegistryRefusal naming what comes close."""
    row = _called(session, name)
    if row is None:
        known = session.scalars(select(EnterpriseRow.name).limit(2000)).all()
        raise RegistryRefusal(f"没有登记企业“{name}”{meant(name, known)}，没有改动。新的请发：登记企业 {name}")
    return row


def told(session: Session, row: EnterpriseRow, coordinator: str) -> str:
    """How it stands; the code itself is nobody's business in a group."""
    code = "代码已登记" if row.code else "还没有代码"
    return f"{row.name}：{code}，协调员 {coordinator or '还没有'}，{spoken_labels(labels_of(session, row.subject))}"


def _write(session: Session, row: EnterpriseRow, fields: Mapping[str, str]) -> None:
    name, code = fields.get("name", row.name), fields.get("code", row.code)
    if len(name) > LONGEST_ENTERPRISE:
        raise RegistryRefusal(f"企业名称有 {len(name)} 字，最多 {LONGEST_ENTERPRISE} 字，没有改动。")
    if name != row.name and _called(session, name) is not None:
        raise RegistryRefusal(f"已经有叫“{name}”的企业，没有改动。请写别的名称。")
    if code is not None and not _CODE.fullmatch(code):
        raise RegistryRefusal(f"统一社会信用代码应是 18 位数字和字母，这里有 {len(code)} 位，没有改动。")
    other = session.scalar(select(EnterpriseRow).where(EnterpriseRow.code == code)) if code else None
    if other is not None and other is not row:
        raise RegistryRefusal(f"统一社会信用代码和“{other.name}”的一样，没有改动。请核对。")
    row.name, row.code, row.coordinator = name, code, fields.get("coordinator", row.coordinator)


def _called(session: Session, name: str) -> EnterpriseRow | None:
    return session.scalar(select(EnterpriseRow).where(EnterpriseRow.name == name))
