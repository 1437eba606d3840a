"""What was heard and is not yet stored: kept in its order, and tried again for as long as the database does not answer."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from bot.channels.base import Happening, Take, Tell
from bot.channels.rate_limited_log import RateLimitedLog
from handlers.base import Message

WAITING = 10_000  # heard and not yet stored; beyond it `put` waits, and with it the platform
BATCH = 200  # handed over together, so that one commit may store many
STORE_AGAIN = 2.0  # seconds until what could not be stored is tried again
STOP_WITHIN = 10.0  # seconds to store what was heard before the stop

Incoming = Message | Happening
Work = Coroutine[None, None, None]


class InboundQueue:
    """Between a channel that hears and a bot that stores."""

    def __init__(self, log: RateLimitedLog, *, store_again: float = STORE_AGAIN) -> None:
        self._log, self._store_again = log, store_again
        self._waiting: asyncio.Queue[Incoming] = asyncio.Queue(WAITING)
        self._in_hand: list[Incoming] = []

    @property
    def is_full(self) -> bool:
        return self._waiting.full()

    async def put(self, heard: Incoming) -> None:
        await self._waiting.put(heard)

    async def serve(self, take: Take, tell: Tell, *works: Work, stopping: Callable[[], Work]) -> None:
        """Do the works that hear, and hand over what they hear, until cancelled. What was heard before that is still
        handed over, and so is what `stopping` hears."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for work in works:
                    tasks.create_task(work)
                tasks.create_task(self._hand_over_always(take, tell))
        finally:
            async with asyncio.timeout(STOP_WITHIN):
                await self._finish(take, tell, stopping())

    async def _finish(self, take: Take, tell: Tell, last: Work) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hand_over(take, tell))  # which may have left no room for more
            tasks.create_task(last)
        await self._hand_over(take, tell)

    async def _hand_over_always(self, take: Take, tell: Tell) -> None:
        while True:
            self._in_hand.append(await self._waiting.get())
            await self._hand_over(take, tell)

    async def _hand_over(self, take: Take, tell: Tell) -> None:
        """Hand over all that waits; returning means that it is stored."""
        while self._gather():
            passing = [_pass_on(heard, take, tell) for heard in self._in_hand]
            outcomes = await asyncio.gather(*passing, return_exceptions=True)
            self._in_hand = [heard for heard, fault in zip(self._in_hand, outcomes, strict=True) if fault is not None]
            if self._in_hand:
                self._log.warning("not stored", "%d messages wait, not stored: %r", len(self._in_hand), outcomes)
                await asyncio.sleep(self._store_again)

    def _gather(self) -> bool:
        """Take up to a batch in hand; whether there is anything."""
        while len(self._in_hand) < BATCH and not self._waiting.empty():
            self._in_hand.append(self._waiting.get_nowait())
        return bool(self._in_hand)


def _pass_on(heard: Incoming, take: Take, tell: Tell) -> Awaitable[None]:
    return take(heard) if isinstance(heard, Message) else tell(heard)
