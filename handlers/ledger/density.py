"""密度分布表: how often each topic was asked about, and when, where, by whom."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers.ledger.figures import opened_in
from handlers.ledger.period import Period
from handlers.tickets.models import TicketRow
from handlers.tickets.words import TicketClass
from handlers.times import local_day

NO_TOPIC = "未定主题"
UNKNOWN = "未登记"
DAYS_SHOWN = 31  # a period this long is told day by day …
WEEKS_SHOWN = 120  # … one this long week by week, longer ones month by month


class Across(StrEnum):
    """What the columns of the table are."""

    TIME = "time"
    REGION = "region"
    GROUP = "group"
    CLASS = "class"

    @property
    def label(self) -> str:
        return {"time": "时间", "region": "地区", "group": "社群", "class": "类别"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Topics down, most asked about first; the sums are of the rows and columns as shown."""

    across: Across
    period: Period
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]

    @property
    def total(self) -> int:
        return sum(sum(counts) for _, counts in self.rows)

    @property
    def sums(self) -> Sequence[int]:
        return [sum(counts[place] for _, counts in self.rows) for place in range(len(self.columns))]


def density(session: Session, period: Period, across: Across) -> Table:
    """Every ticket registered in the period counts once, a joined one too: it is how often people asked."""
    column, name = _COLUMNS[across]
    asked = select(TicketRow.topic, column, func.count()).where(opened_in(period)).group_by(TicketRow.topic, column)
    counted = Counter[tuple[str, str]]()
    for topic, value, count in session.execute(asked):
        counted[topic or NO_TOPIC, name(value, period)] += count
    columns = _buckets(period) if across == Across.TIME else _by_frequency(counted)
    topics = Counter[str]()
    for (topic, _), count in counted.items():
        topics[topic] += count
    ranked = sorted(topics, key=lambda topic: (-topics[topic], topic))
    return Table(
        across=across,
        period=period,
        columns=columns,
        rows=[(topic, [counted[topic, column] for column in columns]) for topic in ranked],
    )


def _by_frequency(counted: Counter[tuple[str, str]]) -> list[str]:
    columns = Counter[str]()
    for (_, column), count in counted.items():
        columns[column] += count
    return sorted(columns, key=lambda column: (-columns[column], column))


def _bucket(on: date, period: Period) -> str:
    """The column of a day."""
    length = (period.last - period.first).days + 1
    if length <= DAYS_SHOWN:
        return f"{on.month}-{on.day:02}"
    if length <= WEEKS_SHOWN:
        monday = on - timedelta(days=on.weekday())
        return f"{monday.month}-{monday.day:02} 周"
    return f"{on.year}-{on.month:02}"


def _buckets(period: Period) -> list[str]:
    """Every column, those in which nobody asked anything too."""
    return list(dict.fromkeys(_bucket(day, period) for day in period.days))


def _label(value: TicketClass, _period: Period) -> str:
    return value.label


def _known(value: str | None, _period: Period) -> str:
    return value or UNKNOWN


def _day(value: datetime, period: Period) -> str:
    return _bucket(local_day(value), period)


_COLUMNS: dict[Across, tuple[InstrumentedAttribute[Any], Callable[[Any, Period], str]]] = {
    Across.TIME: (TicketRow.opened_at, _day),
    Across.REGION: (TicketRow.region, _known),
    Across.GROUP: (TicketRow.community_name, _known),
    Across.CLASS: (TicketRow.ticket_class, _label),
}
