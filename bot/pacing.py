"""How fast we speak: too fast, and the platform takes the account away."""

import random
import time
from collections.abc import Mapping

from bot.channels.base import Pace
from handlers.base import Conversation

MANY = 100


class Pacing:
    """Who may be spoken to now. Monotonic time, so a clock set back changes nothing."""

    def __init__(self, paces: Mapping[str, Pace]) -> None:
        self._paces = paces
        self._channel_free: dict[str, float] = {}
        self._resting: dict[str, float] = {}

    def room(self, channel: str) -> int:
        """How many messages may go through the channel at this moment."""
        if self._channel_free.get(channel, 0.0) > time.monotonic():
            return 0
        return 1 if self._paces[channel].account else MANY

    def resting(self) -> list[str]:
        """Conversations that have just been spoken to."""
        now = time.monotonic()
        self._resting = {place: at for place, at in self._resting.items() if at > now}
        return list(self._resting)

    def spend(self, to: Conversation) -> None:
        """Count a message as gone."""
        now, pace = time.monotonic(), self._paces[to.channel]
        if pace.account:
            self._channel_free[to.channel] = now + pace.account
        if pace.conversation or pace.jitter:
            self._resting[str(to)] = now + pace.conversation + random.uniform(0, pace.jitter)

    def soonest(self) -> float | None:
        """Seconds until somebody who rests may be spoken to again; None when nobody rests."""
        now = time.monotonic()
        waits = [at - now for at in (*self._channel_free.values(), *self._resting.values()) if at > now]
        return min(waits, default=None)
