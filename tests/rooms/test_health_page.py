"""The health page: what people see of the channels."""

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from bot.channels.base import Health, State
from bot.health import Condition, Report, examine
from bot.health_page import render
from bot.web import AWAY, build_web
from handlers import hearing, pausing
from handlers.store import Store
from tests.fakes import FakeChannel

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


def test_gaps_pauses_and_each_account_are_shown_to_people_and_to_programs(store: Store) -> None:
    with store.transaction() as session:
        hearing.lost(session, "qq", "111", began=NOW - timedelta(minutes=9), reason="<连接>断开了", now=NOW)
        pausing.pause(session, "qq", "222", reason="time-out", now=NOW)
    up, down = Health(state=State.UP, last_event=NOW), Health(state=State.DOWN, detail="掉线")
    channel = FakeChannel(shown=Health(state=State.UP, accounts={"222": up, "111": down}))
    report = examine(store, [channel], ready=True, since=NOW, now=NOW)
    shown, told = render(report), report.as_json()
    assert report.condition == Condition.DEGRADED, "one account of two hears nothing"
    assert "QQ 111：6月1日 08:51 起 至今 9 分钟，&lt;连接&gt;断开了" in shown
    assert "账号 222：已连接，最后听到 06月01日 09:00:00" in shown
    assert "QQ 222 暂停发送到 06月01日 09:05:00" in shown
    assert [(gap["who"], gap["ended"]) for gap in told["gaps"]] == [("QQ 111", None)]
    assert [pause["until"] for pause in told["pauses"]] == [NOW + timedelta(minutes=5)]


def test_while_the_database_is_away_people_and_programs_are_told_so() -> None:
    def examine() -> Report:
        raise OperationalError("SELECT 1", None, OSError("gone"))

    web = TestClient(build_web(examine))
    page, probe = web.get("/"), web.get("/health")
    assert (page.status_code, page.text) == (503, AWAY)
    assert (probe.status_code, probe.json()["status"]) == (503, "no database")
    assert web.head("/health").status_code == 503
