"""WeChat through Wechaty gateways: any number of accounts, one gateway each, spoken to in gRPC."""

import asyncio
from collections.abc import Sequence
from functools import partial

from bot.channels import wechat_messages
from bot.channels.base import Abilities, Pace, Take, Tell, untold
from bot.channels.inbound import STORE_AGAIN
from bot.channels.multi_account import MultiAccountChannel
from bot.channels.wechat_account import Account, Patience
from bot.channels.wechat_gateway import Gateway
from handlers.base import Attachment
from handlers.handling import Clock


class WeChatChannel(MultiAccountChannel[Account]):
    """Hears and speaks through whichever account is in a conversation."""

    name, title = wechat_messages.NAME, "微信"
    abilities = Abilities(quote=False, files=(Attachment.IMAGE, Attachment.FILE))

    def __init__(
        self,
        gateways: Sequence[Gateway],
        *,
        pace: Pace,
        clock: Clock,
        patience: Patience | None = None,
        store_again: float = STORE_AGAIN,
    ) -> None:
        each = [Account(gateway, clock=clock, patience=patience or Patience(), ours=self._ids) for gateway in gateways]
        super().__init__(each, pace=pace, store_again=store_again)

    def _ids(self) -> set[str]:
        return {account.id for account in self._accounts} - {""}

    async def run(self, take: Take, tell: Tell = untold) -> None:
        """Hand over what is heard until cancelled; what was heard before that is still handed over."""
        works = [account.run(partial(self.hear, account=account.name)) for account in self._accounts]
        await self._inbound.serve(take, tell, *works, stopping=self._finish)

    async def _finish(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for account in self._accounts:
                tasks.create_task(account.finish(partial(self.hear, account=account.name)))
