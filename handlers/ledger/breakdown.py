"""The questions of a period, parted: by channel, community, unit, class, grade, level and the like."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from handlers.ledger.figures import Cohort, cohorts
from handlers.ledger.period import Period
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


def breakdown(session: Session, period: Period, by: Dimension, *, now: datetime) -> Sequence[tuple[str, Cohort]]:
    """The parts, largest first; they add up to the whole."""
    parts: dict[str, Cohort] = {}
    name = _naming(by)
    for value, part in cohorts(session, period, _COLUMNS[by], now=now):
        label = name(value)
        parts[label] = parts.get(label, Cohort()) + part
    return sorted(parts.items(), key=lambda part: (-part[1].accepted, part[0]))


def _naming(by: Dimension) -> Callable[[Any], str]:
    if by == Dimension.PLATFORM:
        return lambda community: str(community).partition(":")[0]
    if by in _WORDS:
        words = _WORDS[by]
        return lambda value: next(word.label for word in words if word == value)
    return lambda value: str(value) if value else NONE
