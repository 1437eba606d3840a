"""What volunteers read in a desk. Every question is masked before it is shown."""

from collections.abc import Sequence
from datetime import datetime

from handlers.tickets.alike import Alike
from handlers.tickets.clock import spoken
from handlers.tickets.lines import LINE, echoed, grading, name_of, promise_line, question, short, what_to_do
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.notes import NOT_CHOSEN
from handlers.tickets.papers import TaskRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import ClockKind, Origin, TaskKind
from nlu.masking import mask

NAMED = 20  # numbers in one line
HOW_TO_ACT = "引用本条直接回复即答复；或发：接单 {id} / 回复 {id} 答案（发“帮助”看全部）"


def new(
    ticket: TicketRow,
    asker: AskerRow,
    due: datetime,
    rules: TicketRules,
    *,
    now: datetime,
    alike: Alike | None = None,
    before: Alike | None = None,
) -> str:
    """The card of a ticket just opened."""
    lines = [
        f"【新工单 {ticket.number}】{_origin(ticket)}",
        f"问题：{question(ticket)}",
        f"来自：{ticket.community_name} · {name_of(asker)}{_behind(asker)}",
        f"建议：{grading(ticket, rules)}",
        f"理由：{ticket.reasons}",
        f"承诺：{spoken(due, now=now)} 前答复",
    ]
    if ticket.unit:
        lines.insert(3, f"分派：{ticket.unit}（不归本组请发：退回 {ticket.id} 原因）")
    if ticket.external_number:
        lines.insert(1, f"转办：{ticket.external_from or ''} {ticket.external_number}")
    if alike is not None:
        said = echoed(alike.question)
        lines.append(f"可能同类：#{alike.number} {said[:LINE]}；是同一件请发：合并 {ticket.id} 到 {alike.number}")
    if before is not None:
        lines.append(f"以前答复过：#{before.number} {echoed(before.question)[:LINE]}；看答复请发：查看 {before.number}")
    return "\n".join([*lines, HOW_TO_ACT.format(id=ticket.id)])


def _behind(asker: AskerRow) -> str:
    """The enterprise behind an asker, as far as we know it."""
    tier = asker.tier.label if asker.tier else None
    known = [mask(part) for part in (asker.enterprise, tier, asker.region) if part and part != asker.name]
    return f"（{'，'.join(known)}）" if known else ""


def reopened(ticket: TicketRow, asker: AskerRow, why: str, due: datetime | None, *, now: datetime) -> str:
    lines = [
        f"【重开 {ticket.number}】{name_of(asker)}：{echoed(why) or '没解决'}",
        f"问题：{question(ticket)}",
        f"上次答复：{echoed(ticket.answer or '') or '无'}",
    ]
    return "\n".join([*lines, *promise_line(due, now), HOW_TO_ACT.format(id=ticket.id)])


def added(ticket: TicketRow, asker: AskerRow, text: str, due: datetime | None, *, now: datetime) -> str:
    lines = [f"【{ticket.number} 提问人补充】{name_of(asker)}：{echoed(text)}", f"问题：{question(ticket)}"]
    return "\n".join([*lines, *promise_line(due, now), HOW_TO_ACT.format(id=ticket.id)])


def reason_given(ticket: TicketRow, asker: AskerRow, text: str) -> str:
    return f"【{ticket.number} 没解决的原因】{name_of(asker)}：{echoed(text)}"


def proposed(ticket: TicketRow, text: str, by: str) -> str:
    lines = [f"【建议书 #{ticket.id}】{mask(by)}：{echoed(text)}", f"问题：{question(ticket)}"]
    return "\n".join([*lines, f"全文见下一条。请批示：批示 {ticket.id} 意见"])


def complaint(ticket: TicketRow, by: str, *, hidden: bool) -> str:
    """Where others read too, nothing is said but that there is one."""
    if hidden:
        return f"【投诉 {ticket.number}】收到一件投诉，请值班长发：查看 {ticket.id}"
    return (
        f"【投诉 {ticket.number}】{mask(by)}：{question(ticket)}\n来自：{ticket.community_name}\n"
        f"只有值班长能看到，被投诉的人看不到。引用本条直接回复即答复；或发：回复 {ticket.id} 答复"
    )


