"""WeChat through Wechaty gateways: any number of accounts, one gateway each, spoken to in gRPC."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence

from bot.channels import wechat_wire as wire
from bot.channels.base import Abilities, Health, Outcome, Outgoing, Pace, Refused, Take, Tell, untold
from bot.channels.hearing import STORE_AGAIN, Heard, Hearing
from bot.channels.seldom import Seldom
from bot.channels.together import health_of
from bot.channels.ways import Ways
from bot.channels.wechat_account import Account, Patience
from bot.channels.wechat_link import Gateway
from handlers.base import Conversation, Message
from handlers.handling import Clock

REMEMBERED = 10_000  # words heard in groups
STOP_WITHIN = 10.0  # seconds to store what was heard before the stop

logger = logging.getLogger(__name__)


class WeChatChannel:
    """Hears and speaks through whichever account is in a conversation."""

    name = wire.NAME
    abilities = Abilities(quote=False)

    def __init__(
        self,
        gateways: Sequence[Gateway],
        *,
        pace: Pace,
        clock: Clock,
        patience: Patience | None = None,
        store_again: float = STORE_AGAIN,
    ) -> None:
        self.pace = pace
        self._accounts = [
            Account(gateway, clock=clock, patience=patience or Patience(), ours=lambda: self._ids)
            for gateway in gateways
        ]
        self._hearing = Hearing(Seldom(logger), store_again=store_again)
        self._ways = Ways()
        self._heard: OrderedDict[int, str] = OrderedDict()

    @property
    def _ids(self) -> set[str]:
        return {account.id for account in self._accounts} - {""}

    async def run(self, take: Take, tell: Tell = untold) -> None:
        """Hand over what is heard until cancelled; what was heard before that is still handed over."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for account in self._accounts:
                    tasks.create_task(account.run(self._hear))
                tasks.create_task(self._hearing.hand_over_always(take, tell))
        finally:
            async with asyncio.timeout(STOP_WITHIN):
                await self._finish(take, tell)

    async def _finish(self, take: Take, tell: Tell) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hearing.hand_over(take, tell))  # which may have left no room for more
            for account in self._accounts:
                tasks.create_task(account.finish(self._hear))
        await self._hearing.hand_over(take, tell)

    async def _hear(self, heard: Heard) -> None:
        if isinstance(heard, Message):
            if self._is_second_hearing(heard):
                return
            self._ways.heard(heard)
        await self._hearing.put(heard)

    def _is_second_hearing(self, message: Message) -> bool:
        """Whether another of our accounts in the same group has already passed on these words."""
        if message.conversation.is_private or len(self._accounts) < 2:
            return False
        # A hash: ten thousand of them must not hold ten thousand long messages.
        words = hash((message.conversation, message.sender.id, message.sent_at, message.text, message.attachments))
        first = self._heard.setdefault(words, message.account)
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        return first != message.account

    async def send(self, out: Outgoing) -> Outcome:
        """Send through the account that is in the conversation; never raises for what WeChat or the network did."""
        if self._hearing.is_full:
            return Refused(reason="微信收到的消息太多，正在赶上", absent=True)
        outcome: Outcome = Refused(reason=f"微信未连接：{health_of(self._accounts).detail}"[:250], absent=True)
        for account in self._speakers(out.to):
            outcome = await account.say(out)
            if not isinstance(outcome, Refused):
                break
        return outcome

    def account(self, to: Conversation) -> str:
        return next((account.name for account in self._speakers(to)), "")

    def _speakers(self, to: Conversation) -> list[Account]:
        """Who may speak there: whoever heard it last, then whoever is in the group, and if nobody knows, all."""
        online = [account for account in self._accounts if account.is_online]
        last = self._ways.account(to)
        sure = [account for account in online if account.name == last or account.is_in(to.id)]
        return sorted(sure or online, key=lambda account: account.name != last)

    def health(self) -> Health:
        return health_of(self._accounts)
