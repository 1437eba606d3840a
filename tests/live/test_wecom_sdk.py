"""WeCom's official SDK against the service of our tests. For lack of an account the real service was never seen here; what
the SDK takes for the service, and what it says to it, is the nearest there is.

`make live` installs the SDK beside the bot, in `.venv-live`; another place with it is named by ZHITONGCHE_LIVE_PYTHON.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Pace, State, Taken
from bot.channels.wecom import WeComChannel
from bot.channels.wecom_bot import Credentials
from handlers.base import Conversation
from tests.live.beside import PYTHON, need
from tests.peers.wechat_gateway import CERTIFICATE
from tests.peers.wecom import WeComService
from tests.scenes import Bot, scene, until

THEIRS = Path(__file__).with_name("wecom_sdk_bot.py")
ASIDE = {"chat_type"}  # of a push: on Tencent's page, and left out by the SDK

pytestmark = pytest.mark.live


@pytest.fixture(autouse=True)
def official_sdk() -> None:
    need("aibot")


class Theirs:
    """The bot made with the SDK, in its own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def tells(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(await asyncio.wait_for(self._process.stdout.readline(), timeout=30))
        return told


@asynccontextmanager
async def theirs(service: WeComService, *, secret: str = "right-secret") -> AsyncIterator[Theirs]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        PYTHON, str(THEIRS), service.url, secret, str(CERTIFICATE), stdin=pipe, stdout=pipe
    )
    try:
        yield Theirs(process)
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def ours(service: WeComService) -> AsyncIterator[Bot]:
    credentials = Credentials(name="直通车", bot="aib1", secret="right-secret", url=service.url)
    channel = WeComChannel([credentials], pace=Pace(), clock=lambda: datetime.now(UTC))
    bot = Bot(channel, Conversation.group("wecom", "chat1"))
    async with bot.alive():
        await bot.becomes(State.UP)
        yield bot


@scene
async def test_the_sdk_takes_our_service_for_the_real_one() -> None:
    async with WeComService().up(certificate=CERTIFICATE) as service, theirs(service) as bot:
        assert await bot.tells() == {"event": "authenticated"}
        await service.says("接单 #12", chat="chat1")
        heard = await bot.tells()
        assert (heard["event"], heard["body"]["text"]) == ("heard", {"content": "接单 #12"})
        assert await bot.tells() == {"event": "answered", "codes": [0, 0]}
        await service.happens("disconnected_event")
        assert await bot.tells() == {"event": "event", "kind": "disconnected_event"}
        await until(lambda: service.commands.count("ping") > 2)  # and goes on asking only while it is answered


@scene
async def test_the_sdk_hears_from_our_service_that_its_secret_is_wrong() -> None:
    async with WeComService().up(certificate=CERTIFICATE) as service, theirs(service, secret="wrong") as bot:
        told = await bot.tells()
        assert told["event"] == "error"
        assert "40001" in told["words"]


@scene
async def test_our_channel_replies_and_pushes_in_the_frames_of_the_sdk() -> None:
    async with WeComService().up(certificate=CERTIFICATE) as service, theirs(service) as bot:
        await bot.tells()
        await service.says("在吗", chat="chat1")
        await until(lambda: len(service.said) == 2)
    async with WeComService().up() as ours_too, ours(ours_too) as bot_of_ours:
        id = await ours_too.says("@直通车 在吗", chat="chat1")
        await bot_of_ours.hears()
        assert isinstance(await bot_of_ours.says("在", quote=id), Taken)
        assert isinstance(await bot_of_ours.says("再说一句"), Taken)
    assert [shape(body) for body in ours_too.said] == [shape(body) for body in service.said]
    assert {"aibot_subscribe", "aibot_respond_msg", "aibot_send_msg"} <= set(service.commands) & set(ours_too.commands)


def shape(body: Any) -> Any:
    """The keys of a frame's body and the kinds of what stands there; what the service is told by name stands as it is."""
    if isinstance(body, dict):
        return {
            key: value if key in ("msgtype", "finish", "chatid") else shape(value)
            for key, value in body.items()
            if key not in ASIDE
        }
    return type(body)
