"""Things that are done once, whoever gets to them first: a digest of a day, a warning of a year."""

from datetime import datetime

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers.store import Base, insert_new


class OnceRow(Base):
    """`key` was done; `value` is what there is to remember of it."""

    __tablename__ = "done_once"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(index=True)


def first_time(session: Session, key: str, *, now: datetime, value: str = "") -> bool:
    """Whether nobody did this before; from now on somebody has."""
    statement = insert_new(session, OnceRow).values(key=key, value=value, at=now)
    return session.scalar(statement.returning(OnceRow.key)) is not None


def remembered(session: Session, key: str) -> str | None:
    """The value kept under the key, None when it was never done."""
    return session.scalar(select(OnceRow.value).where(OnceRow.key == key))


def last_key(session: Session, prefix: str) -> str | None:
    """Of all that was done whose key begins so, the last in the order of letters."""
    return session.scalar(select(func.max(OnceRow.key)).where(OnceRow.key.startswith(prefix, autoescape=True)))


def last_done(session: Session, prefix: str) -> datetime | None:
    """When something whose key begins so was done last."""
    query = select(OnceRow.at).where(OnceRow.key.startswith(prefix, autoescape=True)).order_by(OnceRow.at.desc())
    return session.scalar(query.limit(1))
