"""The questions of a period, parted: by channel, community, unit, class, grade, level and the like."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from operator import add
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from handlers.ledger.figures import cohort_of, counted
from handlers.ledger.period import Period
from handlers.ledger.terms import Cohort
from handlers.tickets.models import TicketRow
from handlers.tickets.words import Channel, Kind, Level, Origin, TicketClass, Word

NONE = "未定"


class Dimension(StrEnum):
    CHANNEL = "channel"
    PLATFORM = "platform"
    COMMUNITY = "community"
    UNIT = "unit"
    TOPIC = "topic"
    CLASS = "class"
    GRADE = "grade"
    LEVEL = "level"
    ORIGIN = "origin"
    KIND = "kind"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Dimension.CHANNEL: "渠道", Dimension.PLATFORM: "平台", Dimension.COMMUNITY: "社群", Dimension.UNIT: "单位",
    Dimension.TOPIC: "主题", Dimension.CLASS: "类别", Dimension.GRADE: "级别", Dimension.LEVEL: "层级",
    Dimension.ORIGIN: "来由", Dimension.KIND: "性质",
}  # fmt: skip

_COLUMNS: dict[Dimension, ColumnElement[Any]] = {
    Dimension.CHANNEL: TicketRow.channel.expression,
    Dimension.PLATFORM: TicketRow.community.expression,
    Dimension.COMMUNITY: TicketRow.community_name.expression,
    Dimension.UNIT: TicketRow.unit.expression,
    Dimension.TOPIC: TicketRow.topic.expression,
    Dimension.CLASS: TicketRow.ticket_class.expression,
    Dimension.GRADE: TicketRow.importance.concat(TicketRow.urgency),
    Dimension.LEVEL: TicketRow.level.expression,
    Dimension.ORIGIN: TicketRow.origin.expression,
    Dimension.KIND: TicketRow.kind.expression,
}
_WORDS: dict[Dimension, type[Word]] = {
    Dimension.CHANNEL: Channel, Dimension.CLASS: TicketClass, Dimension.LEVEL: Level, Dimension.ORIGIN: Origin,
    Dimension.KIND: Kind,
}  # fmt: skip


Parts = Sequence[tuple[str, Cohort]]


def breakdown(session: Session, period: Period, by: Dimension, *, now: datetime) -> Parts:
    """The parts, largest first; they add up to the whole."""
    return breakdowns(session, period, [by], now=now)[by]


def breakdowns(session: Session, period: Period, by: Sequence[Dimension], *, now: datetime) -> dict[Dimension, Parts]:
    """The same for several dimensions in one look at the questions."""
    sums: dict[Dimension, dict[Any, Sequence[int]]] = {dimension: {} for dimension in by}
    for values, counts in counted(session, period, [_COLUMNS[dimension] for dimension in by], now=now):
        for sum_of, value in zip(sums.values(), values, strict=True):
            sum_of[value] = tuple(map(add, sum_of[value], counts)) if value in sum_of else counts
    return {dimension: _labelled(sum_of, _naming(dimension)) for dimension, sum_of in sums.items()}


def _labelled(sums: Mapping[Any, Sequence[int]], name: Callable[[Any], str]) -> Parts:
    """Several values may have one label: the groups of a platform, what was never said."""
    labelled: dict[str, Sequence[int]] = {}
    for value, counts in sums.items():
        label = name(value)
        labelled[label] = tuple(map(add, labelled[label], counts)) if label in labelled else counts
    return sorted(((label, cohort_of(counts)) for label, counts in labelled.items()), key=_largest)


def _largest(part: tuple[str, Cohort]) -> tuple[int, str]:
    return -part[1].accepted, part[0]


def _naming(by: Dimension) -> Callable[[Any], str]:
    if by == Dimension.PLATFORM:
        return lambda community: str(community).partition(":")[0]
    if by in _WORDS:
        words = _WORDS[by]
        return lambda value: next(word.label for word in words if word == value)
    return lambda value: str(value) if value else NONE
