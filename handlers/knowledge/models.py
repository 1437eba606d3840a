"""Every version of every entry: what was said to people on a day can always be read again."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
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
    why: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime]
