"""What becomes of each wish of an asker. None: there is nothing of his that it could be about."""

from collections.abc import Callable
from dataclasses import replace

from handlers import sayings
from handlers.base import Decision, DecisionKind, Turn
from handlers.members.card_entries import standing
from handlers.members.card_sending import CardSending
from handlers.members.directory import Directory
from handlers.speaking import reply
from handlers.tickets import aftercare, cards, letters, material, timing, voices, worth
from handlers.tickets.asker_words import Saying, Wish
from handlers.tickets.history import by_asker, presses, record
from handlers.tickets.matters import Matters, answered_at, last_bot_answer
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.opening import Opening
from handlers.tickets.pledge import pledge
from handlers.tickets.refusals import HalfACommand, NotYours
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import handler_of, lock, tell_desk
from handlers.tickets.words import AskerState, What

OFTEN = 3  # presses from which a duty chief hears of it too
SHOWN = 5  # questions in one report of progress


class AskerWishes:
    """Carries out what an asker wants with his questions."""

    def __init__(self, directory: Directory, rules: TicketRules, picture: CardSending | None = None) -> None:
        self._rules, self._directory, self._opening = rules, directory, Opening(directory, rules)
        self._picture = picture
        self._by_wish: dict[Wish, Callable[[Turn, Matters, Saying], Decision | None]] = {
            Wish.PROGRESS: self._progress,
            Wish.PRESS: self._press,
            Wish.NOT_SOLVED: self._not_solved,
            Wish.WANT_PERSON: self._opening.by_wish,
            Wish.RATE: self._rate,
            Wish.ADD: self._add,
            Wish.SOLVED: self._solved,
            Wish.RATE_LATER: self._rate_later,
            Wish.COMPLAIN: self._complain,
            Wish.SUGGEST: self._suggest,
            Wish.PRAISE: self._praise,
            Wish.PLEDGE: self._pledge,
            Wish.CARD: self._card,
        }

    def grant(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        return self._by_wish[saying.wish](turn, matters, saying)

    def more(self, turn: Turn, asker: AskerRow, text: str) -> Decision:
        """More about an open question."""
        ticket = _held(turn, asker)
        material.add(turn.session, ticket, asker, text, by_asker(turn), rules=self._rules)
        return _done(turn, letters.added(asker), "added", ticket)

    def reason(self, turn: Turn, asker: AskerRow, text: str) -> Decision:
        """Why the answer did not help."""
        ticket = _held(turn, asker)
        aftercare.give_reason(turn.session, ticket, asker, text, by_asker(turn))
        return _done(turn, letters.added(asker), "reason", ticket)

    def not_solved_because(self, turn: Turn, asker: AskerRow, why: str) -> Decision:
        """The answer did not solve it; `why` may be empty and is then asked for."""
        ticket = _held(turn, asker)
        ticket = aftercare.reopen(turn.session, ticket, asker, why, by_asker(turn), rules=self._rules)
        if not why:
            aftercare.await_reason(asker, now=turn.now)
        due = timing.promised(turn.session, ticket)
        said = letters.reopened(asker, due, now=turn.now, reason_known=bool(why))
        return _done(turn, said, "reopened", ticket)

    def _progress(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        asker = _chosen(turn, matters, saying)
        shown = [asker] if asker else [*matters.waiting, *matters.unsettled][:SHOWN] or matters.answered[:1]
        if not shown:
            return _nothing(turn, saying, "progress")
        lines = [self._line(turn, part) for part in shown]
        return _done(turn, "\n".join(lines), "progress", turn.session.get_one(TicketRow, shown[0].ticket_id))

    def _line(self, turn: Turn, asker: AskerRow) -> str:
        ticket = turn.session.get_one(TicketRow, asker.ticket_id)
        due = timing.promised(turn.session, ticket)
        return letters.progress(asker, ticket, due, now=turn.now)

    def _press(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        asker = _chosen(turn, matters, saying) or next(iter(matters.waiting), None)
        if asker is None:
            return self._progress(turn, matters, saying) if saying.exact else None
        if asker.state != AskerState.OPEN:
            return self._progress(turn, matters, saying)
        ticket = _held(turn, asker)
        due = timing.promised(turn.session, ticket)
        if asker.pressed_at is not None and turn.now - asker.pressed_at < self._rules.press_every:
            return _done(turn, letters.pressed_already(asker, due, now=turn.now), "pressed_already", ticket)
        asker.pressed_at = turn.now
        record(turn.session, ticket, What.PRESSED, by_asker(turn))
        card = cards.pressed(ticket, asker, due, now=turn.now)
        often = presses(turn.session, ticket) >= OFTEN
        called = [*handler_of(ticket), *(self._rules.routing.chiefs(turn.now) if often else ())]
        tell_desk(turn.session, ticket, card, by_asker(turn), mention=called)
        return _done(turn, letters.pressed(asker, ticket, due, now=turn.now), "press", ticket)

    def _not_solved(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        saying = _in_his_words(matters, saying)
        asker = _chosen(turn, matters, saying)
        if asker is None:
            asker = next(iter(matters.answered if saying.exact else matters.unsettled), None)
            answer = last_bot_answer(turn, self._rules)
            if answer is not None and (turn.quoted or asker is None or answered_at(asker) < answer.at):
                asker = matters.of_message(answer.question.id)  # the bot's own answer is the last thing he got
                if asker is None:
                    return self._opening.after_answer(turn, answer, saying.rest)
            asker = asker or next(iter(matters.waiting), None)
        if asker is None:
            return self._opening.ask_for_question(turn) if saying.exact and turn.addressed else None
        if asker.state == AskerState.OPEN:
            return self._still_open(turn, asker, saying) if saying.exact or turn.addressed else None
        return self.not_solved_because(turn, asker, saying.rest)

    def _still_open(self, turn: Turn, asker: AskerRow, saying: Saying) -> Decision:
        if saying.rest:
            return self.more(turn, asker, saying.rest)
        ticket = _held(turn, asker)
        due = timing.promised(turn.session, ticket)
        return _done(turn, letters.not_answered_yet(asker, due, now=turn.now), "still_open", ticket)

    def _rate(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        asker = _chosen(turn, matters, saying) or matters.asked_to_rate
        if asker is None and not saying.exact and not turn.addressed:
            return None  # nobody asked him: praise in a group may be for anybody
        asker = asker or next(iter(matters.unsettled), None) or next(iter(matters.answered), None)
        if asker is None:
            waiting = next(iter(matters.waiting), None)
            return self._still_open(turn, waiting, saying) if waiting and saying.exact else None
        if saying.rating is None:
            return _say(turn, letters.WHICH_RATING, "which_rating") if saying.exact or turn.addressed else None
        if asker.state == AskerState.OPEN:
            return self._still_open(turn, asker, saying)
        ticket = _held(turn, asker)
        aftercare.rate(turn.session, ticket, asker, saying.rating, saying.rest, by_asker(turn), rules=self._rules)
        if not saying.rating.is_bad:
            return _done(turn, letters.rated_well(asker), "rated", ticket)
        return self._rated_badly(turn, ticket, asker, saying)

    def _rated_badly(self, turn: Turn, ticket: TicketRow, asker: AskerRow, saying: Saying) -> Decision:
        label = asker.rating.label if asker.rating else ""
        why = f"{label}：{saying.rest}" if saying.rest else label
        ticket = aftercare.reopen(turn.session, ticket, asker, why, by_asker(turn), rules=self._rules)
        aftercare.owe_for_bad_rating(turn.session, ticket, asker, by_asker(turn), self._rules)
        if not saying.rest:
            aftercare.await_reason(asker, now=turn.now)
        due = timing.promised(turn.session, ticket)
        said = letters.reopened(asker, due, now=turn.now, reason_known=bool(saying.rest))
        return _done(turn, said, "rated", ticket)

    def _add(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        saying = _in_his_words(matters, saying)
        awaited = next((asker for asker in matters.waiting if asker.awaited is not None), None)
        newest = matters.waiting[-1] if matters.waiting else None
        asker = _chosen(turn, matters, saying) or awaited or newest
        if asker is None:
            return _nothing(turn, saying, "add")
        text = saying.rest
        if not text:
            raise HalfACommand(f"请把要补充的内容写在后面，例如：补充 {asker.home_id} 合同号已更正")
        if asker.state != AskerState.OPEN:
            return self.not_solved_because(turn, asker, text)
        return self.more(turn, asker, text)

    def _rate_later(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        """追评: on what he has rated, or what was answered last."""
        rated = next((asker for asker in matters.answered if asker.rating is not None), None)
        asker = _chosen(turn, matters, saying) or rated or next(iter(matters.answered), None)
        if asker is None or asker.state == AskerState.OPEN:
            return _say(turn, letters.NOTHING_ANSWERED, "rate_later")
        if saying.rating is None and not saying.rest:
            return _say(turn, letters.LATER_HOW, "rate_later")
        ticket = _held(turn, asker)
        aftercare.rate_later(turn.session, ticket, asker, saying.rating, saying.rest, by_asker(turn))
        if saying.rating is not None and saying.rating.is_bad:
            aftercare.owe_for_bad_rating(turn.session, ticket, asker, by_asker(turn), self._rules)
            return self.not_solved_because(turn, asker, f"追评{saying.rating.label} {saying.rest}".strip())
        return _done(turn, letters.rated_later(asker), "rate_later", ticket)

    def _complain(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        private = turn.message.conversation.is_private
        if not saying.rest:
            return _say(turn, letters.COMPLAIN_HOW if private else letters.COMPLAIN_IN_PRIVATE, "complain")
        ticket = voices.complain(turn, saying.rest, matters, self._directory, self._rules)
        due = timing.promised(turn.session, ticket)
        said = letters.complaint_taken(ticket.id, due, now=turn.now, private=private)
        return _opened(turn, said, "complaint", ticket)

    def _suggest(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        if not saying.rest:
            return _say(turn, letters.SUGGEST_HOW, "suggest") if turn.addressed else None
        ticket = voices.suggest(turn, saying.rest, self._directory, self._rules)
        return _opened(turn, letters.suggestion_taken(ticket.id), "suggestion", ticket)

    def _praise(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        asker = _chosen(turn, matters, saying) or next(iter(matters.answered), None)
        if asker is None:
            return _say(turn, letters.NOTHING_ANSWERED, "praise") if turn.addressed else None
        ticket = _held(turn, asker)
        named = next((one for one in self._directory.volunteers.values() if one.name and one.name in saying.rest), None)
        volunteer = (named.address, named.name) if named else None
        giver = asker.enterprise or asker.name
        row = worth.praise(turn.session, ticket, saying.rest, by_asker(turn), giver=giver, volunteer=volunteer)
        return _done(turn, letters.praised(asker, row.volunteer_name), "praise", ticket)

    def _pledge(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        return self._inform(turn, pledge(self._rules), "service_promise")

    def _card(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        card = standing(turn.session, self._rules.contacts)
        shown = card.text() if card.departments else sayings.CONTACT_CARD
        decision = self._inform(turn, self._rules.contact_card or shown, "contact_card")
        if decision is not None and self._picture is not None and not self._rules.contact_card:
            self._picture.send(turn, card)
        return decision

    def _inform(self, turn: Turn, text: str, reason: str) -> Decision | None:
        return _say(turn, text, reason) if turn.addressed else None

    def _solved(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        asker = _chosen(turn, matters, saying)
        if asker is None:
            asker = self._just_answered(turn, matters)
        if asker is None or asker.state not in (AskerState.ANSWERED, AskerState.ASSUMED):
            return None
        ticket = _held(turn, asker)
        aftercare.confirm(turn.session, ticket, asker, by_asker(turn), rules=self._rules)
        return _done(turn, letters.confirmed(asker), "confirmed", ticket)

    def _just_answered(self, turn: Turn, matters: Matters) -> AskerRow | None:
        """Thanks are for the last answer, when that came from a volunteer and not long ago."""
        asker = next(iter(matters.unsettled), None)
        if asker is None or asker.answered_at is None or turn.now - asker.answered_at > self._rules.recent_answer:
            return None
        answer = last_bot_answer(turn, self._rules)
        return asker if answer is None or answer.at < asker.answered_at else None


def _in_his_words(matters: Matters, saying: Saying) -> Saying:
    """没解决 12366 说归海关管: a number that is none of his, with words behind it, belongs to the words."""
    if saying.number is None or not saying.rest or matters.numbered(saying.number):
        return saying
    return replace(saying, number=None, rest=f"{saying.number} {saying.rest}")


def _chosen(turn: Turn, matters: Matters, saying: Saying) -> AskerRow | None:
    """The question he names or quotes; None leaves the choice to us. Raises NotYours."""
    if saying.number is not None:
        asker = matters.numbered(saying.number)
        if asker is None:
            raise NotYours(saying.number)
        return asker
    return matters.about(turn.quoted.ticket) if turn.quoted and turn.quoted.ticket is not None else None


def _held(turn: Turn, asker: AskerRow) -> TicketRow:
    """His ticket, held; somebody may just have joined it with another."""
    ticket = lock(turn.session, asker.ticket_id)
    turn.session.refresh(asker)
    return ticket if ticket.id == asker.ticket_id else _held(turn, asker)


def _nothing(turn: Turn, saying: Saying, reason: str) -> Decision | None:
    """He has nothing with us: said only to who spoke to us in so many words."""
    return _say(turn, letters.NOTHING_OPEN, reason) if saying.exact and turn.addressed else None


def _say(turn: Turn, text: str, reason: str) -> Decision:
    reply(turn, text)
    return Decision(kind=DecisionKind.COMMAND, reason=reason)


def _opened(turn: Turn, text: str, reason: str, ticket: TicketRow) -> Decision:
    reply(turn, text, ticket=ticket.id)
    return Decision(kind=DecisionKind.TICKET, reason=reason, ticket=ticket.id)


def _done(turn: Turn, text: str, reason: str, ticket: TicketRow) -> Decision:
    reply(turn, text, ticket=ticket.id)
    return Decision(kind=DecisionKind.COMMAND, reason=reason, ticket=ticket.id)
