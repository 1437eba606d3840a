"""The tables of events."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handlers.events.words import EventKind, EventStage, Source
from handlers.store import Base


class EventRow(Base):
    """One event. Who came and what was handed out is known when it was held."""

    __tablename__ = "activities"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EventKind]
    stage: Mapped[EventStage] = mapped_column(default=EventStage.PLANNED, index=True)
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(Text, default="")
    replay: Mapped[str] = mapped_column(Text, default="")
    special: Mapped[str] = mapped_column(Text, default="")
    desk: Mapped[str] = mapped_column(String(200))
    announced_by: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    reminded_at: Mapped[datetime | None]
    enterprises: Mapped[int | None]
    attendance: Mapped[int | None]
    handouts: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    held_at: Mapped[datetime | None]

    @property
    def number(self) -> str:
        return f"A{self.id}"


class EventQuestionRow(Base):
    """One question for an event; `ticket_id` is the ticket it came from, or became because nobody answered it there."""

    __tablename__ = "activity_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    source: Mapped[Source]
    text: Mapped[str] = mapped_column(Text)
    enterprise: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(100), default="")
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    asked_at: Mapped[datetime]
