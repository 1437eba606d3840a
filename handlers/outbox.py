"""Everything the bot says, promised with the change it announces; how it gets to the platform is in `sending`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Index,
    Select,
    String,
    Text,
    bindparam,
    case,
    false,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers.base import Conversation, LineLimit, Person, Quoted, storable
from handlers.store import Base


class PromiseKind(StrEnum):
    """What a promise is for. A push is what nobody waits for: it stands behind people and is never said twice."""

    REPLY = "reply"  #: to the message just said
    ANSWER = "answer"  #: a volunteer's answer to the asker
    ASK = "ask"  #: something asked of a person: rating, material
    CARD = "card"  #: a ticket card or word to a desk
    ALERT = "alert"  #: something an operator must know
    NOTICE = "notice"  #: a push to many groups
    FOLLOW_UP = "follow_up"  #: a push to one: a welcome, a call-back
    UNSAY = "unsay"  #: says nothing, takes a message of ours back
    PIN = "pin"  #: put up where everybody in the group finds it

    @property
    def is_push(self) -> bool:
        return self in (PromiseKind.NOTICE, PromiseKind.FOLLOW_UP, PromiseKind.UNSAY, PromiseKind.PIN)

    @property
    def lane(self) -> "Lane":
        """Whoever waits for something is served before who does not."""
        return Lane.PUSH if self.is_push else Lane.PEOPLE


class Lane(IntEnum):
    """Who goes first. People overtake all pushes; quiet hours hold back the last lane only."""

    PEOPLE = 0
    URGENT = 1
    PUSH = 2

    @property
    def is_push(self) -> bool:
        return self != Lane.PEOPLE


FOLLOWS_UP = text("purpose IS NOT NULL")


class PromiseState(StrEnum):
    DUE = "due"
    SENDING = "sending"  #: marked before it is handed to the platform
    SENT = "sent"  #: the platform took it
    FAILED = "failed"  #: refused for good, or given up
    UNCERTAIN = "uncertain"  #: nobody knows whether it arrived
    WITHDRAWN = "withdrawn"  #: not wanted any more before its time came


class PromiseRow(Base):
    """One outgoing message. `due` None means at once, whatever the clock says; `resent` marks a second copy; `unsays` is
    the platform id of the message to be deleted, by a row that says nothing itself; `purpose` is the kind of a follow-up;
    `file` the digest of what is sent in place of the text, which names it or says the same; `recalled`: taken back, and never to be
    tried again should a platform that has it in its hands refuse it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_next", "state", "channel", "lane", "due"),
        Index("ix_outbox_platform_id", "conversation", "platform_id"),
        Index("ix_outbox_ticket", "ticket"),
        Index("ix_outbox_spoken", "conversation", "created_at"),
        Index("ix_outbox_follow_ups", "due", sqlite_where=FOLLOWS_UP, postgresql_where=FOLLOWS_UP),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), server_default="")
    conversation: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PromiseKind]
    lane: Mapped[int] = mapped_column(default=Lane.PEOPLE, server_default="0")
    text: Mapped[str] = mapped_column(Text)
    mention: Mapped[list[Any]]
    quote: Mapped[str | None] = mapped_column(String(200))
    unsays: Mapped[str | None] = mapped_column(String(200))
    purpose: Mapped[str | None] = mapped_column(String(16))
    file: Mapped[str | None] = mapped_column(String(64))
    caused_by: Mapped[int | None] = mapped_column(index=True)
    ticket: Mapped[int | None]
    state: Mapped[PromiseState] = mapped_column(default=PromiseState.DUE)
    due: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    resent: Mapped[bool] = mapped_column(default=False)
    recalled: Mapped[bool] = mapped_column(default=False, server_default=false())
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None]
    platform_id: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


# Every word said passes these, so they are made once, and not through the ORM where no row is wanted: making a statement
# costs ten times what asking it does.
OUTBOX = PromiseRow.metadata.tables[PromiseRow.__tablename__]
_PROMISE = insert(OUTBOX)
_PROMISED = "something was promised"
_QUOTED = (
    select(OUTBOX.c.id, OUTBOX.c.ticket, OUTBOX.c.caused_by)
    .where(OUTBOX.c.conversation == bindparam("conversation"), OUTBOX.c.platform_id == bindparam("said"))
    .order_by(OUTBOX.c.id.desc())
    .limit(1)
)
_SPOKEN = select(OUTBOX.c.created_at, OUTBOX.c.due).where(
    OUTBOX.c.conversation == bindparam("conversation"),
    OUTBOX.c.created_at.between(bindparam("since"), bindparam("until")),
    OUTBOX.c.kind.in_([PromiseKind.REPLY, PromiseKind.ASK]),
    OUTBOX.c.state.not_in([PromiseState.WITHDRAWN, PromiseState.FAILED]),
)


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
    lane: Lane | None = None,
    unsays: str | None = None,
    file: str | None = None,
    purpose: str | None = None,
) -> int:
    """Promise to say `text`, and its number; it becomes real when the transaction commits. `lane` is for what
    goes another way than its kind does, as pushes that do not wait for the morning."""
    values = {
        "channel": to.channel,
        "conversation": str(to),
        "kind": kind,
        "lane": kind.lane if lane is None else lane,
        "text": storable(text),
        "mention": _each_once(mention),
        "quote": quote,
        "unsays": unsays,
        "file": file,
        "purpose": purpose,
        "caused_by": caused_by,
        "ticket": ticket,
        "due": due or (now if kind.is_push else None),
        "created_at": now,
    }
    session.info[_PROMISED] = True
    key = session.connection().execute(_PROMISE, values).inserted_primary_key
    assert key is not None  # one row was inserted
    return int(key[0])


