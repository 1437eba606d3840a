"""Lines that people take back leave: nothing waits for them, nobody watches them."""

from sqlalchemy import select, update

from handlers import outbox
from handlers.base import Decision, DecisionKind, Turn, silent
from handlers.context import RECALLED
from handlers.inbox import DecisionRow, InboxRow
from handlers.speaking import reply
from handlers.tickets.models import TicketRow
from handlers.tickets.verbs import TELLING
from handlers.tickets.words import OPEN
from handlers.watching import forget

ANSWER_STAYS = "#{number} 已按您那条答复，撤回消息收不回来。要改请发：更正 {number} 正确的答案"
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
    if turn.in_desk and (number := _answered_by(turn, lines)) is not None:
        reply(turn, ANSWER_STAYS.format(number=number), ticket=number)
    return silent(RECALLED)


def _answered_by(turn: Turn, lines: list[int]) -> int | None:
    """The ticket whose asker was told something by one of these lines."""
    told = DecisionRow.reason.in_(verb.name.lower() for verb in TELLING)
    query = select(DecisionRow.ticket).where(
        DecisionRow.inbox_id.in_(lines), DecisionRow.kind == DecisionKind.COMMAND, told
    )
    number = turn.session.scalars(query.limit(1)).first()
    ticket = turn.session.get(TicketRow, number) if number is not None else None
    return ticket.id if ticket is not None and ticket.state not in OPEN else None
