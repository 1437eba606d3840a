"""WeCom groups through AI bots: the official long connection. In groups it hears what is said to it, and nothing else."""

from collections.abc import Sequence
from functools import partial

from bot.channels import wecom_wire as wire
from bot.channels.base import Abilities, Pace, Take, Tell, untold
from bot.channels.inbound import STORE_AGAIN
from bot.channels.multi_account import MultiAccountChannel
from bot.channels.wecom_bot import Bot, Credentials, Patience
from handlers.handling import Clock


class WeComChannel(MultiAccountChannel[Bot]):
    """Any number of bots; each speaks where it was spoken to."""

    name, title = wire.NAME, "企业微信"
    abilities = Abilities(quote=False)

    def __init__(
        self,
        bots: Sequence[Credentials],
        *,
        pace: Pace,
        clock: Clock,
        patience: Patience | None = None,
        store_again: float = STORE_AGAIN,
    ) -> None:
        each = [Bot(credentials, clock=clock, patience=patience or Patience()) for credentials in bots]
        super().__init__(each, pace=pace, store_again=store_again)

    async def run(self, take: Take, tell: Tell = untold) -> None:
        """Hand over what is heard until cancelled; what was heard before that is still handed over."""
        works = [bot.run(partial(self.hear, account=bot.name)) for bot in self._accounts]
        await self._inbound.serve(take, tell, *works, stopping=_nothing)


async def _nothing() -> None:
    """A bot hands over at once what it hears."""
