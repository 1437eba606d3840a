"""The papers of a ticket: what is written about it besides the matter itself. Rows are added and settled, never deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handlers.store import Base
from handlers.tickets.words import AskerType, Disposition, PraiseForm, TaskKind, Tier, UnitRole


class MemberRow(Base):
    """What we know of a person who asks, from the last time somebody told us."""

    __tablename__ = "members"

    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    enterprise: Mapped[str | None] = mapped_column(String(200), index=True)
    asker_type: Mapped[AskerType | None]
    tier: Mapped[Tier | None]
    region: Mapped[str | None] = mapped_column(String(64))
    #: The volunteer who looks after this enterprise: an address.
    coordinator: Mapped[str | None] = mapped_column(String(200))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200))


class TicketUnitRow(Base):
    """A unit that leads a ticket or works on it beside the one that leads."""

    __tablename__ = "ticket_units"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    unit: Mapped[str] = mapped_column(String(64))
    role: Mapped[UnitRole]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    named_by: Mapped[str] = mapped_column(String(200))


class ConsultationRow(Base):
    """会商: several opinions, one conclusion."""

    __tablename__ = "ticket_consultations"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_by_name: Mapped[str] = mapped_column(String(100))
    opened_at: Mapped[datetime]
    conclusion: Mapped[str | None] = mapped_column(Text)
    concluded_by: Mapped[str | None] = mapped_column(String(200))
    concluded_by_name: Mapped[str | None] = mapped_column(String(100))
    concluded_at: Mapped[datetime | None]


class OpinionRow(Base):
    __tablename__ = "ticket_opinions"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("ticket_consultations.id"), index=True)
    who: Mapped[str] = mapped_column(String(200))
    who_name: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]


class TaskForceRow(Base):
    """专班: a head and members, until it is dissolved."""

    __tablename__ = "ticket_task_forces"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    head: Mapped[str] = mapped_column(String(200))
    head_name: Mapped[str] = mapped_column(String(100))
    members: Mapped[list[Any]]  #: [{"address": …, "name": …}]
    formed_by: Mapped[str] = mapped_column(String(200))
    formed_at: Mapped[datetime]
    dissolved_at: Mapped[datetime | None]


class MilestoneRow(Base):
    """节点: what is to be reached by when, in a matter that takes long."""

    __tablename__ = "ticket_milestones"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    due: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(200))


class ExtensionRow(Base):
    """延期: asked for once with a reason; `granted` is None until a duty chief decides."""

    __tablename__ = "ticket_extensions"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("ticket_clocks.id"), index=True)
    why: Mapped[str] = mapped_column(Text)
    due_before: Mapped[datetime]
    due_after: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_by_name: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    granted: Mapped[bool | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_by_name: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)


class DispositionRow(Base):
    """How a ticket was cleared, with what that way demands; the last row counts."""

    __tablename__ = "ticket_dispositions"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    disposition: Mapped[Disposition]
    basis: Mapped[str | None] = mapped_column(Text)
    explanation: Mapped[str | None] = mapped_column(Text)
    alternative: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    tracking: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime]


class DraftRow(Base):
    """An answer that waits for a second look: its writer's own, or a colleague's when many will read it."""

    __tablename__ = "ticket_drafts"
    __table_args__ = (Index("ix_ticket_drafts_open", "ticket_id", "settled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(200))
    written_by_name: Mapped[str] = mapped_column(String(100))
    written_by_number: Mapped[str] = mapped_column(String(32))
    written_at: Mapped[datetime]
    needs_second: Mapped[bool]
    public: Mapped[bool]
    #: How it clears the problem besides, and what that way demands, by its name.
    clears: Mapped[dict[str, Any] | None]
    #: The legal unit that must sign it before it goes out.
    signing_unit: Mapped[str | None] = mapped_column(String(64))
    signed_by: Mapped[str | None] = mapped_column(String(200))
    signed_by_name: Mapped[str | None] = mapped_column(String(100))
    signed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(200))


class TaskRow(Base):
    """What is owed for a ticket besides its answer: a call, a rectification, a look back, the part of a unit."""

    __tablename__ = "ticket_tasks"
    __table_args__ = (Index("ix_ticket_tasks_open", "done_at", "due"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_askers.id"), index=True)
    kind: Mapped[TaskKind]
    assignee: Mapped[str | None] = mapped_column(String(200))
    assignee_name: Mapped[str | None] = mapped_column(String(100))
    #: Of a part: whose it is, and what is to be done.
    unit: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime]
    due: Mapped[datetime]
    #: When somebody is told next that it is due or late; None when nobody is any more.
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    late_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(200))
    done_by_name: Mapped[str | None] = mapped_column(String(100))
    result: Mapped[str | None] = mapped_column(Text)


class BenefitRow(Base):
    """What an answer was worth to who asked, and who says so."""

    __tablename__ = "ticket_benefits"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    yuan: Mapped[int | None]
    minutes: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)
    noted_by: Mapped[str] = mapped_column(String(200))
    noted_at: Mapped[datetime]


class PraiseRow(Base):
    """A thank-you letter, a banner or a good word for a volunteer."""

    __tablename__ = "ticket_praise"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    volunteer: Mapped[str | None] = mapped_column(String(200), index=True)
    volunteer_name: Mapped[str | None] = mapped_column(String(100))
    form: Mapped[PraiseForm]
    text: Mapped[str] = mapped_column(Text)
    giver: Mapped[str] = mapped_column(String(200))
    noted_by: Mapped[str] = mapped_column(String(200))
    noted_at: Mapped[datetime]


class ClusterRow(Base):
    """A topic asked about so often that clearing it in one go was proposed."""

    __tablename__ = "ticket_clusters"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(64), index=True)
    desk: Mapped[str | None] = mapped_column(String(200))
    tickets: Mapped[list[Any]]
    proposed_at: Mapped[datetime]
    open: Mapped[bool] = mapped_column(default=True)
