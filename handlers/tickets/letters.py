"""What askers read. Short and kind; each says what to reply next. Numbers are those the asker was told."""

from collections.abc import Sequence
from datetime import datetime

from handlers.tickets.clock import spoken
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.words import State
from nlu.masking import masked_line

ECHO = 24  # characters of his own question that remind an asker which one it was
NOTHING_OPEN = "您名下没有在办的问题。有问题请直接说；需要人工请回复“转人工”。"
AS_YOU_LIKE = "好的，有新问题随时说。"
SAY_THE_QUESTION = "好的，请用一句话把问题说清楚（比如“转人工 手册到期了怎么展期”），马上转给志愿者。"
RATE_WORDS = "非常满意、满意、基本满意、不满意、非常不满意"
WHICH_RATING = f"请这样评价：评价 满意。可以选：{RATE_WORDS}（也可以回 5 到 1）。"


def accepted(number: int, due: datetime | None, *, now: datetime) -> str:
    when = f"{spoken(due, now=now)} 前" if due else "尽快"
    return (
        f"您的问题已登记为 #{number}，由志愿者来答，{when}答复您，到时会在这里叫您。\n"
        f"想看办到哪一步，回复“进度”；要补充情况，引用本条直接说。"
    )


def accepted_again(number: int, due: datetime | None, *, now: datetime) -> str:
    when = f"，{spoken(due, now=now)} 前答复您" if due else ""
    return f"这个问题已经登记为 #{number}，志愿者正在办{when}。"


def answer(asker: AskerRow, text: str, signature: str, *, corrected: bool) -> str:
    opening = "更正答复，请以这次为准：" if corrected else "答复如下："
    return f"您的问题 #{asker.home_id} {opening}\n{text}\n—— 志愿者 {signature}\n没解决请回复 没解决"


def material(asker: AskerRow, text: str, signature: str) -> str:
    return (
        f"办理 #{asker.home_id} 还需要您补充：\n{text}\n—— 志愿者 {signature}\n"
        f"请引用本条一次说全，或发“补充 {asker.home_id} 内容”；收到后继续计时办理。"
    )


def declined(asker: AskerRow, reason: str, signature: str) -> str:
    return (
        f"您的问题 #{asker.home_id} 这里不能受理：{reason}\n—— 志愿者 {signature}\n"
        "有不同意见请回复“没解决”并说明理由，也可以拨打海关热线 12360。"
    )


def progress(asker: AskerRow, ticket: TicketRow, due: datetime | None, *, now: datetime) -> str:
    """One line about one question."""
    return f"#{asker.home_id}（{masked_line(ticket.asked, ECHO)}）：{_standing(asker, ticket, due, now)}"


def added(asker: AskerRow) -> str:
    return f"收到，已转给办理 #{asker.home_id} 的志愿者。"


def drop_which(numbers: Sequence[int]) -> str:
    return f"您在等答复的有 {'、'.join(f'#{number}' for number in numbers)}，请写明哪一件，例如：取消工单 {numbers[0]}"


def pressed(asker: AskerRow, ticket: TicketRow, due: datetime | None, *, now: datetime) -> str:
    who = f"{ticket.handler_name}正在办" if ticket.handler_name else "已再次提醒志愿者"
    return f"已帮您催办 #{asker.home_id}，{who}{_by(due, now)}。"


def pressed_already(asker: AskerRow, due: datetime | None, *, now: datetime) -> str:
    return f"#{asker.home_id} 刚催过，志愿者已经看到{_by(due, now)}，请再等等。"


def reopened(asker: AskerRow, due: datetime | None, *, now: datetime, reason_known: bool) -> str:
    ask = "" if reason_known else "\n请再说一句哪里没解决，好让志愿者对症答复。"
    return f"抱歉没帮上忙，#{asker.home_id} 已重新交给志愿者{_by(due, now)}。{ask}"


def rating_invitation(asker: AskerRow) -> str:
    return f"您的问题 #{asker.home_id} 解决了吗？请回复：{RATE_WORDS}。没解决请回复 没解决。"


def rating_reminder(asker: AskerRow) -> str:
    return f"您的问题 #{asker.home_id} 还没有评价。方便的话回复 满意 或 不满意 就行，没解决请回复 没解决；不再打扰您。"


def material_reminder(asker: AskerRow) -> str:
    return f"您的问题 #{asker.home_id} 还在等您补充材料，补齐了马上接着办。请发“补充 {asker.home_id} 内容”。"


