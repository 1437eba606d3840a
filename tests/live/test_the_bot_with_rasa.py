"""The whole bot with `nlu.engine: rasa`: Rasa goes and comes back, a new model takes over, and every question is answered.

`make rasa` once, so that there is an environment and a model; then `pytest -m live tests/live/test_the_bot_with_rasa.py`.
"""

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.settings import HOME
from nlu import rasa_address
from nlu.rasa_serving import MODELS, PYTHON, newest
from tests.peers.bot_process import Bot, free_port
from tests.peers.onebot import OneBotPeer, at, text, words_of
from tests.scenes import until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not PYTHON.exists() or newest(MODELS) is None, reason="no Rasa and no model: `make rasa` first"),
]

GROUP = 720000001
PATIENCE = 300.0  # seconds; two of Rasa's starts on a loaded machine
CONFIG = """
database: sqlite:///{folder}/bot.db
web: {{host: 127.0.0.1, port: {port}}}
nlu: {{engine: rasa}}
qq: {{enabled: true, pace: {{conversation: 0, jitter: 0, account: 0, push: 0, push_jitter: 0, repeat: 0}}}}
terminal: {{enabled: false}}
answering: {{repeat_window: 1s, say: {{lines: 100000, within: 5m}}}}
groups:
  "qq:{group}": {{name: 社群, policy: proactive}}
"""
ASKED = ("手册能展期吗", "报关单放行以后品名还能改吗", "原产地证书可以自己打印吗")


@pytest.fixture
def serving() -> Iterator["Serving"]:
    before = newest(MODELS)
    assert before is not None
    serving = Serving()
    try:
        yield serving
    finally:
        serving.stop()
        for model in MODELS.glob("copy-*.tar.gz"):
            model.unlink()


class Serving:
    """`make rasa`, without its building."""

    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "nlu.rasa_serving", "serve"], cwd=HOME)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def train_anew(self) -> None:
        """What a training leaves: a newer model."""
        model = newest(MODELS)
        assert model is not None
        shutil.copyfile(model, MODELS / "copy.part")
        (MODELS / "copy.part").replace(MODELS / "copy-of-the-model.tar.gz")


def written() -> str:
    with suppress(OSError):
        return rasa_address.FILE.read_text("utf-8")
    return ""


async def becomes(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        await until(condition)


class Asking:
    """Somebody who asks the bot again and again, and counts who was answered."""

    def __init__(self, peer: OneBotPeer, port: int) -> None:
        self._peer, self._port = peer, port
        self.asked = 0

    async def ask(self) -> None:
        """One more question, and wait for its answer."""
        words = ASKED[self.asked % len(ASKED)]
        self.asked += 1
        message = [at(self._peer.account), text(f" {words}")]
        await self._peer.emit(self._peer.group_message(message, group=GROUP, user=10_000 + self.asked))
        async with asyncio.timeout(20):
            await self._peer.until(lambda peer: self.asked in self._answered(peer))

    def _answered(self, peer: OneBotPeer) -> set[int]:
        """Whose messages were answered with an entry, by what they are called."""
        return {
            int(segment["data"]["qq"]) - 10_000
            for params in peer.sent
            if "编号" in words_of(params)
            for segment in params["message"]
            if segment["type"] == "at"
        }

    async def until_understood_by(self, engine: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self.understood_by().startswith(engine):
                await self.ask()
                await asyncio.sleep(0.5)

    def understood_by(self) -> str:
        return str(httpx.get(f"http://127.0.0.1:{self._port}/health").json()["understanding"])


def test_rasa_goes_comes_back_and_is_swapped_and_every_question_is_answered(tmp_path: Path, serving: Serving) -> None:
    port = free_port()
    config = tmp_path / "config.yml"
    config.write_text(CONFIG.format(folder=tmp_path, port=port, group=GROUP), "utf-8")
    bot = Bot(config, tmp_path / "bot.log", "right-token")

    async def play() -> None:
        serving.start()
        await becomes(lambda: written() != "")
        await bot.start()
        try:
            await becomes(lambda: _is_ready(port))
            async with OneBotPeer().dialled(f"ws://127.0.0.1:{port}/onebot/v11/ws") as peer:
                asking = Asking(peer, port)
                await asking.ask()
                assert asking.understood_by() == "Rasa"

                serving.stop()
                await asking.until_understood_by("内置引擎（Rasa 不在")
                await asking.ask()

                serving.start()
                await becomes(lambda: written() != "")
                await asking.until_understood_by("Rasa")

                first = written()
                serving.train_anew()
                while written() == first:
                    await asking.ask()
                    assert asking.understood_by() == "Rasa"
                for _ in range(20):  # the old process ends meanwhile
                    await asking.ask()
                    assert asking.understood_by() == "Rasa"
                    await asyncio.sleep(0.5)
        finally:
            await bot.killed()

    asyncio.run(play())


def _is_ready(port: int) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
    return False
