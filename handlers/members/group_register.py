"""The register of groups: each one is written down on first sight, and switched off until an operator names it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import String, Text, delete, event, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers.base import Conversation, Group, Policy, Role
from handlers.jobs import Job
from handlers.members.models import GroupProfileRow
from handlers.store import Base, insert_new

REFRESH = timedelta(seconds=2)


class GroupRow(Base):
    """A group we are in, or were until `left_at`. `named_at`: an operator has set it up in the chat, which from then on
    counts for more than config.yml. `welcome` None is the usual line, empty is none."""

    __tablename__ = "group_register"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    role: Mapped[Role] = mapped_column(default=Role.COMMUNITY)
    policy: Mapped[Policy] = mapped_column(default=Policy.OFF)
    named_by: Mapped[str | None] = mapped_column(String(200))
    named_at: Mapped[datetime | None] = mapped_column(index=True)
    welcome: Mapped[str | None] = mapped_column(Text)
    welcomed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(index=True)
    left_at: Mapped[datetime | None]
    edits: Mapped[int] = mapped_column(default=0)

    @property
    def place(self) -> Conversation:
        return Conversation.parse(self.conversation)

    @property
    def group(self) -> Group:
        return Group(conversation=self.place, name=self.shown, role=self.role, policy=self.policy)

    @property
    def shown(self) -> str:
        """How a desk reads it."""
        return self.name or f"群 {self.place.id}"


class GroupRegister:
    """The register at hand, for it is asked with every message; kept fresh by a job in every process."""

    def __init__(self) -> None:
        self._named: Mapping[Conversation, Group] = {}
        self._seen: set[Conversation] = set()
        self._print: tuple[int, int] = (0, 0)

    def named(self, conversation: Conversation, configured: Group | None) -> Group | None:
        """The group as an operator set it up in the chat, or None."""
        group = self._named.get(conversation)
        return group if group is None or configured is None else replace(group, hours=configured.hours)

    def see(self, session: Session, conversation: Conversation, *, now: datetime) -> None:
        """Write a group down unless it is known; once it is committed, this process does not ask again."""
        if conversation.is_private or conversation in self._seen:
            return
        ensure(session, conversation, now=now)
        event.listen(session, "after_commit", lambda _: self._seen.add(conversation), once=True)

    def read(self, session: Session) -> bool:
        """Take over what the database says; whether it says anything new."""
        count, edits = session.execute(select(func.count(), func.sum(GroupRow.edits)).select_from(GroupRow)).one()
        if (count, edits or 0) == self._print:
            return False
        rows = session.scalars(select(GroupRow).where(GroupRow.named_at.is_not(None)))
        self._named = {row.place: row.group for row in rows}
        self._print = (count, edits or 0)
        return True

    def refreshing(self) -> Job:
        """The job that takes over what operators said, in whatever process they said it."""

        def run(session: Session, now: datetime) -> int:
            return int(self.read(session))

        return Job(name="refresh_groups", every=REFRESH, run=run, next_due=lambda _: None, writes=False)

    def reread(self, session: Session) -> None:
        """Know in this process at once what this transaction changes, when it is committed."""
        session.flush()
        self.read(session)
        event.listen(session, "after_rollback", lambda _: self._forget(), once=True)

    def _forget(self) -> None:
        self._print = (-1, -1)


def ensure(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Write a group down unless it is there."""
    values = {
        "conversation": str(conversation), "name": "", "role": Role.COMMUNITY, "policy": Policy.OFF,
        "seen_at": now, "edits": 0,
    }  # fmt: skip
    session.execute(insert_new(session, GroupRow).values(**values))


def row_of(session: Session, conversation: Conversation, *, now: datetime) -> GroupRow:
    """The row of a group, written down if need be."""
    ensure(session, conversation, now=now)
    return session.scalars(select(GroupRow).where(GroupRow.conversation == str(conversation))).one()


def set_up(
    session: Session,
    row: GroupRow,
    *,
    by: str,
    now: datetime,
    name: str | None = None,
    policy: Policy | None = None,
    role: Role | None = None,
) -> None:
    """An operator's word on a group."""
    row.name, row.policy, row.role = name or row.name, policy or row.policy, role or row.role
    row.named_by, row.named_at, row.told_at = by, now, row.told_at or now
    row.edits += 1
    if row.role == Role.COMMUNITY:  # notices reach what an operator has named, and never a desk
        session.merge(GroupProfileRow(conversation=row.conversation, name=row.shown, added_at=now))
    else:
        session.execute(delete(GroupProfileRow).where(GroupProfileRow.conversation == row.conversation))
    session.flush()


def set_left(session: Session, row: GroupRow, left_at: datetime | None) -> None:
    """The bot is in the group no more, or (None) again."""
    row.left_at = left_at
    profile = GroupProfileRow.conversation == row.conversation
    session.execute(update(GroupProfileRow).where(profile).values(left_at=left_at))


def may_welcome(session: Session, row: GroupRow, *, now: datetime, every: timedelta) -> bool:
    """Claim the right to say a welcome there: one in so long."""
    free = GroupRow.welcomed_at.is_(None) | (GroupRow.welcomed_at <= now - every)
    query = update(GroupRow).where(GroupRow.id == row.id, free).values(welcomed_at=now)
    return bool(session.execute(query.returning(GroupRow.id)).all())


_UNTOLD = GroupRow.told_at.is_(None), GroupRow.named_at.is_(None), GroupRow.left_at.is_(None)


def first_untold(session: Session) -> datetime | None:
    """When the first of those was seen that `untold` gives."""
    return session.scalar(select(func.min(GroupRow.seen_at)).where(*_UNTOLD))


def untold(session: Session, *, seen_by: datetime, limit: int) -> Sequence[GroupRow]:
    """Groups no operator has heard of, with those seen since, if one of them was seen as early as that."""
    query = select(GroupRow).where(*_UNTOLD)
    rows = session.scalars(query.order_by(GroupRow.id).limit(limit).with_for_update(skip_locked=True)).all()
    return rows if any(row.seen_at <= seen_by for row in rows) else []
