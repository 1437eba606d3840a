"""Watches the channels, so that none goes deaf unnoticed: each loss and each healing is written down and told once."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Channel, Health, State
from bot.group_commit import GroupCommit
from handlers import hearing
from handlers.base import Conversation
from handlers.handling import Clock
from handlers.store import Store

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds
TELL_AFTER = timedelta(seconds=5)  # a connection that is back sooner is told of in one line
QUIET_FOR = timedelta(minutes=10)  # after a line to the desk, short losses are only written down
WRITE_EVERY = timedelta(seconds=15)  # how exactly a crash lets us know until when we heard
WRONG_FROM_THE_START = timedelta(seconds=20)  # a channel that was never up by then is told of
ADVICE = "{who}：{advice}"
NEVER_UP = "{who} 一直没有连上：{reason}"

Key = tuple[str, str]  # channel and account


@dataclass
class _Known:
    """What is known of one account, or of a channel that has none."""

    first_seen: datetime
    hears: bool | None = None
    until: datetime | None = None  #: nothing was missed up to then
    noted: datetime | None = None  #: when that was written down last
    gap: int | None = None
    lost_at: datetime | None = None
    told_at: datetime | None = None
    is_told: bool = False
    advised: str = ""  #: what the desk was last told to change


class ChannelMonitor:
    """`desk` hears of it; `changed` is called when something was promised, so that delivery looks up."""

    def __init__(
        self,
        store: Store,
        channels: Sequence[Channel],
        executor: Executor,
        *,
        clock: Clock,
        desk: Conversation | None,
        changed: Callable[[], None],
        look_every: float = LOOK_EVERY,
        tell_after: timedelta = TELL_AFTER,
    ) -> None:
        self._channels, self._clock, self._desk, self._changed = channels, clock, desk, changed
        self._look_every, self._tell_after = look_every, tell_after
        self._commits = GroupCommit(store, executor)
        self._known: dict[Key, _Known] = {}

    async def run(self) -> None:
        """Look for ever; at the end, write down until when we heard."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(self._look_every)
        finally:
            await asyncio.shield(self._write_hearings())

    async def look(self) -> None:
        """Look at every account once."""
        for key, health in self._see():
            known = self._known.setdefault(key, _Known(first_seen=self._clock()))
            try:
                await (
                    self._hears(key, known, health) if health.state == State.UP else self._is_deaf(key, known, health)
                )
            except SQLAlchemyError:
                logger.exception("the channel monitor waits: the database does not answer")

    def _see(self) -> Iterator[tuple[Key, Health]]:
        """Each account; a channel itself only as long as none of its accounts is known."""
        for channel in self._channels:
            health = channel.health()
            if health.accounts:
                yield from (((channel.name, account), each) for account, each in health.accounts.items())
            elif health.state == State.DOWN or health.last_event is not None:
                yield (channel.name, ""), health

    async def _hears(self, key: Key, known: _Known, health: Health) -> None:
        now = self._clock()
        if known.hears is not True:
            await self._is_found(key, known, now)
        if health.advice not in ("", known.advised):
            await self._advise(key, known, health.advice, now)
        known.until = _latest(known.until, health.last_event) or now
        if known.noted is None or now - known.noted >= WRITE_EVERY:
            await self._note(key, known, now)

    async def _advise(self, key: Key, known: _Known, advice: str, now: datetime) -> None:
        """It hears, and something is set so that we would notice late if it did not."""
        known.advised, desk = advice, self._desk
        if desk is not None:
            text = ADVICE.format(who=hearing.name_of(*key), advice=advice)
            await self._commits.do(lambda session: hearing.alert(session, desk, text, now=now))
            self._changed()

    async def _is_found(self, key: Key, known: _Known, now: datetime) -> None:
        quietly = not known.is_told and known.told_at is not None and now - known.told_at < QUIET_FOR
        gap = await self._commits.do(
            lambda session: hearing.found(session, *key, desk=self._desk, quietly=quietly, now=now)
        )
        if gap is not None:
            logger.warning("%s hears again; nothing was heard since %s", gap.who, gap.began)
            known.told_at = known.told_at if quietly else now
            self._changed()
        known.hears, known.until, known.gap, known.is_told = True, now, None, False

    async def _is_deaf(self, key: Key, known: _Known, health: Health) -> None:
        now = self._clock()
        if known.hears is None and health.last_event is None:
            await self._was_never_heard(key, known, health, now)
        elif known.hears is not False:
            began = _latest(known.until, health.last_event)
            gap = await self._commits.do(
                lambda session: hearing.lost(session, *key, began=began, reason=health.detail, now=now)
            )
            known.hears, known.gap, known.lost_at = False, gap.id, now
            logger.warning("%s is deaf since %s: %s", gap.who, gap.began, gap.reason)
        elif known.lost_at is not None and now - known.lost_at >= self._tell_after and not known.is_told:
            await self._tell(known, health, now)

    async def _tell(self, known: _Known, health: Health, now: datetime) -> None:
        gap, desk = known.gap, self._desk
        if gap is not None and desk is not None:
            await self._commits.do(lambda session: hearing.tell(session, gap, desk, reason=_reason(health), now=now))
            self._changed()
        known.is_told, known.told_at = True, now

    async def _was_never_heard(self, key: Key, known: _Known, health: Health, now: datetime) -> None:
        """Down since we look: what was open or heard in an earlier life is a gap; else the desk, if it can be reached by
        another channel, hears that something was never connected."""
        if now - known.first_seen < WRONG_FROM_THE_START or known.is_told:
            return
        known.is_told = True
        desk = self._desk
        if desk is not None and desk.channel != key[0]:
            text = NEVER_UP.format(who=hearing.name_of(*key), reason=_reason(health))
            await self._commits.do(lambda session: hearing.alert(session, desk, text, now=now))
            self._changed()

    async def _write_hearings(self) -> None:
        for key, known in self._known.items():
            if known.hears:
                await self._note(key, known, self._clock())

    async def _note(self, key: Key, known: _Known, now: datetime) -> None:
        until = known.until or now
        await self._commits.do(lambda session: hearing.heard(session, *key, until=until))
        known.noted = now


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _reason(health: Health) -> str:
    """Why it is deaf, with the code to scan when that is the cure."""
    return f"{health.detail}（或打开 {health.scan}）" if health.scan else health.detail