def _each_once(people: Sequence[Person]) -> list[dict[str, str]]:
    """Whoever is called for two reasons is called once."""
    return [{"id": id, "name": name} for id, name in {person.id: person.name for person in people}.items()]


def has_promised(session: Session) -> bool:
    """Whether anything was promised in this transaction."""
    return _PROMISED in session.info


def quoted(session: Session, conversation: Conversation, platform_id: str) -> Quoted | None:
    """What the bot said under that platform id in that conversation, if it was the bot."""
    row = session.connection().execute(_QUOTED, {"conversation": str(conversation), "said": platform_id}).first()
    return None if row is None else Quoted(promise_id=row.id, ticket=row.ticket, caused_by=row.caused_by)


def withdraw(session: Session, *, caused_by: Collection[int]) -> None:
    """Take back what these messages made us promise for later and has not been said yet; what was done about a ticket
    stays done, and an answer that waits for the morning is the asker's."""
    _withdraw(session, PromiseRow.caused_by.in_(caused_by), PromiseRow.due.is_not(None), PromiseRow.ticket.is_(None))


def hold_back(session: Session, *, caused_by: int) -> None:
    """Take back all that this message made us promise and that has not left yet."""
    _withdraw(session, PromiseRow.caused_by == caused_by)


def free_from(session: Session, conversation: Conversation, *, limit: LineLimit, now: datetime) -> datetime | None:
    """When a further line of the bot's own keeps the limit; None when it was far from it. What a clock that was set back
    has left in the future does not count."""
    wanted = {"conversation": str(conversation), "since": now - limit.within * 3, "until": now + limit.within}
    lines = session.connection().execute(_SPOKEN, wanted)
    spoken = sorted(max(created, due or created) for created, due in lines)
    return spoken[-limit.lines] + limit.within if len(spoken) >= limit.lines else None


def withdraw_for_later(session: Session, conversation: Conversation) -> None:
    """Take back what the bot was going to say there of itself; what volunteers answer is not taken back."""
    ours = PromiseRow.kind.in_([PromiseKind.REPLY, PromiseKind.ASK]) & PromiseRow.ticket.is_(None)
    _withdraw(session, PromiseRow.conversation == str(conversation), PromiseRow.due.is_not(None), ours)


def withdraw_all(session: Session, conversation: Conversation) -> int:
    """Take back all that is not said yet there, for nobody can be told there any more; how much it was."""
    return _withdraw(session, PromiseRow.conversation == str(conversation), reason="机器人已不在这个群")


def take_back(session: Session, id: int) -> bool:
    """Take back one promise; False when it has been said, or is being said."""
    return bool(_withdraw(session, PromiseRow.id == id))


def _withdraw(session: Session, *which: ColumnElement[bool], **also: str) -> int:
    """Take back those that wait to be said; how many they were."""
    waiting = update(PromiseRow).where(PromiseRow.state == PromiseState.DUE, *which)
    gone = session.execute(waiting.values(state=PromiseState.WITHDRAWN, **also))
    return cast(CursorResult[Any], gone).rowcount


def call_back(session: Session, ids: Select[int | None]) -> list[int]:
    """Take back those that are not said, and those that platforms hold right now in case they refuse; the ids of the
    former."""
    due = PromiseRow.state == PromiseState.DUE
    query = update(PromiseRow).where(PromiseRow.id.in_(ids), due | (PromiseRow.state == PromiseState.SENDING))
    gone = case((due, PromiseState.WITHDRAWN), else_=PromiseRow.state)
    rows = session.execute(query.values(state=gone, recalled=True).returning(PromiseRow.id, PromiseRow.state)).all()
    return [id for id, state in rows if state == PromiseState.WITHDRAWN]


def next_due(session: Session) -> datetime | None:
    """When the next promise for later is to be said."""
    return session.scalar(select(func.min(PromiseRow.due)).where(PromiseRow.state == PromiseState.DUE))


def said_next(session: Session) -> datetime | None:
    """When the next promise is to be said; one for at once has been waiting since it was made."""
    first = func.min(func.coalesce(PromiseRow.due, PromiseRow.created_at))
    return session.scalar(select(first).where(PromiseRow.state == PromiseState.DUE))
