"""What operators type to let a notice go, to hold it and to take it back."""

from collections.abc import Callable

from handlers.notices import cards, recalling, service
from handlers.notices.commands import Verb
from handlers.notices.moments import read_duration, read_moment
from handlers.notices.notice_request import NoticeRequest
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.words import Stage, What
from handlers.tickets.clock import spoken


def _approve(request: NoticeRequest) -> str:
    if not request.rest:
        raise NoticeRefusal(
            f"还缺校验码。请先看“预览 {request.notice.number}”，再发：审批 {request.notice.number} 校验码"
        )
    service.approve(request.session, request.notice, request.rest, request.act)
    moment = max(request.notice.not_before or request.act.now, request.act.now)
    starts = request.rules.next_moment(moment, any_day=request.notice.any_day)
    return cards.approved(request.notice, starts, now=request.act.now)


def _send_back(request: NoticeRequest) -> str:
    if not request.rest:
        raise NoticeRefusal(f"请写原因，例如：退回 {request.notice.number} 依据写错了")
    service.send_back(request.session, request.notice, request.rest, request.act)
    return f"{request.notice.number} 已退回{request.notice.author_name}：{request.rest}"


def _schedule(request: NoticeRequest) -> str:
    moment = read_moment(request.rest, now=request.act.now)
    service.schedule(request.session, request.notice, moment, request.act)
    starts = request.rules.next_moment(moment, any_day=request.notice.any_day)
    return f"{request.notice.number} 定在 {spoken(starts, now=request.act.now)} 开始发。"


def _spread(request: NoticeRequest) -> str:
    over = read_duration(request.rest)
    service.spread(request.session, request.notice, over, request.act)
    return f"{request.notice.number} 会在 {int(over.total_seconds() // 60)} 分钟里匀着发完。"


def _any_day(request: NoticeRequest) -> str:
    request.notice.any_day = True
    service.record(request.session, request.notice, What.SCHEDULED, request.act, "不限工作日")
    return f"{request.notice.number} 休息日也发，夜里仍不发。"


def _pause(request: NoticeRequest) -> str:
    service.pause(request.session, request.notice, request.act)
    return f"{request.notice.number} 已暂停。要接着发请发：继续 {request.notice.number}"


def _resume(request: NoticeRequest) -> str:
    service.resume(request.session, request.notice, request.act)
    return f"{request.notice.number} 接着发，发过的不会再发。"


def _cancel(request: NoticeRequest) -> str:
    spared = service.cancel(request.session, request.notice, request.act)
    return f"{request.notice.number} 已取消，{spared} 个没有发。"


def _recall(request: NoticeRequest) -> str:
    notice = request.notice
    if notice.stage == Stage.RECALLED:
        return recalling.report(request.session, notice)
    if not request.rest:
        raise NoticeRefusal(f"请写原因，例如：撤回 {notice.number} 日期写错了")
    spared = recalling.recall(request.session, notice, request.rest, request.act)
    return (
        f"{notice.number} 开始撤回：{spared} 个还没发的不发了，发出去的逐个删除，办完在这里报告。\n"
        f"中途想看请发：撤回 {notice.number}"
    )


DOES: dict[Verb, Callable[[NoticeRequest], str]] = {
    Verb.APPROVE: _approve,
    Verb.SEND_BACK: _send_back,
    Verb.SCHEDULE: _schedule,
    Verb.SPREAD: _spread,
    Verb.ANY_DAY: _any_day,
    Verb.PAUSE: _pause,
    Verb.RESUME: _resume,
    Verb.CANCEL: _cancel,
    Verb.RECALL: _recall,
}
