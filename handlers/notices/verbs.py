"""What each verb about notices does, and the short word the operator gets back. The desk and the command line share it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers import files, outbox
from handlers.base import Conversation, Person
from handlers.ledger.period import read_period
from handlers.mind import Mind
from handlers.notices import (
    by_hand,
    cards,
    drafting,
    effect,
    outcomes,
    progress,
    recalling,
    service,
    targets,
    uploading,
)
from handlers.notices.commands import Command, Verb
from handlers.notices.models import NoticeEventRow, NoticeRow, TargetRow
from handlers.notices.moments import read_duration, read_moment
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.rules import NoticeRules
from handlers.notices.service import Hand
from handlers.notices.words import Stage, Target, What
from handlers.notices.writing import FORM, Form, how_to_attach, markers, parts_for, read_form
from handlers.outbox import PromiseKind
from handlers.tickets.clock import spoken
from handlers.times import local_day


@dataclass(frozen=True, kw_only=True)
class Task:
    """A command about one notice, the notice held, and whose it is."""

    session: Session
    notice: NoticeRow
    rest: str
    hand: Hand
    mind: Mind | None = None


class NoticeVerbs:
    """Carries commands out; every refusal leaves everything as it was."""

    def __init__(self, rules: NoticeRules) -> None:
        self._rules = rules
        self._about_one: dict[Verb, Callable[[Task], str]] = {
            Verb.CHANGE: self._change, Verb.ATTACH: self._attach, Verb.PREVIEW: self._preview,
            Verb.TARGETS: self._targets, Verb.TEST: self._test,
            Verb.SUBMIT: self._submit, Verb.APPROVE: self._approve, Verb.SEND_BACK: self._send_back,
            Verb.SCHEDULE: self._schedule, Verb.SPREAD: self._spread, Verb.ANY_DAY: self._any_day,
            Verb.PAUSE: self._pause, Verb.RESUME: self._resume, Verb.CANCEL: self._cancel,
            Verb.RECALL: self._recall, Verb.CORRECT: self._correct, Verb.PROGRESS: self._progress,
            Verb.HISTORY: self._history,
            Verb.EFFECT: self._effect, Verb.BECOME_ENTRY: self._become_entry,
            Verb.UNCERTAIN: self._uncertain, Verb.REFUSED: self._refused, Verb.AGAIN: self._again,
            Verb.ARRIVED: self._arrived, Verb.NOT_ARRIVED: self._not_arrived,
            Verb.BY_HAND: self._by_hand, Verb.DONE_BY_HAND: self._done_by_hand,
        }  # fmt: skip

    def obey(self, session: Session, command: Command, hand: Hand, mind: Mind | None = None) -> str:
        """Do it; what to say back. `mind` looks the base up, where there is one at hand."""
        if command.number is not None:
            notice = service.lock(session, command.number)
            return self._about_one[command.verb](
                Task(session=session, notice=notice, rest=command.rest, hand=hand, mind=mind)
            )
        match command.verb:
            case Verb.NEW:
                return self._new(session, command.rest, hand)
            case Verb.LIST:
                return _list(session, hand)
            case Verb.REACH:
                return _reach(session, command.rest, hand)
            case Verb.NOT_REACHED:
                return _not_reached(session, command.rest, hand)
            case _:
                return cards.HELP

    def _new(self, session: Session, text: str, hand: Hand) -> str:
        if not text:
            raise NoticeRefusal(f"请照这样写，一次发全：\n{FORM}")
        notice = drafting.draft(session, read_form(text), hand)
        return cards.drafted(notice, self._selected(session, notice))

    def _change(self, task: Task) -> str:
        drafting.change(task.session, task.notice, read_form(task.rest), task.hand)
        return cards.drafted(task.notice, self._selected(task.session, task.notice))

    def _attach(self, task: Task) -> str:
        """More files, beside those it has: by name, or from a phone."""
        names = Form(files=task.rest).names
        page = "" if names else self._rules.upload_page(uploading.key_of(task.notice))
        if page:
            return f"给 {task.notice.number} 加图片、文件，手机上打开这里选：{page}"
        if not names:
            raise NoticeRefusal(how_to_attach(task.notice.number, has_page=False))
        drafting.attach(task.session, task.notice, files.called(task.session, names), task.hand)
        return cards.drafted(task.notice, self._selected(task.session, task.notice))

    def _preview(self, task: Task) -> str:
        session, notice = task.session, task.notice
        count = targets.targets_now(session, notice) if notice.digest else self._selected(session, notice)
        channels = list(self._rules.ways or {})
        return cards.shown(notice, channels, count, self._rules)

    def _targets(self, task: Task) -> str:
        if not task.notice.digest:
            targets.fix_targets(task.session, task.notice)
        return self._listed(task, "名单")

    def _test(self, task: Task) -> str:
        """Only its author's eyes: to him in private when that can be, else here."""
        author = Person.at(task.hand.address)
        to = Conversation.private(author.channel, author.id)
        pieces = parts_for(task.notice, [to.channel], self._rules)[to.channel]
        for piece in pieces:
            text, file = f"【试发，只有您能看到】\n{piece}", markers(task.notice).get(piece)
            outbox.promise(task.session, to, text, kind=PromiseKind.CARD, now=task.hand.now, file=file)
        service.record(task.session, task.notice, What.TESTED, task.hand)
        return f"{task.notice.number} 已试发到您的私聊，共 {len(pieces)} 条。"

    def _submit(self, task: Task) -> str:
        count = service.submit(task.session, task.notice, self._rules, task.hand)
        query = select(TargetRow.name).where(TargetRow.notice_id == task.notice.id, TargetRow.state == Target.WAITING)
        names = task.session.scalars(query.order_by(TargetRow.id).limit(cards.SHOWN)).all()
        self._show_files(task)
        stale = effect.may_be_stale(task.notice, task.mind, now=task.hand.now) if task.mind else ""
        return cards.submitted(task.notice, count, names, stale)

    def _show_files(self, task: Task) -> None:
        """Who approves sees what is in them."""
        for shown, digest in markers(task.notice).items():
            if task.hand.desk is not None and task.hand.caused_by is not None:
                outbox.promise(
                    task.session, task.hand.desk, shown, kind=PromiseKind.CARD, now=task.hand.now, file=digest
                )

    def _approve(self, task: Task) -> str:
        if not task.rest:
            raise NoticeRefusal(
                f"还缺校验码。请先看“预览 {task.notice.number}”，再发：审批 {task.notice.number} 校验码"
            )
        service.approve(task.session, task.notice, task.rest, task.hand)
        moment = max(task.notice.not_before or task.hand.now, task.hand.now)
        starts = self._rules.next_moment(moment, any_day=task.notice.any_day)
        return cards.approved(task.notice, starts, now=task.hand.now)

    def _send_back(self, task: Task) -> str:
        if not task.rest:
            raise NoticeRefusal(f"请写原因，例如：退回 {task.notice.number} 依据写错了")
        service.send_back(task.session, task.notice, task.rest, task.hand)
        return f"{task.notice.number} 已退回{task.notice.author_name}：{task.rest}"

    def _schedule(self, task: Task) -> str:
        moment = read_moment(task.rest, now=task.hand.now)
        service.schedule(task.session, task.notice, moment, task.hand)
        starts = self._rules.next_moment(moment, any_day=task.notice.any_day)
        return f"{task.notice.number} 定在 {spoken(starts, now=task.hand.now)} 开始发。"

    def _spread(self, task: Task) -> str:
        over = read_duration(task.rest)
        service.spread(task.session, task.notice, over, task.hand)
        return f"{task.notice.number} 会在 {int(over.total_seconds() // 60)} 分钟里匀着发完。"

    def _any_day(self, task: Task) -> str:
        task.notice.any_day = True
        service.record(task.session, task.notice, What.SCHEDULED, task.hand, "不限工作日")
        return f"{task.notice.number} 休息日也发，夜里仍不发。"

    def _pause(self, task: Task) -> str:
        service.pause(task.session, task.notice, task.hand)
        return f"{task.notice.number} 已暂停。要接着发请发：继续 {task.notice.number}"

    def _resume(self, task: Task) -> str:
        service.resume(task.session, task.notice, task.hand)
        return f"{task.notice.number} 接着发，发过的不会再发。"

    def _cancel(self, task: Task) -> str:
        spared = service.cancel(task.session, task.notice, task.hand)
        return f"{task.notice.number} 已取消，{spared} 个没有发。"

    def _recall(self, task: Task) -> str:
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

    def _correct(self, task: Task) -> str:
        if not task.rest:
            raise NoticeRefusal(f"正确的内容是什么？例如：更正通知 {task.notice.number} 生效日期应为 4 月 1 日")
        new = drafting.correction(task.session, task.notice, task.rest, task.hand)
        return cards.drafted(new, self._selected(task.session, new))

    def _progress(self, task: Task) -> str:
        return progress.report(task.session, task.notice, self._rules, now=task.hand.now)

    def _history(self, task: Task) -> str:
        query = select(NoticeEventRow).where(NoticeEventRow.notice_id == task.notice.id).order_by(NoticeEventRow.id)
        return cards.history(task.notice, task.session.scalars(query).all())

    def _effect(self, task: Task) -> str:
        if task.mind is None:
            raise NoticeRefusal(f"效果要查知识库，请在坐席群里发：效果 {task.notice.number}")
        return effect.told(task.session, task.notice, task.mind, now=task.hand.now)

    def _become_entry(self, task: Task) -> str:
        number = effect.become_entry(task.session, task.notice, task.rest, task.hand)
        return f"{task.notice.number} 已转成草稿 {number}。看一看请发：看稿 {number}；由编辑审定：审定 {number}"

    def _uncertain(self, task: Task) -> str:
        number = task.notice.number
        shown = self._listed(task, "不知道到没到", Target.UNCERTAIN)
        return f"{shown}\n看过群里再定：算已达 {number} 前面的号（或 全部）｜重发 {number} 号 ｜算未达 {number} 号"

    def _refused(self, task: Task) -> str:
        return (
            f"{self._listed(task, '没发成', Target.REFUSED)}\n要再试请发：重发 {task.notice.number} 前面的号（或 全部）"
        )

    def _again(self, task: Task) -> str:
        count = outcomes.again(task.session, task.notice, outcomes.read_rows(task.rest), task.hand)
        return f"{task.notice.number} 有 {count} 个会再发一次。"

    def _arrived(self, task: Task) -> str:
        count = outcomes.arrived(task.session, task.notice, outcomes.read_rows(task.rest), task.hand)
        return f"{task.notice.number} 有 {count} 个记为已送达。"

    def _not_arrived(self, task: Task) -> str:
        count = outcomes.did_not_arrive(task.session, task.notice, outcomes.read_rows(task.rest), task.hand)
        return f"{task.notice.number} 有 {count} 个记为没有送达，不再发。"

    def _by_hand(self, task: Task) -> str:
        shown = self._listed(task, "请志愿者代发的群", Target.BY_HAND)
        self._texts_to_copy(task)
        page = self._rules.page_of(task.notice.approved_digest)
        copy = f"手机上打开这里，一点就复制：{page}\n" if page else "要发的内容在下面，长按复制。"
        return f"{shown}\n{copy}发好一个请发：已代发 {task.notice.number} 前面的号"

    def _texts_to_copy(self, task: Task) -> None:
        """The words alone, each in a message of its own: nothing to cut off before posting them."""
        pieces = [piece for posting in by_hand.postings(task.session, task.notice) for piece in posting.pieces]
        for piece in dict.fromkeys(pieces):
            if task.hand.desk is not None:
                outbox.promise(
                    task.session, task.hand.desk, piece.text, kind=PromiseKind.CARD, now=task.hand.now, file=piece.file
                )

    def _done_by_hand(self, task: Task) -> str:
        count = outcomes.posted(task.session, task.notice, outcomes.read_rows(task.rest), task.hand)
        return f"谢谢，{task.notice.number} 有 {count} 个群记为已送达。"

    def _listed(self, task: Task, title: str, *states: Target) -> str:
        which = [TargetRow.notice_id == task.notice.id]
        which += [TargetRow.state.in_(states)] if states else [TargetRow.state != Target.WITHDRAWN]
        total = task.session.scalar(select(func.count()).where(*which)) or 0
        rows = task.session.scalars(select(TargetRow).where(*which).order_by(TargetRow.id).limit(cards.SHOWN)).all()
        return cards.targets(f"{task.notice.number} {title}", rows, total)

    def _selected(self, session: Session, notice: NoticeRow) -> int:
        return session.scalar(select(func.count()).select_from(targets.selected(session, notice).subquery())) or 0


def _list(session: Session, hand: Hand) -> str:
    rows = session.scalars(select(NoticeRow).order_by(NoticeRow.id.desc()).limit(cards.SHOWN)).all()
    return "\n".join(cards.line(row, now=hand.now) for row in rows) or f"还没有通知。起草请发：\n{FORM}"


def _reach(session: Session, said: str, hand: Hand) -> str:
    period = read_period(said or "本月", today=local_day(hand.now))
    if period is None:
        raise NoticeRefusal(f"看不懂“{said[:20]}”是哪段时间。例如：触达 本月、触达 上周、触达 3月1日到3月31日")
    return f"{period.label}{progress.reached(session, since=period.start, until=period.end)}"


def _not_reached(session: Session, days: str, hand: Hand) -> str:
    names = effect.not_reached(session, int(days or 30), now=hand.now)
    some = "、".join(names[: cards.SHOWN]) + ("……" if len(names) > cards.SHOWN else "")
    return f"{days or 30} 天里没有收到过通知的群有 {len(names)} 个{f'：{some}' if names else ''}。"
