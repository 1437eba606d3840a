"""QQ against a OneBot implementation that is not ours: the mock of NapCat that ncatbot ships, dialled in forward mode.

`python -m venv var/live && var/live/bin/pip install 'ncatbot>=4.5.0rc7'`, then
`ZHITONGCHE_NCATBOT_PYTHON=var/live/bin/python make live`.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Outgoing, Pace, Refused, State, Taken, Uncertain
from bot.channels.qq import QQChannel
from bot.channels.qq_link import Watch
from handlers.base import Message

PYTHON = os.environ.get("ZHITONGCHE_NCATBOT_PYTHON", sys.executable)
PEER = Path(__file__).with_name("ncatbot_peer.py")
HAS_MOCK = "from importlib.util import find_spec; import sys; sys.exit(find_spec('ncatbot') is None)"
BOT = 123456789
GROUP = 200001

pytestmark = pytest.mark.live


@dataclass
class Bot:
    channel: QQChannel
    messages: list[Message] = field(default_factory=list)

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    async def hears(self, count: int) -> list[Message]:
        while len(self.messages) < count:  # noqa: ASYNC110  the peer is another process
            await asyncio.sleep(0.01)
        return self.messages

    async def becomes(self, state: State) -> None:
        while self.channel.health().state != state:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


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
        assert line, "the mock ended; is ncatbot >= 4.5.0rc7 installed there?"
        return json.loads(line)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
    bot = Bot(channel)
    try:
        async with asyncio.timeout(60):
            assert await peer.hears() == "listening"
            run = asyncio.create_task(channel.run(bot.take))
            await bot.becomes(State.UP)
            yield bot, peer
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run
    finally:
        process.kill()
        await process.wait()


@pytest.fixture(autouse=True)
def mock_of_napcat() -> None:
    async def has_it() -> bool:
        process = await asyncio.create_subprocess_exec(PYTHON, "-c", HAS_MOCK)
        return await process.wait() == 0

    if not asyncio.run(has_it()):
        pytest.skip("ncatbot is not installed; see the head of this file")


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
            assert isinstance(await bot.channel.send(Outgoing(to=message.conversation, text="在的")), Taken)
            [sent] = await peer.does(do="sent", action="send_private_msg")
            assert sent["user_id"] == 100001

    asyncio.run(play())


def test_each_failure_is_told_for_what_it_is(tmp_path: Path) -> None:
    async def play() -> None:
        async with together(tmp_path) as (bot, peer):
            await peer.does(do="group_message", group_id=GROUP, user_id=100001, message="在吗")
            [message] = await bot.hears(1)
            out = Outgoing(to=message.conversation, text="在的")
            no = {"status": "failed", "retcode": 1200, "message": "Timeout: NTEvent serviceAndMethod:sendMsg"}
            await peer.does(do="answer", action="send_group_msg", **{"with": no})
            assert isinstance(await bot.channel.send(out), Uncertain)
            no = {"status": "failed", "retcode": 1400, "message": "group_id"}
            await peer.does(do="answer", action="send_group_msg", **{"with": no})
            outcome = await bot.channel.send(out)
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
            assert isinstance(await bot.channel.send(Outgoing(to=message.conversation, text="在的")), Taken)

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
            assert isinstance(await bot.channel.send(Outgoing(to=message.conversation, text="在的")), Taken)

    asyncio.run(play())
