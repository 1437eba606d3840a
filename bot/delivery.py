"""Promises out: in order inside a conversation, paced, tried again, and honest about what is not known."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.admission import Admission
from bot.channels.base import Abilities, Channel, Outcome, Outgoing, Refused, State, Taken, Uncertain
from bot.circuit_breaker import CircuitBreaker
from bot.group_commit import GroupCommit
from bot.pacing import Account, Pacing
from bot.settling import settle
from handlers import files, pausing, sending
from handlers.base import Conversation, Person
from handlers.files import File
from handlers.handling import Clock
from handlers.members.directory import Directory
from handlers.outbox import Lane, PromiseKind, PromiseRow
from handlers.store import Store
from handlers.times import is_between

logger = logging.getLogger(__name__)

TRY_AGAIN = 2.0  # seconds, when the database does not answer
LOOK_EVERY = 1.0  # seconds between looks for promises that have become due
LOOK_FOR_THE_DEAD = 10.0  # seconds
AT_ONCE = 100  # messages started together


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The operator's choices. `quiet`: hours in which no push is sent; `directory`: whose desk is told of faults."""

    quiet: tuple[time, time] | None = None
    pause: timedelta = pausing.FIRST
    directory: Directory | None = None


RULES = Rules()


class Delivery:
    """Sends what is due. `me` names this process, and no other ever, in the rows it has claimed."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        executor: Executor,
        *,
        me: str,
        clock: Clock,
        rules: Rules = RULES,
    ) -> None:
        self._store, self._channels = store, channels
        self._me, self._clock, self._rules = me, clock, rules
        store.live_as(me)
        self._commits = GroupCommit(store, executor)
        self._pacing = Pacing({name: channel.pace for name, channel in channels.items()})
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._breaker = CircuitBreaker(first=rules.pause, desk=rules.directory.desk if rules.directory else None)
        self._file: File | None = None

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
        return await self._commits.do(self._settle_left_behind)

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

    async def keep_pauses(self) -> None:
        """Know, for ever, which accounts are paused: other processes pause them, and operators resume them."""
        while True:
            try:
                await self._commits.do(self._breaker.read)
            except SQLAlchemyError:
                logger.exception("looking for pauses waits: the database does not answer")
            await asyncio.sleep(LOOK_EVERY)

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
        """Claim what may be said now and start sending it; whether there was anything. What one channel claimed is on
        its way before the next is asked for: should that fail, nothing claimed is left lying."""
        any_started = False
        for name in [name for name, channel in self._channels.items() if _is_up(channel)]:
            for row in await self._claim(name):
                self._busy[row.conversation] = asyncio.create_task(self._send(row))
                any_started = True
        return any_started

    async def _claim(self, channel: str) -> list[PromiseRow]:
        now = self._clock()
        waiting, lanes = [*self._busy, *self._pacing.resting()], self._lanes(now)
        admission = Admission(self._channels[channel], self._pacing.entrance(), self._breaker, now)
        claiming = asyncio.ensure_future(
            self._commits.do(
                lambda session: sending.claim(
                    session, by=self._me, now=now, channel=channel, lanes=lanes, waiting=waiting,
                    admits=admission, limit=AT_ONCE,
                )
            )
        )  # fmt: skip
        try:
            rows = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            # We are stopping and the claim may be committed: nothing of it was sent, and the next life shall know. Where the
            # database does not answer either, there is no claim, or the next life settles it; we stop all the same.
            with suppress(SQLAlchemyError):
                claimed = await claiming
                await self._commits.do(lambda session: sending.give_back(session, claimed))
            raise
        for row in rows:
            conversation = Conversation.parse(row.conversation)
            self._pacing.spend(conversation, self._account(conversation), push=Lane(row.lane).is_push)
        return rows

    def _lanes(self, now: datetime) -> Collection[Lane]:
        is_quiet = self._rules.quiet is not None and is_between(now, self._rules.quiet)
        return (Lane.PEOPLE, Lane.URGENT) if is_quiet else tuple(Lane)

    def _account(self, conversation: Conversation) -> Account:
        return conversation.channel, self._channels[conversation.channel].account(conversation)

    async def _send(self, row: PromiseRow) -> None:
        conversation = Conversation.parse(row.conversation)
        mentioned = [str(person["id"]) for person in row.mention]
        try:
            wait = self._pacing.repeats_for(conversation, row.text, mentioned)
            if wait and row.unsays is None:
                await self._settle(row, timedelta(seconds=wait), self._account(conversation))
                return
            account = self._account(conversation)
            outcome = await self._outcome(row, conversation)
            if not isinstance(outcome, Refused) and row.unsays is None:
                self._pacing.say(conversation, row.text, mentioned)
            await self._settle(row, outcome, account)
        finally:
            del self._busy[row.conversation]
            self.wake()

    async def _outcome(self, row: PromiseRow, conversation: Conversation) -> Outcome:
        channel = self._channels[conversation.channel]
        if row.unsays is not None and not channel.abilities.unsay:
            return Refused(reason="这个平台不能撤回", permanent=True)
        if row.kind == PromiseKind.PIN and not channel.abilities.pin:
            return Refused(reason="这个平台不能代发群公告", permanent=True)
        if Lane(row.lane).is_push and not channel.abilities.push:
            return Refused(reason="这个渠道不能主动发消息", permanent=True)
        try:
            file = await self._enclosed(row.file) if row.file is not None else None
        except SQLAlchemyError as error:
            logger.exception("promise %s: its file waits, the database does not answer", row.id)
            return Refused(reason=repr(error)[:250], absent=True)
        try:
            return await channel.send(outgoing(row, channel.abilities, file))
        except Exception as error:
            logger.exception("promise %s: the channel failed", row.id)
            return Uncertain(reason=repr(error))

    async def _enclosed(self, digest: str) -> File | None:
        """The file; a notice says the same one to very many groups."""
        if self._file is None or self._file.digest != digest:
            self._file = await self._commits.do(lambda session: files.of(session, digest))
        return self._file

    async def _settle(self, row: PromiseRow, outcome: Outcome | timedelta, account: Account) -> None:
        """Write the outcome down; while the database does not answer, keep it rather than forget it."""
        if isinstance(outcome, Refused | Uncertain):
            logger.warning("promise %s to %s: %s", row.id, row.conversation, outcome)
        is_to_pause = self._breaker.suspects(account, outcome)

        def write(session: Session) -> None:
            now = self._clock()
            settle(session, row, outcome, now=now, directory=self._rules.directory)
            if is_to_pause:
                self._breaker.pause(session, account, outcome, now)
            elif isinstance(outcome, Taken):
                self._breaker.ease(session, account)

        while True:
            try:
                await self._commits.do(write)
                break
            except SQLAlchemyError:
                logger.exception("promise %s: its outcome waits for the database", row.id)
                await asyncio.sleep(TRY_AGAIN)
        if is_to_pause:
            with suppress(SQLAlchemyError):  # where the database went just now, `keep_pauses` reads them soon
                await self._commits.do(self._breaker.read)

    def _settle_left_behind(self, session: Session) -> int:
        rows = sending.left_behind(session, still_lives=lambda name: self._store.still_lives(session, name))
        for row in rows:
            repeat = self._channels[row.channel].pace.repeat if row.channel in self._channels else 0.0
            due = self._clock() + timedelta(seconds=repeat)
            sending.uncertain(session, row, due=due, reason="the process ended while it was being sent")
        return len(rows)


def outgoing(row: PromiseRow, abilities: Abilities, file: File | None = None) -> Outgoing:
    """The message for a platform; where it cannot mention, the name stands in the text, and in place of a file that it
    does not carry, where to get it."""
    to = Conversation.parse(row.conversation)
    if file is not None:
        carried = file.kind in abilities.files
        instead = file.in_words if row.text == file.marker else row.text  # what says it all says it without the file
        return Outgoing(to=to, text=row.text if carried else instead, file=file if carried else None)
    people = [Person(channel=to.channel, id=person["id"], name=person["name"]) for person in row.mention]
    quote = row.quote if abilities.quote else None
    if abilities.mention or not people:
        pins = row.kind == PromiseKind.PIN
        return Outgoing(to=to, text=row.text, mention=people, quote=quote, unsays=row.unsays, pins=pins)
    called = " ".join(f"@{person.name or person.id}" for person in people)
    return Outgoing(to=to, text=f"{called} {row.text}", quote=quote)


def _is_up(channel: Channel) -> bool:
    return channel.health().state == State.UP
