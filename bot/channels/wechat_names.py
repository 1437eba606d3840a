"""What people and groups are called: asked once, kept for a while, forgotten when the gateway says that it changed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.bounded_dict import BoundedDict

KEPT = 20_000  # names
GOOD_FOR = 3600.0  # seconds
UNKNOWN_FOR = 60.0  # seconds until a name that could not be had is asked for again

Key = tuple[str, str]  # group and person; either may be empty
Ask = Callable[[str, str], Awaitable[str | None]]


@dataclass(frozen=True, kw_only=True)
class Known:
    name: str
    until: float


class Names:
    """Names by group and person. `ask` tells one, or None when the gateway does not answer."""

    def __init__(self, ask: Ask, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._monotonic = ask, monotonic
        self._known = BoundedDict[Key, Known](KEPT)
        self._asking: dict[Key, asyncio.Task[str]] = {}

    async def of(self, room: str | None, person: str = "") -> str:
        """What a person is called in a group, in private without one, or the group itself; "" when nobody knows."""
        key = (room or "", person)
        known = self._known.get(key)
        if known is not None and known.until > self._monotonic():
            return known.name
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._learn(key))
        return await asyncio.shield(self._asking[key])

    def forget(self, id: str) -> None:
        """Whatever was known of this group, or of this person anywhere."""
        for key in [key for key in self._known if any(part and part in id for part in key)]:
            del self._known[key]

    def forget_all(self) -> None:
        self._known.clear()

    async def _learn(self, key: Key) -> str:
        """Ask; an older name is better than none."""
        older = self._known.get(key)
        try:
            name = await self._ask(*key)
        finally:
            del self._asking[key]
        good_for = UNKNOWN_FOR if name is None else GOOD_FOR
        told = name if name is not None else older.name if older else ""
        self._known[key] = Known(name=told, until=self._monotonic() + good_for)
        return told
