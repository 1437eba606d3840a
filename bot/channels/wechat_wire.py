"""gRPC to a Wechaty gateway: bytes out, bytes in, and never a doubt whether anything went out."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import grpc
from grpc import ChannelConnectivity, StatusCode, aio

from bot.channels.wechat_gateway import Failed, Gateway, Unanswered, Unreached
from bot.channels.wechat_handshake import Trust, greet

SERVICE = "wechaty.Puppet"
OPTIONS = (
    ("grpc.use_local_subchannel_pool", 1),  # who connects anew gets a new connection, not the broken one
    ("grpc.enable_retries", 0),  # whether something is said again is decided elsewhere
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
)
#: How the library itself names a call whose connection was lost, and gateways name other things. The words may come before
#: the state of the connection tells.
_MAYBE_LOST = {StatusCode.UNAVAILABLE, StatusCode.CANCELLED, StatusCode.INTERNAL, StatusCode.UNKNOWN}
_LOST = (
    "RST_STREAM", "Stream removed", "Socket closed", "Connection reset", "Broken pipe", "GOAWAY", "Transport closed",
)  # fmt: skip


class Wire:
    """One connection. To connect and to ask may take `timeout` seconds each; a call that gets no answer raises Unreached,
    Unanswered or Failed. To listen takes as long as the other side keeps it up."""

    def __init__(self, gateway: Gateway, *, timeout: float) -> None:
        self._gateway, self._timeout = gateway, timeout
        self._metadata = (("authorization", f"Wechaty {gateway.token}"),)
        self._opening = asyncio.Lock()
        self._channel: aio.Channel | None = None
        self._is_closed = False

    async def close(self) -> None:
        """Whoever waits for an answer is told that there is none."""
        self._is_closed = True
        if self._channel is not None:
            await self._channel.close()

    async def ask(self, method: str, request: bytes) -> bytes:
        channel = await self._standing()
        calling: aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{SERVICE}/{method}")
        try:
            async with asyncio.timeout(self._timeout):
                with self._told_apart(channel):
                    return await calling(request, metadata=self._metadata)
        except TimeoutError as error:
            raise Unanswered(f"{self._timeout:g} 秒内没有回应", silent=True) from error

    async def listen(self, method: str, request: bytes) -> AsyncIterator[bytes]:
        """What comes, until the other side ends it."""
        channel = await self._standing()
        listening: aio.UnaryStreamMultiCallable[bytes, bytes] = channel.unary_stream(f"/{SERVICE}/{method}")
        with self._told_apart(channel):
            async for data in listening(request, metadata=self._metadata):
                yield data

    async def _standing(self) -> aio.Channel:
        """The connection, known to stand: a call on a dead one would not know whether it went out."""
        if not (self._gateway.token.isascii() and self._gateway.token.isprintable()):
            raise Failed(StatusCode.UNAUTHENTICATED.name, "")  # no gateway has such a token, and none can be sent
        if self._channel is not None and not self._is_gone(self._channel):
            return self._channel
        try:
            async with asyncio.timeout(self._timeout):
                channel = await self._opened()
                while not self._is_closed:
                    state = channel.get_state(try_to_connect=True)
                    if state == ChannelConnectivity.READY:
                        return channel
                    if state == ChannelConnectivity.TRANSIENT_FAILURE:
                        break
                    await channel.wait_for_state_change(state)
        except TimeoutError as error:
            raise Unreached("连接超时") from error
        except (OSError, aio.UsageError) as error:
            raise Unreached(_reason(error)) from error
        raise Unreached("连接断开")

    async def _opened(self) -> aio.Channel:
        async with self._opening:
            if self._channel is None:
                trust = await greet(self._gateway)
                if self._is_closed:  # nobody would close what is opened now
                    raise Unreached("连接断开")
                self._channel = _channel(self._gateway, trust)
            return self._channel

    @contextmanager
    def _told_apart(self, channel: aio.Channel) -> Iterator[None]:
        """What the library raises, in our words."""
        try:
            yield
        except aio.AioRpcError as error:
            words = error.details() or ""
            if error.code() in _MAYBE_LOST and (self._is_gone(channel) or any(lost in words for lost in _LOST)):
                raise Unanswered("连接断开", silent=False) from error
            raise Failed(error.code().name, words) from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise Unanswered("连接断开", silent=False) from error  # it was the call that ended, and not its caller

    def _is_gone(self, channel: aio.Channel) -> bool:
        return self._is_closed or channel.get_state() != ChannelConnectivity.READY


def _channel(gateway: Gateway, trust: Trust | None) -> aio.Channel:
    target = f"dns:///{gateway.address}"
    if trust is None:
        return aio.insecure_channel(target, options=OPTIONS)
    name = ("grpc.ssl_target_name_override", trust.name)
    return aio.secure_channel(target, grpc.ssl_channel_credentials(trust.certificate), options=(*OPTIONS, name))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
