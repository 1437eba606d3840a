"""A promise's way to the platform: claimed by one process, handed over, and what became of it written down."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, Update, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from handlers.outbox import OUTBOX, Lane, PromiseRow, PromiseState

CANDIDATES = 200  # promises looked at first in one claim
MOST_CANDIDATES = 2_000  # promises looked at when the first ones wait for accounts that may not speak


class Admission(Protocol):
    """Who may be spoken to now."""

    def __call__(self, conversation: str, lane: Lane) -> bool:
        """Whether a message may go there now; asked once a conversation, and one that is let through counts."""
        ...

    def is_over(self, lane: Lane) -> bool:
        """Whether nobody at all may be spoken to any more."""
        ...


class Everybody:
    """Lets all through."""

    def __call__(self, conversation: str, lane: Lane) -> bool:
        return True

    def is_over(self, lane: Lane) -> bool:
        return False


_SENDING = aliased(PromiseRow)
_WAITING = (
    PromiseRow.state == PromiseState.DUE,
    PromiseRow.channel == bindparam("channel"),
    PromiseRow.lane == bindparam("lane"),
    PromiseRow.conversation.not_in(bindparam("waiting", expanding=True)),
    # Another process may be at it: two messages on their way may arrive in the wrong order.
    PromiseRow.conversation.not_in(
        select(_SENDING.conversation).where(
            _SENDING.state == PromiseState.SENDING, _SENDING.channel == bindparam("channel")
        )
    ),
)
_FIRST_OF_EACH = (
    select(func.min(PromiseRow.id).label("id"), PromiseRow.conversation)
    .where(*_WAITING, or_(PromiseRow.due.is_(None), PromiseRow.due <= bindparam("now")))
    .group_by(PromiseRow.conversation)
)


def _locked(query: Select[PromiseRow]) -> Select[PromiseRow]:
    return query.with_for_update(skip_locked=True, of=PromiseRow)


_TO_PEOPLE = _locked(
    select(PromiseRow)
    .where(
        PromiseRow.id.in_(_FIRST_OF_EACH.with_only_columns(func.min(PromiseRow.id))),
        PromiseRow.state == PromiseState.DUE,
    )
    .order_by(PromiseRow.id)
    .limit(CANDIDATES)
)
_ALL_TO_PEOPLE = _FIRST_OF_EACH.order_by("id").limit(MOST_CANDIDATES)
_WAITING_PUSHES = (*_WAITING, PromiseRow.due <= bindparam("now"))
_PUSHED = _locked(select(PromiseRow).where(*_WAITING_PUSHES).order_by(PromiseRow.due, PromiseRow.id).limit(CANDIDATES))
_ALL_PUSHED = (
    select(PromiseRow.id, PromiseRow.conversation)
    .where(*_WAITING_PUSHES)
    .order_by(PromiseRow.due, PromiseRow.id)
    .limit(MOST_CANDIDATES)
)
_CHOSEN = _locked(
    select(PromiseRow)
    .where(PromiseRow.id.in_(bindparam("ids", expanding=True)), PromiseRow.state == PromiseState.DUE)
    .order_by(PromiseRow.id)
)


def claim(
    session: Session,
    *,
    by: str,
    now: datetime,
    channel: str,
    lanes: Collection[Lane] = tuple(Lane),
    waiting: Collection[str] = (),
    admits: Admission | None = None,
    limit: int,
) -> list[PromiseRow]:
    """Due promises of a channel marked as being sent, people first: of each conversation the first, none of those in
    `waiting` or being sent to, and only where `admits` says yes."""
    choice = _Choice(admits or Everybody(), limit)
    marked: list[PromiseRow] = []
    for lane in sorted(lanes):
        if not choice.is_over(lane):
            wanted = {"channel": channel, "waiting": list(waiting), "now": now, "lane": lane}
            marked += _chosen(session, choice, lane, wanted)
    for row in marked:
        row.state, row.claimed_by, row.claimed_at = PromiseState.SENDING, by, now
        row.attempts += 1
    session.flush()  # what becomes of them is written past the session
    return marked


def _chosen(session: Session, choice: "_Choice", lane: Lane, wanted: dict[str, Any]) -> list[PromiseRow]:
    """Most often the first look shows all that wait. Where it does not, whoever may be spoken to must not wait behind
    hundreds who may not, so many more are looked at, and loaded only who is chosen. Behind thousands who may not he waits
    until they may: to look at all of them in each claim would hold up whoever else writes."""
    first = session.scalars(_PUSHED if lane.is_push else _TO_PEOPLE, wanted).all()
    rows = choice.of(first, lane)
    if len(first) == CANDIDATES and not choice.is_over(lane):
        others = choice.of(session.execute(_ALL_PUSHED if lane.is_push else _ALL_TO_PEOPLE, wanted), lane)
        rows += session.scalars(_CHOSEN, {"ids": [other.id for other in others]})
    return rows


class _Candidate(Protocol):
    @property
    def conversation(self) -> str: ...


C = TypeVar("C", bound=_Candidate)


class _Choice:
    """Who is spoken to in one claim: nobody twice, and not more than fit in."""

    def __init__(self, admits: Admission, limit: int) -> None:
        self._admits, self._room, self._asked = admits, limit, set[str]()

    def is_over(self, lane: Lane) -> bool:
        return self._room <= 0 or self._admits.is_over(lane)

    def of(self, candidates: Iterable[C], lane: Lane) -> list[C]:
        chosen: list[C] = []
        for candidate in candidates:
            if candidate.conversation in self._asked:
                continue
            self._asked.add(candidate.conversation)
            if self._admits(candidate.conversation, lane):
                chosen.append(candidate)
                self._room -= 1
                if self.is_over(lane):
                    break
        return chosen


def taken(session: Session, id: int, *, platform_id: str | None, now: datetime) -> None:
    """The platform took it."""
    _settle(session, id, state=PromiseState.SENT, platform_id=platform_id, sent_at=now)


def refused(session: Session, id: int, *, reason: str) -> None:
    """It will not be said: refused for good, or tried often enough."""
    _settle(session, id, state=PromiseState.FAILED, reason=reason[:300])


def again(session: Session, id: int, *, due: datetime, reason: str) -> None:
    """It was not taken this time and is tried again."""
    _settle(session, id, state=PromiseState.DUE, due=due, reason=reason[:300])


def postpone(session: Session, row: PromiseRow, *, due: datetime, reason: str) -> None:
    """It was not even tried: that is no attempt."""
    _settle(session, row.id, state=PromiseState.DUE, due=due, reason=reason[:300], attempts=row.attempts - 1)


def give_back(session: Session, rows: Sequence[PromiseRow]) -> None:
    """Claimed and not sent after all."""
    for row in rows:
        _settle(session, row.id, state=PromiseState.DUE, attempts=row.attempts - 1)


def uncertain(session: Session, row: PromiseRow, *, due: datetime, reason: str) -> PromiseState:
    """Nobody knows whether it arrived: words to a person are said once more, marked; a push waits for an operator."""
    once_more = not row.kind.is_push and not row.resent
    state = PromiseState.DUE if once_more else PromiseState.UNCERTAIN
    _settle(session, row.id, state=state, due=due, resent=row.resent or once_more, reason=reason[:300])
    return state


def left_behind(session: Session, *, still_lives: Callable[[str], bool]) -> list[PromiseRow]:
    """Promises that a process marked as being sent and never settled: it died at it."""
    sending = PromiseRow.state == PromiseState.SENDING
    senders = session.scalars(select(PromiseRow.claimed_by).where(sending).distinct())
    dead = [name for name in senders if name is not None and not still_lives(name)]
    query = select(PromiseRow).where(sending, PromiseRow.claimed_by.in_(dead))
    return list(session.scalars(query.order_by(PromiseRow.id).with_for_update(skip_locked=True)))


def _settle(session: Session, id: int, *, state: PromiseState, **values: Any) -> None:
    """Every delivery comes through here: written past the session, by a statement that is built once."""
    new = {f"new_{name}": value for name, value in values.items()}
    session.connection().execute(_settling(state, tuple(values)), {"row": id, **new})


@cache
def _settling(state: PromiseState, names: tuple[str, ...]) -> Update:
    """What was called back meanwhile does not become due again."""
    columns = OUTBOX.c
    kept = case((columns.recalled, PromiseState.WITHDRAWN), else_=state) if state == PromiseState.DUE else state
    new = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in names}
    return update(OUTBOX).where(columns.id == bindparam("row")).values(state=kept, **new)
