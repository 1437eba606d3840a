"""One connection to WeCom: frames out, and the answer that belongs to each."""

import asyncio

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bot.channels.wecom_wire import Answer


class Gone(Exception):
    """Not connected: nothing was sent."""


class Unanswered(Exception):
    """It was sent and nobody knows what became of it."""


class Link:
    """Asks on an open socket; `answer_within`: seconds an answer may take."""

    def __init__(self, socket: ClientConnection, *, answer_within: float) -> None:
        self.socket = socket
        self._answer_within = answer_within
        self._asked: dict[str, asyncio.Future[Answer]] = {}

    async def ask(self, req_id: str, frame: str) -> Answer:
        """Send, and wait for the answer. Raises Gone or Unanswered."""
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[req_id] = waiting
        try:
            async with asyncio.timeout(self._answer_within):
                await self.send(frame)
                return await waiting
        except TimeoutError as error:
            raise Unanswered(f"{self._answer_within:g} 秒内没有回应") from error
        finally:
            self._asked.pop(req_id, None)

    async def send(self, frame: str) -> None:
        """Send what nobody has to answer. Raises Gone."""
        try:
            await self.socket.send(frame)
        except ConnectionClosed as error:
            raise Gone("连接断开") from error

    def answered(self, req_id: str, answer: Answer) -> None:
        waiting = self._asked.get(req_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def ended(self) -> None:
        """Whoever still waits is told that no answer will come."""
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(Unanswered("连接断开"))
