"""问题清单台账: every ticket of a period, one a row, its numbers masked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from handlers.ledger.figures import opened_in
from handlers.ledger.period import Period
from handlers.tickets.models import AskerRow, ClockRow, TicketRow
from handlers.tickets.papers import BenefitRow, DispositionRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import ClockKind
from knowledge_base.workbooks import Column, Format, Value
from nlu.masking import mask

AT_ONCE = 1000  # rows fetched together
MOMENT, NUMBER, LONG = Format.MOMENT, Format.NUMBER, Format.LONG

#: Who was given this number, wherever his question went on; and of each promise of a reopened ticket the newest.
_HOME, _FIRST, _DONE, _CLEARED = aliased(AskerRow), aliased(ClockRow), aliased(ClockRow), aliased(DispositionRow)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A column of the ledger: what is asked of the database, and how that is told; nothing told stays nothing."""

    column: Column
    asks: ColumnElement[Any]
    tells: Callable[[Any], Value] | None = None


def ledger(rules: TicketRules, names: Mapping[str, str]) -> tuple[Told, ...]:
    """The columns of the ledger. `names`: volunteers by address."""
    ticket, home = TicketRow, _HOME
    masked = lru_cache(maxsize=8_192)(mask)  # people ask more than once
    grade = _raw(ticket.importance).concat(_raw(ticket.urgency))
    return (
        _told("编号", ticket.id, 8, format=NUMBER),
        _told("登记时间", ticket.opened_at, 17, format=MOMENT),
        _word("渠道", ticket.channel, 8),
        _told("平台", ticket.community, 8, lambda community: community.partition(":")[0]),
        _told("社群", ticket.community_name, 16),
        _told("提问人", home.name, 12, masked),
        _told("企业", home.enterprise, 20),
        _word("提问人类型", home.asker_type),
        _word("信用等级", home.tier, 10),
        _told("地区", ticket.region, 10),
        _word("性质", ticket.kind, 8),
        _word("来由", ticket.origin, 14),
        _told("上级编号", ticket.external_number, 14),
        _told("主题", ticket.topic, 18),
        _told("问题", ticket.question, 50, mask, LONG),
        _word("类别", ticket.ticket_class, 10),
        _told("重要", _raw(ticket.importance), 6),
        _told("紧急", _raw(ticket.urgency), 6),
        _told("级别", grade, 6),
        _told("BB+ 优先", grade, 9, lambda grade: "是" if rules.is_priority(grade) else None),
        _word("共性个性", ticket.reach, 9),
        _word("办理层级", ticket.level, 13),
        _told("责任单位", ticket.unit, 14),
        _word("状态", ticket.state, 10),
        _told("首问责任人", ticket.first_responder, 12, lambda address: names.get(address, address)),
        _told("办理人", ticket.handler, 12, lambda address: names.get(address, address)),
        _told("首次响应时限", _FIRST.due, 17, format=MOMENT),
        _told("首次响应", _FIRST.stopped_at, 17, format=MOMENT),
        _told("首次响应余（工作小时）", _FIRST.spare_minutes, 11, _hours, NUMBER),
        _told("承诺时限", _DONE.due, 17, format=MOMENT),
        _told("答复时间", ticket.answered_at, 17, format=MOMENT),
        _told("办结余（工作小时）", _DONE.spare_minutes, 11, _hours, NUMBER),
        _told("超时", _was_late(), 7),
        _told("答复", ticket.answer, 50, mask, LONG),
        _told("答复人", ticket.signature, 16),
        _word("清理方式", ticket.disposition, 10),
        _told("依据", _CLEARED.basis, 24, mask, LONG),
        _word("提问人意见", home.state, 11),
        _word("评价", home.rating, 10),
        _told("评价原因", home.rating_reason, 24, mask, LONG),
        _told("追评", home.later_word, 20, mask, LONG),
        _told("请求补充次数", ticket.material_requests, 8, format=NUMBER),
        _told("重开次数", ticket.reopened, 8, format=NUMBER),
        _told("并入", ticket.merged_into, 8, format=NUMBER),
        _told("首次编号", ticket.again_of, 8, format=NUMBER),
        _told("同问人数", _others(), 8, format=NUMBER),
        _told("节约（元）", _worth(BenefitRow.yuan), 9, format=NUMBER),
        _told("节约（分钟）", _worth(BenefitRow.minutes), 9, format=NUMBER),
        _told("结束时间", ticket.closed_at, 17, format=MOMENT),
    )


