"""Notices on their way: a few at a time into the outbox, and every outcome written down once.

The outbox never holds more of a running notice than it can say soon, so that an answer to a person finds it nearly empty,
a pause takes effect at once, and two hundred thousand targets weigh nothing there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, func, select, update
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import Conversation
from handlers.jobs import Job
from handlers.notices import progress, spreading
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.rules import NoticeRules
from handlers.notices.sealing import seal, words_are_approved
from handlers.notices.service import by_time, record, tell_desk
from handlers.notices.targets import unsaid
from handlers.notices.words import SETTLED, Stage, Target, Way, What
from handlers.notices.writing import markers
from handlers.outbox import Lane, PromiseKind, PromiseRow, PromiseState

TARGETS = TargetRow.metadata.tables[TargetRow.__tablename__]
SETTLE_AT_ONCE = 5_000
UNFINISHED = (Target.WAITING, Target.QUEUED, Target.PASSING, Target.BY_HAND)
OUTCOME = {
    PromiseState.SENT: Target.DELIVERED,
    PromiseState.FAILED: Target.REFUSED,
    PromiseState.UNCERTAIN: Target.UNCERTAIN,
    PromiseState.WITHDRAWN: Target.REFUSED,  # taken back by others: the bot is in that group no more
}
FIRST_STATE = {Way.PUSH: Target.QUEUED, Way.PASSING: Target.PASSING, Way.BY_HAND: Target.BY_HAND}


# Asked at every moment, so made once.
_RUNNING = select(NoticeRow).where(NoticeRow.stage.in_((Stage.APPROVED, Stage.SENDING)))
_FIRST_PASSING = select(func.min(TargetRow.fed_at)).where(TargetRow.state == Target.PASSING)
_FIRST_SAID = (
    select(func.min(PromiseRow.created_at))
    .join(TargetRow, TargetRow.promise_id == PromiseRow.id)
    .where(TargetRow.state == Target.QUEUED, PromiseRow.state.in_(OUTCOME))
)
_OUTCOMES = (
    select(
        TargetRow.id,
        TargetRow.notice_id,
        TargetRow.channel,
        TargetRow.part,
        PromiseRow.state,
        PromiseRow.recalled,
        PromiseRow.reason,
    )
    .join(PromiseRow, PromiseRow.id == TargetRow.promise_id)
    .where(TargetRow.state == Target.QUEUED, PromiseRow.state.in_(OUTCOME))
    .limit(SETTLE_AT_ONCE)
    .with_for_update(skip_locked=True, of=TargetRow)
)


def feeding(rules: NoticeRules) -> Job:
    """Starts what is due, feeds what runs, settles what was said, closes what is through."""
    feeder = Feeder(rules)
    return Job(name="notices", every=spreading.EVERY, run=feeder.run, next_due=feeder.next_due)


class Feeder:
    """Safe to run in several processes: rows are claimed, and every change is one transaction."""

    def __init__(self, rules: NoticeRules) -> None:
        self._rules = rules

    def run(self, session: Session, now: datetime) -> int:
        done = self._settle(session, now) + self._hand_over(session, now)
        for notice in session.scalars(_RUNNING.order_by(NoticeRow.id).with_for_update(skip_locked=True)).all():
            done += self._advance(session, notice, now)
        return done

    def next_due(self, session: Session) -> datetime | None:
        """When something can be done next, were nothing to happen meanwhile."""
        moments = [self._next_of(session, notice) for notice in session.scalars(_RUNNING).all()]
        moments.append(spreading.run_after(session.scalar(_FIRST_SAID)))
        passing = session.scalar(_FIRST_PASSING)
        moments.append(passing + self._rules.passing_for if passing else None)
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_of(self, session: Session, notice: NoticeRow) -> datetime | None:
        if notice.stage == Stage.APPROVED:
            return self._opens(notice, notice.not_before or notice.approved_at or notice.created_at)
        if not _some(session, notice, Target.WAITING):
            return None if _some(session, notice, *UNFINISHED) else spreading.run_after(notice.fed_at)
        if not any(spreading.rooms(session, notice, self._rules).values()):
            return None
        return self._opens(notice, spreading.quota_grows(session, notice, self._rules))

    def _opens(self, notice: NoticeRow, moment: datetime) -> datetime:
        return self._rules.next_moment(moment, any_day=notice.any_day)

    # --- what was said

    def _settle(self, session: Session, now: datetime) -> int:
        """Write down what became of promises; a notice in parts goes on with the next."""
        rows = session.execute(_OUTCOMES).all()
        notices = {number: session.get_one(NoticeRow, number) for number in sorted({row.notice_id for row in rows})}
        if rows:
            _write(session, [_settled(row, notices[row.notice_id], now) for row in rows])
        for notice in notices.values():
            self._close(session, notice, now)
        return len(rows)

    def _hand_over(self, session: Session, now: datetime) -> int:
        """Groups in which nobody spoke, so that nothing could be said along: volunteers post it there themselves."""
        late = (TargetRow.state == Target.PASSING) & (TargetRow.fed_at <= now - self._rules.passing_for)
        query = update(TargetRow).where(late).values(state=Target.BY_HAND).returning(TargetRow.notice_id)
        counts = Counter(session.scalars(query).all())
        for number, count in counts.items():
            notice = session.get_one(NoticeRow, number)
            tell_desk(
                session, notice, f"{notice.number} 有 {count} 个群发不进去，请志愿者代发：代发 {notice.number}", now
            )
        return counts.total()

    # --- what is said next

    def _advance(self, session: Session, notice: NoticeRow, now: datetime) -> int:
        if not self._rules.allows(now, any_day=notice.any_day) or (notice.not_before and notice.not_before > now):
            return 0
        if notice.stage == Stage.APPROVED and not self._start(session, notice, now):
            return 1
        fed = self._feed(session, notice, now)
        self._close(session, notice, now)
        return fed

    def _start(self, session: Session, notice: NoticeRow, now: datetime) -> bool:
        """Begin only what is word for word and target for target what was approved."""
        if seal(session, notice) != notice.approved_digest:
            return self._stop_tampered(session, notice, now)
        notice.stage, notice.started_at, notice.fed_at = Stage.SENDING, now, now
        record(session, notice, What.STARTED, by_time(now))
        return True

    def _stop_tampered(self, session: Session, notice: NoticeRow, now: datetime) -> bool:
        notice.stage, notice.approved_digest = Stage.DRAFT, ""
        record(session, notice, What.TAMPERED, by_time(now))
        tell_desk(
            session, notice, f"{notice.number} {What.TAMPERED.label}。请核对后重新提交：提交 {notice.number}", now
        )
        return False

    def _feed(self, session: Session, notice: NoticeRow, now: datetime) -> int:
        if not words_are_approved(notice):
            self._stop_tampered(session, notice, now)
            return 1
        quota, fed = spreading.quota(session, notice, self._rules, now), 0
        for channel, room in spreading.rooms(session, notice, self._rules).items():
            fed += self._feed_channel(session, notice, channel, min(room, quota - fed), now)
        if fed:
            notice.fed_at = now
        return fed

    def _feed_channel(self, session: Session, notice: NoticeRow, channel: str, room: int, now: datetime) -> int:
        if room <= 0:
            return 0
        query = select(TargetRow.id, TargetRow.conversation, TargetRow.part).where(
            TargetRow.notice_id == notice.id,
            TargetRow.state == Target.WAITING,
            TargetRow.channel == channel,
        )
        rows = session.execute(query.order_by(TargetRow.id).limit(room).with_for_update(skip_locked=True)).all()
        state = FIRST_STATE[self._rules.way(channel) or Way.BY_HAND]
        ids: list[int | None] = [None] * len(rows)
        if state == Target.QUEUED:
            ids = [say(session, notice, Conversation.parse(place), part, now) for _, place, part in rows]
        values = [
            {"row": row.id, "state": state, "promise_id": id, "fed_at": now} for row, id in zip(rows, ids, strict=True)
        ]
        if values:
            _write(session, values)
        return len(values)

    # --- the end

    def _close(self, session: Session, notice: NoticeRow, now: datetime) -> None:
        if notice.stage != Stage.SENDING or _some(session, notice, *UNFINISHED):
            return
        notice.stage, notice.finished_at = Stage.DONE, now
        record(session, notice, What.FINISHED, by_time(now))
        tell_desk(session, notice, progress.report(session, notice, self._rules, now=now), now)


def say(
    session: Session, notice: NoticeRow, to: Conversation, part: int, now: datetime, *, answers: str | None = None
) -> int:
    """Promise one part, as it was approved for that platform. What answers a message is no push: that goes where pushing
    is not possible."""
    text, lane = notice.parts[to.channel][part], Lane.PUSH if answers is None else Lane.PEOPLE
    file = markers(notice).get(text)
    return outbox.promise(
        session, to, text, kind=PromiseKind.NOTICE, now=now, due=now, quote=answers, file=file, lane=lane
    )


def _settled(row: Row[*tuple[Any, ...]], notice: NoticeRow, now: datetime) -> dict[str, object]:
    """What a target is now, by one of `_OUTCOMES`."""
    state, part, reason = OUTCOME[row.state], row.part, row.reason
    if state == Target.DELIVERED:
        part += 1
        state = unsaid(notice) if part < len(notice.parts.get(row.channel, ())) else state
    elif row.state == PromiseState.WITHDRAWN and row.recalled:
        state, reason = unsaid(notice), None
    settled_at = now if state in SETTLED else None
    return {"row": row.id, "state": state, "part": part, "reason": reason, "settled_at": settled_at}


def _write(session: Session, values: Sequence[Mapping[str, object]]) -> None:
    """Many targets in one statement; `row` is the id of each."""
    names = [name for name in values[0] if name != "row"]
    statement = update(TARGETS).where(TARGETS.c.id == bindparam("row"))
    new: dict[str, BindParameter[object]] = {name: bindparam(f"new_{name}") for name in names}
    rows = [{"row": one["row"], **{f"new_{name}": one[name] for name in names}} for one in values]
    session.connection().execute(statement.values(new), rows)


def _some(session: Session, notice: NoticeRow, *states: Target) -> bool:
    query = select(TargetRow.id).where(TargetRow.notice_id == notice.id, TargetRow.state.in_(states))
    return session.scalar(query.limit(1)) is not None
