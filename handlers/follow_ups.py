"""What somebody should hear of his matter: that it was taken, answers, requests and corrections, which he waits for; and
what he did not ask for: invitations to rate, reminders, how far a long matter is, looks back. Each kind has its row of the
policy. Nobody is nagged: what was not asked for shares what a person and a group may hear in a day, and what waits for one
person is said together."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import Conversation, Person
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.times import SHANGHAI, local_day

DAY = timedelta(days=1)
LONGEST_WAIT = 30  # days looked ahead for a free place; whoever is that busy hears it then


Hours = tuple[time, time]


class FollowUp(StrEnum):
    """The kinds, as the policy table names them."""

    RATING = "rating"  #: the invitation to rate an answer
    REMINDER = "reminder"  #: to who was invited and said nothing
    MATERIAL = "material"  #: to who was asked for material and sent none
    PROGRESS = "progress"  #: how far a long matter is
    LOOK_BACK = "look_back"  #: whether it still holds, long after
    ACCEPTANCE = "acceptance"  #: that his question was taken, under which number, and until when it is answered
    ANSWER = "answer"  #: what a volunteer answers, a refusal to take the question included
    REQUEST = "request"  #: for material without which it does not go on
    CORRECTION = "correction"  #: of an answer that was wrong


#: Always said, and never counted against what a person may hear.
WAITED_FOR = frozenset({FollowUp.ACCEPTANCE, FollowUp.ANSWER, FollowUp.REQUEST, FollowUp.CORRECTION})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind in the policy. `hours`: its own; `a_day`: how many of it a person may hear in a day; `private`: in the
    private chat instead of the group where he asked."""

    send: bool = True
    hours: Hours | None = None
    a_day: int | None = None
    private: bool = False


@dataclass(frozen=True, kw_only=True)
class FollowUpRules:
    """`hours`: when they may come; `a_person` and `a_group`: how many a day at most; None is no limit."""

    hours: Hours | None = None
    a_person: int | None = None
    a_group: int | None = None
    combine: bool = True
    rows: Mapping[FollowUp, Row] = field(default_factory=dict)

    def row(self, kind: FollowUp) -> Row:
        return self.rows.get(kind, Row())

    def hours_of(self, kind: FollowUp) -> Hours | None:
        """What is waited for comes at any hour, unless its own row says otherwise."""
        return self.row(kind).hours or (None if kind in WAITED_FOR else self.hours)

    def held_until(self, kind: FollowUp, now: datetime) -> datetime | None:
        """When a word that somebody waits for is said; None is at once."""
        moment = _in_hours(now, self.hours_of(kind))
        return moment if moment > now else None

    def is_private(self, kind: FollowUp, to: Conversation) -> bool:
        """Whether it is said in private though the matter came up in a group."""
        return self.row(kind).private and not to.is_private


AT_ONCE = FollowUpRules()


def follow_up(
    session: Session, kind: FollowUp, to: Conversation, text: str, *, who: Person, rules: FollowUpRules, now: datetime,
    ticket: int, quote: str | None = None, caused_by: int | None = None,
) -> None:  # fmt: skip
    """Promise it for the first moment that suits, or add it to what waits for the same person already; nothing where
    the policy does not want it said."""
    if not rules.row(kind).send:
        return
    if rules.is_private(kind, to):
        to, quote = Conversation.private(who.channel, who.id), None
    waiting = _waiting(session, kind, to, who, rules, now) if rules.combine else None
    if waiting is not None:
        waiting.text = f"{waiting.text}\n{text}"
        return
    outbox.promise(
        session, to, text, kind=_promise_kind(kind), now=now, due=_moment(session, kind, to, who, rules, now),
        mention=() if to.is_private else (who,), quote=quote, caused_by=caused_by, ticket=ticket,
        purpose=kind,
    )  # fmt: skip


