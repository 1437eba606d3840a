"""A log that a noisy stranger cannot fill: each kind of line at most once in a while, with how many it stands for."""

import logging
import time
from collections.abc import Callable


class RateLimitedLog:
    """Warn at most once every `every` seconds per `kind`; a line after a silence tells how many were left out."""

    def __init__(
        self, logger: logging.Logger, *, every: float = 60.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._logger = logger
        self._every = every
        self._monotonic = monotonic
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def warning(self, kind: str, line: str, *about: object) -> None:
        now = self._monotonic()
        if kind in self._last and now - self._last[kind] < self._every:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return
        self._last[kind] = now
        left_out = self._left_out.pop(kind, 0)
        if left_out:
            line, about = f"{line} (%d more like it since the last line)", (*about, left_out)
        self._logger.warning(line, *about)
