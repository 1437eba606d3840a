"""Lines that people take back leave: nothing waits for them, nobody watches them."""

from sqlalchemy import select, update

from handlers import outbox
from handlers.base import Decision, DecisionKind, Turn, silent
from handlers.context import RECALLED
from handlers.inbox import DecisionRow, InboxRow
from handlers.watching import forget

STILL_OPEN = (DecisionKind.SILENT, DecisionKind.WATCHING)  # of these nothing has come yet


def recalled(turn: Turn) -> Decision | None:
    """Handler: a person took a message back. What was answered or registered stays so: its readers have seen it."""
    if turn.message.recalls is None:
        return None
    query = select(InboxRow.id).where(
        InboxRow.conversation == str(turn.message.conversation), InboxRow.message_id == turn.message.recalls
    )
    lines = list(turn.session.scalars(query))
    outbox.withdraw(turn.session, caused_by=lines)
    forget(turn.session, lines)
    still_open = DecisionRow.inbox_id.in_(lines) & DecisionRow.kind.in_(STILL_OPEN)
    turn.session.execute(update(DecisionRow).where(still_open).values(reason=RECALLED))
    return silent(RECALLED)
