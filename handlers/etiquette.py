"""Manners of a guest in a group: no answer twice, and none while people are answering."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handlers.base import Conversation, DecisionKind, Turn
from handlers.inbox import DECISIONS
from handlers.outbox import free_from

# Asked before every answer, so made once and not through the ORM.
_ANSWERED = (
    select(DECISIONS.c.id)
    .where(
        DECISIONS.c.conversation == bindparam("conversation"),
        DECISIONS.c.entry == bindparam("entry"),
        DECISIONS.c.decided_at.between(bindparam("since"), bindparam("until")),
        DECISIONS.c.kind == DecisionKind.ANSWERED,
    )
    .limit(1)
)


def answered_lately(
    session: Session, conversation: Conversation, entry: str, *, now: datetime, within: timedelta
) -> bool:
    """Whether this entry was just given in this group; a private chat may hear a thing twice. What a clock that was set
    back has left in the future does not count."""
    if conversation.is_private:
        return False
    wanted = {"conversation": str(conversation), "entry": entry, "since": now - within, "until": now + within}
    return session.connection().execute(_ANSWERED, wanted).first() is not None


def unwelcome(turn: Turn, *, late_after: timedelta) -> str | None:
    """Why a word nobody asked for would not be welcome here and now; None when it would."""
    if turn.now - turn.message.sent_at > late_after:
        return "late"  # we were away: answering old lines would surprise everybody
    if not turn.group.is_awake(turn.now):
        return "outside_hours"
    return "said_enough" if free_at(turn) is not None else None


def free_at(turn: Turn) -> datetime | None:
    """When the bot may say another line in this group: None is now. Private chats and desks have no limit."""
    if turn.in_desk or turn.message.conversation.is_private:
        return None
    moment = free_from(turn.session, turn.message.conversation, limit=turn.limit, now=turn.now)
    return moment if moment is not None and moment > turn.now else None
