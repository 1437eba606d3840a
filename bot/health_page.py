"""The health report as a page that reads well on a phone."""

from datetime import datetime
from html import escape

from bot.channels.base import Health, State
from bot.channels.scanning import pictured
from bot.health import Condition, Report
from handlers.times import SHANGHAI

SAYS = {
    Condition.OK: "一切正常",
    Condition.STARTING: "正在启动，消息已在接收",
    Condition.DEGRADED: "有渠道没连上",
}
COLOURS = {Condition.OK: "#1a7f37", Condition.STARTING: "#9a6700", Condition.DEGRADED: "#cf222e"}
STATES = {"due": "待发", "sending": "正在发", "uncertain": "不确定是否送达", "failed": "没有发出"}
CHANNELS = {"qq": "QQ", "wechat": "微信", "wecom": "企业微信", "terminal": "终端"}
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="10">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>直通车 · {says}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  max-width: 40rem; margin: 0 auto; padding: 1.25rem }}
h1 {{ font-size: 1.4rem; margin: 0 }} h2 {{ font-size: 1rem; margin: 1.5rem 0 .25rem; opacity: .7 }}
.says {{ color: {colour}; font-weight: 600; font-size: 1.15rem }}
dl {{ margin: 0; display: grid; grid-template-columns: 1fr auto }}
dt, dd {{ margin: 0; padding: .35rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent) }}
dd {{ text-align: right; padding-left: 1rem; font-variant-numeric: tabular-nums }}
.detail {{ grid-column: 1 / -1; padding-left: 0; text-align: left; font-size: .9rem; opacity: .75; border: 0; padding-top: 0 }}
.scan {{ opacity: 1 }} .scan svg {{ background: #fff; max-width: 100%; height: auto }} small {{ overflow-wrap: anywhere }}
footer {{ margin-top: 1.5rem; font-size: .85rem; opacity: .6 }}
</style>
<h1>直通车</h1><p class="says">{says}</p>
<h2>渠道</h2><dl>{channels}</dl>
<h2>理解</h2><dl><dt>{understanding}</dt></dl>
<h2>消息</h2><dl>{messages}</dl>
{silences}<footer>{at} 更新，每 10 秒刷新；{since} 启动。给程序看的：<a href="/health">/health</a></footer></html>"""


def render(report: Report) -> str:
    """The page; nothing in it comes unescaped from outside."""
    messages = {"收到还没处理": report.waiting, **{STATES[state]: count for state, count in report.promises.items()}}
    return PAGE.format(
        says=SAYS[report.condition],
        colour=COLOURS[report.condition],
        understanding=escape(report.understanding or "正在启动"),
        channels="".join(_channel(name, health) for name, health in report.channels.items()),
        messages="".join(f"<dt>{escape(name)}</dt><dd>{count}</dd>" for name, count in messages.items()),
        silences=_silences(report),
        at=_clock(report.at),
        since=_clock(report.since),
    )


def _channel(name: str, health: Health) -> str:
    state = "已连接" if health.state == State.UP else "未连接"
    since = f"（{_clock(health.since)} 起）" if health.since else ""
    detail = f'<dd class="detail">{escape(health.detail)}</dd>' if health.detail else ""
    scans = "".join(_scan(account, each.scan) for account, each in health.accounts.items() if each.scan)
    accounts = "".join(_account(account, each) for account, each in health.accounts.items())
    return f"<dt>{escape(CHANNELS.get(name, name))}</dt><dd>{state}{since}</dd>{detail}{accounts}{scans}"


def _account(account: str, health: Health) -> str:
    """One account: whether it hears, and when it last heard and spoke."""
    state = "已连接" if health.state == State.UP else "未连接"
    lately = [("最后听到", health.last_event), ("最后发出", health.last_sent)]
    told = "，".join([state, *(f"{what} {_clock(moment)}" for what, moment in lately if moment)])
    return f'<dd class="detail">账号 {escape(account)}：{told}</dd>'


def _silences(report: Report) -> str:
    """Pauses and gaps, where there are any."""
    pauses = [
        f"{one.who} 暂停发送到 {_clock(one.until)}（{one.reason}）。坐席群发“恢复发送”可提前恢复"
        for one in report.pauses
    ]
    sections = (("暂停发送", pauses), ("没有听到消息的时段", [gap.line for gap in report.gaps]))
    return "".join(f"<h2>{title}</h2><dl>{''.join(map(_line, lines))}</dl>\n" for title, lines in sections if lines)


def _line(line: str) -> str:
    return f'<dd class="detail">{escape(line)}</dd>'


def _scan(account: str, code: str) -> str:
    """The code to scan, and its text for who opens the page on the phone itself."""
    words = f"{escape(account)}：用它的手机扫这个码登录"
    return f'<dd class="detail scan">{words}<br>{pictured(code)}<br><small>{escape(code)}</small></dd>'


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%m月%d日 %H:%M:%S}"
