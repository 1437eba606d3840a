"""The same person asks the same thing again while a volunteer has it: one ticket, not two."""

from handlers.base import Turn
from handlers.tickets.matters import matters_of
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.notes import asked_alone
from handlers.tickets.rules import TicketRules
from nlu.text import essence


def asked_already(turn: Turn, question: str, rules: TicketRules) -> AskerRow | None:
    """The speaker's own open question that says the same, greetings and the like apart."""
    wanted = essence(asked_alone(question))
    for asker in matters_of(turn, rules).waiting:
        ticket = turn.session.get_one(TicketRow, asker.ticket_id)
        if wanted and essence(ticket.asked) == wanted:
            return asker
    return None
