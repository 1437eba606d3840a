"""`make chat`, as one person plays it: a company asks, a volunteer answers by quoting the card, the answer comes back."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.settings import HOME

STUCK = 300  # seconds
STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@dataclass(frozen=True)
class Player:
    keyboard: IO[str]
    screen: IO[str]

    def types(self, line: str) -> None:
        self.keyboard.write(f"{line}\n")
        self.keyboard.flush()

    def sees(self, pattern: str) -> re.Match[str]:
        """Read on until it stands there."""
        seen = ""
        for line in self.screen:
            seen += STYLES.sub("", line)
            if found := re.search(pattern, seen):
                return found
        raise AssertionError(f"the little world ended without showing {pattern}: {seen}")


@contextmanager
def little_world(folder: Path) -> Iterator[Player]:
    """Over the small base of the tests, which is read in a moment."""
    config = folder / "config.yml"
    config.write_text(f"faq: {HOME / 'tests' / 'faq'}\n", "utf-8")
    environment = {**os.environ, "COLUMNS": "2000", "TERM": "dumb"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--config", str(config)],
        cwd=HOME, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        stuck = threading.Timer(STUCK, process.kill)
        stuck.start()
        try:
            yield Player(process.stdin, process.stdout)
            process.stdin.close()  # Ctrl-D
            process.stdout.read()
            assert process.wait() == 0
        finally:
            stuck.cancel()
            process.kill()


def test_both_sides_of_a_ticket_are_played_in_one_terminal(tmp_path: Path) -> None:
    with little_world(tmp_path) as player:
        player.types("@机器人 转人工，边角料被水泡了怎么内销")
        card = player.sees(r"坐席群 (\d+) 直通车：")
        player.types(f"陈老师：>{card[1]} 带上照片和盘点表到窗口，现场核定后再内销。")
        player.sees(r"社群 \d+ 直通车：@小王 [^\0]*带上照片和盘点表到窗口")
