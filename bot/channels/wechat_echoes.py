"""What we said ourselves comes back as an event, and need not be fetched to be known."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

REMEMBERED = 100  # ids
WITHIN = 0.05  # seconds; the event most often comes just before the gateway says under which id it sent


class Echoes:
    """The ids of what we said lately."""

    def __init__(self) -> None:
        self._said: deque[str] = deque(maxlen=REMEMBERED)
        self._speaking: set[asyncio.Future[None]] = set()

    @contextmanager
    def speaking(self) -> Iterator[Callable[[str], None]]:
        """While we speak; to be told the id of what was said."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._speaking.add(done)
        try:
            yield self._said.append
        finally:
            self._speaking.discard(done)
            done.cancel()

    async def has(self, id: str, *, for_certain: bool) -> bool:
        """Whether we said it. While we speak, that is not known at once: `for_certain` waits until all is said that may have
        been it, else a moment is enough."""
        if speaking := set(self._speaking):
            with suppress(TimeoutError):
                async with asyncio.timeout(None if for_certain else WITHIN):
                    while speaking and id not in self._said:
                        _, speaking = await asyncio.wait(speaking, return_when=asyncio.FIRST_COMPLETED)
        return id in self._said
