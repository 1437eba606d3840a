"""How long to wait before one connects again."""

import random
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

    def __init__(self, waits: Waits) -> None:
        self._waits, self._next = waits, waits.first

    def after(self, held: float) -> float:
        """Seconds to wait after a connection, or a try at one, that lasted for so many."""
        wait = self._waits.first if held > self._waits.steady else self._next
        self._next = min(wait * 2, self._waits.longest)
        return random.uniform(wait / 2, wait)
