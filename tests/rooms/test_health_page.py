"""The health page: what people see of the channels."""

from datetime import UTC, datetime

from bot.channels.base import Health, State
from bot.health import Condition, Report
from bot.health_page import render

NOW = datetime(2026, 6, 1, 1, tzinfo=UTC)


def page(**accounts: Health) -> str:
    wechat = Health(state=State.DOWN, detail="微信号要扫码登录", accounts=accounts)
    return render(
        Report(condition=Condition.DEGRADED, at=NOW, since=NOW, channels={"wechat": wechat}, waiting=0, promises={})
    )


def test_a_code_to_scan_stands_on_the_page_as_a_picture_and_in_words() -> None:
    shown = page(小通=Health(state=State.DOWN, scan="https://example.com/l/1?a=1&b=<2>"))
    assert "微信" in shown
    assert "小通：用它的手机扫这个码登录" in shown
    assert "https://example.com/l/1?a=1&amp;b=&lt;2&gt;" in shown
    assert shown.count("<svg") == 1


def test_who_is_logged_in_shows_no_code() -> None:
    assert "<svg" not in page(小通=Health(state=State.UP))