def suggestion(ticket: TicketRow, by: str) -> str:
    return (
        f"【建议 {ticket.number}】{mask(by)}：{question(ticket)}\n来自：{ticket.community_name}\n"
        f"请值班长发：采纳 {ticket.id} 怎么办；或 不采纳 {ticket.id} 原因"
    )


def rated_later(ticket: TicketRow, asker: AskerRow) -> str:
    label = f"{asker.later_rating.label}。" if asker.later_rating else ""
    return f"【追评 {ticket.number}】{name_of(asker)}：{label}{echoed(asker.later_word or '')}"


def pressed(ticket: TicketRow, asker: AskerRow, due: datetime | None, *, now: datetime) -> str:
    head = f"【催办 {ticket.number}】{name_of(asker)}在等答复：{question(ticket)}"
    return "\n".join([head, *promise_line(due, now), what_to_do(ticket)])


def warning(ticket: TicketRow, kind: ClockKind, due: datetime, *, now: datetime) -> str:
    task = "接单" if kind == ClockKind.FIRST_RESPONSE else "答复"
    return f"【临期提醒 {ticket.number}】请在 {spoken(due, now=now)} 前{task}：{question(ticket)}\n{what_to_do(ticket)}"


def breach(ticket: TicketRow, kind: ClockKind, due: datetime, told: str, *, now: datetime) -> str:
    task = "接单" if kind == ClockKind.FIRST_RESPONSE else "答复"
    head = f"【超时 {ticket.number}】应在 {spoken(due, now=now)} 前{task}，现为“{ticket.level.label}”{told}。"
    return f"{head}\n问题：{question(ticket)}\n{what_to_do(ticket)}"


def raised(ticket: TicketRow, why: str, by: str, told: str) -> str:
    head = f"【提级 {ticket.number}】{by}：{echoed(why)}\n现为“{ticket.level.label}”{told}。"
    return f"{head}\n问题：{question(ticket)}\n{what_to_do(ticket)}"


def handed_over(ticket: TicketRow, why: str, by: str, to: str, due: datetime | None, *, now: datetime) -> str:
    whom = f"请{to}接手" if to else "请能办的同事接手"
    head = f"【转办 {ticket.number}】{by}：{echoed(why)}\n{whom}，发：接单 {ticket.id}（接手前仍由{by}负责）"
    return "\n".join([head, f"问题：{question(ticket)}", *promise_line(due, now)])


def offered_to_unit(ticket: TicketRow, unit: str, why: str, by: str, due: datetime | None, *, now: datetime) -> str:
    head = f"【转办 {ticket.number}】{by}：{echoed(why)}"
    how = f"请{unit}接手，发：接单 {ticket.id}；不归{unit}办，发：退回 {ticket.id} 原因"
    return "\n".join([head, how, f"问题：{question(ticket)}", *promise_line(due, now)])


def returned(ticket: TicketRow, why: str, by: str, *, chief_decides: bool) -> str:
    then = "请值班长发" if chief_decides else "请能办的同事接单，或请值班长发"
    head = f"【退回 {ticket.number}】{by}：{echoed(why)}（第 {ticket.returned} 次）"
    return f"{head}\n{then}：指定 {ticket.id} 给 某某 原因\n问题：{question(ticket)}"


def declined(ticket: TicketRow, why: str, by: str) -> str:
    head = f"【没接 {ticket.number}】{by}：{echoed(why)}"
    return f"{head}\n仍由{ticket.handler_name}负责。请别人办请发：转办 {ticket.id} 给 某某 原因"


def assigned(ticket: TicketRow, to: str, why: str, by: str, due: datetime | None, *, now: datetime) -> str:
    head = f"【指定 {ticket.number}】{by}指定{to}办理：{echoed(why)}"
    return "\n".join([head, f"问题：{question(ticket)}", *promise_line(due, now), what_to_do(ticket)])