def rows(session: Session, period: Period, columns: Sequence[Told]) -> Iterator[Sequence[Value]]:
    """All tickets registered in the period, by number, fetched a thousand at a time."""
    # Between the first and the last they lie in order: nothing waits until a hundred thousand rows are sorted.
    first, last = session.execute(select(func.min(TicketRow.id), func.max(TicketRow.id)).where(opened_in(period))).one()
    query = (
        select(*(told.asks.label(f"c{number}") for number, told in enumerate(columns)))
        .select_from(TicketRow)
        .outerjoin(_HOME, _HOME.id == _one(func.min, AskerRow.id, AskerRow.home_id))
        .outerjoin(_FIRST, _FIRST.id == _newest(ClockKind.FIRST_RESPONSE))
        .outerjoin(_DONE, _DONE.id == _newest(ClockKind.RESOLUTION))
        .outerjoin(_CLEARED, _CLEARED.id == _one(func.max, DispositionRow.id, DispositionRow.ticket_id))
        .where(TicketRow.id.between(first, last), opened_in(period))
        .order_by(TicketRow.id)
    )
    telling = [(place, told.tells) for place, told in enumerate(columns) if told.tells is not None]
    # Read below the ORM, which would make an object of its own of each row.
    for row in session.connection().execute(query, execution_options={"yield_per": AT_ONCE}):
        values = list(row)
        for place, tell in telling:
            if values[place] is not None:
                values[place] = tell(values[place])
        yield values


def count(session: Session, period: Period) -> int:
    return session.scalar(select(func.count()).select_from(TicketRow).where(opened_in(period))) or 0


def names(session: Session) -> dict[str, str]:
    """Volunteers by address, as they were called last."""
    query = select(TicketRow.handler, func.max(TicketRow.handler_name)).group_by(TicketRow.handler)
    return {address: name or "" for address, name in session.execute(query) if address}


def _told(
    title: str, asks: Any, width: int = 12, tells: Callable[[Any], Value] | None = None, format: Format = Format.TEXT
) -> Told:
    return Told(column=Column(title=title, width=width, format=format), asks=asks, tells=tells)


def _word(title: str, asks: Any, width: int = 12) -> Told:
    """A column of stored words, told as people say them."""
    labels = {word.value: word.label for word in asks.type.enum_class}
    return _told(title, _raw(asks), width, labels.get)


def _raw(column: Any) -> ColumnElement[str]:
    """The stored word as it lies there: making an enum of every cell would take longer than all the rest."""
    return type_coerce(column, String)


def _hours(minutes: int) -> float:
    return round(minutes / 60, 2)


def _one(choose: Callable[[Any], ColumnElement[int]], id: Any, belongs_to: Any) -> ColumnElement[int]:
    return select(choose(id)).where(belongs_to == TicketRow.id).correlate(TicketRow).scalar_subquery()


def _newest(kind: ClockKind) -> ColumnElement[int]:
    of_ticket = select(func.max(ClockRow.id)).where(ClockRow.ticket_id == TicketRow.id, ClockRow.kind == kind)
    return of_ticket.correlate(TicketRow).scalar_subquery()


def _was_late() -> ColumnElement[Any]:
    late = select(ClockRow.id).where(ClockRow.ticket_id == TicketRow.id, ClockRow.breached_at.is_not(None))
    return case((late.correlate(TicketRow).exists(), "超时"))


def _others() -> ColumnElement[int]:
    """Further askers who wait for the same answer."""
    joined = select(func.count()).where(AskerRow.ticket_id == TicketRow.id, AskerRow.home_id != TicketRow.id)
    return joined.correlate(TicketRow).scalar_subquery()


def _worth(saved: Any) -> ColumnElement[int]:
    total = select(func.nullif(func.sum(saved), 0)).where(BenefitRow.ticket_id == TicketRow.id)
    return total.correlate(TicketRow).scalar_subquery()
