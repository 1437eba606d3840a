"""评价 and 追评: what an asker thinks of an answer."""

from handlers.base import Decision, Turn
from handlers.tickets import aftercare, letters, timing
from handlers.tickets.asker_matter import chosen, held, say
from handlers.tickets.asker_more import not_solved_because, still_open
from handlers.tickets.asker_words import Saying
from handlers.tickets.history import by_asker
from handlers.tickets.matters import BotAnswer, Matters, answered_at, last_bot_answer
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.opening import Opening
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import AskerState


def rate(turn: Turn, matters: Matters, saying: Saying, *, rules: TicketRules, opening: Opening) -> Decision | None:
    asker = chosen(turn, matters, saying)
    if asker is None and (saying.exact or turn.addressed) and (answer := _bots_answer(turn, matters, rules)):
        return _rate_bot(turn, answer, saying, opening)
    asker = asker or matters.asked_to_rate
    if asker is None and not saying.exact and not turn.addressed:
        return None  # nobody asked him: praise in a group may be for anybody
    asker = asker or next(iter(matters.unsettled), None) or next(iter(matters.answered), None)
    if asker is None:
        return _nothing_to_rate(turn, matters, saying, rules)
    if saying.rating is None:
        return say(turn, letters.WHICH_RATING, "which_rating") if saying.exact or turn.addressed else None
    if asker.state == AskerState.OPEN:
        return still_open(turn, asker, saying, rules=rules)
    ticket = held(turn, asker)
    aftercare.rate(turn.session, ticket, asker, saying.rating, saying.rest, by_asker(turn), rules=rules)
    if not saying.rating.is_bad:
        return say(turn, letters.rated_well(asker), "rated", ticket)
    return _rated_badly(turn, ticket, asker, saying, rules)


def _bots_answer(turn: Turn, matters: Matters, rules: TicketRules) -> BotAnswer | None:
    """The bot's own answer, when he quotes it or nothing of his tickets came after it."""
    answer = last_bot_answer(turn, rules)
    if answer is None or matters.of_message(answer.question.id) is not None:
        return None
    if turn.quoted is not None and turn.quoted.caused_by == answer.question.id:
        return answer
    since = (max(answered_at(asker), asker.rating_asked_at or asker.asked_at) for asker in matters.askers)
    return answer if all(at < answer.at for at in since) else None


def _rate_bot(turn: Turn, answer: BotAnswer, saying: Saying, opening: Opening) -> Decision:
    if saying.rating is None:
        return say(turn, letters.WHICH_RATING, "which_rating")
    if saying.rating.is_bad:
        return opening.after_answer(turn, answer, saying.rest)
    return say(turn, letters.ANSWER_RATED, "rate")


def _nothing_to_rate(turn: Turn, matters: Matters, saying: Saying, rules: TicketRules) -> Decision | None:
    waiting = next(iter(matters.waiting), None)
    if waiting is not None:
        return still_open(turn, waiting, saying, rules=rules)
    return say(turn, letters.nothing_answered(waits=False), "rate") if turn.addressed else None


def _rated_badly(turn: Turn, ticket: TicketRow, asker: AskerRow, saying: Saying, rules: TicketRules) -> Decision:
    label = asker.rating.label if asker.rating else ""
    why = f"{label}：{saying.rest}" if saying.rest else label
    ticket = aftercare.reopen(turn.session, ticket, asker, why, by_asker(turn), rules=rules)
    aftercare.owe_for_bad_rating(turn.session, ticket, asker, by_asker(turn), rules)
    if not saying.rest:
        aftercare.await_reason(asker, now=turn.now)
    due = timing.promised(turn.session, ticket)
    said = letters.reopened(asker, due, now=turn.now, reason_known=bool(saying.rest))
    return say(turn, said, "rated", ticket)


def rate_later(turn: Turn, matters: Matters, saying: Saying, *, rules: TicketRules) -> Decision | None:
    """追评: on what he has rated, or what was answered last."""
    rated = next((asker for asker in matters.answered if asker.rating is not None), None)
    asker = chosen(turn, matters, saying) or rated or next(iter(matters.answered), None)
    if asker is None or asker.state == AskerState.OPEN:
        return say(turn, letters.nothing_answered(waits=bool(matters.waiting)), "rate_later")
    if saying.rating is None and not saying.rest:
        return say(turn, letters.LATER_HOW, "rate_later")
    ticket = held(turn, asker)
    aftercare.rate_later(turn.session, ticket, asker, saying.rating, saying.rest, by_asker(turn))
    if saying.rating is not None and saying.rating.is_bad:
        aftercare.owe_for_bad_rating(turn.session, ticket, asker, by_asker(turn), rules)
        why = f"追评{saying.rating.label} {saying.rest}".strip()
        return not_solved_because(turn, asker, why, rules=rules)
    return say(turn, letters.rated_later(asker), "rate_later", ticket)
