"""A channel of several accounts: heard by whichever is in a group, spoken through whichever heard it last."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from bot.channels.base import Abilities, Health, Outcome, Outgoing, Pace, Refused, State
from bot.channels.deduplicator import Deduplicator
from bot.channels.inbound import STORE_AGAIN, InboundQueue, Incoming
from bot.channels.rate_limited_log import RateLimitedLog
from bot.channels.routes import Routes
from handlers.base import Conversation, Message

logger = logging.getLogger(__name__)


class ChannelAccount(Protocol):
    """An account. `trouble` is empty when it hears and speaks; `is_online`: it can be asked to speak."""

    @property
    def name(self) -> str: ...

    @property
    def trouble(self) -> str: ...

    @property
    def is_online(self) -> bool: ...

    def is_in(self, place: Conversation) -> bool:
        """Whether the platform told that it is in there; False where it does not tell."""
        ...

    async def say(self, out: Outgoing) -> Outcome: ...

    def health(self) -> Health: ...


A = TypeVar("A", bound=ChannelAccount)


class MultiAccountChannel(Generic[A]):
    """What all channels of accounts have in common. `title` is what people call the platform; there may be more accounts
    each time one looks at them."""

    name: str
    title: str
    abilities: Abilities

    def __init__(self, accounts: Iterable[A], *, pace: Pace, store_again: float = STORE_AGAIN) -> None:
        self.pace = pace
        self._accounts = accounts
        self._inbound = InboundQueue(RateLimitedLog(logger), store_again=store_again)
        self._routes, self._deduplicator = Routes(), Deduplicator()

    async def hear(self, heard: Incoming, *, account: str) -> None:
        """An account heard something: it waits for the bot to store it, unless another of ours was first with it."""
        is_duplicate = self._deduplicator.is_duplicate(heard, account)
        if isinstance(heard, Message):
            self._routes.heard(heard, is_duplicate=is_duplicate)
        if not is_duplicate:
            await self._inbound.put(heard)

    async def send(self, out: Outgoing) -> Outcome:
        """Send through the account that is in the conversation; never raises for what the platform or the network did."""
        if self._inbound.is_full:  # answers would wait behind what is read, and look lost
            return Refused(reason=f"{self.title}收到的消息太多，正在赶上", absent=True)
        refused = Refused(reason=f"{self.title}未连接：{self.trouble()}"[:250], absent=True)
        is_certain = all(account.is_online for account in self._accounts)  # else who is away may be the one who can
        speakers = self._speakers(out.to)
        for account in speakers if out.unsays is None else speakers[:1]:  # what one said, no other can delete
            outcome = await account.say(out)
            if not isinstance(outcome, Refused):
                return outcome
            refused, is_certain = outcome, is_certain and outcome.permanent
        return refused if is_certain or not refused.permanent else replace(refused, permanent=False, absent=True)

    def account(self, to: Conversation) -> str:
        return next((account.name for account in self._speakers(to)), "")

    def accounts(self) -> Collection[str]:
        return {account.name for account in self._accounts if account.is_online} or {""}

    def _speakers(self, to: Conversation) -> Sequence[A]:
        """Who heard it last, then who is in it, and if nobody knows, all who are online."""
        online, heard = [account for account in self._accounts if account.is_online], self._routes.of(to)
        sure = [account for account in online if account.name in heard or account.is_in(to)]
        return sorted(sure, key=lambda one: heard.index(one.name) if one.name in heard else len(heard)) or online

    def trouble(self) -> str:
        """What is wrong, with the cure; empty while one account hears and speaks."""
        troubles = [account.trouble for account in self._accounts]
        return "" if "" in troubles else "；".join(troubles)

    def health(self) -> Health:
        """Up while one of them hears and speaks; each is told of."""
        each = {account.name: account.health() for account in self._accounts if account.name}
        state = State.DOWN if self.trouble() else State.UP
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
