"""Accounts that must not speak for a while: two suspicious time-outs in a row look like the platform restricting them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers.store import Base

FIRST, LONGEST = timedelta(minutes=5), timedelta(hours=1)


class PauseRow(Base):
    """One account's pause. It ends by itself at `until`, or by an operator's word; `times` counts pauses with no success
    between them."""

    __tablename__ = "pauses"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    times: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))

    @property
    def key(self) -> tuple[str, str]:
        return self.channel, self.account


def pause(
    session: Session, channel: str, account: str, *, reason: str, now: datetime, first: timedelta = FIRST
) -> PauseRow:
    """Pause an account, longer each time it did not help."""
    row = session.get(PauseRow, (channel, account))
    times = 1 if row is None else row.times + 1
    until = now + min(first * 2 ** min(times - 1, 10), max(LONGEST, first))
    values = {"since": now, "until": until, "times": times, "reason": reason[:300]}
    return session.merge(PauseRow(channel=channel, account=account, **values))


def pauses(session: Session) -> Sequence[PauseRow]:
    """Every account paused now, or paused and not heard to speak since."""
    return session.scalars(select(PauseRow).order_by(PauseRow.channel, PauseRow.account)).all()


def forget(session: Session, channel: str, account: str) -> None:
    """It speaks again."""
    session.execute(delete(PauseRow).where(PauseRow.channel == channel, PauseRow.account == account))


def resume(session: Session, *, now: datetime) -> Sequence[PauseRow]:
    """End all pauses at an operator's word; those that were running."""
    running = [row for row in pauses(session) if row.until > now]
    for row in running:
        row.until = now
    return running
