"""Whether the other side of a connection still lives."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Watch:
    """In seconds: how often we look, how long silence is believed in, and how long we wait for the sign asked for."""

    tick: float = 1.0
    ask_after: float = 8.0
    answer_within: float = 8.0


class Pulse:
    """Silence is counted in ticks that pass while we listen: after a pause of our own, what arrived meanwhile is read
    before the other side is blamed."""

    def __init__(self, watch: Watch) -> None:
        self._watch, self._quiet, self._asked_at = watch, 0.0, 0.0
        self.is_listening = False

    def felt(self) -> None:
        """Something came."""
        self._quiet = self._asked_at = 0.0

    async def stops(self, ask_for_a_sign: Callable[[], Awaitable[None]]) -> None:
        """Return once the other side counts as dead. Only something that comes is a sign, not that asking succeeded."""
        while not self._asked_at or self._quiet - self._asked_at < self._watch.answer_within:
            await asyncio.sleep(self._watch.tick)
            if not self.is_listening:
                continue
            self._quiet += self._watch.tick
            if not self._asked_at and self._quiet >= self._watch.ask_after:
                self._asked_at = self._quiet
                asking = asyncio.ensure_future(ask_for_a_sign())
                asking.add_done_callback(_disregard)


def _disregard(asking: "asyncio.Future[None]") -> None:
    if not asking.cancelled():
        asking.exception()
