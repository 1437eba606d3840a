"""Manners of a guest in a group: no answer twice, and none while people are answering."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Conversation, DecisionKind
from handlers.inbox import DecisionRow


def answered_lately(session: Session, conversation: Conversation, entry: str, *, since: datetime) -> bool:
    """Whether this entry was given in this group since then; a private chat may hear a thing twice."""
    if conversation.is_private:
        return False
    query = select(DecisionRow.id).where(
        DecisionRow.conversation == str(conversation),
        DecisionRow.entry == entry,
        DecisionRow.decided_at >= since,
        DecisionRow.kind == DecisionKind.ANSWERED,
    )
    return session.scalar(query.limit(1)) is not None


def nobody_waits(sent_at: datetime, *, now: datetime, late_after: timedelta) -> bool:
    """Whether a line is so old (we were away) that a word into the group would surprise everybody."""
    return now - sent_at > late_after
