"""What operators type about how far a notice is, and about those whom it did not reach by itself."""

from collections.abc import Callable

from sqlalchemy import select

from handlers import outbox
from handlers.notices import by_hand, cards, effect, outcomes, progress
from handlers.notices.commands import Verb
from handlers.notices.models import NoticeEventRow
from handlers.notices.notice_request import NoticeRequest, listed
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.words import Target
from handlers.outbox import PromiseKind


def _progress(request: NoticeRequest) -> str:
    return progress.report(request.session, request.notice, request.rules, now=request.act.now)


def _history(request: NoticeRequest) -> str:
    query = select(NoticeEventRow).where(NoticeEventRow.notice_id == request.notice.id).order_by(NoticeEventRow.id)
    return cards.history(request.notice, request.session.scalars(query).all())


def _effect(request: NoticeRequest) -> str:
    if request.mind is None:
        raise NoticeRefusal(f"效果要查知识库，请在坐席群里发：效果 {request.notice.number}")
    return effect.told(request.session, request.notice, request.mind, now=request.act.now)


def _uncertain(request: NoticeRequest) -> str:
    number = request.notice.number
    shown = listed(request, "不知道到没到", Target.UNCERTAIN)
    return f"{shown}\n看过群里再定：算已达 {number} 前面的号（或 全部）｜重发 {number} 号 ｜算未达 {number} 号"


def _refused(request: NoticeRequest) -> str:
    return f"{listed(request, '没发成', Target.REFUSED)}\n要再试请发：重发 {request.notice.number} 前面的号（或 全部）"


def _again(request: NoticeRequest) -> str:
    count = outcomes.again(request.session, request.notice, outcomes.read_rows(request.rest), request.act)
    return f"{request.notice.number} 有 {count} 个会再发一次。"


def _arrived(request: NoticeRequest) -> str:
    count = outcomes.arrived(request.session, request.notice, outcomes.read_rows(request.rest), request.act)
    return f"{request.notice.number} 有 {count} 个记为已送达。"


def _not_arrived(request: NoticeRequest) -> str:
    count = outcomes.did_not_arrive(request.session, request.notice, outcomes.read_rows(request.rest), request.act)
    return f"{request.notice.number} 有 {count} 个记为没有送达，不再发。"


def _by_hand(request: NoticeRequest) -> str:
    shown = listed(request, "请志愿者代发的群", Target.BY_HAND)
    _texts_to_copy(request)
    page = request.rules.page_of(request.notice.approved_digest)
    copy = f"手机上打开这里，一点就复制：{page}\n" if page else "要发的内容在下面，长按复制。"
    return f"{shown}\n{copy}发好一个请发：已代发 {request.notice.number} 前面的号"


def _texts_to_copy(request: NoticeRequest) -> None:
    """The words alone, each in a message of its own: nothing to cut off before posting them."""
    pieces = [piece for posting in by_hand.postings(request.session, request.notice) for piece in posting.pieces]
    for piece in dict.fromkeys(pieces):
        if request.act.desk is not None:
            outbox.promise(
                request.session,
                request.act.desk,
                piece.text,
                kind=PromiseKind.CARD,
                now=request.act.now,
                file=piece.file,
            )


def _done_by_hand(request: NoticeRequest) -> str:
    count = outcomes.posted(request.session, request.notice, outcomes.read_rows(request.rest), request.act)
    return f"谢谢，{request.notice.number} 有 {count} 个群记为已送达。"


DOES: dict[Verb, Callable[[NoticeRequest], str]] = {
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
