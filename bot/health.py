"""How the bot is: one value for the page, the probe and the check."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from bot.channels.base import Channel, Health, State
from handlers import hearing, pausing
from handlers.inbox import UNHANDLED, InboxRow
from handlers.outbox import PromiseRow, PromiseState
from handlers.store import Store


class Condition(StrEnum):
    STARTING = "starting"
    OK = "ok"
    DEGRADED = "degraded"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """`ended` None: it still lasts. `line` is for people."""

    who: str
    began: datetime
    ended: datetime | None
    reason: str
    line: str


@dataclass(frozen=True, kw_only=True)
class Pause:
    who: str
    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """`waiting` messages are stored and not decided; `promises` counts what is not sent, by state; `gaps` are the latest
    times in which nothing was heard, `pauses` the accounts that do not speak for a while."""

    condition: Condition
    at: datetime
    since: datetime
    channels: dict[str, Health]
    waiting: int
    promises: dict[str, int]
    understanding: str = ""  #: which engine understands, and what is wrong with the other
    gaps: list[Gap] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        values = asdict(self)
        return {"status": values.pop("condition"), **values}


def examine(
    store: Store, channels: Sequence[Channel], *, ready: bool, since: datetime, now: datetime, understanding: str = ""
) -> Report:
    """Look at everything once; raises SQLAlchemyError when the database does not answer."""
    health = {channel.name: channel.health() for channel in channels}
    waiting, promises = _counts(store)
    gaps, pauses = _silences(store, now)
    return Report(
        condition=_condition(health, ready=ready),
        at=now,
        since=since,
        channels=health,
        waiting=waiting,
        promises=promises,
        understanding=understanding,
        gaps=gaps,
        pauses=pauses,
    )


def _condition(health: dict[str, Health], *, ready: bool) -> Condition:
    if not ready:
        return Condition.STARTING
    everything = [*health.values(), *(account for each in health.values() for account in each.accounts.values())]
    return Condition.OK if all(each.state == State.UP for each in everything) else Condition.DEGRADED


def _counts(store: Store) -> tuple[int, dict[str, int]]:
    open_states = [PromiseState.DUE, PromiseState.SENDING, PromiseState.UNCERTAIN, PromiseState.FAILED]
    by_state = select(PromiseRow.state, func.count()).where(PromiseRow.state.in_(open_states))
    with store.reading() as session:
        waiting = session.scalar(select(func.count()).select_from(InboxRow).where(UNHANDLED)) or 0
        counted = dict(iter(session.execute(by_state.group_by(PromiseRow.state))))
    return waiting, {state: counted.get(state, 0) for state in open_states}


def _silences(store: Store, now: datetime) -> tuple[list[Gap], list[Pause]]:
    with store.reading() as session:
        gaps = [
            Gap(who=gap.who, began=gap.began, ended=gap.ended, reason=gap.reason, line=hearing.line(gap, now=now))
            for gap in hearing.gaps(session)
        ]
        pauses = [
            Pause(who=hearing.name_of(*row.key), until=row.until, reason=row.reason)
            for row in pausing.pauses(session)
            if row.until > now
        ]
    return gaps, pauses
