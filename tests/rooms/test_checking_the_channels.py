"""`python -m bot check`: what it says of the channels."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.checking_channels import look_at_channels
from bot.config_file import load
from tests.peers.wechat_gateway import WechatGateway, free_port

CONFIG = """
qq: {{enabled: false}}
wechat:
  accounts:
    - {{name: 小通, gateway: "127.0.0.1:{port}"}}
    - {{name: 二通, gateway: "127.0.0.1:{port}", token_variable: SECOND}}
    - {{name: 三通, gateway: "127.0.0.1:{port}", token_variable: THIRD}}
    - {{name: 四通, gateway: "127.0.0.1:{nobody}"}}
wecom:
  bots: [{{name: 直通车, bot_id: aib1}}]
"""


@contextmanager
def gateway() -> Iterator[WechatGateway]:
    """A gateway in a thread of its own, for a check that has a loop of its own."""
    peer, up, done, loop = WechatGateway(port=free_port()), threading.Event(), asyncio.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        async with peer.up():
            up.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    up.wait()
    yield peer
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()


def test_each_channel_is_looked_at_without_taking_its_place(tmp_path: Path) -> None:
    nobody = free_port()
    with gateway() as peer:
        config = tmp_path / "config.yml"
        config.write_text(CONFIG.format(port=peer.port, nobody=nobody), "utf-8")
        well, advice = look_at_channels(load(config, {"ZHITONGCHE_WECHAT_TOKEN": "right-token", "SECOND": "wrong"}))
        at = f"127.0.0.1:{peer.port}"
        assert well == [f"微信号“小通”：网关 {at} 可用"]
        assert advice[0] == f"微信号“二通”的令牌不对，网关 {at} 不认，请核对环境变量 SECOND"
        assert advice[1] == f"微信号“三通”没有令牌，网关 {at} 不认：请设置环境变量 THIRD 后重启"
        assert advice[2].startswith(f"微信号“四通”连不上网关 127.0.0.1:{nobody}")
        assert advice[3] == "企业微信机器人“直通车”没有密钥，登录会被拒绝：请设置环境变量 ZHITONGCHE_WECOM_SECRET"
        assert set(peer.calls) == {"Version"}


def test_a_connection_that_believes_anybody_is_pointed_out(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text(f'wechat: {{accounts: [{{name: 小通, gateway: "127.0.0.1:{free_port()}", tls: true}}]}}', "utf-8")
    _, advice = look_at_channels(load(config, {"ZHITONGCHE_ONEBOT_TOKEN": "t"}))
    assert "不验证对方" in advice[-1]
