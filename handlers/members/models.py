"""The registry: groups, enterprises, who belongs to which, what they are labelled with and what they do not want."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handlers.members.words import LabelKind
from handlers.store import Base

LONGEST_ENTERPRISE = 100  # characters of a name
LONGEST_LABEL = 64


class GroupProfileRow(Base):
    """A community group as notices know it; `left_at`: the bot is in it no more."""

    __tablename__ = "group_profiles"

    conversation: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


ENTERPRISE = "enterprise:"  # begins the subject of an enterprise's labels


class EnterpriseRow(Base):
    """A company; `coordinator` is the volunteer who looks after it."""

    __tablename__ = "enterprises"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_ENTERPRISE), unique=True)
    code: Mapped[str | None] = mapped_column(String(32), unique=True)
    coordinator: Mapped[str | None] = mapped_column(String(200))
    added_at: Mapped[datetime]

    @property
    def subject(self) -> str:
        """How labels name it."""
        return f"{ENTERPRISE}{self.id}"


class ContactRow(Base):
    """A person of a company who may be written to. `private` is his private chat; he is written to there only when he
    `takes_private`, and a colleague (`confirmed_by`) knows that he belongs to the company."""

    __tablename__ = "contacts"

    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    private: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    takes_private: Mapped[bool] = mapped_column(default=False)
    confirmed_by: Mapped[str | None] = mapped_column(String(200))
    added_at: Mapped[datetime]


class LabelRow(Base):
    """One label of a group (`subject` is its conversation) or of an enterprise (`enterprise:12`)."""

    __tablename__ = "labels"
    __table_args__ = (
        UniqueConstraint("subject", "kind", "value"),
        Index("ix_labels_value", "kind", "value", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    kind: Mapped[LabelKind]
    value: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    added_at: Mapped[datetime]


class UnsubscriptionRow(Base):
    """Notices a conversation does not want: those of one topic, or all of them (empty)."""

    __tablename__ = "unsubscriptions"

    conversation: Mapped[str] = mapped_column(String(200), primary_key=True)
    topic: Mapped[str] = mapped_column(String(LONGEST_LABEL), primary_key=True)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
