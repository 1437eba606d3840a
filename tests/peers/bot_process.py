"""The real bot as a process that a test may start, kill and start again."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.settings import HOME


@dataclass
class Bot:
    """`python -m bot run`; each life has the same configuration, so the same port and database."""

    config: Path
    log: Path
    token: str
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        command = [sys.executable, "-m", "bot", "run", "--config", str(self.config)]
        environment = {**os.environ, "ZHITONGCHE_ONEBOT_TOKEN": self.token}
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, cwd=HOME, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def last_words(self) -> str:
        return self.log.read_text("utf-8", "replace")[-3000:]

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL, if it lives."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.kill()

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self.process is not None
        return await self.process.wait()

    async def killed(self) -> None:
        self.kill()
        await self.ended()

    async def stopped(self) -> int:
        """Ask it to stop; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
