"""Everything the bot says: promises written with the change they announce, and their way to the platform."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers.base import Conversation, LineLimit, Person, Quoted
from handlers.inbox import storable
from handlers.store import Base


class PromiseKind(StrEnum):
    """What a promise is for; only notices wait for an operator when their outcome is uncertain."""

    REPLY = "reply"  #: to the message just said
    ANSWER = "answer"  #: a volunteer's answer to the asker
    ASK = "ask"  #: something asked of a person: rating, material
    CARD = "card"  #: a ticket card or word to a desk
    ALERT = "alert"  #: something an operator must know
    NOTICE = "notice"  #: a push to many groups


class PromiseState(StrEnum):
    DUE = "due"
    SENDING = "sending"  #: marked before it is handed to the platform
    SENT = "sent"  #: the platform took it
    FAILED = "failed"  #: refused for good, or given up
    UNCERTAIN = "uncertain"  #: nobody knows whether it arrived
    WITHDRAWN = "withdrawn"  #: not wanted any more before its time came


class PromiseRow(Base):
    """One outgoing message. `due` None means at once, whatever the clock says; `resent` marks a second copy."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state", "state", "due"),
        Index("ix_outbox_platform_id", "conversation", "platform_id"),
        Index("ix_outbox_ticket", "ticket"),
        Index("ix_outbox_spoken", "conversation", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PromiseKind]
    text: Mapped[str] = mapped_column(Text)
    mention: Mapped[list[Any]]
    quote: Mapped[str | None] = mapped_column(String(200))
    caused_by: Mapped[int | None] = mapped_column(index=True)
    ticket: Mapped[int | None]
    state: Mapped[PromiseState] = mapped_column(default=PromiseState.DUE)
    due: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    resent: Mapped[bool] = mapped_column(default=False)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None]
    platform_id: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def promise(
    session: Session,
    to: Conversation,
    text: str,
    *,
    kind: PromiseKind,
    now: datetime,
    due: datetime | None = None,
    mention: Sequence[Person] = (),
    quote: str | None = None,
    caused_by: int | None = None,
    ticket: int | None = None,
) -> PromiseRow:
    """Promise to say `text`; it becomes real when the transaction commits."""
    row = PromiseRow(
        conversation=str(to),
        kind=kind,
        text=storable(text),
        mention=[{"id": person.id, "name": person.name} for person in mention],
        quote=quote,
        caused_by=caused_by,
        ticket=ticket,
        due=due,
        created_at=now,
    )
    session.add(row)
    return row


def quoted(session: Session, conversation: Conversation, platform_id: str) -> Quoted | None:
    """What the bot said under that platform id in that conversation, if it was the bot."""
    query = select(PromiseRow).where(
        PromiseRow.conversation == str(conversation), PromiseRow.platform_id == platform_id
    )
    row = session.scalars(query.order_by(PromiseRow.id.desc()).limit(1)).first()
    return None if row is None else Quoted(promise_id=row.id, ticket=row.ticket, caused_by=row.caused_by)


def claim(
    session: Session, *, by: str, now: datetime, channel: str, waiting: Collection[str] = (), limit: int
) -> list[PromiseRow]:
    """Due promises of a channel marked as being sent: of each conversation the oldest, none of those in `waiting`."""
    first = (
        select(func.min(PromiseRow.id))
        .where(
            PromiseRow.state == PromiseState.DUE,
            or_(PromiseRow.due.is_(None), PromiseRow.due <= now),
            PromiseRow.conversation.startswith(f"{channel}:", autoescape=True),
            PromiseRow.conversation.not_in(waiting),
        )
        .group_by(PromiseRow.conversation)
    )
    query = select(PromiseRow).where(PromiseRow.id.in_(first), PromiseRow.state == PromiseState.DUE)
    rows = list(session.scalars(query.order_by(PromiseRow.id).limit(limit).with_for_update(skip_locked=True)))
    for row in rows:
        row.state, row.claimed_by, row.claimed_at = PromiseState.SENDING, by, now
        row.attempts += 1
    return rows


def withdraw(session: Session, *, caused_by: Collection[int]) -> None:
    """Take back what these messages made us promise for later and has not been said yet."""
    later = PromiseRow.due.is_not(None)
    waiting = PromiseRow.state == PromiseState.DUE
    query = update(PromiseRow).where(PromiseRow.caused_by.in_(caused_by), waiting, later)
    session.execute(query.values(state=PromiseState.WITHDRAWN))


def free_from(session: Session, conversation: Conversation, *, limit: LineLimit, now: datetime) -> datetime | None:
    """When a further line of the bot's own keeps the limit; None when it was far from it."""
    query = select(PromiseRow.created_at, PromiseRow.due).where(
        PromiseRow.conversation == str(conversation),
        PromiseRow.created_at > now - limit.within * 3,
        PromiseRow.kind.in_([PromiseKind.REPLY, PromiseKind.ASK]),
        PromiseRow.state.not_in([PromiseState.WITHDRAWN, PromiseState.FAILED]),
    )
    spoken = sorted(max(created, due or created) for created, due in session.execute(query))
    return spoken[-limit.lines] + limit.within if len(spoken) >= limit.lines else None


def withdraw_for_later(session: Session, conversation: Conversation) -> None:
    """Take back what the bot was going to say there of itself; what volunteers answer is not taken back."""
    ours = PromiseRow.kind.in_([PromiseKind.REPLY, PromiseKind.ASK]) & PromiseRow.ticket.is_(None)
    query = update(PromiseRow).where(
        PromiseRow.conversation == str(conversation),
        PromiseRow.state == PromiseState.DUE,
        PromiseRow.due.is_not(None),
        ours,
    )
    session.execute(query.values(state=PromiseState.WITHDRAWN))


def next_due(session: Session) -> datetime | None:
    """When the next promise for later is to be said."""
    return session.scalar(select(func.min(PromiseRow.due)).where(PromiseRow.state == PromiseState.DUE))


def taken(session: Session, id: int, *, platform_id: str | None, now: datetime) -> None:
    """The platform took it."""
    _settle(session, id, state=PromiseState.SENT, platform_id=platform_id, sent_at=now)


def refused(session: Session, id: int, *, reason: str) -> None:
    """It will not be said: refused for good, or tried often enough."""
    _settle(session, id, state=PromiseState.FAILED, reason=reason[:300])


def again(session: Session, id: int, *, due: datetime, reason: str) -> None:
    """It was not taken this time and is tried again."""
    _settle(session, id, state=PromiseState.DUE, due=due, reason=reason[:300])


def uncertain(session: Session, row: PromiseRow, *, due: datetime, reason: str) -> PromiseState:
    """Nobody knows whether it arrived: words to a person are said once more, marked; notices wait for an operator."""
    once_more = row.kind != PromiseKind.NOTICE and not row.resent
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


def _settle(session: Session, id: int, **values: Any) -> None:
    session.execute(update(PromiseRow).where(PromiseRow.id == id).values(**values))
