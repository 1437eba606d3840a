"""The tables of tickets: the matter, its askers, its clocks and everything that ever happened to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from handlers.base import Conversation, Person
from handlers.store import Base
from handlers.tickets.notes import asked_alone
from handlers.tickets.words import (
    AskerState,
    AskerType,
    Awaited,
    Channel,
    ClockKind,
    Disposition,
    Kind,
    Level,
    Mark,
    Outcome,
    Rating,
    Reach,
    State,
    TicketClass,
    Tier,
    What,
)
from handlers.tickets.words import Origin as Origin  # who opens tickets needs it with the row

STANDS_STILL = text("paused_at IS NOT NULL AND stopped_at IS NULL")
RATED = text("rated_at IS NOT NULL")
UNMEASURED = text("stopped_at IS NOT NULL AND spare_minutes IS NULL")


class TicketRow(Base):
    """One matter. Its number is its id. The row holds how things stand, TicketEventRow how they came to stand so."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_desk_state", "desk", "state"),
        Index("ix_tickets_handler", "handler", "state"),
        Index("ix_tickets_desk_topic", "desk", "topic", "state"),
        Index("ix_tickets_offered", "offered_to", "state"),
        Index("ix_tickets_state", "state", "opened_at"),
        Index("ix_tickets_opened", "opened_at", "reopened", "topic", "ticket_class"),  # figures read nothing else
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(default=State.WAITING)
    origin: Mapped[Origin]
    kind: Mapped[Kind] = mapped_column(default=Kind.QUESTION, server_default=Kind.QUESTION.value)
    channel: Mapped[Channel] = mapped_column(default=Channel.GROUP, server_default=Channel.GROUP.value)
    question: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(String(64), default="", index=True)
    #: The nearest entry of the knowledge base when it was asked.
    entry: Mapped[str | None] = mapped_column(String(64))
    reasons: Mapped[str] = mapped_column(Text, default="")
    ticket_class: Mapped[TicketClass]
    importance: Mapped[Mark]
    urgency: Mapped[Mark]
    #: Of a complaint: the volunteer it is about, who does not see it.
    about: Mapped[str | None] = mapped_column(String(200))
    reach: Mapped[Reach | None]
    difficulty: Mapped[Mark | None]
    complexity: Mapped[Mark | None]
    cross_unit: Mapped[bool | None]
    region: Mapped[str | None] = mapped_column(String(64))
    #: As the authority above names a matter it transferred to us, and by when it wants it done.
    external_number: Mapped[str | None] = mapped_column(String(100), index=True)
    external_from: Mapped[str | None] = mapped_column(String(100))
    external_due: Mapped[datetime | None]
    level: Mapped[Level] = mapped_column(default=Level.FIRST_ASKED)
    #: 特事特办: why it may be handled out of turn, as assessed; None when it may not.
    special: Mapped[str | None] = mapped_column(Text)
    community: Mapped[str] = mapped_column(String(200))
    community_name: Mapped[str] = mapped_column(String(100))
    desk: Mapped[str | None] = mapped_column(String(200))
    #: The professional group in charge, as the routing table names it.
    unit: Mapped[str | None] = mapped_column(String(64))
    first_responder: Mapped[str | None] = mapped_column(String(200))
    handler: Mapped[str | None] = mapped_column(String(200))
    handler_name: Mapped[str | None] = mapped_column(String(100))
    #: A hand-over that waits to be accepted: to whom (empty: to anybody). Until then the handler answers for it.
    offered_to: Mapped[str | None] = mapped_column(String(200))
    offered_unit: Mapped[str | None] = mapped_column(String(64))
    returned: Mapped[int] = mapped_column(default=0, server_default="0")
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    signature: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]
    disposition: Mapped[Disposition | None]
    outcome: Mapped[Outcome | None]
    #: A hard problem that takes long: the asker hears of it every so many days, next by then.
    tracked_since: Mapped[datetime | None]
    word_every_days: Mapped[int | None]
    word_due_at: Mapped[datetime | None] = mapped_column(index=True)
    material_requests: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    #: The first ticket with this question, had that been answered when this one came in: it was not cleared for good.
    again_of: Mapped[int | None] = mapped_column(index=True)
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def grade(self) -> str:
        return f"{self.importance}{self.urgency}"

    @property
    def asked(self) -> str:
        """The question without what we noted under it."""
        return asked_alone(self.question)

    @property
    def number(self) -> str:
        return f"#{self.id}"

    @property
    def desk_group(self) -> Conversation | None:
        return Conversation.parse(self.desk) if self.desk else None


