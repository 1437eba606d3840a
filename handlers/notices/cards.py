"""What operators read about notices."""

from collections.abc import Sequence
from datetime import datetime

from handlers.notices.models import NoticeEventRow, NoticeRow, TargetRow
from handlers.notices.rules import NoticeRules
from handlers.notices.writing import letter, markers, parts_for, preview
from handlers.tickets.clock import spoken
from handlers.times import clock_time
from nlu.masking import has_private

HELP = """通知（N5 换成编号）：
发通知 风险提示（换行写 标题：正文：受众： 等）
修改 N5 标题：…… ｜ 附件 N5 图片.png ｜ 预览 N5 ｜ 名单 N5 ｜ 试发 N5
提交 N5 ｜ 审批 N5 校验码（由另一位同事） ｜ 退回 N5 原因
定时 N5 3月5日 10:00 ｜ 分散 N5 2小时 ｜ 不限工作日 N5
暂停 N5 ｜ 继续 N5 ｜ 取消 N5 ｜ 撤回 N5 原因（没发的不发，发出的能删就删）
更正通知 N5 正确的内容（只发给收到过的）
进展 N5 ｜ 不明 N5 ｜ 被拒 N5 ｜ 代发 N5 ｜ 经过 N5 ｜ 通知列表
效果 N5 ｜ 转条目 N5 编号 ｜ 未触达 30天 ｜ 触达 本月"""
SHOWN = 15


def drafted(notice: NoticeRow, count: int) -> str:
    text = "\n".join([letter(notice), *markers(notice)])
    return (
        f"{notice.number} 已存为草稿，受众“{notice.audience}”现在有 {count} 个。\n{text}\n——\n"
        f"看各平台的样子：预览 {notice.number}；发给自己看：试发 {notice.number}；没问题请发：提交 {notice.number}"
    )


def shown(notice: NoticeRow, channels: Sequence[str], count: int, rules: NoticeRules) -> str:
    """The preview: each platform's messages as they will come, and what an approver must know."""
    parts = notice.parts if notice.digest else parts_for(notice, channels or ["群"], rules)
    lines = [f"{notice.number} {notice.stage.label}，发给“{notice.audience}”共 {count} 个"]
    lines += [preview(parts)]
    lines += ["请留意：内容里有号码或金额，确认可以公开再批。"] if has_private(letter(notice)) else []
    lines += (
        [f"由另一位同事审批，请发：审批 {notice.number} {notice.code}"]
        if notice.digest and not notice.approved_digest
        else []
    )
    return "\n".join(lines)


def submitted(notice: NoticeRow, count: int, names: Sequence[str], stale: str) -> str:
    """What the second person reads; `stale`: entries that the notice may overtake."""
    some = "、".join(names) + (f" 等 {count} 个" if count > len(names) else "")
    lines = [f"【待审批】{notice.author_name}提交的 {notice.number}，发给：{some}", preview(notice.parts)]
    lines += ["请留意：内容里有号码或金额，确认可以公开再批。"] if has_private(letter(notice)) else []
    lines += [stale] if stale else []
    lines.append(f"同意请由另一位同事发：审批 {notice.number} {notice.code}\n不同意请发：退回 {notice.number} 原因")
    return "\n".join(lines)


def approved(notice: NoticeRow, starts: datetime, *, now: datetime) -> str:
    when = "马上开始发" if starts <= now else f"{spoken(starts, now=now)} 开始发"
    return f"{notice.number} 已批准（{notice.approver_name}），{when}。改时间请发：定时 {notice.number} 3月5日 10:00"


def line(notice: NoticeRow) -> str:
    return f"{notice.number} {notice.stage.label} 【{notice.kind.label}】{notice.title}（{clock_time(notice.created_at)} {notice.author_name}）"


def targets(title: str, rows: Sequence[TargetRow], total: int) -> str:
    if not rows:
        return f"{title}：没有。"
    lines = [f"{row.id} {row.name or row.conversation}{f'：{row.reason}' if row.reason else ''}" for row in rows]
    more = f"\n……共 {total} 个，先列 {len(rows)} 个" if total > len(rows) else ""
    return f"{title}（{total}）\n" + "\n".join(lines) + more


def history(notice: NoticeRow, events: Sequence[NoticeEventRow]) -> str:
    lines = [
        f"{clock_time(event.at)} {event.who_name} {event.what.label}{f'：{event.detail[:60]}' if event.detail else ''}"
        for event in events
    ]
    return f"{notice.number}《{notice.title}》经过：\n" + "\n".join(lines)
