"""Who may be spoken to now: nobody through a paused account, and nobody faster than an account's pace."""

from datetime import datetime

from bot.channels.base import Channel
from bot.circuit_breaker import CircuitBreaker
from bot.pacing import Account, Entrance
from handlers.base import Conversation
from handlers.outbox import Lane


class Admission:
    """One channel's, for one moment."""

    def __init__(self, channel: Channel, entrance: Entrance, breaker: CircuitBreaker, now: datetime) -> None:
        self._channel, self._entrance = channel, entrance
        self._breaker, self._now = breaker, now

    def __call__(self, conversation: str, lane: Lane) -> bool:
        account = self._channel.name, self._channel.account(Conversation.parse(conversation))
        return not self._breaker.holds(account, self._now) and self._entrance(account, push=lane.is_push)

    def is_over(self, lane: Lane) -> bool:
        """Whether no account may speak any more."""
        return all(self._is_mute((self._channel.name, account), lane) for account in self._channel.accounts())

    def _is_mute(self, account: Account, lane: Lane) -> bool:
        return self._breaker.holds(account, self._now) or self._entrance.is_shut(account, push=lane.is_push)
