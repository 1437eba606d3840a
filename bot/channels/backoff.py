"""How long to wait before one connects again."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Waits:
    """In seconds: the shortest and the longest, and how long a connection must have held for them to begin anew. Nothing said
    meanwhile is ever told, so the longest is short."""

    first: float = 0.5
    longest: float = 10.0
    steady: float = 5.0


class Backoff:
    """Twice as long from failure to failure, and never quite the same."""

    def __init__(self, waits: Waits, *, now: Callable[[], float] = time.monotonic) -> None:
        self._waits, self._next, self._now = waits, waits.first, now
        self._connected_at: float | None = None

    def connected(self) -> None:
        """The other side has answered. A try that hangs until we lose patience never comes here, however long it takes."""
        self._connected_at = self._now()

    def wait(self) -> float:
        """Seconds to wait now that a connection, or a try at one, has ended."""
        held = 0.0 if self._connected_at is None else self._now() - self._connected_at
        wait = self._waits.first if held > self._waits.steady else self._next
        self._connected_at, self._next = None, min(wait * 2, self._waits.longest)
        return random.uniform(wait / 2, wait)
