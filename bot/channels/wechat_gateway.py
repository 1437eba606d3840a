"""Where a Wechaty gateway is, and the three ways in which it does not answer."""

from dataclasses import dataclass, field
from pathlib import Path

TOKEN_VARIABLE = "ZHITONGCHE_WECHAT_TOKEN"
UNREADABLE = "DATA_LOSS"  # the status of an answer that is none


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """Where a gateway is and how it is spoken to. `name` is what the operator calls the account behind it."""

    name: str
    host: str
    port: int
    token: str = field(repr=False)
    token_variable: str = TOKEN_VARIABLE
    tls: bool = False
    ca: Path | None = None  #: None: a valid certificate is believed, whosever; gateways ship one for all
    server_name: str = "insecure"

    @property
    def address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Unreached(Exception):
    """There is no connection: nothing was sent."""


class Unanswered(Exception):
    """It was sent and nobody knows what became of it. `silent`: the connection lives, and the gateway says nothing."""

    def __init__(self, words: str, *, silent: bool) -> None:
        super().__init__(words)
        self.silent = silent


class Failed(Exception):
    """The gateway answered with a failure; `status` is gRPC's name for its kind."""

    def __init__(self, status: str, words: str) -> None:
        super().__init__(f"{status} {words}".strip()[:300])
        self.status, self.words = status, words
