"""What can be known of the channels without disturbing a bot that runs: one line a channel, or what is wrong and the cure."""

import asyncio

from bot.channels.qq_door import TOKEN_VARIABLE as ONEBOT_TOKEN
from bot.channels.wechat_gateway import Failed, Gateway, Unanswered, Unreached
from bot.channels.wechat_link import Link
from bot.channels.wechat_outcomes import not_connected
from bot.channels.wecom_bot import Credentials
from bot.settings import Settings

WITHIN = 5.0  # seconds a gateway has to answer


def look_at_channels(settings: Settings) -> tuple[list[str], list[str]]:
    """What is well, and what the operator should see to."""
    gateways, bots = settings.gateways(), settings.wecom_bots()
    troubles = asyncio.run(_ask_all(gateways))
    well = [f"微信号“{gateway.name}”：网关 {gateway.address} 可用" for gateway, trouble in troubles if not trouble]
    advice = _qq(settings) + [f"微信号“{gateway.name}”{trouble}" for gateway, trouble in troubles if trouble]
    advice += [_unverified(gateway) for gateway in gateways if gateway.tls and gateway.ca is None]
    advice += [_without_secret(bot) for bot in bots if not bot.secret]
    return well, advice


async def _ask_all(gateways: list[Gateway]) -> list[tuple[Gateway, str]]:
    troubles = await asyncio.gather(*map(_trouble, gateways))
    return list(zip(gateways, troubles, strict=True))


async def _trouble(gateway: Gateway) -> str:
    """Its version is asked, which changes nothing and takes nothing from a bot that is connected."""
    link = Link(gateway, timeout=WITHIN)
    try:
        await link.version()
    except (Unreached, Unanswered, Failed) as error:
        return not_connected(error, gateway)
    finally:
        await link.close()
    return ""


def _qq(settings: Settings) -> list[str]:
    if not settings.qq.enabled or settings.onebot_token is not None:
        return []
    return [f"QQ 已启用但没有令牌，连接都会被拒绝：请设置环境变量 {ONEBOT_TOKEN}，或在 config.yml 写 qq.enabled: false"]


def _unverified(gateway: Gateway) -> str:
    return f"微信号“{gateway.name}”的连接加密但不验证对方，令牌可能交给冒充的网关：网关不在本机时请给它配自己的证书，写在 ca"


def _without_secret(bot: Credentials) -> str:
    return f"企业微信机器人“{bot.name}”没有密钥，登录会被拒绝：请设置环境变量 {bot.secret_variable}"
