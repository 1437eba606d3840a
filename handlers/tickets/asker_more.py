"""What an asker says further: more facts, why an answer did not help, that it did not solve it."""

from handlers.base import Decision, Turn
from handlers.tickets import aftercare, letters, material, timing
from handlers.tickets.asker_matter import held, say
from handlers.tickets.asker_words import Saying
from handlers.tickets.history import by_asker
from handlers.tickets.models import AskerRow
from handlers.tickets.rules import TicketRules


def more(turn: Turn, asker: AskerRow, text: str, *, rules: TicketRules) -> Decision:
    """More about an open question."""
    ticket = held(turn, asker)
    material.add(turn.session, ticket, asker, text, by_asker(turn), rules=rules)
    return say(turn, letters.added(asker), "added", ticket)


def reason(turn: Turn, asker: AskerRow, text: str) -> Decision:
    """Why the answer did not help."""
    ticket = held(turn, asker)
    aftercare.give_reason(turn.session, ticket, asker, text, by_asker(turn))
    return say(turn, letters.added(asker), "reason", ticket)


def not_solved_because(turn: Turn, asker: AskerRow, why: str, *, rules: TicketRules) -> Decision:
    """The answer did not solve it; `why` may be empty and is then asked for."""
    ticket = held(turn, asker)
    ticket = aftercare.reopen(turn.session, ticket, asker, why, by_asker(turn), rules=rules)
    if not why:
        aftercare.await_reason(asker, now=turn.now)
    due = timing.promised(turn.session, ticket)
    said = letters.reopened(asker, due, now=turn.now, reason_known=bool(why))
    return say(turn, said, "reopened", ticket)


def still_open(turn: Turn, asker: AskerRow, saying: Saying, *, rules: TicketRules) -> Decision:
    if saying.rest:
        return more(turn, asker, saying.rest, rules=rules)
    ticket = held(turn, asker)
    due = timing.promised(turn.session, ticket)
    return say(turn, letters.not_answered_yet(asker, due, now=turn.now), "still_open", ticket)
