"""From what a gateway tells of to what the bot hears: messages are fetched, people and groups get their names."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection

from bot.channels import wechat_events, wechat_messages
from bot.channels.backoff import Backoff, Waits
from bot.channels.base import Happening, Joined, Parted, Recalled, Renamed
from bot.channels.foreign import Unreadable, clean_name
from bot.channels.rate_limited_log import RateLimitedLog
from bot.channels.wechat_echoes import Echoes
from bot.channels.wechat_gateway import Failed, Unanswered, Unreached
from bot.channels.wechat_link import Current, Link
from bot.channels.wechat_messages import Said
from bot.channels.wechat_names import Names
from handlers.base import Conversation, Message, Person
from handlers.handling import Clock

AT_ONCE = 16  # messages being fetched
NAME_WITHIN = 3.0  # seconds; a message goes on without a name rather than wait longer
FETCH_AGAIN = (0.1, 0.4)  # seconds; a gateway that fails oftener does not have the message any more
PATIENCE = 120.0  # seconds a message is tried for while the gateway is away

logger = logging.getLogger(__name__)


class Receiver:
    """The hearing of one account. `ours` tells the ids of all our accounts: words of one are no questions to another."""

    def __init__(
        self, name: str, current: Current, *, clock: Clock, ours: Callable[[], Collection[str]], waits: Waits
    ) -> None:
        self.id = ""
        self.rooms: set[str] = set()
        self.missed = 0  #: messages whose content could not be had
        self.names = Names(self._ask_name)
        self.echoes = Echoes()
        self._hanging: dict[str, float] = {}  # messages the gateway left us waiting for, and since when
        self._excused_until = 0.0  # silence before it is not held against the gateway
        self._name, self._current = name, current
        self._clock, self._ours, self._waits = clock, ours, waits
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._log = RateLimitedLog(logger)

    def unanswered_for(self) -> float:
        """Seconds for which the gateway has been telling of messages without giving any."""
        now = time.monotonic()
        return now - max(min(self._hanging.values(), default=now), self._excused_until)

    async def learn_rooms(self, link: Link) -> None:
        """Which groups the account is in, asked until the gateway tells or the connection is gone."""
        backoff = Backoff(self._waits)
        while True:
            try:
                self.rooms = set(await link.rooms())
            except (Unanswered, Failed) as error:
                self._log.warning("rooms", "WeChat account %s: its groups are not known yet: %s", self._name, error)
            except Unreached:
                return
            else:
                return
            await asyncio.sleep(backoff.wait())

    async def message(self, id: str) -> Message | Recalled | None:
        """What was said under this id; None when it is our own, or cannot be had."""
        if await self.echoes.has(id, for_certain=not self.id):  # who we are, or else only our ids, tells our own words
            return None
        async with self._at_once:
            said = await self._fetch(id)
        if said is None or said.sender in {self.id, *self._ours()}:
            return None
        if said.room is not None:
            self.rooms.add(said.room)
        if said.type != wechat_messages.Type.RECALLED:
            return await self._named(said)
        if said.recalls is None:
            return None
        return Recalled(conversation=said.conversation, message_id=said.recalls, at=said.at)

    async def happening(self, event: wechat_events.Came | wechat_events.Went | wechat_events.Topic) -> Happening:
        """What happened in a group, with the names of who came."""
        group = Conversation.group(wechat_messages.NAME, event.room)
        match event:
            case wechat_events.Topic(name=name):
                return Renamed(group=group, name=name, at=event.at)
            case wechat_events.Went(people=people):
                if self.id in people:
                    self.rooms.discard(event.room)
                gone = tuple(Person(channel=wechat_messages.NAME, id=id) for id in people if id != self.id)
                return Parted(group=group, people=gone, at=event.at, itself=self.id in people)
        self.rooms.add(event.room)
        came = [
            Person(channel=wechat_messages.NAME, id=id, name=await self.names.of(event.room, id))
            for id in event.people
            if id != self.id
        ]
        return Joined(group=group, people=tuple(came), at=event.at, itself=self.id in event.people)

    async def _fetch(self, id: str) -> Said | None:
        try:
            return await self._tried_for(id)
        finally:
            self._hanging.pop(id, None)

    async def _tried_for(self, id: str) -> Said | None:
        """Try until it is there, or the gateway has failed too often or was away for too long."""
        failures, end = 0, time.monotonic() + PATIENCE
        while (left := end - time.monotonic()) > 0:
            try:
                return await self._given(await self._current.link(within=left), id)
            except Failed as error:
                logger.debug("WeChat account %s: message %s was not given: %s", self._name, id, error)
                if failures == len(FETCH_AGAIN):
                    break
                await asyncio.sleep(FETCH_AGAIN[failures])
                failures += 1
            except (Unreached, Unanswered):
                await asyncio.sleep(FETCH_AGAIN[0])
            except Unreadable as problem:
                logger.debug("WeChat account %s: message %s is nobody's: %s", self._name, id, problem)
                return None
        self.missed += 1
        self._log.warning("missed", "WeChat account %s: the gateway does not give message %s", self._name, id)
        return None

    async def _given(self, link: Link, id: str) -> Said:
        """What the gateway gives for the id. Only silence since its last answer, or since the connection was lost, is held
        against it: one message it hangs on is not, while it gives others."""
        asked, hangs = time.monotonic(), False
        try:
            return wechat_messages.said(await link.message(id), self._clock())
        except Unanswered as error:
            hangs = error.silent
            if hangs and self._excused_until > asked:  # those behind it must not wait as if the gateway were away
                raise Failed("DEADLINE_EXCEEDED", "others were given meanwhile") from error
            raise
        finally:
            if hangs:
                self._hanging.setdefault(id, asked)
            else:
                self._excused_until = time.monotonic()

    async def _named(self, said: Said) -> Message:
        our_names = await self._own_names(said.room) if said.may_mention else ()
        name = await self.names.of(said.room, said.sender)
        ours = {self.id, *self._ours()} - {""}
        return wechat_messages.message(said, name=name, account=self._name, ours=ours, our_names=our_names)

    async def _own_names(self, room: str | None) -> tuple[str, ...]:
        """What the account is called in the group and by itself, the longer first."""
        if not self.id:
            return ()
        names = {await self.names.of(room, self.id), await self.names.of(None, self.id)}
        return tuple(sorted(names - {""}, key=len, reverse=True))

    async def _ask_name(self, room: str, person: str) -> str | None:
        try:
            async with asyncio.timeout(NAME_WITHIN):
                return clean_name(await _name(await self._current.link(within=NAME_WITHIN), room, person))
        except (Unreached, Unanswered, Failed, TimeoutError) as error:
            logger.debug("WeChat account %s: no name for %s in %s: %s", self._name, person, room, error)
            return None


async def _name(link: Link, room: str, person: str) -> str:
    if not person:
        return await link.topic(room)
    if not room:
        return await link.name(person)
    return await link.name_in(room, person) or await link.name(person)
