"""How a channel of several accounts is as a whole."""

from collections.abc import Sequence
from typing import Protocol

from bot.channels.base import Health, State


class One(Protocol):
    """An account; `trouble` is empty when it hears and speaks."""

    @property
    def name(self) -> str: ...

    @property
    def trouble(self) -> str: ...

    def health(self) -> Health: ...


def health_of(accounts: Sequence[One]) -> Health:
    """Up while one of them hears and speaks; each is told of."""
    each = {account.name: account.health() for account in accounts}
    state = State.UP if any(not account.trouble for account in accounts) else State.DOWN
    alike = [health.since for health in each.values() if health.state == state and health.since]
    return Health(
        state=state,
        since=max(alike, default=None),
        detail="；".join(health.detail for health in each.values()),
        last_event=max((health.last_event for health in each.values() if health.last_event), default=None),
        last_sent=max((health.last_sent for health in each.values() if health.last_sent), default=None),
        accounts=each,
        scan=next((health.scan for health in each.values() if health.scan), ""),
    )