def look_back(asker: AskerRow) -> str:
    return f"您的问题 #{asker.home_id} 办结有一阵子了，后来顺利吗？又遇到了请发“转人工 新的情况”，马上接着办；顺利就不用回。"


def nothing_answered(*, waits: bool) -> str:
    """`waits`: he has a question that is being worked on."""
    what_to_do = "看自己的问题办到哪一步请回复“进度”。" if waits else "有问题请直接说。"
    return f"您这里没有等着评价的答复。{what_to_do}"


def rated_well(asker: AskerRow) -> str:
    return f"谢谢您的评价，#{asker.home_id} 已办结。"


def confirmed(asker: AskerRow) -> str:
    return f"好的，#{asker.home_id} 记为已解决。有新问题随时说。"


def not_answered_yet(asker: AskerRow, due: datetime | None, *, now: datetime) -> str:
    return f"#{asker.home_id} 还在办，还没有答复{_by(due, now)}。要补充情况请发“补充 {asker.home_id} 内容”，着急请发“催办”。"


def complaint_taken(number: int, due: datetime | None, *, now: datetime, private: bool) -> str:
    more = "" if private else "具体情况请私聊我说，不用在群里讲。"
    return f"您的投诉已收到，登记为 #{number}，由值班长办理，当事人看不到{_by(due, now)}。{more}"


COMPLAIN_IN_PRIVATE = "投诉请私聊我发：投诉 情况。只有值班长看得到，当事人看不到；也可以拨打海关热线 12360。"
COMPLAIN_HOW = "请把情况写在后面，例如：投诉 3月2日问的问题一直没人答。只有值班长看得到，当事人看不到。"
SUGGEST_HOW = "请把建议写在后面，例如：建议：希望每周讲一次新政策。"
LATER_HOW = "请把想说的写在后面，例如：追评 照着办成了，谢谢。"
ANSWER_RATED = "谢谢您的评价。有新问题随时说。"


def suggestion_taken(number: int) -> str:
    return f"谢谢您的建议，已登记为 #{number}，采纳不采纳都会告诉您。"


def rated_later(asker: AskerRow) -> str:
    return f"您对 #{asker.home_id} 的追评已记下，谢谢。还没解决请回复 没解决。"


def praised(asker: AskerRow, name: str | None) -> str:
    return f"谢谢，您的表扬已记给{name or '办理 #' + str(asker.home_id) + ' 的志愿者'}。"


def extended(number: int, due: datetime, why: str, *, now: datetime) -> str:
    return f"您的问题 #{number} 还要一些时间（{why}），改为 {spoken(due, now=now)} 前答复您，请谅解。"


def tracked(number: int, days: int, why: str, next_word: datetime, *, now: datetime) -> str:
    return (
        f"您的问题 #{number} 一时还解决不了（{why}），我们会一直跟踪，每 {days} 天向您通报一次，"
        f"下次在 {spoken(next_word, now=now)} 前。"
    )


def word(number: int, text: str, signature: str, next_word: datetime | None, *, now: datetime) -> str:
    then = f"\n下次通报在 {spoken(next_word, now=now)} 前。" if next_word else ""
    return f"您的问题 #{number} 办理进展：\n{text}\n—— 志愿者 {signature}{then}"


def _standing(asker: AskerRow, ticket: TicketRow, due: datetime | None, now: datetime) -> str:
    if ticket.state == State.NEEDS_MATERIAL and asker.awaited is not None:
        return "等您补充材料，请引用那条消息回复"
    if asker.settled_at is not None or (asker.answered_at is not None and due is None):
        return f"{asker.state.label}，没解决请回复 没解决"
    if due is not None and due <= now:
        return f"{ticket.state.label}{_hand(ticket)}，已超过承诺时间，抱歉，已上报督办"
    return f"{ticket.state.label}{_hand(ticket)}{_by(due, now)}"


def _hand(ticket: TicketRow) -> str:
    """Where it is and who has it."""
    if ticket.handler_name:
        return f"（{ticket.unit or ''}{ticket.handler_name}在办）"
    return f"（已分给{ticket.unit}）" if ticket.unit else ""


def _by(due: datetime | None, now: datetime) -> str:
    return f"，{spoken(due, now=now)} 前答复您" if due is not None and due > now else ""
