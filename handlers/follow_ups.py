"""What nobody asked for and somebody should hear: invitations to rate, reminders. Nobody is nagged: they come at decent
hours, so many a day to a person and to a group, and what waits for one person is said together."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import Conversation, Person
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.times import SHANGHAI, local_day

DAY = timedelta(days=1)
LONGEST_WAIT = 30  # days looked ahead for a free place; whoever is that busy hears it then


@dataclass(frozen=True, kw_only=True)
class FollowUpRules:
    """`hours`: when they may come; `a_person` and `a_group`: how many a day at most; None is no limit."""

    hours: tuple[time, time] | None = None
    a_person: int | None = None
    a_group: int | None = None
    combine: bool = True


AT_ONCE = FollowUpRules()


def follow_up(
    session: Session, to: Conversation, text: str, *, who: Person, rules: FollowUpRules, now: datetime,
    quote: str | None = None, ticket: int | None = None,
) -> PromiseRow:  # fmt: skip
    """Promise it for the first moment that suits, or add it to what waits for the same person already."""
    waiting = _waiting(session, to, who, now) if rules.combine else None
    if waiting is not None:
        waiting.text = f"{waiting.text}\n{text}"
        return waiting
    due = _moment(session, to, who, rules, now)
    mention = () if to.is_private else (who,)
    return outbox.promise(
        session, to, text, kind=PromiseKind.FOLLOW_UP, now=now, due=due, mention=mention, quote=quote, ticket=ticket
    )


def _waiting(session: Session, to: Conversation, who: Person, now: datetime) -> PromiseRow | None:
    query = _ours(to).where(PromiseRow.state == PromiseState.DUE, PromiseRow.due >= now, PromiseRow.attempts == 0)
    rows = session.scalars(query.order_by(PromiseRow.id).with_for_update(skip_locked=True))
    return next((row for row in rows if to.is_private or _is_for(row, who)), None)


def _moment(session: Session, to: Conversation, who: Person, rules: FollowUpRules, now: datetime) -> datetime:
    """The first moment from now on within hours and budgets."""
    moment = _in_hours(now, rules)
    if rules.a_person is None and rules.a_group is None:
        return moment
    since = datetime.combine(local_day(now), time(), SHANGHAI)
    rows = session.scalars(_ours(to).where(PromiseRow.due >= since, PromiseRow.state != PromiseState.WITHDRAWN)).all()
    group = Counter(local_day(row.due) for row in rows if row.due)
    person = Counter(local_day(row.due) for row in rows if row.due and (to.is_private or _is_for(row, who)))
    for _ in range(LONGEST_WAIT):
        day = local_day(moment)
        if person[day] < (rules.a_person or len(rows) + 1) and group[day] < (rules.a_group or len(rows) + 1):
            return moment
        moment = _in_hours(datetime.combine(day + DAY, time(), SHANGHAI), rules)
    return moment


def _in_hours(moment: datetime, rules: FollowUpRules) -> datetime:
    if rules.hours is None:
        return moment
    opens, closes = (datetime.combine(local_day(moment), clock, SHANGHAI) for clock in rules.hours)
    return max(moment, opens) if moment < closes else opens + DAY


def _ours(to: Conversation) -> Select[PromiseRow]:
    return select(PromiseRow).where(PromiseRow.conversation == str(to), PromiseRow.kind == PromiseKind.FOLLOW_UP)


def _is_for(row: PromiseRow, who: Person) -> bool:
    return any(person["id"] == who.id for person in row.mention)
