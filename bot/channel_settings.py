"""The sections of config.yml that say how each platform is reached, and how fast we speak there."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from bot.channels.base import Pace
from bot.channels.qq_door import TOKEN_VARIABLE as ONEBOT_TOKEN
from bot.channels.wechat_gateway import TOKEN_VARIABLE as WECHAT_TOKEN
from bot.channels.wechat_gateway import Gateway
from bot.channels.wecom_bot import SECRET_VARIABLE as WECOM_SECRET
from bot.channels.wecom_bot import SERVICE, Credentials
from bot.sections import (
    EnvironmentVariable,
    ExistingFile,
    HostPort,
    Section,
    named_apart,
)

Seconds = Annotated[float, Field(ge=0)]


class PaceSection(Section):
    conversation: Seconds = 3
    jitter: Seconds = 2
    account: Seconds = 1
    push: Seconds = 5
    push_jitter: Seconds = 5
    repeat: Seconds = 60

    def pace(self) -> Pace:
        return Pace(**dict(self))


def _web_socket(value: Any) -> Any:
    parts = urlsplit(str(value))
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError("write the address of a WebSocket server, such as ws://127.0.0.1:3001")
    if "access_token" in parts.query:
        raise ValueError(f"secrets do not belong in the file; set {ONEBOT_TOKEN} instead")
    return value


WebSocketUrl = Annotated[str, BeforeValidator(_web_socket)]


class QqSection(Section):
    enabled: bool = True
    dial: tuple[WebSocketUrl, ...] = ()
    pace: PaceSection = PaceSection()


class WechatAccountSection(Section):
    """One account behind one gateway; its token comes from the environment variable `token_variable`, or *_FILE."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    gateway: HostPort
    token_variable: EnvironmentVariable = WECHAT_TOKEN
    tls: bool = False
    ca: ExistingFile | None = None
    server_name: str = "insecure"

    def at(self, token: SecretStr | None) -> Gateway:
        host, port = self.gateway
        rest = self.model_dump(include={"name", "token_variable", "tls", "ca", "server_name"})
        return Gateway(host=host, port=port, token=token.get_secret_value() if token else "", **rest)


class WechatSection(Section):
    pace: PaceSection = PaceSection()
    accounts: Annotated[tuple[WechatAccountSection, ...], AfterValidator(named_apart)] = ()


class WecomPaceSection(PaceSection):
    """WeCom publishes what it takes: 30 a minute and 1,000 an hour in one conversation."""

    conversation: Seconds = 2
    jitter: Seconds = 1
    account: Seconds = 0.2
    push: Seconds = 2
    push_jitter: Seconds = 1


class WecomBotSection(Section):
    """`name` is what the bot is called in WeCom; its secret comes from `secret_variable`, or *_FILE."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    bot_id: Annotated[str, Field(min_length=1)]
    secret_variable: EnvironmentVariable = WECOM_SECRET
    url: WebSocketUrl = SERVICE

    def with_secret(self, secret: SecretStr | None) -> Credentials:
        return Credentials(
            name=self.name,
            bot=self.bot_id,
            secret=secret.get_secret_value() if secret else "",
            secret_variable=self.secret_variable,
            url=self.url,
        )


class WecomSection(Section):
    pace: WecomPaceSection = WecomPaceSection()
    bots: Annotated[tuple[WecomBotSection, ...], AfterValidator(named_apart)] = ()
