"""WeCom groups through AI bots: the official long connection. In groups it hears what is said to it, and nothing else."""

import asyncio
import logging
from collections.abc import Sequence

from bot.channels import wecom_wire as wire
from bot.channels.base import Abilities, Health, Outcome, Outgoing, Pace, Refused, Take, Tell, untold
from bot.channels.hearing import STORE_AGAIN, Hearing
from bot.channels.seldom import Seldom
from bot.channels.together import health_of
from bot.channels.ways import Ways
from bot.channels.wecom_bot import Bot, Credentials, Patience
from handlers.base import Conversation, Message
from handlers.handling import Clock

STOP_WITHIN = 10.0  # seconds to store what was heard before the stop

logger = logging.getLogger(__name__)


class WeComChannel:
    """Any number of bots; each speaks where it was spoken to."""

    name = wire.NAME
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
        self.pace = pace
        self._bots = [Bot(credentials, clock=clock, patience=patience or Patience()) for credentials in bots]
        self._hearing = Hearing(Seldom(logger), store_again=store_again)
        self._ways = Ways()

    async def run(self, take: Take, tell: Tell = untold) -> None:
        """Hand over what is heard until cancelled; what was heard before that is still handed over."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for bot in self._bots:
                    tasks.create_task(bot.run(self._hear))
                tasks.create_task(self._hearing.hand_over_always(take, tell))
        finally:
            async with asyncio.timeout(STOP_WITHIN):
                await self._hearing.hand_over(take, tell)

    async def _hear(self, message: Message) -> None:
        self._ways.heard(message)
        await self._hearing.put(message)

    async def send(self, out: Outgoing) -> Outcome:
        """Send through the bot that is in the conversation; never raises for what WeCom or the network did."""
        outcome: Outcome = Refused(reason=f"企业微信未连接：{health_of(self._bots).detail}"[:250], absent=True)
        for bot in self._speakers(out.to):
            outcome = await bot.say(out)
            if not isinstance(outcome, Refused):
                break
        return outcome

    def account(self, to: Conversation) -> str:
        return next((bot.name for bot in self._speakers(to)), "")

    def _speakers(self, to: Conversation) -> list[Bot]:
        """Who heard it last; if nobody knows, all."""
        online = [bot for bot in self._bots if bot.is_online]
        last = [bot for bot in online if bot.name == self._ways.account(to)]
        return last or online

    def health(self) -> Health:
        return health_of(self._bots)
