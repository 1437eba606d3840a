"""Which groups there are to be written to: those the operator named, kept in the database with their labels."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handlers.base import Role
from handlers.members.directory import Directory
from handlers.members.group_register import GroupRow
from handlers.members.models import GroupProfileRow


def keep_profiles(session: Session, directory: Directory, *, now: datetime) -> None:
    """Every community group of the directory has a profile under its present name, and no desk has one."""
    ours = desks(session, directory)
    named = {
        str(group.conversation): group for group in directory.groups.values() if str(group.conversation) not in ours
    }
    query = select(GroupProfileRow.conversation, GroupProfileRow.name)
    known = dict(iter(session.execute(query.where(GroupProfileRow.conversation.in_(named)))))
    for place, group in named.items():
        if known.get(place) != group.name[:100]:
            session.merge(GroupProfileRow(conversation=place, name=group.name[:100], added_at=now))
    session.execute(delete(GroupProfileRow).where(GroupProfileRow.conversation.in_(ours)))
    session.flush()


def desks(session: Session, directory: Directory) -> Collection[str]:
    """Where volunteers work: no notice is for them. What was said of a group in the chat counts for more than config.yml."""
    named = {str(group.conversation): group.role for group in directory.groups.values()}
    said = select(GroupRow.conversation, GroupRow.role).where(GroupRow.named_at.is_not(None))
    roles = named | dict(iter(session.execute(said)))
    return [place for place, role in roles.items() if role == Role.DESK]
