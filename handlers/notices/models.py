"""The tables of notices: the text, whom it is for, and everything that happened to it."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handlers.notices.words import Kind, Stage, Target, What
from handlers.store import Base


class NoticeRow(Base):
    """One notice. `parts` is what will be said, platform by platform, as it was submitted; `digest` seals it together
    with the targets, and only what has the digest that was approved is ever sent."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind]
    stage: Mapped[Stage] = mapped_column(default=Stage.DRAFT, index=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    effective: Mapped[str] = mapped_column(String(32), default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(Text, default="")
    topic: Mapped[str] = mapped_column(String(64), default="")
    #: What goes along: name, kind, digest and link of each file, as they were when it was written.
    files: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    #: What the address of the page holds from which files are added to the draft.
    upload_key: Mapped[str | None] = mapped_column(String(32), index=True)
    audience: Mapped[str] = mapped_column(Text)
    corrects: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    parts: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64), default="")
    approved_digest: Mapped[str] = mapped_column(String(64), default="")
    author: Mapped[str] = mapped_column(String(200))
    author_name: Mapped[str] = mapped_column(String(100))
    approver: Mapped[str | None] = mapped_column(String(200))
    approver_name: Mapped[str | None] = mapped_column(String(100))
    desk: Mapped[str | None] = mapped_column(String(200))
    not_before: Mapped[datetime | None]
    spread_seconds: Mapped[int] = mapped_column(default=0)
    any_day: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    #: When sending began; moved forward by every pause, so that it counts sending time only.
    started_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    fed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]

    @property
    def number(self) -> str:
        return f"N{self.id}"

    @property
    def code(self) -> str:
        """What an approver types to show which form he read."""
        return sha256(self.digest.encode()).hexdigest()[:4]


class TargetRow(Base):
    """One conversation of one notice, once: the key holds over crashes, edits and names. `part` counts the parts said;
    `promise_id` is the one under way or said last."""

    __tablename__ = "notice_targets"
    __table_args__ = (
        UniqueConstraint("notice_id", "conversation"),
        Index("ix_notice_targets_next", "state", "notice_id", "channel", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    channel: Mapped[str] = mapped_column(String(32), server_default="")
    conversation: Mapped[str] = mapped_column(String(200), index=True)
    name: Mapped[str] = mapped_column(String(100))
    state: Mapped[Target] = mapped_column(default=Target.WAITING)
    part: Mapped[int] = mapped_column(default=0)
    promise_id: Mapped[int | None] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(String(300))
    fed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class NoticeEventRow(Base):
    """One change of a notice: who, when, what. Only ever added."""

    __tablename__ = "notice_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(200))
    who_name: Mapped[str] = mapped_column(String(100))
    what: Mapped[What]
    detail: Mapped[str] = mapped_column(Text, default="")
