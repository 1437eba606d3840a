"""Promises out: in order inside a conversation, paced, tried again, and honest about what is not known."""

import asyncio
import logging
import random
from collections.abc import Mapping
from concurrent.futures import Executor
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.base import Channel, Outcome, Outgoing, Refused, State, Taken, Uncertain
from bot.gathering import Gathering
from bot.pacing import Pacing
from handlers import outbox
from handlers.base import Conversation, Person
from handlers.handling import Clock
from handlers.outbox import PromiseRow
from handlers.store import Store

logger = logging.getLogger(__name__)

TRY_AGAIN = 2.0  # seconds, when the database does not answer
LOOK_EVERY = 1.0  # seconds between looks for promises that have become due
GIVE_UP_AFTER = 8  # attempts that were refused for the time being
BACKOFF_LONGEST = timedelta(minutes=10)
RESEND_AFTER = timedelta(seconds=5)
LOOK_FOR_THE_DEAD = 10.0  # seconds


class Delivery:
    """Sends what is due. `me` names this process, and no other ever, in the rows it has claimed."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], executor: Executor, *, me: str, clock: Clock
    ) -> None:
        self._store, self._channels, self._executor = store, channels, executor
        self._me, self._clock = me, clock
        store.live_as(me)
        self._gathering = Gathering(store, executor)
        self._pacing = Pacing({name: channel.pace for name, channel in channels.items()})
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something may be due now."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, for ever."""
        while True:
            self._wake.clear()
            try:
                started = await self._start_due()
            except SQLAlchemyError:
                logger.exception("sending waits: the database does not answer")
                started = await asyncio.sleep(TRY_AGAIN, result=False)
            if not started:
                await self._rest()

    async def recover(self) -> int:
        """Settle what a process that died was sending: nobody knows whether it arrived. How many."""
        return await self._gathering.do(self._settle_left_behind)

    async def recover_always(self) -> None:
        """In a database of many processes, settle what any of them leaves behind, for ever."""
        while not self._store.is_sqlite:
            await asyncio.sleep(LOOK_FOR_THE_DEAD)
            try:
                if count := await self.recover():
                    logger.warning("%s sendings of a process that died are unsettled", count)
                    self.wake()
            except SQLAlchemyError:
                logger.exception("looking for what was left behind waits: the database does not answer")

    async def stop(self) -> None:
        """Let what is being sent come to an end."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=10)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(min(LOOK_EVERY, self._pacing.soonest() or LOOK_EVERY)):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _start_due(self) -> bool:
        """Claim what may be said now and start sending it; whether there was anything."""
        claimed = [await self._claim(name) for name, channel in self._channels.items() if _is_up(channel)]
        rows = [row for rows in claimed for row in rows]
        for row in rows:
            self._pacing.spend(Conversation.parse(row.conversation))
            self._busy[row.conversation] = asyncio.create_task(self._send(row))
        return bool(rows)

    async def _claim(self, channel: str) -> list[PromiseRow]:
        room = self._pacing.room(channel)
        if not room:
            return []
        now, waiting = self._clock(), [*self._busy, *self._pacing.resting()]
        return await self._gathering.do(
            lambda session: outbox.claim(session, by=self._me, now=now, channel=channel, waiting=waiting, limit=room)
        )

    async def _send(self, row: PromiseRow) -> None:
        try:
            await self._settle(row, await self._outcome(row))
        finally:
            del self._busy[row.conversation]
            self.wake()

    async def _outcome(self, row: PromiseRow) -> Outcome:
        conversation = Conversation.parse(row.conversation)
        out = Outgoing(to=conversation, text=row.text, mention=_people(row, conversation), quote=row.quote)
        try:
            return await self._channels[conversation.channel].send(out)
        except Exception as error:
            logger.exception("promise %s: the channel failed", row.id)
            return Uncertain(reason=repr(error))

    async def _settle(self, row: PromiseRow, outcome: Outcome) -> None:
        """Write the outcome down; while the database does not answer, keep it rather than forget it."""
        if not isinstance(outcome, Taken):
            logger.warning("promise %s to %s: %s", row.id, row.conversation, outcome)
        while True:
            try:
                return await self._gathering.do(lambda session: settle(session, row, outcome, now=self._clock()))
            except SQLAlchemyError:
                logger.exception("promise %s: its outcome waits for the database", row.id)
                await asyncio.sleep(TRY_AGAIN)

    def _settle_left_behind(self, session: Session) -> int:
        rows = outbox.left_behind(session, still_lives=lambda name: self._store.still_lives(session, name))
        for row in rows:
            outbox.uncertain(session, row, due=self._clock(), reason="the process ended while it was being sent")
        return len(rows)


def settle(session: Session, row: PromiseRow, outcome: Outcome, *, now: datetime) -> None:
    """Write down what came of sending a promise."""
    match outcome:
        case Taken(message_id=platform_id):
            outbox.taken(session, row.id, platform_id=platform_id, now=now)
        case Refused(reason=reason, permanent=True):
            outbox.refused(session, row.id, reason=reason)
        case Refused(reason=reason) if row.attempts >= GIVE_UP_AFTER:
            outbox.refused(session, row.id, reason=f"given up after {row.attempts} attempts: {reason}")
        case Refused(reason=reason):
            outbox.again(session, row.id, due=now + backoff(row.attempts), reason=reason)
        case Uncertain(reason=reason):
            outbox.uncertain(session, row, due=now + RESEND_AFTER, reason=reason)


def backoff(attempts: int) -> timedelta:
    """2, 4, 8 … seconds with jitter, at most ten minutes."""
    seconds = min(2.0**attempts, BACKOFF_LONGEST.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _is_up(channel: Channel) -> bool:
    return channel.health().state == State.UP


def _people(row: PromiseRow, conversation: Conversation) -> list[Person]:
    return [Person(channel=conversation.channel, id=person["id"], name=person["name"]) for person in row.mention]
