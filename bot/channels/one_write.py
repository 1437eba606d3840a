"""What gRPC writes in pieces, written at once: each piece would wake the other side, which costs more than the call itself."""

import asyncio
from typing import Any

from grpclib.client import Channel
from grpclib.protocol import H2Protocol


class OneWrite(asyncio.Transport):
    """A transport that gathers what is written until the event loop turns."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport, self._pieces = transport, list[bytes]()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._pieces:
            asyncio.get_running_loop().call_soon(self._flush)
        self._pieces.append(bytes(data))

    def _flush(self) -> None:
        pieces, self._pieces = self._pieces, []
        if pieces:
            self._transport.write(b"".join(pieces))

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)


class _Protocol(H2Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(OneWrite(transport))


class OneWriteChannel(Channel):
    """grpclib's channel; a call is one write, where head, body and window updates were one each."""

    def _protocol_factory(self) -> H2Protocol:
        usual = super()._protocol_factory()
        return _Protocol(usual.handler, usual.config, usual.h2_config)
