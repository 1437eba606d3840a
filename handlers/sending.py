"""A promise's way to the platform: claimed by one process, handed over, and what became of it written down."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from handlers.outbox import OUTBOX, Lane, PromiseRow, PromiseState

PUSHES = (Lane.URGENT, Lane.PUSH)
CANDIDATES = 200  # promises looked at in one claim


def _locked(query: Select[PromiseRow]) -> Select[PromiseRow]:
    return query.limit(CANDIDATES).with_for_update(skip_locked=True, of=PromiseRow)


_SENDING = aliased(PromiseRow)
_WAITING = (
    PromiseRow.state == PromiseState.DUE,
    PromiseRow.channel == bindparam("channel"),
    PromiseRow.conversation.not_in(bindparam("waiting", expanding=True)),
    # Another process may be at it: two messages on their way may arrive in the wrong order.
    PromiseRow.conversation.not_in(
        select(_SENDING.conversation).where(
            _SENDING.state == PromiseState.SENDING, _SENDING.channel == bindparam("channel")
        )
    ),
)
_FIRST_OF_EACH = (
    select(func.min(PromiseRow.id))
    .where(
        *_WAITING,
        PromiseRow.lane == Lane.PEOPLE,
        or_(PromiseRow.due.is_(None), PromiseRow.due <= bindparam("now")),
    )
    .group_by(PromiseRow.conversation)
)
_TO_PEOPLE = _locked(
    select(PromiseRow)
    .where(PromiseRow.id.in_(_FIRST_OF_EACH), PromiseRow.state == PromiseState.DUE)
    .order_by(PromiseRow.id)
)
_PUSHED = _locked(
    select(PromiseRow)
    .where(*_WAITING, PromiseRow.lane == bindparam("lane"), PromiseRow.due <= bindparam("now"))
    .order_by(PromiseRow.due, PromiseRow.id)
)


def claim(
    session: Session,
    *,
    by: str,
    now: datetime,
    channel: str,
    lanes: Collection[Lane] = tuple(Lane),
    waiting: Collection[str] = (),
    admits: Callable[[PromiseRow], bool] = lambda _: True,
    limit: int,
) -> list[PromiseRow]:
    """Due promises of a channel marked as being sent, people first: of each conversation the first, none of those in
    `waiting` or being sent to, and only where `admits` says yes; it is asked once a conversation."""
    wanted = {"channel": channel, "waiting": list(waiting), "now": now}
    rows = list(session.scalars(_TO_PEOPLE, wanted)) if Lane.PEOPLE in lanes else []
    for lane in (lane for lane in PUSHES if lane in lanes and len(rows) < limit):
        rows += session.scalars(_PUSHED, {**wanted, "lane": lane})
    marked = _marked(rows, by=by, now=now, admits=admits, limit=limit)
    session.flush()  # what becomes of them is written past the session
    return marked


def _marked(
    rows: Sequence[PromiseRow], *, by: str, now: datetime, admits: Callable[[PromiseRow], bool], limit: int
) -> list[PromiseRow]:
    asked: set[str] = set()
    marked: list[PromiseRow] = []
    for row in rows:
        if len(marked) >= limit:
            break
        if row.conversation in asked:
            continue
        asked.add(row.conversation)
        if admits(row):
            row.state, row.claimed_by, row.claimed_at = PromiseState.SENDING, by, now
            row.attempts += 1
            marked.append(row)
    return marked


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
