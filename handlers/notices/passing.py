"""Where the bot may not speak first: the notice goes along when somebody in the group says something."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Decision, Turn
from handlers.jobs import Job
from handlers.notices.feeding import say
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.words import Stage, Target

LOOK_EVERY = timedelta(seconds=15)


class Passing:
    """Handler that always leaves the message to those after it. Which groups wait is kept in memory, so that a line in
    any other group costs nothing; the database has the last word."""

    def __init__(self) -> None:
        self._waiting: frozenset[str] = frozenset()

    def __call__(self, turn: Turn) -> Decision | None:
        if str(turn.message.conversation) in self._waiting:
            self._go_along(turn)
        return None

    def refreshing(self) -> Job:
        return Job(name="notices_passing", every=LOOK_EVERY, run=self._look, next_due=self._next_due, writes=False)

    def _look(self, session: Session, _now: datetime) -> int:
        self._waiting = _places(session)
        return 0

    def _next_due(self, session: Session) -> datetime | None:
        """At once after a group began to wait; in memory nothing else changes what is done."""
        missing = _places(session) - self._waiting
        fed = select(TargetRow.fed_at).where(TargetRow.state == Target.PASSING, TargetRow.conversation.in_(missing))
        return session.scalar(fed.limit(1)) if missing else None

    def _go_along(self, turn: Turn) -> None:
        """One notice a message, the oldest; the rest waits for the next."""
        query = (
            select(TargetRow, NoticeRow)
            .join(NoticeRow, NoticeRow.id == TargetRow.notice_id)
            .where(
                TargetRow.conversation == str(turn.message.conversation),
                TargetRow.state == Target.PASSING,
                NoticeRow.stage == Stage.SENDING,
            )
            .order_by(TargetRow.id)
            .limit(1)
            .with_for_update(of=TargetRow)
        )
        found = turn.session.execute(query).first()
        if found is None:
            return
        target, notice = found
        place = turn.message.conversation
        target.promise_id = say(turn.session, notice, place, target.part, turn.now, answers=turn.message.id)
        target.state = Target.QUEUED


def _places(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(TargetRow.conversation).where(TargetRow.state == Target.PASSING)))