def handed_on(numbers: Sequence[int], by: str, to: str) -> str:
    named = "、".join(f"#{number}" for number in numbers[:NAMED])
    more = f"等 {len(numbers)} 件" if len(numbers) > NAMED else ""
    return f"【交班】{by}请{to}接班：{named}{more}\n全部接下请发：接班（接班前仍由{by}负责）"


def tell_him(ticket: TicketRow, asker: AskerRow, text: str) -> str:
    """For an asker who is in no chat of ours: a volunteer passes it on."""
    where = f"（{mask(asker.enterprise)}）" if asker.enterprise else ""
    return (
        f"【请转告 {ticket.number}】{ticket.channel.label}提问人{name_of(asker)}{where}：\n{text}\n"
        f"取联系方式请发：联系 {ticket.id}；告知后请发：已告知 {ticket.id} 怎么告知的"
    )


def cluster(topic: str, tickets: Sequence[TicketRow], count: int) -> str:
    """A topic has piled up: an answer for all of them is proposed."""
    first, *others = tickets
    lines = [f"{ticket.number} {short(ticket)}" for ticket in tickets]
    more = f"\n……共 {count} 件" if count > len(lines) else ""
    numbers = " ".join(str(ticket.id) for ticket in others)
    return (
        f"【批量办理建议】“{topic}”有 {count} 件没办完：\n"
        + "\n".join(lines)
        + more
        + f"\n同一个答复能办的，请发：合并 {numbers} 到 {first.id}，再回复 {first.id}，所有提问人一起收到"
    )


def called_in(ticket: TicketRow, role: str, by: str) -> str:
    return f"【{role} {ticket.number}】{by}请贵单位{role}办理：{question(ticket)}\n看经过请发：查看 {ticket.id}"


def consultation(ticket: TicketRow, subject: str, by: str, units: Sequence[str]) -> str:
    whom = f"请{'、'.join(units)}" if units else "请各位"
    return (
        f"【会商 {ticket.number}】{by}：{echoed(subject)}\n问题：{question(ticket)}\n"
        f"{whom}说意见，发：意见 {ticket.id} 内容"
    )


def task_force(ticket: TicketRow, head: str, members: str, by: str) -> str:
    named = f"组长{head}{f'，成员{members}' if members else ''}"
    return f"【专班 {ticket.number}】{by}成立专班：{named}。现为“{ticket.level.label}”。\n问题：{question(ticket)}"


def extension_asked(ticket: TicketRow, why: str, by: str, before: datetime, after: datetime, *, now: datetime) -> str:
    change = f"{spoken(before, now=now)} → {spoken(after, now=now)}"
    return (
        f"【申请延期 {ticket.number}】{by}：{echoed(why)}\n{change}\n问题：{question(ticket)}\n"
        f"请值班长发：同意延期 {ticket.id} 或 不同意延期 {ticket.id} 原因"
    )


def extension_decided(ticket: TicketRow, by: str, after: datetime, reason: str, *, granted: bool, now: datetime) -> str:
    word = f"同意延到 {spoken(after, now=now)}" if granted else "不同意延期"
    return f"【延期 {ticket.number}】{by}{word}{f'：{echoed(reason)}' if reason else ''}"


def milestone(ticket: TicketRow, text: str, due: datetime, *, now: datetime) -> str:
    return f"【节点到期 {ticket.number}】{spoken(due, now=now)} 前应完成：{echoed(text)}\n完成了请发：完成节点 {ticket.id} 第几个"


def joined_by_itself(ticket: TicketRow, into: TicketRow) -> str:
    return f"【自动合并 {into.number}】{ticket.number} 问的是同一件：{question(ticket)}\n不是同一件请发：撤销合并 {ticket.id}"