def say_waited_for(
    session: Session, kind: FollowUp, to: Conversation, text: str, *, who: Sequence[Person], rules: FollowUpRules,
    now: datetime, quote: str | None = None, caused_by: int | None = None, ticket: int | None = None,
) -> int:  # fmt: skip
    """Promise what they wait for, in one message where they asked, or to each in private; the number of the last promise."""
    places: list[tuple[Conversation, str | None]] = [(to, quote)]
    if rules.is_private(kind, to):
        places = [(Conversation.private(one.channel, one.id), None) for one in who]
    promised = [
        outbox.promise(
            session, place, text, kind=_promise_kind(kind), now=now, due=rules.held_until(kind, now),
            mention=() if place.is_private else who, quote=quoted, caused_by=caused_by, ticket=ticket,
        )
        for place, quoted in places
    ]  # fmt: skip
    return promised[-1]


def _waiting(
    session: Session, kind: FollowUp, to: Conversation, who: Person, rules: FollowUpRules, now: datetime
) -> PromiseRow | None:
    here = PromiseRow.conversation == str(to), PromiseRow.state == PromiseState.DUE, PromiseRow.attempts == 0
    query = select(PromiseRow).where(*_due_since(now), *here, _may_be_for(who)).order_by(PromiseRow.id)
    rows = session.scalars(query.with_for_update(skip_locked=True))
    hours = rules.hours_of(kind)
    mine = (row for row in rows if _is_for(row, who))
    return next((row for row in mine if row.due and _in_hours(row.due, hours) == row.due), None)


def _moment(
    session: Session, kind: FollowUp, to: Conversation, who: Person, rules: FollowUpRules, now: datetime
) -> datetime:
    """The first moment from now on within hours and budgets."""
    hours, a_day = rules.hours_of(kind), rules.row(kind).a_day
    moment = _in_hours(now, hours)
    if rules.a_person is None and rules.a_group is None and a_day is None:
        return moment
    since = datetime.combine(local_day(now), time(), SHANGHAI)
    meant = PromiseRow.state != PromiseState.WITHDRAWN
    near = or_(PromiseRow.conversation == str(to), _may_be_for(who))
    rows = session.scalars(select(PromiseRow).where(*_due_since(since), meant, near)).all()
    here = [row for row in rows if row.conversation == str(to)]
    his = [row for row in rows if _is_for(row, who)]  # in whatever group he asked
    of_kind = [row for row in his if row.purpose == kind]
    budgets = [(_by_day(here), rules.a_group), (_by_day(his), rules.a_person), (_by_day(of_kind), a_day)]
    for _ in range(LONGEST_WAIT):
        day = local_day(moment)
        if all(most is None or heard[day] < most for heard, most in budgets):
            return moment
        moment = _in_hours(datetime.combine(day + DAY, time(), SHANGHAI), hours)
    return moment


def _by_day(rows: Sequence[PromiseRow]) -> Counter[date]:
    return Counter(local_day(row.due) for row in rows if row.due)


def _in_hours(moment: datetime, hours: Hours | None) -> datetime:
    if hours is None:
        return moment
    opens, closes = (datetime.combine(local_day(moment), clock, SHANGHAI) for clock in hours)
    return max(moment, opens) if moment < closes else opens + DAY


def _promise_kind(kind: FollowUp) -> PromiseKind:
    """What a volunteer wrote to who waits stands before all pushes, and the desk hears when it does not arrive."""
    match kind:
        case FollowUp.ACCEPTANCE:
            return PromiseKind.REPLY
        case FollowUp.ANSWER | FollowUp.CORRECTION:
            return PromiseKind.ANSWER
        case FollowUp.REQUEST | FollowUp.PROGRESS:
            return PromiseKind.ASK
    return PromiseKind.FOLLOW_UP


def _due_since(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return PromiseRow.purpose.is_not(None), PromiseRow.due >= moment


def _may_be_for(who: Person) -> ColumnElement[bool]:
    """What the database can tell of `_is_for`: of a morning's many follow-ups, few name one person."""
    in_private = PromiseRow.conversation == str(Conversation.private(who.channel, who.id))
    return or_(in_private, cast(PromiseRow.mention, Text).contains(json.dumps(who.id), autoescape=True))


def _is_for(row: PromiseRow, who: Person) -> bool:
    if row.channel != who.channel:
        return False
    in_private = row.conversation == str(Conversation.private(who.channel, who.id))
    return in_private or any(person["id"] == who.id for person in row.mention)
