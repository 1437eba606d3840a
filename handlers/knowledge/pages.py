"""Entries, drafts and lists as editors read them in a chat."""

from collections.abc import Sequence

from handlers.knowledge.corrections import by_place
from handlers.knowledge.gaps import SHOWN as GAPS_SHOWN
from handlers.knowledge.gaps import Gap
from handlers.knowledge.models import CorrectionRow, DraftRow, EntryVersionRow, PhrasingRow
from handlers.tickets.models import TicketRow
from handlers.times import clock_time
from knowledge_base.contradictions import Contradiction
from knowledge_base.entries import Entry, Status
from knowledge_base.fields import REVIEWS, STATUSES
from knowledge_base.hit import Hit
from knowledge_base.instruments import Instruments, cite

SHOWN = 15
PHRASINGS_SHOWN = 12

HELP = """知识库编辑（号码换成自己的）：
停用 JG-001 原因 ｜ 启用 JG-001 原因（立刻生效）
条目 JG-001 ｜ 版本 JG-001 ｜ 引用 251
修改 JG-001 答案：新的答案 ｜ 新条目 JG-050 问题：…（换行）答案：…
入库 12（工单答复变草稿）｜ 草稿 ｜ 看稿 3 ｜ 改稿 3 答案：…
审定 3（要另一位编辑）｜ 退稿 3 原因 ｜ 作问法 3 JG-001 ｜ 合并条目 JG-001 到 JG-002
问法 ｜ 收问法 5 6 ｜ 弃问法 5
更正通知 JG-001 ｜ 更正稿 ｜ 发更正 2 ｜ 弃更正 2
待复核 ｜ 没答上"""


def entry(entry: Entry, row: EntryVersionRow, instruments: Instruments) -> str:
    """An entry with everything an editor decides by."""
    dates = [
        f"{name} {day}"
        for name, day in (("口径", entry.as_of), ("失效", entry.valid_until), ("复核", entry.review_by))
        if day
    ]
    state = STATUSES[entry.status] + (f"（{row.why}）" if entry.status == Status.SUSPENDED else "")
    return "\n".join(
        [
            f"【{entry.id}】{entry.question}",
            f"第 {row.version} 版，{state}，{REVIEWS[entry.review]}；{entry.topic or '未分主题'}",
            *_content(entry, instruments),
            *([" ｜ ".join(dates)] if dates else []),
        ]
    )


def versions(rows: Sequence[EntryVersionRow]) -> str:
    """Who made which version, when and why."""
    lines = [
        f"第 {row.version} 版 {clock_time(row.made_at)} {row.made_by}"
        + (f"，{row.reviewed_by} 审定" if row.reviewed_by else "")
        + f"：{row.why}（{STATUSES[Status(row.body['status'])]}）"
        for row in rows[-SHOWN:]
    ]
    return "\n".join([f"【{rows[0].entry}】共 {len(rows)} 版", *lines])


def draft(
    row: DraftRow,
    entry: Entry,
    instruments: Instruments,
    *,
    tickets: Sequence[TicketRow],
    near: Sequence[Hit],
    against: Sequence[Contradiction],
) -> str:
    """A draft with its neighbours and what contradicts it."""
    kind = "新条目" if row.base is None else f"改第 {row.base} 版"
    parts = [f"【草稿 {row.id}】{kind} {entry.id}（{entry.topic or '未分主题'}）", f"问题：{entry.question}"]
    if entry.variants:
        more = f"……共 {len(entry.variants)} 种" if len(entry.variants) > PHRASINGS_SHOWN else ""
        parts.append("问法：" + " ／ ".join(entry.variants[-PHRASINGS_SHOWN:]) + more)
    parts += _content(entry, instruments)
    parts.append(f"起草：{row.made_by}，{row.why}")
    if tickets:
        told = "、".join(f"{ticket.number} {ticket.state.label}" for ticket in tickets[-5:])
        parts.append(f"支持：{len(tickets)} 张工单（{told}）")
    if near:
        parts.append(
            "相近：" + "；".join(f"{hit.entry.id} {hit.entry.question}（{hit.confidence:.0%}）" for hit in near)
        )
    parts += [f"可能矛盾：{one}" for one in against[:3]]
    if row.retires:
        parts.append(f"审定后 {row.retires} 停用")
    parts.append(f"审定 {row.id} ｜ 改稿 {row.id} 答案：… ｜ 作问法 {row.id} 条目编号 ｜ 退稿 {row.id} 原因")
    return "\n".join(parts)


def drafts(rows: Sequence[DraftRow], support: dict[int, int]) -> str:
    """What waits for a second person."""
    if not rows:
        return "没有待审的草稿。"
    lines = [
        f"{row.id} {row.entry} {row.body['question']}" + (f"（{support[row.id]} 张工单）" if row.id in support else "")
        for row in rows[:SHOWN]
    ]
    return _list(f"待审草稿（{len(rows)}），看稿 号码：", lines, len(rows))


def phrasings(rows: Sequence[PhrasingRow]) -> str:
    """Ways of asking that wait for an editor."""
    if not rows:
        return "没有待收的问法。"
    lines = [f"{row.id} {row.entry} ← {row.text}" + (f"（{row.times} 次）" if row.times > 1 else "") for row in rows]
    return _list(f"提问人确认过的问法（{len(rows)}），收问法 或 弃问法 号码：", lines[:SHOWN], len(rows))


def correction(row: CorrectionRow) -> str:
    """A correction before it goes out: what, to whom, where."""
    places = by_place(row)
    who = "；".join("、".join(one.name for one in people[:5]) for people in list(places.values())[:5])
    return "\n".join(
        [
            f"【更正 {row.id}】{row.entry} 第 {row.version} 版，收到过旧版的 {len(row.given)} 人（{len(places)} 处）：{who}",
            "将发出：",
            row.text,
            f"确认发出：发更正 {row.id} ｜ 不发：弃更正 {row.id}",
        ]
    )


def corrections(rows: Sequence[CorrectionRow]) -> str:
    if not rows:
        return "没有待发的更正。"
    lines = [f"{row.id} {row.entry} 第 {row.version} 版，{len(row.given)} 人" for row in rows[:SHOWN]]
    return _list(f"待发的更正（{len(rows)}），发更正 号码：", lines, len(rows))


def gaps(found: Sequence[Gap]) -> str:
    """What the base could not answer lately."""
    if not found:
        return "最近 7 天没有答不上的问题。"
    lines = [f"{len(gap.heard)} 次 {gap.question}" for gap in found[:GAPS_SHOWN]]
    title = f"最近 7 天没答上的（{len(found)} 类）。整理成条目请发：新条目 …；全部：python -m bot export labels 文件"
    return _list(title, lines, len(found))


def _content(entry: Entry, instruments: Instruments) -> list[str]:
    basis = "；".join(cite(citation, instruments) for citation in entry.basis) or "（没写）"
    return [f"答案：{entry.answer}", *([f"提示：{entry.tips}"] if entry.tips else []), f"依据：{basis}"]


def _list(title: str, lines: Sequence[str], total: int) -> str:
    more = [f"……共 {total} 条"] if total > len(lines) else []
    return "\n".join([title, *lines, *more])
