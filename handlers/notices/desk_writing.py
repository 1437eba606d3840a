"""What operators type while a notice is written: changed, given files, looked at, tried out and handed in."""

from collections.abc import Callable

from sqlalchemy import select

from handlers import files, outbox
from handlers.base import Conversation, Person
from handlers.notices import cards, drafting, effect, service, targets, uploading
from handlers.notices.commands import Verb
from handlers.notices.models import TargetRow
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.task import Task, listed, selected
from handlers.notices.words import Target, What
from handlers.notices.writing import Form, how_to_attach, markers, parts_for, read_form
from handlers.outbox import PromiseKind


def _change(task: Task) -> str:
    drafting.change(task.session, task.notice, read_form(task.rest), task.hand)
    return cards.drafted(task.notice, selected(task.session, task.notice))


def _attach(task: Task) -> str:
    """More files, beside those it has: by name, or from a phone."""
    names = Form(files=task.rest).names
    page = "" if names else task.rules.upload_page(uploading.key_of(task.notice))
    if page:
        return f"给 {task.notice.number} 加图片、文件，手机上打开这里选：{page}"
    if not names:
        raise NoticeRefusal(how_to_attach(task.notice.number, has_page=False))
    drafting.attach(task.session, task.notice, files.called(task.session, names), task.hand)
    return cards.drafted(task.notice, selected(task.session, task.notice))


def _preview(task: Task) -> str:
    session, notice = task.session, task.notice
    count = targets.targets_now(session, notice) if notice.digest else selected(session, notice)
    channels = list(task.rules.ways or {})
    return cards.shown(notice, channels, count, task.rules)


def _targets(task: Task) -> str:
    if not task.notice.digest:
        targets.fix_targets(task.session, task.notice)
    return listed(task, "名单")


def _test(task: Task) -> str:
    """Only its author's eyes: to him in private when that can be, else here."""
    author = Person.at(task.hand.address)
    to = Conversation.private(author.channel, author.id)
    pieces = parts_for(task.notice, [to.channel], task.rules)[to.channel]
    for piece in pieces:
        text, file = f"【试发，只有您能看到】\n{piece}", markers(task.notice).get(piece)
        outbox.promise(task.session, to, text, kind=PromiseKind.CARD, now=task.hand.now, file=file)
    service.record(task.session, task.notice, What.TESTED, task.hand)
    return f"{task.notice.number} 已试发到您的私聊，共 {len(pieces)} 条。"


def _submit(task: Task) -> str:
    count = service.submit(task.session, task.notice, task.rules, task.hand)
    query = select(TargetRow.name).where(TargetRow.notice_id == task.notice.id, TargetRow.state == Target.WAITING)
    names = task.session.scalars(query.order_by(TargetRow.id).limit(cards.SHOWN)).all()
    _show_files(task)
    stale = effect.may_be_stale(task.notice, task.mind, now=task.hand.now) if task.mind else ""
    return cards.submitted(task.notice, count, names, stale)


def _show_files(task: Task) -> None:
    """Who approves sees what is in them."""
    for shown, digest in markers(task.notice).items():
        if task.hand.desk is not None and task.hand.caused_by is not None:
            outbox.promise(task.session, task.hand.desk, shown, kind=PromiseKind.CARD, now=task.hand.now, file=digest)


def _correct(task: Task) -> str:
    if not task.rest:
        raise NoticeRefusal(f"正确的内容是什么？例如：更正通知 {task.notice.number} 生效日期应为 4 月 1 日")
    new = drafting.correction(task.session, task.notice, task.rest, task.hand)
    return cards.drafted(new, selected(task.session, new))


def _become_entry(task: Task) -> str:
    number = effect.become_entry(task.session, task.notice, task.rest, task.hand)
    return f"{task.notice.number} 已转成草稿 {number}。看一看请发：看稿 {number}；由编辑审定：审定 {number}"


DOES: dict[Verb, Callable[[Task], str]] = {
    Verb.CHANGE: _change,
    Verb.ATTACH: _attach,
    Verb.PREVIEW: _preview,
    Verb.TARGETS: _targets,
    Verb.TEST: _test,
    Verb.SUBMIT: _submit,
    Verb.CORRECT: _correct,
    Verb.BECOME_ENTRY: _become_entry,
}
