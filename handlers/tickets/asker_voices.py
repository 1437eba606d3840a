"""投诉, 建议 and 表扬, as askers say them."""

from handlers.base import Decision, DecisionKind, Turn
from handlers.members.directory import Directory
from handlers.tickets import letters, timing, voices, worth
from handlers.tickets.asker_matter import chosen, held, say
from handlers.tickets.asker_words import Saying
from handlers.tickets.history import by_asker
from handlers.tickets.matters import Matters
from handlers.tickets.rules import TicketRules


def complain(
    turn: Turn, matters: Matters, saying: Saying, *, directory: Directory, rules: TicketRules
) -> Decision | None:
    private = turn.message.conversation.is_private
    if not saying.rest:
        return say(turn, letters.COMPLAIN_HOW if private else letters.COMPLAIN_IN_PRIVATE, "complain")
    ticket = voices.complain(turn, saying.rest, matters, directory, rules)
    due = timing.promised(turn.session, ticket)
    said = letters.complaint_taken(ticket.id, due, now=turn.now, private=private)
    return say(turn, said, "complaint", ticket, kind=DecisionKind.TICKET)


def suggest(
    turn: Turn, matters: Matters, saying: Saying, *, directory: Directory, rules: TicketRules
) -> Decision | None:
    if not saying.rest:
        return say(turn, letters.SUGGEST_HOW, "suggest") if turn.addressed else None
    if not saying.exact and not turn.addressed:
        return None  # among members 建议… is advice to one another
    ticket = voices.suggest(turn, saying.rest, directory, rules)
    return say(turn, letters.suggestion_taken(ticket.id), "suggestion", ticket, kind=DecisionKind.TICKET)


def praise(turn: Turn, matters: Matters, saying: Saying, *, directory: Directory) -> Decision | None:
    asker = chosen(turn, matters, saying) or next(iter(matters.answered), None)
    if asker is None:
        return say(turn, letters.nothing_answered(waits=bool(matters.waiting)), "praise") if turn.addressed else None
    ticket = held(turn, asker)
    named = directory.named_in(saying.rest)
    volunteer = (named.address, named.name) if named else None
    giver = asker.enterprise or asker.name
    row = worth.praise(turn.session, ticket, saying.rest, by_asker(turn), giver=giver, volunteer=volunteer)
    return say(turn, letters.praised(asker, row.volunteer_name), "praise", ticket)
