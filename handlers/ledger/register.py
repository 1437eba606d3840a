"""问题清单台账: every ticket of a period, one a row, its numbers masked."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.ledger.figures import opened_in
from handlers.ledger.period import Period
from handlers.ledger.sheets import Column, Format, Value
from handlers.tickets.models import AskerRow, ClockRow, TicketRow
from handlers.tickets.papers import BenefitRow, DispositionRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import ClockKind, Word
from nlu.masking import mask

AT_ONCE = 1000  # tickets read together


@dataclass(frozen=True, kw_only=True)
class Record:
    """One ticket with all that its row in the ledger tells. The rows are as the database gives them."""

    ticket: Any
    asker: Any | None  #: who was given this number, wherever his question went on
    clocks: Sequence[Any]
    others: int  #: further askers who wait for the same answer
    names: dict[str, str]
    rules: TicketRules
    disposition: Any | None = None
    benefit: tuple[int, int] = (0, 0)

    def clock(self, kind: ClockKind) -> Any | None:
        """The last promise of that kind: of a reopened ticket the newest."""
        return next((clock for clock in reversed(self.clocks) if clock.kind == kind), None)

    @property
    def grade(self) -> str:
        return f"{self.ticket.importance}{self.ticket.urgency}"

    @property
    def was_late(self) -> bool:
        return any(clock.breached_at is not None for clock in self.clocks)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A column of the ledger and how a record fills it."""

    column: Column
    value: Callable[[Record], Value]


def records(session: Session, period: Period, rules: TicketRules) -> Iterator[Record]:
    """All tickets registered in the period, by number, read a thousand at a time."""
    names, others = _names(session), _others(session)
    table, last = TicketRow.__table__, 0
    while True:
        query = select(table).where(*opened_in(period), table.c.id > last).order_by(table.c.id).limit(AT_ONCE)
        tickets = session.execute(query).all()
        if not tickets:
            return
        first, last = tickets[0].id, tickets[-1].id
        about = _About.read(session, first, last)
        for ticket in tickets:
            yield Record(
                ticket=ticket,
                asker=about.askers.get(ticket.id),
                clocks=about.clocks[ticket.id],
                others=others.get(ticket.id, 0),
                names=names,
                rules=rules,
                disposition=about.dispositions.get(ticket.id),
                benefit=about.benefits.get(ticket.id, (0, 0)),
            )


def count(session: Session, period: Period) -> int:
    return session.scalar(select(func.count()).select_from(TicketRow).where(*opened_in(period))) or 0


@dataclass(kw_only=True)
class _About:
    """What is kept about tickets in other tables, by ticket."""

    askers: dict[int, Any] = field(default_factory=dict)
    clocks: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    dispositions: dict[int, Any] = field(default_factory=dict)
    benefits: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session, first: int, last: int) -> "_About":
        about = cls()
        askers, clocks = AskerRow.__table__, ClockRow.__table__
        for asker in session.execute(select(askers).where(askers.c.home_id.between(first, last))):
            about.askers.setdefault(asker.home_id, asker)
        for clock in session.execute(
            select(clocks).where(clocks.c.ticket_id.between(first, last)).order_by(clocks.c.id)
        ):
            about.clocks[clock.ticket_id].append(clock)
        dispositions = DispositionRow.__table__
        for row in session.execute(
            select(dispositions).where(dispositions.c.ticket_id.between(first, last)).order_by(dispositions.c.id)
        ):
            about.dispositions[row.ticket_id] = row
        worth = select(BenefitRow.ticket_id, func.sum(BenefitRow.yuan), func.sum(BenefitRow.minutes))
        for ticket_id, yuan, minutes in session.execute(
            worth.where(BenefitRow.ticket_id.between(first, last)).group_by(BenefitRow.ticket_id)
        ):
            about.benefits[ticket_id] = (yuan or 0, minutes or 0)
        return about


def _names(session: Session) -> dict[str, str]:
    """Volunteers by address, as they were called last."""
    query = select(TicketRow.handler, func.max(TicketRow.handler_name)).group_by(TicketRow.handler)
    return {address: name or "" for address, name in session.execute(query) if address}


def _others(session: Session) -> dict[int, int]:
    query = select(AskerRow.ticket_id, func.count()).where(AskerRow.ticket_id != AskerRow.home_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(AskerRow.ticket_id))}


def _label(word: Word | None) -> Value:
    return word.label if word is not None else None


def _said(text: str | None) -> Value:
    return mask(text) if text else None


def _asker(name: str, read: Callable[[Any], Value]) -> Callable[[Record], Value]:
    return lambda record: read(getattr(record.asker, name)) if record.asker is not None else None


