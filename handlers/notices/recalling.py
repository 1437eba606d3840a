"""A notice taken back: what has not left stays, what was said is deleted where the platform lets us, and the desk is told
which groups keep it. At most a few deletions lie in the outbox at once, and they stand behind answers to people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import Conversation
from handlers.jobs import Job
from handlers.notices import progress
from handlers.notices.cards import SHOWN
from handlers.notices.feeding import OUTCOME
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.refusals import NotNow
from handlers.notices.rules import NoticeRules
from handlers.notices.service import Act, by_time, record, tell_desk
from handlers.notices.spreading import EVERY
from handlers.notices.targets import spare, touched
from handlers.notices.words import Stage, Target, What
from handlers.outbox import Lane, PromiseKind, PromiseRow, PromiseState

BY_A_PERSON = "志愿者代发的，请他自己删"
NO_NUMBER = "平台没有给消息编号"
CANNOT = "这个平台不能撤回"
DOUBT = "还有一条不知道到没到"
UNDER_WAY = (Target.TO_RECALL, Target.RECALLING, Target.QUEUED)
SETTLED_AS = {PromiseState.FAILED: Target.KEPT, PromiseState.WITHDRAWN: Target.KEPT}


def recall(session: Session, notice: NoticeRow, why: str, act: Act) -> int:
    """Say nothing more of it, and begin to delete what was said; how many are spared. Raises NotNow."""
    if not touched(session, notice):
        raise NotNow(notice, f"还没有发给任何群，不用撤回。不发了请发：取消 {notice.number}")
    spared = spare(session, notice, act.now)
    notice.stage, notice.recalled_at, notice.finished_at = Stage.RECALLED, act.now, None
    record(session, notice, What.RECALLED, act, why)
    return spared


def recalling(rules: NoticeRules) -> Job:
    """Deletes what recalled notices said, and reports when nothing is left to try."""
    recaller = Recaller(rules)
    return Job(name="notices_recall", every=EVERY, run=recaller.run, next_due=recaller.next_due)


class Recaller:
    """Safe to run in several processes: rows are claimed, and every change is one transaction."""

    def __init__(self, rules: NoticeRules) -> None:
        self._rules = rules

    def run(self, session: Session, now: datetime) -> int:
        notices = session.scalars(_unfinished().with_for_update(skip_locked=True)).all()
        return sum(self._advance(session, notice, now) for notice in notices)

    def next_due(self, session: Session) -> datetime | None:
        moments = [self._next_of(session, notice) for notice in session.scalars(_unfinished())]
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_of(self, session: Session, notice: NoticeRow) -> datetime | None:
        """None while everything that can be done lies with the platforms."""
        begun = (notice.recalled_at or notice.created_at) + EVERY
        if self._room(session) and _count(session, notice, or_(_said(), TargetRow.state == Target.TO_RECALL)):
            return begun
        if not _count(session, notice, TargetRow.state.in_(UNDER_WAY)):
            return begun
        moved = select(func.min(PromiseRow.created_at)).join(TargetRow, TargetRow.promise_id == PromiseRow.id)
        settled = (TargetRow.state == Target.RECALLING) & PromiseRow.state.in_(OUTCOME)
        first = session.scalar(moved.where(TargetRow.notice_id == notice.id, settled))
        return first + EVERY if first else None

    def _advance(self, session: Session, notice: NoticeRow, now: datetime) -> int:
        done = self._settle(session, notice)
        _line_up(session, notice)
        done += self._feed(session, notice, now)
        if not _count(session, notice, TargetRow.state.in_(UNDER_WAY)):
            self._close(session, notice, now)
        return done

    def _settle(self, session: Session, notice: NoticeRow) -> int:
        """Write down what became of deletions; a notice in parts goes on with the part before."""
        query = select(TargetRow, PromiseRow).join(PromiseRow, PromiseRow.id == TargetRow.promise_id)
        mine = TargetRow.notice_id == notice.id, TargetRow.state == Target.RECALLING, PromiseRow.state.in_(OUTCOME)
        found = session.execute(query.where(*mine).with_for_update(of=TargetRow)).all()
        for target, promise in found:
            if promise.state == PromiseState.SENT:
                target.part -= 1
                gone = Target.DOUBTFUL if target.reason == DOUBT else Target.RECALLED
                target.state = Target.TO_RECALL if target.part else gone
            else:
                target.state, target.reason = SETTLED_AS.get(promise.state, Target.DOUBTFUL), promise.reason
        session.flush()
        return len(found)

    def _feed(self, session: Session, notice: NoticeRow, now: datetime) -> int:
        query = select(TargetRow).where(TargetRow.notice_id == notice.id, TargetRow.state == Target.TO_RECALL)
        query = query.order_by(TargetRow.id).limit(self._room(session)).with_for_update(skip_locked=True)
        targets = session.scalars(query).all()
        numbers = _numbers(session, notice, targets)
        for target in targets:
            text = notice.parts[target.channel][target.part - 1] if target.part else ""
            number = numbers.get((target.conversation, text))
            obstacle = self._obstacle(target, number)
            if obstacle is not None:
                target.state, target.reason = Target.KEPT, obstacle
            else:
                target.promise_id = _unsay(session, target, text, number, now)
                target.state = Target.RECALLING
        session.flush()
        return len(targets)

    def _obstacle(self, target: TargetRow, number: str | None) -> str | None:
        if not target.part:
            return BY_A_PERSON
        if not self._rules.can_unsay(target.channel):
            return CANNOT
        return None if number else NO_NUMBER

    def _room(self, session: Session) -> int:
        lying = select(func.count()).where(TargetRow.state == Target.RECALLING)
        return max(self._rules.ahead - (session.scalar(lying) or 0), 0)

    def _close(self, session: Session, notice: NoticeRow, now: datetime) -> None:
        notice.finished_at = now
        record(session, notice, What.FINISHED, by_time(now), "撤回")
        tell_desk(session, notice, report(session, notice), now)


def report(session: Session, notice: NoticeRow) -> str:
    """Who no longer has it, who keeps it and why, and of whom nobody knows."""
    counted = progress.tally(session, notice)
    head = "撤回办完了" if notice.finished_at else "还在撤回"
    shown = [f"{state.label} {counted.of(state)}" for state in Target if counted.of(state)]
    lines = [f"{notice.number}《{notice.title}》{head}：{'，'.join(shown)}。"]
    lines += _named(session, notice, counted, "还看得到的群（删不掉）", Target.KEPT)
    lines += _named(session, notice, counted, "不知道还在不在、要人看一眼的群", Target.DOUBTFUL, Target.UNCERTAIN)
    lines.append(f"要向收到过的群说明请发：更正通知 {notice.number} 正确的内容")
    return "\n".join(lines)


def _named(session: Session, notice: NoticeRow, counted: progress.Tally, title: str, *states: Target) -> Sequence[str]:
    total = counted.of(*states)
    query = select(TargetRow).where(TargetRow.notice_id == notice.id, TargetRow.state.in_(states))
    rows = session.scalars(query.order_by(TargetRow.id).limit(SHOWN)).all()
    names = "、".join(f"{row.name or row.conversation}{f'（{row.reason}）' if row.reason else ''}" for row in rows)
    more = f" 等 {total} 个" if total > len(rows) else ""
    return [f"{title}：{names}{more}"] if rows else []


def _unfinished() -> Select[NoticeRow]:
    unfinished = NoticeRow.stage == Stage.RECALLED, NoticeRow.finished_at.is_(None)
    return select(NoticeRow).where(*unfinished).order_by(NoticeRow.id)


def _said() -> ColumnElement[bool]:
    """Something of it stands there, and nobody has looked at it yet."""
    partly = (Target.WAITING, Target.WITHDRAWN, Target.REFUSED, Target.UNCERTAIN)
    return or_(TargetRow.state == Target.DELIVERED, (TargetRow.part > 0) & TargetRow.state.in_(partly))


def _line_up(session: Session, notice: NoticeRow) -> None:
    """What the platforms had in their hands when it was recalled comes in later, too."""
    mine = update(TargetRow).where(TargetRow.notice_id == notice.id, _said())
    doubtful = TargetRow.state == Target.UNCERTAIN
    session.execute(mine.where(doubtful).values(state=Target.TO_RECALL, reason=DOUBT))
    session.execute(mine.values(state=Target.TO_RECALL, reason=None))


def _numbers(session: Session, notice: NoticeRow, targets: Sequence[TargetRow]) -> dict[tuple[str, str], str]:
    """The platform ids of what was said of it, by conversation and text."""
    said = select(PromiseRow.conversation, PromiseRow.text, PromiseRow.platform_id).where(
        PromiseRow.conversation.in_([target.conversation for target in targets]),
        PromiseRow.kind == PromiseKind.NOTICE,
        PromiseRow.state == PromiseState.SENT,
        PromiseRow.created_at >= notice.created_at,
        PromiseRow.platform_id.is_not(None),
    )
    return {(place, text): id for place, text, id in session.execute(said.order_by(PromiseRow.id)) if id}


def _unsay(session: Session, target: TargetRow, text: str, number: str | None, now: datetime) -> int:
    where = Conversation.parse(target.conversation)
    shown = f"（撤回）{text}"
    return outbox.promise(session, where, shown, kind=PromiseKind.UNSAY, now=now, lane=Lane.URGENT, unsays=number)


def _count(session: Session, notice: NoticeRow, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(TargetRow.notice_id == notice.id, which)) or 0
