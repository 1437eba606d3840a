"""Against Wechaty's own gateway (npm), without WeChat behind it: pytest -m live tests/live/test_wechaty_gateway.py.

Needs node and npm; the gateway in tests/live/wechaty_gateway is installed at the first run. A gateway installed elsewhere
(gateway.mjs with the same orders, its node_modules beside it) is used when WECHATY_GATEWAY names its folder.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.base import Pace, Refused, State, Taken, Uncertain
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_gateway import Gateway
from handlers.base import Conversation
from handlers.happenings import Renamed
from tests.peers.wechat_gateway import free_port
from tests.scenes import Bot, scene

HERE = Path(__file__).parent / "wechaty_gateway"
FOLDER = Path(os.environ.get("WECHATY_GATEWAY", HERE))
NOTICED_WITHIN = 30.0  # seconds
GROUP = Conversation.group("wechat", "1001@chatroom")

pytestmark = pytest.mark.live


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """node, npm and the gateway's packages."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    if not (FOLDER / "node_modules" / "wechaty-puppet-service").is_dir():
        command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            pytest.skip(f"npm install failed in {FOLDER}: {done.stderr.strip()[-200:]}")


@dataclass
class Peer:
    """The gateway in a process of its own."""

    tls: bool = False
    port: int = field(default_factory=free_port)
    control: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        about = {"GRPC_PORT": self.port, "CTRL_PORT": self.control, "TOKEN": "right-token", "TLS": int(self.tls)}
        environment = {**os.environ, **{name: str(value) for name, value in about.items()}}
        quiet = asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(
            "node", "gateway.mjs", cwd=FOLDER, env=environment, stdout=quiet, stderr=quiet
        )
        while not await self._answers():
            assert self.process.returncode is None, "the gateway ended; run `node gateway.mjs` to see why"
            await asyncio.sleep(0.1)

    async def _answers(self) -> bool:
        try:
            return bool((await self.does("/state"))["loggedIn"])
        except httpx.TransportError:
            return False

    async def kill(self) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    def send(self, sign: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(sign)

    async def does(self, what: str, **order: Any) -> Any:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            return (await client.post(f"http://127.0.0.1:{self.control}{what}", json=order)).json()

    async def hears(self, *texts: str, **order: Any) -> None:
        """People say these things, one after the other."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            for text in texts:
                await client.post(f"http://127.0.0.1:{self.control}/inject", json={"text": text, **order})

    async def hears_at_once(self, *texts: str) -> None:
        """People say these things in one burst: one connection, on which nothing waits for what was asked before it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.control)
        for text in texts:
            body = json.dumps({"text": text}).encode()
            writer.write(b"POST /inject HTTP/1.1\r\nHost: gateway\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        for _ in texts:
            await reader.readuntil(b"\r\n\r\n")  # the head of an answer
        writer.close()


@asynccontextmanager
async def together(
    *, token: str = "right-token", tls: bool = False, up: bool = True
) -> AsyncIterator[tuple[Bot, Peer]]:
    peer = Peer(tls=tls)
    gateway = Gateway(name="号1", host="127.0.0.1", port=peer.port, token=token, tls=tls)
    bot = Bot(WeChatChannel([gateway], pace=Pace(), clock=lambda: datetime.now(UTC)), GROUP)
    await peer.start()
    try:
        async with bot.alive(within=180):
            if up:
                await bot.becomes(State.UP)
            yield bot, peer
    finally:
        await peer.kill()


async def within_half_a_minute(noticing: Awaitable[None]) -> None:
    async with asyncio.timeout(NOTICED_WITHIN):
        await noticing


@scene
async def test_a_question_comes_in_and_the_answer_goes_back_with_the_name() -> None:
    async with together() as (bot, peer):
        await peer.hears("@MindBot\u2005 退税要几天", mention=["wxid_bot"])
        await peer.hears("@MindBot\u2005 手册能展期吗")
        question, second = await bot.hears(2)
        assert (question.text, question.mentions_bot, question.sender.name) == ("退税要几天", True, "爱丽丝")
        assert (second.text, second.mentions_bot) == ("手册能展期吗", True)
        assert isinstance(await bot.says("十天", mention=[question.sender]), Taken)
        [sent] = await peer.does("/sent")
        assert (sent["conversationId"], sent["text"]) == (GROUP.id, "@爱丽丝\u2005十天")
        assert sent["mentionIdList"] == ["wxid_alice"]


@scene
async def test_a_private_chat_is_answered_and_the_group_gets_its_name() -> None:
    async with together() as (bot, peer):
        await peer.hears("在吗", to="wxid_bot")
        [message] = await bot.hears()
        assert message.conversation == Conversation.private("wechat", "wxid_alice")
        assert isinstance(await bot.says("在的", to=message.conversation), Taken)
        await peer.does("/topic", room=GROUP.id, text="总群")
        await bot.until(lambda: bool(bot.happenings))
        [renamed] = bot.happenings
        assert isinstance(renamed, Renamed)
        assert (renamed.group, renamed.name) == (GROUP, "总群")


@scene
async def test_a_gateway_that_is_killed_is_found_again() -> None:
    async with together() as (bot, peer):
        await peer.kill()
        await within_half_a_minute(bot.becomes(State.DOWN, saying="请看网关是否在运行"))
        outcome = await bot.says("十天")
        assert isinstance(outcome, Refused)
        assert outcome.absent
        await peer.start()
        await bot.becomes(State.UP)
        await peer.hears("还在吗")
        assert (await bot.hears())[0].text == "还在吗"
        assert isinstance(await bot.says("在的"), Taken)


@scene
async def test_a_gateway_that_freezes_is_noticed_and_healed_when_it_thaws() -> None:
    async with together() as (bot, peer):
        peer.send(signal.SIGSTOP)
        sending = asyncio.create_task(bot.says("十天"))
        await within_half_a_minute(bot.becomes(State.DOWN, saying="没有回应"))
        assert isinstance(await sending, Uncertain)
        peer.send(signal.SIGCONT)
        await bot.becomes(State.UP)
        await peer.hears("醒了吗")
        assert (await bot.hears())[-1].text == "醒了吗"
        assert len([sent for sent in await peer.does("/sent") if sent["text"] == "十天"]) <= 1


@scene
async def test_three_thousand_messages_in_a_burst_arrive_in_order() -> None:
    async with together() as (bot, peer):
        texts = [str(number) for number in range(3000)]
        await peer.hears_at_once(*texts)
        assert [message.text for message in await bot.hears(3000)] == texts


@scene
async def test_a_send_that_fails_is_refused_and_the_next_one_goes() -> None:
    async with together() as (bot, peer):
        await peer.does("/fail", n=1)
        outcome = await bot.says("十天")
        assert isinstance(outcome, Refused)
        assert (outcome.permanent, outcome.absent) == (False, False)
        assert isinstance(await bot.says("十天"), Taken)


@scene
async def test_an_account_that_logs_out_and_in_again_is_followed() -> None:
    async with together() as (bot, peer):
        await peer.does("/logout")
        await within_half_a_minute(bot.becomes(State.DOWN, saying="退出了登录"))
        await peer.does("/emit", name="scan", payload={"status": 2, "qrcode": "https://example.com/l/1"})
        await bot.until(lambda: bot.channel.health().scan == "https://example.com/l/1")
        await peer.does("/login")
        await bot.becomes(State.UP)
        assert isinstance(await bot.says("回来了"), Taken)


@scene
async def test_a_wrong_token_is_told_apart() -> None:
    async with together(token="wrong", up=False) as (bot, _):
        await within_half_a_minute(bot.becomes(State.DOWN, saying="令牌不对"))
        assert "wrong" not in bot.channel.health().detail


@scene
async def test_tls_is_spoken() -> None:
    async with together(tls=True) as (bot, _):
        assert isinstance(await bot.says("十天"), Taken)
