"""Who may connect to the OneBot endpoint, and the accepted WebSocket as a Link's socket."""

import hmac
import logging

from starlette.responses import PlainTextResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.qq_link import Gone
from bot.channels.rate_limited_log import RateLimitedLog

TOKEN_VARIABLE = "ZHITONGCHE_ONEBOT_TOKEN"

logger = logging.getLogger(__name__)


class Door:
    """Lets in whoever shows the token; tells the log of the others at most once a minute, without their token."""

    def __init__(self, token: str | None) -> None:
        self._token = token.strip().encode() if token else b""
        self._log = RateLimitedLog(logger)
        self.turned_away = False  #: somebody came with a wrong token and nobody with the right one since

    @property
    def has_token(self) -> bool:
        return bool(self._token)

    def refusal(self, websocket: WebSocket) -> Response | None:
        """Why this one may not come in; None lets it in."""
        if not self.has_token:
            self._log.warning("no token", "OneBot connection refused: set %s and restart", TOKEN_VARIABLE)
            return PlainTextResponse(f"set {TOKEN_VARIABLE} first", status_code=403)
        shown = _shown_token(websocket)
        if shown is not None and hmac.compare_digest(shown, self._token):
            self.turned_away = False
            return None
        self.turned_away = True
        how, status = ("no token", 401) if shown is None else ("a wrong token", 403)
        where = websocket.client.host if websocket.client else "somewhere"
        line = "OneBot connection from %s refused: it shows %s; give it the one that %s has here"
        self._log.warning(how, line, where, how, TOKEN_VARIABLE)
        return PlainTextResponse(how, status_code=status)


def _shown_token(websocket: WebSocket) -> bytes | None:
    """The token as bytes, for only ASCII strings can be compared in constant time."""
    scheme, _, token = websocket.headers.get("authorization", "").strip().partition(" ")
    query = websocket.query_params.get("access_token")
    # The server writes the address into its log; what was read must not be in it.
    websocket.scope["query_string"] = b""
    if scheme.lower() in ("bearer", "token") and token.strip():
        return token.strip().encode("latin-1", "replace")
    return query.encode("utf-8", "replace") if query else None


class Accepted:
    """A WebSocket that dialled us."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes | None:
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            return None
        text: str | None = event.get("text")
        data: bytes | None = event.get("bytes")
        return text if text is not None else data or b""

    async def send(self, text: str) -> None:
        try:
            await self._websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:  # Starlette says RuntimeError once it has seen the end
            raise Gone from error

    async def close(self, reason: str) -> None:
        try:
            await self._websocket.close(1000, reason)
        except (WebSocketDisconnect, RuntimeError):
            logger.debug("already closed")
