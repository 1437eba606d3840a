"""The contact card as two people keep it: one writes a line, another approves it; config.yml is where it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers import outbox
from handlers.base import Conversation
from handlers.errors import Refusal
from handlers.jobs import Job
from handlers.members.contact_card import ContactCard, Department
from handlers.once import first_time, remembered
from handlers.outbox import PromiseKind
from handlers.store import Base
from handlers.times import SHANGHAI

EVERY, OPENS = timedelta(hours=1), time(9)


class CardRefusal(Refusal):
    """The card stays as it was."""


class CardEntryRow(Base):
    """One line as somebody wants it; the newest approved one of a name stands. `gone`: it is to be taken off the card."""

    __tablename__ = "card_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    does: Mapped[str] = mapped_column(Text, default="")
    head: Mapped[str] = mapped_column(String(100), default="")
    phone: Mapped[str] = mapped_column(String(100), default="")
    review_by: Mapped[date | None]
    gone: Mapped[bool] = mapped_column(default=False)
    by: Mapped[str] = mapped_column(String(200))
    by_name: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None] = mapped_column(index=True)

    @property
    def number(self) -> str:
        return f"K{self.id}"

    @property
    def department(self) -> Department:
        return Department(name=self.name, does=self.does, head=self.head, phone=self.phone, review_by=self.review_by)


def standing(session: Session, base: ContactCard) -> ContactCard:
    """The card as it is now: what config.yml says, and over it what was approved in the chat."""
    lines = {one.name: replace(one, review_by=base.review_by) for one in base.departments}
    approved = select(CardEntryRow).where(CardEntryRow.approved_at.is_not(None))
    for row in session.scalars(approved.order_by(CardEntryRow.approved_at, CardEntryRow.id)):
        if row.gone:
            lines.pop(row.name, None)
        else:
            lines[row.name] = row.department
    return replace(base, departments=tuple(lines.values()))


def line(card: ContactCard, name: str) -> Department:
    """The line of that name. Raises CardRefusal."""
    found = next((department for department in card.departments if department.name == name), None)
    if found is None:
        names = "、".join(department.name for department in card.departments) or "还没有"
        raise CardRefusal(f"联系卡上没有“{name[:20]}”，没有改动。现有：{names}")
    return found


def propose(
    session: Session, name: str, fields: Mapping[str, object], *, by: str, by_name: str, now: datetime
) -> CardEntryRow:
    """Nothing changes on the card before somebody else approves it."""
    row = CardEntryRow(name=name[:100], by=by, by_name=by_name[:100], at=now, **fields)
    session.add(row)
    session.flush()
    return row


def approve(session: Session, number: int, *, by: str, now: datetime) -> CardEntryRow:
    """A second person takes it. Raises CardRefusal."""
    row = session.get(CardEntryRow, number, with_for_update=True)
    if row is None:
        raise CardRefusal(f"没有 K{number}。发“联系卡列表”看看待审批的。")
    if row.approved_at is not None:
        raise CardRefusal(f"{row.number} 已经批过了，没有改动。")
    if row.by == by:
        raise CardRefusal(f"{row.number} 是您自己写的，要由另一位同事审批。请他发：联系卡审批 {row.number}")
    row.approved_by, row.approved_at = by, now
    session.flush()
    return row


def waiting(session: Session) -> Sequence[CardEntryRow]:
    return session.scalars(
        select(CardEntryRow).where(CardEntryRow.approved_at.is_(None)).order_by(CardEntryRow.id)
    ).all()


def reviewing(base: ContactCard, desk: Conversation) -> Job:
    """The job that tells the desk, once for each date, which lines are to be looked over."""

    def untold(session: Session) -> list[Department]:
        dated = [one for one in standing(session, base).departments if one.review_by]
        return [one for one in dated if remembered(session, _key(one)) is None]

    def run(session: Session, now: datetime) -> int:
        lines = [one for one in untold(session) if _due(one) <= now]
        told = [one for one in lines if first_time(session, _key(one), now=now)]
        if told:
            shown = "\n".join(one.line for one in told)
            text = f"联系卡有 {len(told)} 行该核对了：\n{shown}\n核对后请发：联系卡修改 {told[0].name} 复核：明年的日期（变了的一起写），由另一位同事审批。"
            outbox.promise(session, desk, text, kind=PromiseKind.CARD, now=now)
        return len(told)

    def next_due(session: Session) -> datetime | None:
        return min((_due(one) for one in untold(session)), default=None)

    return Job(name="card_reviews", every=EVERY, run=run, next_due=next_due)


def _key(line: Department) -> str:
    return f"card:{line.name}:{line.review_by}"


def _due(line: Department) -> datetime:
    return datetime.combine(line.review_by or date.max, OPENS, SHANGHAI)
