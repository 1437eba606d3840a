"""Scenes in WeChat: gateways as they are in the tests, and the bot that dials them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.channels.backoff import Waits
from bot.channels.base import Pace, State
from bot.channels.pulse import Watch
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_account import Patience
from bot.channels.wechat_gateway import Gateway
from handlers.base import Conversation, Person
from tests.peers.wechat_gateway import ROOM, WechatGateway
from tests.scenes import Bot

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
GROUP = Conversation.group("wechat", ROOM)
WANG = Person(channel="wechat", id="wxid_wang", name="王工")
QUICK = Patience(
    call=5.0,  # a busy machine is no gateway that hangs
    waits=Waits(first=0.01, longest=0.05, steady=0.0),
    watch=Watch(tick=0.02, ask_after=0.1, answer_within=0.2),
)


@asynccontextmanager
async def served(
    *peers: WechatGateway, up: bool = True, patience: Patience = QUICK, **about: Any
) -> AsyncIterator[Bot]:
    gateways = [
        Gateway(name=f"号{number}", host="127.0.0.1", port=peer.port, token="right-token", **about)
        for number, peer in enumerate(peers, start=1)
    ]
    channel = WeChatChannel(gateways, pace=Pace(), clock=lambda: NOW, patience=patience, store_again=0.01)
    bot = Bot(channel, GROUP)
    async with bot.alive():
        if up:
            await bot.until(lambda: all(each.state == State.UP for each in bot.health.accounts.values()))
        yield bot


@asynccontextmanager
async def together(**about: Any) -> AsyncIterator[tuple[Bot, WechatGateway]]:
    async with WechatGateway().up() as peer, served(peer, **about) as bot:
        yield bot, peer


@asynccontextmanager
async def two(**about: Any) -> AsyncIterator[tuple[Bot, Sequence[WechatGateway]]]:
    async with AsyncExitStack() as stack:
        peers = [WechatGateway(), WechatGateway(account="wxid_second", topics={"2002@chatroom": "二群"})]
        for peer in peers:
            peer.names["wxid_second"] = "二通"
            await stack.enter_async_context(peer.up())
        yield await stack.enter_async_context(served(*peers, **about)), peers
