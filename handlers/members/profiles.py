"""Which groups there are to be written to: those the operator named, kept in the database with their labels."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Role
from handlers.members.directory import Directory
from handlers.members.models import GroupProfileRow


def keep_profiles(session: Session, directory: Directory, *, now: datetime) -> None:
    """Every community group of the directory has a profile under its present name."""
    named = {str(group.conversation): group for group in directory.groups.values() if group.role == Role.COMMUNITY}
    query = select(GroupProfileRow.conversation, GroupProfileRow.name)
    known = dict(iter(session.execute(query.where(GroupProfileRow.conversation.in_(named)))))
    for place, group in named.items():
        if known.get(place) != group.name[:100]:
            session.merge(GroupProfileRow(conversation=place, name=group.name[:100], added_at=now))
    session.flush()
