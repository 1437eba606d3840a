"""What operators type to let a notice go, to hold it and to take it back."""

from collections.abc import Callable

from handlers.notices import cards, recalling, service
from handlers.notices.commands import Verb
from handlers.notices.moments import read_duration, read_moment
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.task import Task
from handlers.notices.words import Stage, What
from handlers.tickets.clock import spoken


def _approve(task: Task) -> str:
    if not task.rest:
        raise NoticeRefusal(f"还缺校验码。请先看“预览 {task.notice.number}”，再发：审批 {task.notice.number} 校验码")
    service.approve(task.session, task.notice, task.rest, task.hand)
    moment = max(task.notice.not_before or task.hand.now, task.hand.now)
    starts = task.rules.next_moment(moment, any_day=task.notice.any_day)
    return cards.approved(task.notice, starts, now=task.hand.now)


def _send_back(task: Task) -> str:
    if not task.rest:
        raise NoticeRefusal(f"请写原因，例如：退回 {task.notice.number} 依据写错了")
    service.send_back(task.session, task.notice, task.rest, task.hand)
    return f"{task.notice.number} 已退回{task.notice.author_name}：{task.rest}"


def _schedule(task: Task) -> str:
    moment = read_moment(task.rest, now=task.hand.now)
    service.schedule(task.session, task.notice, moment, task.hand)
    starts = task.rules.next_moment(moment, any_day=task.notice.any_day)
    return f"{task.notice.number} 定在 {spoken(starts, now=task.hand.now)} 开始发。"


def _spread(task: Task) -> str:
    over = read_duration(task.rest)
    service.spread(task.session, task.notice, over, task.hand)
    return f"{task.notice.number} 会在 {int(over.total_seconds() // 60)} 分钟里匀着发完。"


def _any_day(task: Task) -> str:
    task.notice.any_day = True
    service.record(task.session, task.notice, What.SCHEDULED, task.hand, "不限工作日")
    return f"{task.notice.number} 休息日也发，夜里仍不发。"


def _pause(task: Task) -> str:
    service.pause(task.session, task.notice, task.hand)
    return f"{task.notice.number} 已暂停。要接着发请发：继续 {task.notice.number}"


def _resume(task: Task) -> str:
    service.resume(task.session, task.notice, task.hand)
    return f"{task.notice.number} 接着发，发过的不会再发。"


def _cancel(task: Task) -> str:
    spared = service.cancel(task.session, task.notice, task.hand)
    return f"{task.notice.number} 已取消，{spared} 个没有发。"


def _recall(task: Task) -> str:
    notice = task.notice
    if notice.stage == Stage.RECALLED:
        return recalling.report(task.session, notice)
    if not task.rest:
        raise NoticeRefusal(f"请写原因，例如：撤回 {notice.number} 日期写错了")
    spared = recalling.recall(task.session, notice, task.rest, task.hand)
    return (
        f"{notice.number} 开始撤回：{spared} 个还没发的不发了，发出去的逐个删除，办完在这里报告。\n"
        f"中途想看请发：撤回 {notice.number}"
    )


DOES: dict[Verb, Callable[[Task], str]] = {
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
