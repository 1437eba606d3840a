"""The health report as a page that reads well on a phone."""

from datetime import datetime

from bot.channels.base import State
from bot.channels.scanning import pictured
from bot.health import Condition, Report
from bot.pages import template
from handlers.hearing import name_of
from handlers.outbox import PromiseState
from handlers.times import SHANGHAI

SAYS = {
    Condition.OK: "一切正常",
    Condition.STARTING: "正在启动，消息已在接收",
    Condition.DEGRADED: "有渠道没连上",
}
MOODS = {Condition.OK: "good", Condition.STARTING: "wait", Condition.DEGRADED: "bad"}
STATES = {State.UP: "已连接", State.DOWN: "未连接"}
PROMISES = {
    PromiseState.DUE: "待发",
    PromiseState.SENDING: "正在发",
    PromiseState.UNCERTAIN: "不确定是否送达",
    PromiseState.FAILED: "没有发出",
}


def render(report: Report) -> str:
    """The page; nothing in it comes unescaped from outside."""
    return template("health_page.html").render(
        report=report,
        says=SAYS[report.condition],
        mood=MOODS[report.condition],
        states=STATES,
        promises=PROMISES,
        name_of=name_of,
        clock=_clock,
        pictured=pictured,
    )


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%m月%d日 %H:%M:%S}"