def needs_second(ticket: TicketRow, text: str, count: int, by: str) -> str:
    return (
        f"【请核稿 {ticket.number}】{by}的答复要发给 {count} 位提问人：\n{echoed(text)}\n"
        f"同意请另一位同事发：同意答复 {ticket.id}；不发请发：撤稿 {ticket.id}"
    )


def to_sign(ticket: TicketRow, unit: str, text: str, by: str) -> str:
    return (
        f"【请核签 {ticket.number}】{by}的会商结论请{unit}核签：\n{echoed(text)}\n问题：{question(ticket)}\n"
        f"同意请发：核签 {ticket.id}；不同意请发：核签 {ticket.id} 不同意 原因"
    )


def signed(ticket: TicketRow, by: str) -> str:
    return f"【核签 {ticket.number}】{by}已核签。发给提问人请发：确认回复 {ticket.id}"


def not_signed(ticket: TicketRow, by: str, why: str) -> str:
    return f"【不予核签 {ticket.number}】{by}：{echoed(why)}\n稿子退回，工单仍在办。再议请发：会商 {ticket.id} 议题"


def emergency(ticket: TicketRow, lines: Sequence[str]) -> str:
    head = f"【应急 {ticket.number}】下班时间的急件：{question(ticket)}"
    others = [f"要找外单位：{'；'.join(lines)}"] if lines else []
    return "\n".join([head, *others, what_to_do(ticket)])


def part(ticket: TicketRow, task: TaskRow, by: str, *, now: datetime) -> str:
    return (
        f"【分工 {ticket.number}】{by}请{task.unit}在 {spoken(task.due, now=now)} 前：{echoed(task.text or '')}\n"
        f"问题：{question(ticket)}\n办完请发：完成分工 {ticket.id} 结果；看经过请发：查看 {ticket.id}"
    )


def part_done(ticket: TicketRow, unit: str, result: str, by: str, left: Sequence[str]) -> str:
    then = f"还差：{'、'.join(dict.fromkeys(left))}" if left else f"各单位的都齐了，{what_to_do(ticket)}"
    return f"【完成分工 {ticket.number}】{unit}（{by}）：{echoed(result)}\n{then}"


def decided(ticket: TicketRow, text: str, by: str) -> str:
    return f"【批示 {ticket.number}】{by}：{echoed(text)}\n问题：{question(ticket)}\n{what_to_do(ticket)}"


def task(ticket: TicketRow, task: TaskRow, *, late: bool, now: datetime) -> str:
    """What is owed besides the answer, and how to say that it is done."""
    what = f"{task.unit}分工" if task.kind == TaskKind.PART else task.kind.label
    head = f"【{what} {ticket.number}】请在 {spoken(task.due, now=now)} 前做完"
    if late:
        head = f"【{what}超期 {ticket.number}】应在 {spoken(task.due, now=now)} 前做完，不能再拖"
    return (
        f"{head}：{echoed(task.text) if task.text else question(ticket)}\n做完请发：{_DONE[task.kind]} {ticket.id} 结果"
    )


_DONE = {
    TaskKind.TELL: "已告知", TaskKind.CALL_BACK: "回访", TaskKind.RECTIFY: "整改", TaskKind.LOOK_BACK: "回头看",
    TaskKind.PART: "完成分工",
}  # fmt: skip


def undelivered(ticket: TicketRow, asker: AskerRow, reason: str) -> str:
    return (
        f"【没送到 {ticket.number}】给{name_of(asker)}的答复没有送达（{reason or '原因不明'}），工单仍在办。\n"
        f"请换个办法联系他，或稍后重发：回复 {ticket.id} 答案"
    )


def material_overdue(ticket: TicketRow) -> str:
    return f"【{ticket.number} 补充超期】提问人一直没有补充，恢复计时。请按现有情况答复：回复 {ticket.id} 答案"


def _origin(ticket: TicketRow) -> str:
    """How it came, where the question and its note do not tell."""
    told = ticket.origin == Origin.ASKED or NOT_CHOSEN in ticket.question
    return "" if told else ticket.origin.label
