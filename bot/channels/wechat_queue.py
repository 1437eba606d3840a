"""Things that take a while to find out, many at once, passed on in the order in which they were told of."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.channels.inbound import Incoming

WAITING = 500  # beyond it `put` waits, and with it the reading of events

logger = logging.getLogger(__name__)
Hear = Callable[[Incoming], Awaitable[None]]


class OrderedQueue:
    """First told of, first passed on."""

    def __init__(self) -> None:
        self._tasks: deque[asyncio.Task[Incoming | None]] = deque()
        self._moves = asyncio.Condition()

    async def put(self, coming: Coroutine[Any, Any, Incoming | None]) -> None:
        async with self._moves:
            task = asyncio.create_task(coming)
            self._tasks.append(task)
            self._moves.notify_all()
            await self._moves.wait_for(lambda: len(self._tasks) < WAITING)

    async def pass_on_always(self, hear: Hear) -> None:
        while True:
            async with self._moves:
                await self._moves.wait_for(lambda: bool(self._tasks))
            await self._pass_on(hear)

    async def pass_on_rest(self, hear: Hear) -> None:
        """What still stands in line."""
        while self._tasks:
            await self._pass_on(hear)

    def dissolve(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()

    async def _pass_on(self, hear: Hear) -> None:
        """The first one; it stays in line until it is passed on, so that a stop in between loses nothing."""
        first = self._tasks[0]
        await asyncio.wait([first])
        if (heard := _result(first)) is not None:
            await hear(heard)
        async with self._moves:
            self._tasks.popleft()
            self._moves.notify_all()


def _result(task: asyncio.Task[Incoming | None]) -> Incoming | None:
    if task.cancelled():
        return None
    if fault := task.exception():
        logger.error("something heard was not understood and is passed over", exc_info=fault)
        return None
    return task.result()
