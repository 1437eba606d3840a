"""QQ against a OneBot implementation that is not ours: the mock of NapCat that ncatbot ships, dialled in forward mode.

`make live` installs it beside the bot, in `.venv-live`; another place with ncatbot is named by ZHITONGCHE_LIVE_PYTHON.
"""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Outgoing, Pace, Refused, State, Taken, Uncertain
from bot.channels.qq import QQChannel
from bot.channels.qq_link import Watch
from handlers.base import Conversation
from tests.live.beside import PYTHON, need
from tests.peers.bot_process import free_port
from tests.scenes import Bot

PEER = Path(__file__).with_name("ncatbot_peer.py")
BOT = 123456789
GROUP = 200001

pytestmark = pytest.mark.live


class Peer:
    """The mock in its own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def does(self, **command: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()
        return await self.hears()

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def hears(self) -> Any:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the mock ended; is ncatbot 4.5.0rc7 installed there?"
        return json.loads(line)


@asynccontextmanager
async def together(tmp_path: Path) -> AsyncIterator[tuple[Bot, Peer]]:
    """The mock running, the channel dialling it."""
    port, pipe = free_port(), asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(PYTHON, str(PEER), str(port), stdin=pipe, stdout=pipe, cwd=tmp_path)
    peer = Peer(process)
    channel = QQChannel(
        token=None,
        pace=Pace(),
        clock=lambda: datetime.now(UTC),
        dial=[f"ws://127.0.0.1:{port}"],
        timeout=2,
        watch=Watch(tick=0.1, ask_after=1, answer_within=1),
    )
    bot = Bot(channel, Conversation.group("qq", str(GROUP)))
    try:
        async with bot.alive(within=60):
            assert await peer.hears() == "listening"
            await bot.becomes(State.UP)
            yield bot, peer
    finally:
        process.kill()
        await process.wait()


@pytest.fixture(autouse=True)
def mock_of_napcat() -> None:
    need("ncatbot")


def test_a_question_comes_in_and_the_answer_goes_back(tmp_path: Path) -> None:
    async def play() -> None:
        async with together(tmp_path) as (bot, peer):
            words = [{"type": "at", "data": {"qq": str(BOT)}}, {"type": "text", "data": {"text": " 退税要几天"}}]
            await peer.does(do="group_message", group_id=GROUP, user_id=100002, message=words, message_id="7001")
            [question] = await bot.hears(1)
            assert (question.text, question.mentions_bot, question.sender.name) == ("退税要几天", True, "好友2")
            outcome = await bot.channel.send(
                Outgoing(to=question.conversation, text="十天", mention=[question.sender], quote=question.id)
            )
            assert isinstance(outcome, Taken)
            assert outcome.message_id
            [sent] = await peer.does(do="sent", action="send_group_msg")
            assert sent == {
                "group_id": GROUP,
                "message": [
                    {"type": "reply", "data": {"id": "7001"}},
                    {"type": "at", "data": {"qq": "100002"}},
                    {"type": "text", "data": {"text": " 十天"}},
                ],
            }

    asyncio.run(play())


def test_a_private_chat_is_answered(tmp_path: Path) -> None:
    async def play() -> None:
        async with together(tmp_path) as (bot, peer):
            await peer.does(do="private_message", user_id=100001, message="在吗")
            [message] = await bot.hears(1)
            assert isinstance(await bot.says("在的", to=message.conversation), Taken)
            [sent] = await peer.does(do="sent", action="send_private_msg")
            assert sent["user_id"] == 100001

    asyncio.run(play())


def test_each_failure_is_told_for_what_it_is(tmp_path: Path) -> None:
    async def play() -> None:
        async with together(tmp_path) as (bot, peer):
            no = {"status": "failed", "retcode": 1200, "message": "Timeout: NTEvent serviceAndMethod:sendMsg"}
            await peer.does(do="answer", action="send_group_msg", **{"with": no})
            assert isinstance(await bot.says("在的"), Uncertain)
            no = {"status": "failed", "retcode": 1400, "message": "group_id"}
            await peer.does(do="answer", action="send_group_msg", **{"with": no})
            outcome = await bot.says("在的")
            assert isinstance(outcome, Refused)
            assert outcome.permanent

    asyncio.run(play())


def test_a_restart_of_the_implementation_is_survived(tmp_path: Path) -> None:
    async def play() -> None:
        async with together(tmp_path) as (bot, peer):
            await peer.does(do="stop")
            await bot.becomes(State.DOWN)
            await peer.does(do="start")
            await bot.becomes(State.UP)
            await peer.does(do="group_message", group_id=GROUP, user_id=100001, message="还在吗")
            [message] = await bot.hears(1)
            assert isinstance(await bot.says("在的", to=message.conversation), Taken)

    asyncio.run(play())


def test_a_frozen_implementation_is_noticed_and_heard_again_once_it_thaws(tmp_path: Path) -> None:
    async def play() -> None:
        async with together(tmp_path) as (bot, peer):
            peer.freeze()
            await bot.becomes(State.DOWN)
            peer.thaw()
            await bot.becomes(State.UP)
            await peer.does(do="group_message", group_id=GROUP, user_id=100001, message="还在吗")
            [message] = await bot.hears(1)
            assert isinstance(await bot.says("在的", to=message.conversation), Taken)

    asyncio.run(play())


def test_three_thousand_messages_in_a_burst_arrive_in_order_and_none_is_lost(tmp_path: Path) -> None:
    async def play() -> None:
        async with together(tmp_path) as (bot, peer):
            await peer.does(do="burst", count=3000, group_id=GROUP, user_id=100001)
            await bot.hears(3000)
            assert bot.texts == [str(number) for number in range(3000)]

    asyncio.run(play())


def test_an_account_that_is_logged_out_and_in_again_is_followed(tmp_path: Path) -> None:
    """Once the implementation tells of it, and once it only says so when it is asked."""

    async def play() -> None:
        async with together(tmp_path) as (bot, peer):
            offline = {"post_type": "notice", "notice_type": "bot_offline", "self_id": BOT, "message": "在别处登录"}
            await peer.does(do="event", event={**offline, "user_id": BOT, "time": 1_780_000_000})
            await bot.becomes(State.DOWN, saying="已掉线（在别处登录）")
            assert isinstance(await bot.says("在的"), Refused)
            await bot.becomes(State.UP)  # asked, the mock says that it is logged in
            status = {"status": "ok", "retcode": 0, "data": {"online": False, "good": False}}
            await peer.does(do="answer", action="get_status", **{"with": status})
            await bot.becomes(State.DOWN, saying="已掉线")
            status = {"status": "ok", "retcode": 0, "data": {"online": True, "good": True}}
            await peer.does(do="answer", action="get_status", **{"with": status})
            await bot.becomes(State.UP)
            assert isinstance(await bot.says("回来了"), Taken)

    asyncio.run(play())
