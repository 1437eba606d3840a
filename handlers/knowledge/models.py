"""The tables of the base: every version of every entry, the drafts on their way there, and what keeps them true."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handlers.store import Base


class EntryVersionRow(Base):
    """One version of one entry; the highest version is the one that counts. Rows are never changed."""

    __tablename__ = "entry_versions"
    __table_args__ = (UniqueConstraint("entry", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(200))
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime]


class DraftState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class DraftRow(Base):
    """A version somebody proposes. `base` is the version it changes, None for a new entry; `retires` is an entry it takes
    the place of; `hands` are all who wrote on it, none of whom may approve it."""

    __tablename__ = "entry_drafts"
    __table_args__ = (Index("ix_entry_drafts_state", "state"), Index("ix_entry_drafts_batch", "batch"))

    id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]]
    base: Mapped[int | None]
    retires: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[DraftState] = mapped_column(default=DraftState.OPEN)
    hands: Mapped[list[Any]]
    made_by: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(300))
    batch: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None]
    verdict: Mapped[str] = mapped_column(String(300), default="")


class LessonRow(Base):
    """An answered ticket that was looked at for what it teaches: the draft it supports, None when nothing."""

    __tablename__ = "entry_lessons"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("entry_drafts.id"), index=True)
    learnt_at: Mapped[datetime]


class PhrasingState(StrEnum):
    PROPOSED = "proposed"
    TAKEN = "taken"
    REFUSED = "refused"


class PhrasingRow(Base):
    """A real question, masked, whose asker confirmed that this entry answers it; `times` is how many did."""

    __tablename__ = "entry_phrasings"
    __table_args__ = (UniqueConstraint("entry", "plain"), Index("ix_entry_phrasings_state", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(500))
    plain: Mapped[str] = mapped_column(String(500))
    times: Mapped[int] = mapped_column(default=1)
    state: Mapped[PhrasingState] = mapped_column(default=PhrasingState.PROPOSED)
    found_at: Mapped[datetime]
    settled_by: Mapped[str | None] = mapped_column(String(200))


class ReadUpToRow(Base):
    """How far the decisions were read for confirmed questions."""

    __tablename__ = "entry_heard"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision: Mapped[int]


class CorrectionState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    DROPPED = "dropped"


class CorrectionRow(Base):
    """A message to everybody who was given an older version; it goes out when a person confirms it."""

    __tablename__ = "entry_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    given: Mapped[list[Any]]
    state: Mapped[CorrectionState] = mapped_column(default=CorrectionState.DRAFT)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    settled_by: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None]


class DueKind(StrEnum):
    EXPIRED = "expired"
    REVIEW = "review"


class ReviewTaskRow(Base):
    """An entry that wants an editor's eye since `day`; closed when a newer version says another day."""

    __tablename__ = "entry_review_tasks"
    __table_args__ = (UniqueConstraint("entry", "kind", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(String(64))
    kind: Mapped[DueKind]
    day: Mapped[date]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)


class DigestRow(Base):
    """A week whose list was told."""

    __tablename__ = "entry_digests"

    monday: Mapped[date] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
