"""How scenes over real sockets are played: a channel that runs, and what it hands over."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bot.channels.base import Channel, Health, Outgoing, State
from handlers.base import Conversation, Message
from handlers.happenings import Happening


def scene(play: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """An async scene as a test."""

    def test() -> None:
        asyncio.run(play())

    test.__name__ = play.__name__
    return test


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what nothing will wake us for; a scene that never gets there fails by its time-out."""
    while not condition():  # noqa: ASYNC110  the other side is a process, a thread or a library without events
        await asyncio.sleep(0.005)


@dataclass
class Bot:
    """A channel and what it hands over; storing can be broken, or held up at the gate. `group` is where it speaks."""

    channel: Channel
    group: Conversation
    running: asyncio.Task[None] | None = None
    messages: list[Message] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    broken: bool = False
    refused: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def take(self, message: Message) -> None:
        await self.gate.wait()
        if self.broken:
            self.refused += 1
            raise OSError("disk full")
        self.messages.append(message)

    async def tell(self, happening: Happening) -> None:
        self.happenings.append(happening)

    @asynccontextmanager
    async def alive(self, *, within: float = 30) -> AsyncIterator[None]:
        """Running for the length of the block, which must not take longer."""
        async with asyncio.timeout(within):
            self.running = asyncio.create_task(self.channel.run(self.take, self.tell))
            try:
                yield
            finally:
                await self.stops()

    @property
    def health(self) -> Health:
        return self.channel.health()

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    async def until(self, condition: Callable[[], bool]) -> None:
        await until(condition)

    async def hears(self, count: int = 1) -> list[Message]:
        await until(lambda: len(self.messages) >= count)
        return self.messages

    async def becomes(self, state: State, *, saying: str = "") -> None:
        await until(lambda: self.health.state == state and saying in self.health.detail)

    async def says(self, words: str, **about: Any) -> Any:
        return await self.channel.send(Outgoing(**{"to": self.group, "text": words, **about}))

    def stop(self) -> None:
        """Begin to stop."""
        assert self.running is not None
        self.running.cancel()

    async def stops(self) -> None:
        """Stop, and wait for the end."""
        self.stop()
        assert self.running is not None
        with suppress(asyncio.CancelledError):
            await self.running


def told(message: Message) -> dict[str, Any]:
    """A message as recorded payloads tell what they become."""
    return {
        "kind": "message",
        "id": message.id,
        "conversation": str(message.conversation),
        "sender": message.sender.address,
        "name": message.sender.name,
        "text": message.text,
        "sent_at": message.sent_at.isoformat(),
        "mentions_bot": message.mentions_bot,
        "quotes": message.quotes,
        "attachments": [str(kind) for kind in message.attachments],
    }
