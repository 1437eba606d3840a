"""What operators type while a notice is written: changed, given files, looked at, tried out and handed in."""

from collections.abc import Callable

from sqlalchemy import select

from handlers import files, outbox
from handlers.base import Conversation, Person
from handlers.notices import cards, drafting, effect, service, targets, uploading
from handlers.notices.commands import Verb
from handlers.notices.models import TargetRow
from handlers.notices.notice_request import NoticeRequest, listed, selected
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.words import Target, What
from handlers.notices.writing import Form, how_to_attach, markers, parts_for, read_form
from handlers.outbox import PromiseKind


def _change(request: NoticeRequest) -> str:
    drafting.change(request.session, request.notice, read_form(request.rest), request.act)
    return cards.drafted(request.notice, selected(request.session, request.notice))


def _attach(request: NoticeRequest) -> str:
    """More files, beside those it has: by name, or from a phone."""
    names = Form(files=request.rest).names
    page = "" if names else request.rules.upload_page(uploading.key_of(request.notice))
    if page:
        return f"给 {request.notice.number} 加图片、文件，手机上打开这里选：{page}"
    if not names:
        raise NoticeRefusal(how_to_attach(request.notice.number, has_page=False))
    drafting.attach(request.session, request.notice, files.called(request.session, names), request.act)
    return cards.drafted(request.notice, selected(request.session, request.notice))


def _preview(request: NoticeRequest) -> str:
    session, notice = request.session, request.notice
    count = targets.targets_now(session, notice) if notice.digest else selected(session, notice)
    channels = list(request.rules.ways or {})
    return cards.shown(notice, channels, count, request.rules)


def _targets(request: NoticeRequest) -> str:
    if not request.notice.digest:
        targets.fix_targets(request.session, request.notice)
    return listed(request, "名单")


def _test(request: NoticeRequest) -> str:
    """Only its author's eyes: to him in private when that can be, else here."""
    author = Person.at(request.act.address)
    to = Conversation.private(author.channel, author.id)
    pieces = parts_for(request.notice, [to.channel], request.rules)[to.channel]
    for piece in pieces:
        text, file = f"【试发，只有您能看到】\n{piece}", markers(request.notice).get(piece)
        outbox.promise(request.session, to, text, kind=PromiseKind.CARD, now=request.act.now, file=file)
    service.record(request.session, request.notice, What.TESTED, request.act)
    return f"{request.notice.number} 已试发到您的私聊，共 {len(pieces)} 条。"


def _submit(request: NoticeRequest) -> str:
    count = service.submit(request.session, request.notice, request.rules, request.act)
    query = select(TargetRow.name).where(TargetRow.notice_id == request.notice.id, TargetRow.state == Target.WAITING)
    names = request.session.scalars(query.order_by(TargetRow.id).limit(cards.SHOWN)).all()
    _show_files(request)
    stale = effect.may_be_stale(request.notice, request.mind, now=request.act.now) if request.mind else ""
    return cards.submitted(request.notice, count, names, stale)


def _show_files(request: NoticeRequest) -> None:
    """Who approves sees what is in them."""
    for shown, digest in markers(request.notice).items():
        if request.act.desk is not None and request.act.caused_by is not None:
            outbox.promise(
                request.session, request.act.desk, shown, kind=PromiseKind.CARD, now=request.act.now, file=digest
            )


def _correct(request: NoticeRequest) -> str:
    if not request.rest:
        raise NoticeRefusal(f"正确的内容是什么？例如：更正通知 {request.notice.number} 生效日期应为 4 月 1 日")
    new = drafting.correction(request.session, request.notice, request.rest, request.act)
    return cards.drafted(new, selected(request.session, new))


def _become_entry(request: NoticeRequest) -> str:
    number = effect.become_entry(request.session, request.notice, request.rest, request.act)
    return f"{request.notice.number} 已转成草稿 {number}。看一看请发：看稿 {number}；由编辑审定：审定 {number}"


DOES: dict[Verb, Callable[[NoticeRequest], str]] = {
    Verb.CHANGE: _change,
    Verb.ATTACH: _attach,
    Verb.PREVIEW: _preview,
    Verb.TARGETS: _targets,
    Verb.TEST: _test,
    Verb.SUBMIT: _submit,
    Verb.CORRECT: _correct,
    Verb.BECOME_ENTRY: _become_entry,
}