class AskerRow(Base):
    """One person who wants this answer, with a delivery, a confirmation and a rating of his own.

    `home_id` is the number he was told; merging moves `ticket_id`, and dissent leads back home.
    """

    __tablename__ = "ticket_askers"
    __table_args__ = (
        Index("ix_ticket_askers_person", "person", "conversation"),
        Index("ix_ticket_askers_state", "state"),
        # Led by where he asked, and with what figures want to know of him: a month of them is read from here alone.
        Index("ix_ticket_askers_home", "home_id", "state", "rating", "undelivered_at", "ticket_id"),
        Index("ix_ticket_askers_rated", "rated_at", sqlite_where=RATED, postgresql_where=RATED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    person: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(100))
    conversation: Mapped[str] = mapped_column(String(200))
    message_id: Mapped[str] = mapped_column(String(200))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), index=True)
    asked_at: Mapped[datetime]
    enterprise: Mapped[str | None] = mapped_column(String(200), index=True)
    asker_type: Mapped[AskerType | None]
    tier: Mapped[Tier | None]
    region: Mapped[str | None] = mapped_column(String(64))
    contact: Mapped[str | None] = mapped_column(String(100))
    #: He is in no chat of ours: a volunteer tells him, and says so.
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    told_at: Mapped[datetime | None]
    told_how: Mapped[str | None] = mapped_column(Text)
    state: Mapped[AskerState] = mapped_column(default=AskerState.OPEN)
    awaited: Mapped[Awaited | None]
    awaited_since: Mapped[datetime | None]
    answer_promise: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    answered_at: Mapped[datetime | None]
    undelivered_at: Mapped[datetime | None]
    rating_asked_at: Mapped[datetime | None]
    rating: Mapped[Rating | None]
    rating_reason: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    #: 追评: what he thinks later; the first word stands.
    later_rating: Mapped[Rating | None]
    later_word: Mapped[str | None] = mapped_column(Text)
    later_at: Mapped[datetime | None]
    pressed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    @property
    def where(self) -> Conversation:
        return Conversation.parse(self.conversation)

    @property
    def who(self) -> Person:
        return Person.at(self.person, name=self.name)


class ClockRow(Base):
    """One promise of time. A reopened ticket gets a new one, so that no old figure is lost.

    `warn_at` and `breach_at` are what it waits for next, None when there is nothing more. `limit`, `counted_from` and
    `pauses` say how `due` came about, so that it can be counted again when the calendar changes.
    """

    __tablename__ = "ticket_clocks"
    __table_args__ = (
        Index("ix_ticket_clocks_warn", "warn_at"),
        Index("ix_ticket_clocks_breach", "breach_at"),
        Index("ix_ticket_clocks_of_ticket", "ticket_id", "kind", "stopped_at"),  # what every list joins by
        # Not led by the kind: SQLite would take it for whatever names a kind.
        Index(
            "ix_ticket_clocks_promised",
            "started_at",
            "kind",
            "stopped_at",
            "due",
            "breached_at",
            "paused_at",
            "ticket_id",
        ),
        Index("ix_ticket_clocks_stopped", "kind", "stopped_at", "started_at"),
        Index("ix_ticket_clocks_paused", "paused_at", sqlite_where=STANDS_STILL, postgresql_where=STANDS_STILL),
        Index("ix_ticket_clocks_unmeasured", "id", sqlite_where=UNMEASURED, postgresql_where=UNMEASURED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[ClockKind]
    started_at: Mapped[datetime]
    due: Mapped[datetime]
    #: Written like `2 working days`; None when somebody set the hour himself.
    limit: Mapped[str | None] = mapped_column(String(40))
    counted_from: Mapped[datetime | None]
    #: When it stood still: [[from, until], …] in ISO form.
    pauses: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    warn_at: Mapped[datetime | None]
    breach_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    #: When the promise was broken last; a later hour granted afterwards does not undo it.
    breached_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    #: Working time that was left when it stopped, in minutes; below nought when it was late.
    spare_minutes: Mapped[int | None]

    @property
    def is_late(self) -> bool:
        """Whether the hour that holds now was missed."""
        return self.breached_at is not None and self.breached_at >= self.due


class SupervisionRow(Base):
    """督办: whoever handles the ticket is reminded until it is answered, or until a duty chief lifts it."""

    __tablename__ = "ticket_supervisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(200))
    started_by_name: Mapped[str] = mapped_column(String(100))
    why: Mapped[str] = mapped_column(Text)
    #: When the handler is reminded next; None when it is over.
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    reminders: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))
    end_reason: Mapped[str | None] = mapped_column(Text)


class TicketEventRow(Base):
    """One change: who, when, what, from, to, why. Only ever added."""

    __tablename__ = "ticket_events"
    __table_args__ = (Index("ix_ticket_events_what", "what", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(200))
    who_name: Mapped[str] = mapped_column(String(100))
    what: Mapped[What]
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    inbox_id: Mapped[int | None]