def _plain(value: Value) -> Value:
    return value


def _clock(kind: ClockKind, read: Callable[[Any], Value]) -> Callable[[Record], Value]:
    def value(record: Record) -> Value:
        clock = record.clock(kind)
        return read(clock) if clock is not None else None

    return value


def _spare(clock: Any) -> Value:
    return round(clock.spare_minutes / 60, 2) if clock.spare_minutes is not None else None


def _person(name: str) -> Callable[[Record], Value]:
    def value(record: Record) -> Value:
        address = getattr(record.ticket, name)
        return record.names.get(address, address) if address else None

    return value


def _ticket(name: str, read: Callable[[Any], Value] = _plain) -> Callable[[Record], Value]:
    return lambda record: read(getattr(record.ticket, name))


def _disposition(name: str) -> Callable[[Record], Value]:
    return lambda record: _said(getattr(record.disposition, name)) if record.disposition is not None else None


def _told(title: str, value: Callable[[Record], Value], width: int = 12, format: Format = Format.TEXT) -> Told:
    return Told(column=Column(title=title, width=width, format=format), value=value)


_FIRST, _DONE = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION

LEDGER: tuple[Told, ...] = (
    _told("编号", _ticket("id"), 8, Format.NUMBER),
    _told("登记时间", _ticket("opened_at"), 17, Format.MOMENT),
    _told("渠道", _ticket("channel", _label), 8),
    _told("平台", lambda record: record.ticket.community.partition(":")[0], 8),
    _told("社群", _ticket("community_name"), 16),
    _told("提问人", _asker("name", _said), 12),
    _told("企业", _asker("enterprise", _plain), 20),
    _told("提问人类型", _asker("asker_type", _label)),
    _told("信用等级", _asker("tier", _label), 10),
    _told("地区", _ticket("region"), 10),
    _told("性质", _ticket("kind", _label), 8),
    _told("来由", _ticket("origin", _label), 14),
    _told("上级编号", _ticket("external_number"), 14),
    _told("主题", _ticket("topic"), 18),
    _told("问题", _ticket("question", _said), 50, Format.LONG),
    _told("类别", _ticket("ticket_class", _label), 10),
    _told("重要", _ticket("importance"), 6),
    _told("紧急", _ticket("urgency"), 6),
    _told("级别", lambda record: record.grade, 6),
    _told("BB+ 优先", lambda record: "是" if record.rules.is_priority(record.grade) else None, 9),
    _told("共性个性", _ticket("reach", _label), 9),
    _told("办理层级", _ticket("level", _label), 13),
    _told("责任单位", _ticket("unit"), 14),
    _told("状态", _ticket("state", _label), 10),
    _told("首问责任人", _person("first_responder")),
    _told("办理人", _person("handler")),
    _told("首次响应时限", _clock(_FIRST, lambda clock: clock.due), 17, Format.MOMENT),
    _told("首次响应", _clock(_FIRST, lambda clock: clock.stopped_at), 17, Format.MOMENT),
    _told("首次响应余（工作小时）", _clock(_FIRST, _spare), 11, Format.NUMBER),
    _told("承诺时限", _clock(_DONE, lambda clock: clock.due), 17, Format.MOMENT),
    _told("答复时间", _ticket("answered_at"), 17, Format.MOMENT),
    _told("办结余（工作小时）", _clock(_DONE, _spare), 11, Format.NUMBER),
    _told("超时", lambda record: "超时" if record.was_late else None, 7),
    _told("答复", _ticket("answer", _said), 50, Format.LONG),
    _told("答复人", _ticket("signature"), 16),
    _told("清理方式", _ticket("disposition", _label), 10),
    _told("依据", _disposition("basis"), 24, Format.LONG),
    _told("提问人意见", _asker("state", _label), 11),
    _told("评价", _asker("rating", _label), 10),
    _told("评价原因", _asker("rating_reason", _said), 24, Format.LONG),
    _told("追评", _asker("later_word", _said), 20, Format.LONG),
    _told("请求补充次数", _ticket("material_requests"), 8, Format.NUMBER),
    _told("重开次数", _ticket("reopened"), 8, Format.NUMBER),
    _told("并入", _ticket("merged_into"), 8, Format.NUMBER),
    _told("同问人数", lambda record: record.others, 8, Format.NUMBER),
    _told("节约（元）", lambda record: record.benefit[0] or None, 9, Format.NUMBER),
    _told("节约（分钟）", lambda record: record.benefit[1] or None, 9, Format.NUMBER),
    _told("结束时间", _ticket("closed_at"), 17, Format.MOMENT),
)


def row(record: Record) -> list[Value]:
    return [told.value(record) for told in LEDGER]
