"""How fast we speak: too fast, and the platform takes the account away."""

import random
import time
from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

from bot.channels.base import Pace
from handlers.base import Conversation

MANY = 100
Key = TypeVar("Key", bound=Hashable)
Account = tuple[str, str]  # channel and account


class Pacing:
    """Who may be spoken to now, and by which account. Monotonic time, so a clock set back changes nothing."""

    def __init__(self, paces: Mapping[str, Pace]) -> None:
        self._paces = paces
        self._account_free: dict[Account, float] = {}
        self._push_free: dict[Account, float] = {}
        self._resting: dict[str, float] = {}
        self._said: dict[int, float] = {}

    def resting(self) -> list[str]:
        """Conversations that have just been spoken to."""
        self._resting = _ahead(self._resting)
        return list(self._resting)

    def entrance(self) -> "Entrance":
        """Asked for each message that is about to go; of an account that keeps a pace it lets one through."""
        return Entrance(self._paces, _ahead(self._account_free), _ahead(self._push_free))

    def spend(self, to: Conversation, account: Account, *, push: bool) -> None:
        """Count a message as gone."""
        now, pace = time.monotonic(), self._paces[to.channel]
        if pace.account:
            self._account_free[account] = now + pace.account * random.uniform(1, 1.25)
        if push and (pace.push or pace.push_jitter):
            self._push_free[account] = now + pace.push + random.uniform(0, pace.push_jitter)
        if pace.conversation or pace.jitter:
            self._resting[str(to)] = now + pace.conversation + random.uniform(0, pace.jitter)

    def say(self, to: Conversation, text: str, mention: Collection[str]) -> None:
        """Remember what was said where."""
        if window := self._paces[to.channel].repeat:
            self._said = _ahead(self._said) if len(self._said) > MANY else self._said
            self._said[hash((to, text, tuple(mention)))] = time.monotonic() + window

    def repeats_for(self, to: Conversation, text: str, mention: Collection[str]) -> float:
        """Seconds until the same words may go to the same place again."""
        until = self._said.get(hash((to, text, tuple(mention))), 0.0)
        return max(0.0, until - time.monotonic())

    def soonest(self) -> float | None:
        """Seconds until somebody who rests may be spoken to again; None when nobody rests."""
        now = time.monotonic()
        free = (*self._account_free.values(), *self._push_free.values(), *self._resting.values())
        return min((at - now for at in free if at > now), default=None)


class Entrance:
    """One moment's answer to who may speak."""

    def __init__(self, paces: Mapping[str, Pace], accounts: Collection[Account], pushers: Collection[Account]) -> None:
        self._paces, self._accounts, self._pushers = paces, set(accounts), set(pushers)

    def __call__(self, account: Account, *, push: bool) -> bool:
        """Whether one more message of this account may go now."""
        if self.is_shut(account, push=push):
            return False
        pace = self._paces[account[0]]
        if pace.account:
            self._accounts.add(account)
        if push and (pace.push or pace.push_jitter):
            self._pushers.add(account)
        return True

    def is_shut(self, account: Account, *, push: bool) -> bool:
        return account in self._accounts or (push and account in self._pushers)


def _ahead(moments: dict[Key, float]) -> dict[Key, float]:
    now = time.monotonic()
    return {key: at for key, at in moments.items() if at > now}
