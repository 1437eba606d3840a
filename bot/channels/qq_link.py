"""One live connection to a OneBot implementation: actions out, answers back, and silence noticed."""

import asyncio
import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from bot.channels.qq_answers import Answer


@dataclass(frozen=True, kw_only=True)
class Watch:
    """How long a silent connection is believed in, in seconds: how often we look, when we ask, how long we wait."""

    tick: float = 1.0
    ask_after: float = 10.0
    answer_within: float = 10.0
    late: float = 1.2  #: a heartbeat later than so many times its interval, and `slack`, means a dead event stream
    slack: float = 4.0  #: is late enough for one who can be asked, and answers


class Role(Enum):
    """What a connection is for, as its X-Client-Role says."""

    UNIVERSAL = "universal"
    EVENT = "event"
    API = "api"

    @property
    def hears(self) -> bool:
        return self is not Role.API

    @property
    def speaks(self) -> bool:
        return self is not Role.EVENT

    @classmethod
    def named(cls, name: str) -> "Role":
        return next((role for role in cls if role.value == name.strip().lower()), cls.UNIVERSAL)


class Socket(Protocol):
    """A WebSocket, whoever opened it. `receive` returns None once it is closed; `send` raises Gone then."""

    async def receive(self) -> str | bytes | None: ...

    async def send(self, text: str) -> None: ...

    async def close(self, reason: str) -> None: ...


class Gone(Exception):
    """The connection is closed; nothing was written to it."""


class Unanswered(Exception):
    """The action was written and nobody knows what became of it; `lively`: other things were heard meanwhile."""

    def __init__(self, why: str, *, lively: bool = False) -> None:
        super().__init__(why)
        self.lively = lively


class Link:
    """A connection and the questions that wait on it."""

    def __init__(self, socket: Socket, *, account: str, role: Role) -> None:
        self.account = account
        self.role = role
        self.is_open = True
        self.interval: float | None = None
        self._socket = socket
        self._asked: dict[str, asyncio.Future[Answer]] = {}
        # Named, for what another link asked is not answered here.
        self._name = secrets.token_hex(4)
        self._count = itertools.count(1)
        self._closing: asyncio.Task[None] | None = None
        self._listening = False
        self._eventless = self._unasked = 0.0
        self._frames = 0
        self.age = 0.0  #: seconds it has been listened to

    async def receive(self) -> str | bytes | None:
        """The next frame, None when there will be no more."""
        self._listening = True
        frame = await self._socket.receive()
        self._listening = False
        self._frames += 1
        return frame

    def answered(self, answer: Answer) -> bool:
        """Give an answer to who waits for it; False when nobody does any more."""
        future = self._asked.get(answer.echo)
        if future is None or future.done():
            return False
        future.set_result(answer)
        return True

    def felt(self, interval: float | None) -> None:
        """An event came: the event stream lives. `interval` is the heartbeat's own word on how often it beats."""
        self._eventless = 0.0
        self.interval = interval or self.interval

    async def ask(self, action: str, params: Mapping[str, Any], *, within: float) -> Answer:
        """Have an action done and return the answer, or raise Gone or Unanswered."""
        if not self.is_open:
            raise Gone
        echo = f"{self._name}-{next(self._count)}"
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[echo] = future
        frames = self._frames
        try:
            async with asyncio.timeout(within):
                await self._socket.send(
                    json.dumps({"action": action, "params": params, "echo": echo}, ensure_ascii=False)
                )
                return await future
        except TimeoutError as error:
            raise Unanswered(f"{within:g} 秒内没有回应", lively=self._frames > frames) from error
        finally:
            del self._asked[echo]

    def drop(self, reason: str) -> None:
        """Close without waiting for the other side, which may be frozen; whoever waits for an answer is told."""
        if self.is_open:
            self.ended(reason)
            self._closing = asyncio.get_running_loop().create_task(self._socket.close(reason))

    def ended(self, reason: str) -> None:
        """The connection is over: no answer will come."""
        self.is_open = False
        for future in self._asked.values():
            if not future.done():
                future.set_exception(Unanswered(reason))

    async def watched(self, watch: Watch) -> str:
        """Return why this link counts as dead, once it does.

        Silence is counted in ticks that passed while we listened: after a pause of our own, what arrived meanwhile
        is read before the other side is blamed.
        """
        while True:
            await asyncio.sleep(watch.tick)
            if not self._listening:
                continue
            self.age += watch.tick
            self._eventless += watch.tick
            self._unasked += watch.tick
            if self._is_to_be_asked(watch) and not await self._is_there(watch.answer_within):
                return "no answer to get_status"
            if self._misses_heartbeats(watch):
                return "no heartbeat"

    def _is_to_be_asked(self, watch: Watch) -> bool:
        """Whoever tells of nothing, and whose heartbeat is due: it may be as busy as we were."""
        is_silent = self._eventless > watch.ask_after and self._unasked > watch.ask_after
        return self.role.speaks and (is_silent or self._misses_heartbeats(watch))

    def _misses_heartbeats(self, watch: Watch) -> bool:
        if not self.role.hears or self.interval is None:
            return False
        late = 1.0 if self.role.speaks else watch.late
        return self._eventless > late * max(self.interval, watch.ask_after) + watch.slack

    async def _is_there(self, within: float) -> bool:
        self._unasked = 0.0
        try:
            await self.ask("get_status", {}, within=within)
        except (Gone, Unanswered):
            return not self._listening
        return True
