"""Which of his questions somebody means, and what he is told about it."""

from dataclasses import replace

from handlers.base import Decision, DecisionKind, Turn
from handlers.speaking import reply
from handlers.tickets import letters
from handlers.tickets.asker_words import Saying
from handlers.tickets.matters import Matters
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import NotYours
from handlers.tickets.service import lock


def in_his_words(matters: Matters, saying: Saying) -> Saying:
    """没解决 12366 说归海关管: a number that is none of his, with words behind it, belongs to the words."""
    if saying.number is None or not saying.rest or matters.numbered(saying.number):
        return saying
    return replace(saying, number=None, rest=f"{saying.number} {saying.rest}")


def chosen(turn: Turn, matters: Matters, saying: Saying) -> AskerRow | None:
    """The question he names or quotes; None leaves the choice to us. Raises NotYours."""
    if saying.number is not None:
        asker = matters.numbered(saying.number)
        if asker is None:
            raise NotYours(saying.number)
        return asker
    return matters.about(turn.quoted.ticket) if turn.quoted and turn.quoted.ticket is not None else None


def held(turn: Turn, asker: AskerRow) -> TicketRow:
    """His ticket, held; somebody may just have joined it with another."""
    ticket = lock(turn.session, asker.ticket_id)
    turn.session.refresh(asker)
    return ticket if ticket.id == asker.ticket_id else held(turn, asker)


def nothing(turn: Turn, saying: Saying, reason: str) -> Decision | None:
    """He has nothing with us: said only to who spoke to us in so many words."""
    return say(turn, letters.NOTHING_OPEN, reason) if saying.exact and turn.addressed else None


def say(
    turn: Turn, text: str, reason: str, ticket: TicketRow | None = None, *, kind: DecisionKind = DecisionKind.COMMAND
) -> Decision:
    """Tell him; when he quotes it, he means that ticket."""
    number = ticket.id if ticket else None
    reply(turn, text, ticket=number)
    return Decision(kind=kind, reason=reason, ticket=number)
