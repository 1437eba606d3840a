"""Forward mode: the implementation waits for us; we dial, and dial again for as long as it takes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from bot.channels.backoff import Backoff, Waits
from bot.channels.qq_link import Gone, Socket
from bot.channels.rate_limited_log import RateLimitedLog

PING_EVERY = 10.0  # seconds; a machine that froze is noticed by the next one
LARGEST = 2**24  # bytes of one frame

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """In seconds: how long connecting may take, and how long to wait before the next try."""

    open: float = 10.0
    waits: Waits = field(default_factory=Waits)


PATIENCE = Patience()


class Dialled:
    """A WebSocket that we opened."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def receive(self) -> str | bytes | None:
        try:
            return await self._connection.recv()
        except ConnectionClosed:
            return None

    async def send(self, text: str) -> None:
        try:
            await self._connection.send(text)
        except ConnectionClosed as error:
            raise Gone from error

    async def close(self, reason: str) -> None:
        await self._connection.close(reason=reason)


async def keep_dialling(
    url: str,
    *,
    token: str | None,
    serve: Callable[[Socket], Awaitable[None]],
    trouble: Callable[[str], None],
    patience: Patience = PATIENCE,
) -> None:
    """Serve a connection to `url` for ever; tell each trouble and its cure."""
    log, backoff = RateLimitedLog(logger), Backoff(patience.waits)
    while True:
        try:
            async with _dial(url, token, patience) as connection:
                backoff.connected()
                await serve(Dialled(connection))
        except InvalidStatus as error:
            status = error.response.status_code
            log.warning("status", "%s turned us away with HTTP %d; check address and token", _plain(url), status)
            trouble(f"{_plain(url)} 拒绝了连接（HTTP {status}），请核对地址和令牌")
        except (OSError, WebSocketException) as error:
            log.warning("dial", "%s does not answer: %s", _plain(url), error or type(error).__name__)
            trouble(f"{_plain(url)} 连不上，请看 OneBot 客户端是否在运行")
        await asyncio.sleep(backoff.wait())


def _dial(url: str, token: str | None, patience: Patience) -> connect:
    return connect(
        url,
        additional_headers={"Authorization": f"Bearer {token}"} if token else None,
        compression=None,
        open_timeout=patience.open,
        ping_interval=PING_EVERY,
        ping_timeout=PING_EVERY,
        close_timeout=2,
        max_size=LARGEST,
    )


def _plain(url: str) -> str:
    """The address without what may be secret in it."""
    return url.partition("?")[0]
