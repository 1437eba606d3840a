"""How scenes over real sockets are played."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


def scene(play: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """An async scene as a test."""

    def test() -> None:
        asyncio.run(play())

    test.__name__ = play.__name__
    return test


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what nothing will wake us for; a scene that never gets there fails by its time-out."""
    while not condition():  # noqa: ASYNC110  the other side is a process, a thread or a library without events
        await asyncio.sleep(0.005)
