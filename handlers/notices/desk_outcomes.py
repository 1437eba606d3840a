"""What operators type about how far a notice is, and about those whom it did not reach by itself."""

from collections.abc import Callable

from sqlalchemy import select

from handlers import outbox
from handlers.notices import by_hand, cards, effect, outcomes, progress
from handlers.notices.commands import Verb
from handlers.notices.models import NoticeEventRow
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.task import Task, listed
from handlers.notices.words import Target
from handlers.outbox import PromiseKind


def _progress(task: Task) -> str:
    return progress.report(task.session, task.notice, task.rules, now=task.hand.now)


def _history(task: Task) -> str:
    query = select(NoticeEventRow).where(NoticeEventRow.notice_id == task.notice.id).order_by(NoticeEventRow.id)
    return cards.history(task.notice, task.session.scalars(query).all())


def _effect(task: Task) -> str:
    if task.mind is None:
        raise NoticeRefusal(f"效果要查知识库，请在坐席群里发：效果 {task.notice.number}")
    return effect.told(task.session, task.notice, task.mind, now=task.hand.now)


def _uncertain(task: Task) -> str:
    number = task.notice.number
    shown = listed(task, "不知道到没到", Target.UNCERTAIN)
    return f"{shown}\n看过群里再定：算已达 {number} 前面的号（或 全部）｜重发 {number} 号 ｜算未达 {number} 号"


def _refused(task: Task) -> str:
    return f"{listed(task, '没发成', Target.REFUSED)}\n要再试请发：重发 {task.notice.number} 前面的号（或 全部）"


def _again(task: Task) -> str:
    count = outcomes.again(task.session, task.notice, outcomes.read_rows(task.rest), task.hand)
    return f"{task.notice.number} 有 {count} 个会再发一次。"


def _arrived(task: Task) -> str:
    count = outcomes.arrived(task.session, task.notice, outcomes.read_rows(task.rest), task.hand)
    return f"{task.notice.number} 有 {count} 个记为已送达。"


def _not_arrived(task: Task) -> str:
    count = outcomes.did_not_arrive(task.session, task.notice, outcomes.read_rows(task.rest), task.hand)
    return f"{task.notice.number} 有 {count} 个记为没有送达，不再发。"


def _by_hand(task: Task) -> str:
    shown = listed(task, "请志愿者代发的群", Target.BY_HAND)
    _texts_to_copy(task)
    page = task.rules.page_of(task.notice.approved_digest)
    copy = f"手机上打开这里，一点就复制：{page}\n" if page else "要发的内容在下面，长按复制。"
    return f"{shown}\n{copy}发好一个请发：已代发 {task.notice.number} 前面的号"


def _texts_to_copy(task: Task) -> None:
    """The words alone, each in a message of its own: nothing to cut off before posting them."""
    pieces = [piece for posting in by_hand.postings(task.session, task.notice) for piece in posting.pieces]
    for piece in dict.fromkeys(pieces):
        if task.hand.desk is not None:
            outbox.promise(
                task.session, task.hand.desk, piece.text, kind=PromiseKind.CARD, now=task.hand.now, file=piece.file
            )


def _done_by_hand(task: Task) -> str:
    count = outcomes.posted(task.session, task.notice, outcomes.read_rows(task.rest), task.hand)
    return f"谢谢，{task.notice.number} 有 {count} 个群记为已送达。"


DOES: dict[Verb, Callable[[Task], str]] = {
    Verb.PROGRESS: _progress,
    Verb.HISTORY: _history,
    Verb.EFFECT: _effect,
    Verb.UNCERTAIN: _uncertain,
    Verb.REFUSED: _refused,
    Verb.AGAIN: _again,
    Verb.ARRIVED: _arrived,
    Verb.NOT_ARRIVED: _not_arrived,
    Verb.BY_HAND: _by_hand,
    Verb.DONE_BY_HAND: _done_by_hand,
}
