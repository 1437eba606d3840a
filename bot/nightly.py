"""A backup every night, the oldest ones let go."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.backup import back_up
from bot.errors import Unusable
from handlers.times import SHANGHAI

logger = logging.getLogger(__name__)

NAME = "zhitongche-{day:%Y-%m-%d}.zip"
PATTERN = "zhitongche-????-??-??.zip"
SETTLE, AGAIN = timedelta(minutes=10), timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Nightly:
    """Where backups go, at what time of day in China, and how many are kept."""

    folder: Path
    at: time
    keep: int

    def next(self, now: datetime) -> datetime:
        """The next moment a backup is due: tonight's if it is still missing, else tomorrow's."""
        today = now.astimezone(SHANGHAI).replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
        return today if not self.file(today).exists() else today + timedelta(days=1)

    def file(self, moment: datetime) -> Path:
        return self.folder / NAME.format(day=moment.astimezone(SHANGHAI))


def keep_tonight(url: str, nightly: Nightly, *, now: datetime) -> Path | None:
    """Make the day's backup unless it is there, then let the oldest go. None when another process made it."""
    file = nightly.file(now)
    if file.exists():
        return None
    logger.info("backup %s", back_up(url, file, now=now))
    for old in sorted(nightly.folder.glob(PATTERN))[: -nightly.keep]:
        old.unlink(missing_ok=True)
    return file


async def every_night(url: str, nightly: Nightly, *, clock: Callable[[], datetime]) -> None:
    """Back up every night, for ever. A night that fails is told in the log and tried again an hour later; one that was
    slept through is made up for soon after the start."""
    await asyncio.sleep(SETTLE.total_seconds())
    while True:
        now = clock()
        await asyncio.sleep(max((nightly.next(now) - now).total_seconds(), 0))
        try:
            await asyncio.to_thread(keep_tonight, url, nightly, now=clock())
        except Unusable as problem:
            logger.error("no backup tonight: %s", problem)
            await asyncio.sleep(AGAIN.total_seconds())
