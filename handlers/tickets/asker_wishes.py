"""What becomes of each wish of an asker. None: there is nothing of his that it could be about."""

from collections.abc import Callable
from functools import partial

from handlers import sayings
from handlers.base import Decision, Turn
from handlers.members.card_entries import standing
from handlers.members.card_sending import CardSending
from handlers.members.directory import Directory
from handlers.tickets import aftercare, asker_rating, asker_voices, cards, letters, timing
from handlers.tickets.asker_matter import chosen, held, in_his_words, nothing, say
from handlers.tickets.asker_more import more, not_solved_because, still_open
from handlers.tickets.asker_words import Saying, Wish, spoken_words
from handlers.tickets.history import by_asker, presses, record
from handlers.tickets.matters import Matters, answered_at, last_bot_answer
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.opening import Opening
from handlers.tickets.pledge import pledge
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import handler_of, tell_desk
from handlers.tickets.words import AskerState, What
from nlu.spelling import topics

OFTEN = 3  # presses from which a duty chief hears of it too
SHOWN = 5  # questions in one report of progress


class AskerWishes:
    """Carries out what an asker wants with his questions."""

    def __init__(self, directory: Directory, rules: TicketRules, picture: CardSending | None = None) -> None:
        self._rules, self._opening, self._picture = rules, Opening(directory, rules), picture
        self._by_wish: dict[Wish, Callable[[Turn, Matters, Saying], Decision | None]] = {
            Wish.PROGRESS: self._progress,
            Wish.PRESS: self._press,
            Wish.NOT_SOLVED: self._not_solved,
            Wish.WANT_PERSON: self._opening.by_wish,
            Wish.RATE: partial(asker_rating.rate, rules=rules, opening=self._opening),
            Wish.ADD: self._add,
            Wish.SOLVED: self._solved,
            Wish.RATE_LATER: partial(asker_rating.rate_later, rules=rules),
            Wish.COMPLAIN: partial(asker_voices.complain, directory=directory, rules=rules),
            Wish.SUGGEST: partial(asker_voices.suggest, directory=directory, rules=rules),
            Wish.PRAISE: partial(asker_voices.praise, directory=directory),
            Wish.PLEDGE: self._pledge,
            Wish.CARD: self._card,
            Wish.NUMBER: self._number,
            Wish.DROP: self._drop,
        }

    def grant(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        return self._by_wish[saying.wish](turn, matters, saying)

    def _progress(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        asker = chosen(turn, matters, saying)
        shown = [asker] if asker else [*matters.waiting, *matters.unsettled][:SHOWN] or matters.answered[:1]
        if not shown:
            return nothing(turn, saying, "progress")
        lines = [self._line(turn, part) for part in shown]
        return say(turn, "\n".join(lines), "progress", turn.session.get_one(TicketRow, shown[0].ticket_id))

    def _line(self, turn: Turn, asker: AskerRow) -> str:
        ticket = turn.session.get_one(TicketRow, asker.ticket_id)
        due = timing.promised(turn.session, ticket)
        return letters.progress(asker, ticket, due, now=turn.now)

    def _number(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        """单号忘了: among members it may be any number, unless he waits for us."""
        return self._progress(turn, matters, saying) if turn.addressed or matters.waiting else None

    def _drop(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        """不用了: who works on it should know. Among members, a bare 不用了 may be said to anybody."""
        plain = saying.exact or saying.number is not None
        if not (turn.addressed or (plain and matters.waiting)):
            return None
        asker = chosen(turn, matters, saying)
        if asker is None and len(matters.waiting) > 1:
            raise HalfACommand(letters.drop_which([part.home_id for part in matters.waiting]))
        asker = asker or next(iter(matters.waiting), None)
        if asker is None or asker.state != AskerState.OPEN:
            return say(turn, letters.AS_YOU_LIKE, "nothing_to_drop")
        return more(turn, asker, spoken_words(turn.message.text), rules=self._rules)

    def _press(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        asker = chosen(turn, matters, saying) or next(iter(matters.waiting), None)
        if asker is None:
            return self._progress(turn, matters, saying) if saying.exact else None
        if asker.state != AskerState.OPEN:
            return self._progress(turn, matters, saying)
        ticket = held(turn, asker)
        due = timing.promised(turn.session, ticket)
        if asker.pressed_at is not None and turn.now - asker.pressed_at < self._rules.press_every:
            return say(turn, letters.pressed_already(asker, due, now=turn.now), "pressed_already", ticket)
        asker.pressed_at = turn.now
        record(turn.session, ticket, What.PRESSED, by_asker(turn))
        card = cards.pressed(ticket, asker, due, now=turn.now)
        often = presses(turn.session, ticket) >= OFTEN
        called = [*handler_of(ticket), *(self._rules.routing.chiefs(turn.now) if often else ())]
        tell_desk(turn.session, ticket, card, by_asker(turn), mention=called)
        return say(turn, letters.pressed(asker, ticket, due, now=turn.now), "press", ticket)

    def _not_solved(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        saying = in_his_words(matters, saying)
        asker = chosen(turn, matters, saying)
        if asker is None:
            asker = next(iter(matters.answered if saying.exact else matters.unsettled), None)
            answer = last_bot_answer(turn, self._rules)
            if answer is not None and (turn.quoted or asker is None or answered_at(asker) < answer.at):
                asker = matters.of_message(answer.question.id)  # the bot's own answer is the last thing he got
                if asker is None:
                    return self._opening.after_answer(turn, answer, saying.rest)
            asker = asker or next(iter(matters.waiting), None)
        if asker is None:
            return self._opening.ask_for_question(turn) if turn.addressed and _names_nothing(turn, saying) else None
        if asker.state == AskerState.OPEN:
            return still_open(turn, asker, saying, rules=self._rules) if saying.exact or turn.addressed else None
        return not_solved_because(turn, asker, saying.rest, rules=self._rules)

    def _add(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        saying = in_his_words(matters, saying)
        awaited = next((asker for asker in matters.waiting if asker.awaited is not None), None)
        asker = chosen(turn, matters, saying) or awaited or matters.asked_last
        if asker is None:
            return nothing(turn, saying, "add")
        text = saying.rest
        if not text:
            raise HalfACommand(f"请把要补充的内容写在后面，例如：补充 {asker.home_id} 合同号已更正")
        if asker.state != AskerState.OPEN:
            return not_solved_because(turn, asker, text, rules=self._rules)
        return more(turn, asker, text, rules=self._rules)

    def _pledge(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        """多久能办好, right after the bot answered him and with nobody else at it, asks of what was answered."""
        if not saying.exact and not matters.waiting and last_bot_answer(turn, self._rules):
            return None
        return self._inform(turn, pledge(self._rules), "service_promise")

    def _card(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        card = standing(turn.session, self._rules.contacts)
        shown = card.text() if card.departments else sayings.CONTACT_CARD
        decision = self._inform(turn, self._rules.contact_card or shown, "contact_card")
        if decision is not None and self._picture is not None and not self._rules.contact_card:
            self._picture.send(turn, card)
        return decision

    def _inform(self, turn: Turn, text: str, reason: str) -> Decision | None:
        return say(turn, text, reason) if turn.addressed else None

    def _solved(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        asker = chosen(turn, matters, saying) or self._just_answered(turn, matters)
        waits = asker or self._waited_for(turn, matters)
        if waits is not None and waits.state == AskerState.OPEN and saying.exact:
            return more(turn, waits, spoken_words(turn.message.text), rules=self._rules)  # nobody need look any further
        if asker is None or asker.state not in (AskerState.ANSWERED, AskerState.ASSUMED):
            return None
        ticket = held(turn, asker)
        aftercare.confirm(turn.session, ticket, asker, by_asker(turn), rules=self._rules)
        return say(turn, letters.confirmed(asker), "confirmed", ticket)

    def _waited_for(self, turn: Turn, matters: Matters) -> AskerRow | None:
        """The only question he waits with, when nothing else can be meant: the bot has answered him nothing since."""
        if len(matters.waiting) != 1 or not (turn.addressed or "解决" in turn.message.text):
            return None
        [waits], answer = matters.waiting, last_bot_answer(turn, self._rules)
        return waits if answer is None or answer.at < waits.asked_at else None

    def _just_answered(self, turn: Turn, matters: Matters) -> AskerRow | None:
        """Thanks are for the last answer, when that came from a volunteer and not long ago."""
        asker = next(iter(matters.unsettled), None)
        if asker is None or asker.answered_at is None or turn.now - asker.answered_at > self._rules.recent_answer:
            return None
        answer = last_bot_answer(turn, self._rules)
        return asker if answer is None or answer.at < asker.answered_at else None


def _names_nothing(turn: Turn, saying: Saying) -> bool:
    """还是不行 alone, and not 报关单还是不行, which may be a question of its own."""
    return saying.exact or not topics(turn.thought.understanding.query)
