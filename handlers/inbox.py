"""Everything that was said to us, stored before anything else, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, Text, bindparam, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers.base import Attachment, Conversation, Decision, DecisionKind, Message, Person, Rank, storable
from handlers.store import Base

MAX_TEXT = 100_000  # characters kept of one message; nobody asks in more
UNHANDLED = text("handled_at IS NULL")


class InboxRow(Base):
    """One message as it came; `handled_at` is set in the transaction that decides it."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_unhandled", "id", sqlite_where=UNHANDLED, postgresql_where=UNHANDLED),
        Index("ix_inbox_speaker", "conversation", "sender", "id"),
        Index("ix_inbox_message_id", "conversation", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    conversation: Mapped[str] = mapped_column(String(200))
    message_id: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(200))
    sender_name: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    mentions_bot: Mapped[bool]
    quotes: Mapped[str | None] = mapped_column(String(200))
    attachments: Mapped[list[Any]]
    account: Mapped[str] = mapped_column(String(100), default="")
    rank: Mapped[Rank | None]
    recalls: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class DecisionRow(Base):
    """What the bot did with one message and why: exactly one row for each handled message."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_entry", "conversation", "entry", "decided_at"),
        Index("ix_decisions_sender", "conversation", "sender", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), unique=True)
    conversation: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(200))
    kind: Mapped[DecisionKind]
    reason: Mapped[str] = mapped_column(String(64))
    entry: Mapped[str | None] = mapped_column(String(64))
    ticket: Mapped[int | None]
    confidence: Mapped[float | None]
    detail: Mapped[dict[str, Any]]
    duration_ms: Mapped[float]
    decided_at: Mapped[datetime] = mapped_column(index=True)


# Every message passes here, so these statements are made once and not through the ORM: that costs ten times as much.
INBOX, DECISIONS = cast(Table, InboxRow.__table__), cast(Table, DecisionRow.__table__)
_STORE = {
    name: dialect.insert(INBOX).on_conflict_do_nothing(index_elements=["key"]).returning(INBOX.c.id)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
_FREE = select(INBOX.c.id).where(INBOX.c.id == bindparam("row"), INBOX.c.handled_at.is_(None))
_CLAIM = (
    update(INBOX).where(INBOX.c.id.in_(_FREE.with_for_update(skip_locked=True))).values(handled_at=bindparam("now"))
)
_DECIDE = insert(DECISIONS)


def store(session: Session, messages: Sequence[Message], *, now: datetime) -> list[int | None]:
    """Store messages; their row ids, None for each that was here before."""
    connection = session.connection()
    statement = _STORE[connection.dialect.name]
    return [connection.scalar(statement, _columns(message, now)) for message in messages]


def _columns(message: Message, now: datetime) -> dict[str, Any]:
    return {
        "key": message.key,
        "conversation": str(message.conversation),
        "message_id": message.id,
        "sender": message.sender.address,
        "sender_name": message.sender.name[:100],
        "text": storable(message.text)[:MAX_TEXT],
        "mentions_bot": message.mentions_bot,
        "quotes": message.quotes,
        "attachments": [str(kind) for kind in message.attachments],
        "account": message.account,
        "rank": message.rank,
        "recalls": message.recalls,
        "sent_at": message.sent_at,
        "received_at": now,
    }


def unhandled(session: Session) -> list[tuple[int, str]]:
    """Row ids and conversations of all that was stored and not yet decided, in the order it was said."""
    rows = session.execute(select(InboxRow.id, InboxRow.conversation).where(UNHANDLED).order_by(InboxRow.id))
    return [(id, conversation) for id, conversation in rows]


def claim(session: Session, inbox_id: int, *, now: datetime) -> bool:
    """Mark the row as handled in this transaction; False when it was handled before or another process is at it."""
    return session.connection().execute(_CLAIM, {"row": inbox_id, "now": now}).rowcount == 1


def decide(
    session: Session, inbox_id: int, message: Message, decision: Decision, *, duration_ms: float, now: datetime
) -> None:
    """Record the outcome of a claimed message."""
    values = {
        "inbox_id": inbox_id,
        "conversation": str(message.conversation),
        "sender": message.sender.address,
        "kind": decision.kind,
        "reason": decision.reason,
        "entry": decision.entry,
        "ticket": decision.ticket,
        "confidence": decision.confidence,
        "detail": dict(decision.detail),
        "duration_ms": duration_ms,
        "decided_at": now,
    }
    session.connection().execute(_DECIDE, values)


def message_of(row: InboxRow) -> Message:
    """The message a row was made from."""
    return Message(
        id=row.message_id,
        conversation=Conversation.parse(row.conversation),
        sender=Person.at(row.sender, name=row.sender_name),
        text=row.text,
        sent_at=row.sent_at,
        mentions_bot=row.mentions_bot,
        quotes=row.quotes,
        attachments=tuple(Attachment(kind) for kind in row.attachments),
        account=row.account,
        rank=row.rank or Rank.MEMBER,
        recalls=row.recalls,
    )
