"""Labels and wishes of groups and enterprises, as operators set them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handlers.errors import Refusal, meant
from handlers.members.models import LONGEST_LABEL, EnterpriseRow, GroupProfileRow, LabelRow, UnsubscriptionRow
from handlers.members.words import LabelKind, kind_called

Label = tuple[LabelKind, str]


class RegistryRefusal(Refusal):
    """Nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A group or an enterprise that labels can be put on."""

    key: str
    name: str


def find(session: Session, name: str) -> Subject:
    """The group or enterprise of that name or number. Raises RegistryRefusal naming what comes close."""
    wanted = name.strip().removeprefix("群：").removeprefix("企业：")
    place = wanted if wanted.count(":") == 2 else wanted.replace(":", ":group:", 1)
    query = select(GroupProfileRow).where((GroupProfileRow.name == wanted) | (GroupProfileRow.conversation == place))
    groups = session.scalars(query.limit(2)).all()
    enterprise = session.scalar(select(EnterpriseRow).where(EnterpriseRow.name == wanted))
    found = [Subject(key=row.conversation, name=row.name) for row in groups]
    found += [Subject(key=enterprise.subject, name=enterprise.name)] if enterprise else []
    if len(found) > 1:
        raise RegistryRefusal(f"“{wanted}”不止一个：{'、'.join(one.key for one in found)}。请写编号。")
    if not found:
        raise RegistryRefusal(f"没有登记“{wanted}”这个群或企业{_close(session, wanted)}，没有改动。")
    return found[0]


def read_labels(text: str) -> list[Label]:
    """`地区=青岛 贸易方式=加工贸易,一般贸易`. Raises RegistryRefusal."""
    labels: list[Label] = []
    for piece in text.replace("＝", "=").split():
        key, sign, values = piece.partition("=")
        kind = kind_called(key)
        if not sign or kind is None or not values.strip(",，、"):
            kinds = "、".join(kind.label for kind in LabelKind)
            raise RegistryRefusal(f"“{piece}”不是标签，没有改动。请写 地区=青岛 这样，可以用：{kinds}")
        labels += [(kind, fitting(value)) for value in split_values(values)]
    return labels


def split_values(written: str) -> list[str]:
    return [value for value in written.replace("，", ",").replace("、", ",").split(",") if value]


def fitting(value: str) -> str:
    """A label's value or a topic that can be kept whole: cut, it would be another one. Raises RegistryRefusal."""
    if len(value) > LONGEST_LABEL:
        raise RegistryRefusal(f"“{value[:20]}…”有 {len(value)} 字，标签和主题最多 {LONGEST_LABEL} 字，没有改动。")
    return value


def put(session: Session, subject: str, labels: Collection[Label], *, now: datetime) -> int:
    """Add those it has not; how many."""
    news = [label for label in dict.fromkeys(labels) if label not in labels_of(session, subject)]
    for kind, value in news:
        session.add(LabelRow(subject=subject, kind=kind, value=value, added_at=now))
    session.flush()
    return len(news)


def take_off(session: Session, subject: str, labels: Collection[Label]) -> None:
    rows = session.scalars(select(LabelRow).where(LabelRow.subject == subject)).all()
    for row in rows:
        if (row.kind, row.value) in labels:
            session.delete(row)


def labels_of(session: Session, subject: str) -> list[Label]:
    query = select(LabelRow.kind, LabelRow.value).where(LabelRow.subject == subject)
    return [(kind, value) for kind, value in session.execute(query.order_by(LabelRow.kind, LabelRow.value))]


def spoken_labels(labels: Sequence[Label]) -> str:
    kinds: dict[LabelKind, list[str]] = {}
    for kind, value in labels:
        kinds.setdefault(kind, []).append(value)
    return " ".join(f"{kind.label}={'、'.join(values)}" for kind, values in kinds.items()) or "还没有标签"


def unsubscribe(session: Session, conversation: str, topic: str, *, by: str, now: datetime) -> None:
    """No more notices of that topic (empty: none at all) to that conversation. Raises RegistryRefusal."""
    session.merge(UnsubscriptionRow(conversation=conversation, topic=fitting(topic), by=by, at=now))
    session.flush()


def subscribe(session: Session, conversation: str, topic: str) -> None:
    """Taken back; an empty topic takes back all of them."""
    query = delete(UnsubscriptionRow).where(UnsubscriptionRow.conversation == conversation)
    session.execute(query.where(UnsubscriptionRow.topic == topic) if topic else query)


def take_again(session: Session, conversation: str) -> None:
    """Notices go there again, but for the topics that are unsubscribed."""
    mine = UnsubscriptionRow.conversation == conversation, UnsubscriptionRow.topic == ""
    session.execute(delete(UnsubscriptionRow).where(*mine))


def unsubscribed(session: Session, conversation: str) -> list[str]:
    query = select(UnsubscriptionRow.topic).where(UnsubscriptionRow.conversation == conversation)
    return list(session.scalars(query.order_by(UnsubscriptionRow.topic)))


def _close(session: Session, name: str) -> str:
    groups = session.scalars(select(GroupProfileRow.name).limit(2000)).all()
    enterprises = session.scalars(select(EnterpriseRow.name).limit(2000)).all()
    return meant(name, [*groups, *enterprises])
