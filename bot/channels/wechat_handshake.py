"""Whether a gateway is there, and whom we are to take it for: gRPC tells neither why it cannot connect, nor how to believe
a certificate whosever it is. One that no server may show, as an expired one, it never believes."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Any

from bot.channels.wechat_gateway import Gateway


@dataclass(frozen=True, kw_only=True)
class Trust:
    """The certificate (PEM) to believe, and the name it has to bear."""

    certificate: bytes
    name: str


async def greet(gateway: Gateway) -> Trust | None:
    """Dial, look who is there, hang up. None without TLS. Raises OSError, with the reason, where nobody is or another."""
    if not gateway.tls:
        await _dialled(gateway, None)
        return None
    if gateway.ca is not None:
        await _dialled(gateway, ssl.create_default_context(cafile=gateway.ca))
        return Trust(certificate=gateway.ca.read_bytes(), name=gateway.server_name)
    certificate = await _shown(gateway)
    names = await _names(gateway, certificate)
    name = gateway.server_name if gateway.server_name in names else names[0]
    return Trust(certificate=certificate.encode("ascii"), name=name)


async def _shown(gateway: Gateway) -> str:
    """The certificate of whoever answers."""
    whoever = ssl.create_default_context()
    whoever.check_hostname, whoever.verify_mode = False, ssl.CERT_NONE
    shown = await _dialled(gateway, whoever)
    return ssl.DER_cert_to_PEM_cert(shown.getpeercert(binary_form=True) or b"")


async def _names(gateway: Gateway, certificate: str) -> list[str]:
    """The names it bears, which are told only of a certificate that is believed."""
    this_one = ssl.create_default_context(cadata=certificate)
    this_one.check_hostname = False
    this_one.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return names_in((await _dialled(gateway, this_one)).getpeercert() or {}) or [gateway.server_name]


def names_in(certificate: Any) -> list[str]:
    others = [name for kind, name in certificate.get("subjectAltName", ()) if kind in ("DNS", "IP Address")]
    common = [name for part in certificate.get("subject", ()) for kind, name in part if kind == "commonName"]
    return [name.replace("*", "any") for name in others or common]


async def _dialled(gateway: Gateway, tls: ssl.SSLContext | None) -> Any:
    """What was agreed on; the connection is closed again."""
    if tls is not None:
        tls.set_alpn_protocols(["h2"])
    name = gateway.server_name if tls is not None else None
    _, writer = await asyncio.open_connection(gateway.host, gateway.port, ssl=tls, server_hostname=name)
    try:
        return writer.get_extra_info("ssl_object")
    finally:
        writer.transport.abort()
