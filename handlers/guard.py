"""What goes to a person or is refused, whatever an entry may look like."""

import re

from handlers import sayings
from handlers.base import Decision, DecisionKind, Turn, silent
from handlers.callings import said_to_somebody_else
from handlers.choosing import offer_meanwhile
from handlers.context import WAITING
from handlers.hurry import is_hurry
from handlers.intake import Intake
from handlers.reading import asks_in_words
from handlers.rules import AnsweringRules
from handlers.safety import is_incident
from handlers.speaking import reply, reply_unless_he_goes_on
from handlers.tickets.asker_words import asks_where_to_complain
from handlers.watching import watch
from nlu.masking import has_private
from nlu.understanding import Intent

REFUSED = {  # spoken to or not: silence would look like consent
    Intent.EVASION: sayings.EVASION,
    Intent.OTHERS_DATA: sayings.OTHERS_DATA,
    Intent.REPORT: sayings.REPORT,
}
ROUTED = {Intent.LOOKUP: sayings.LOOKUP, Intent.FORECAST: sayings.FORECAST}
GUARDED = REFUSED.keys() | ROUTED.keys() | {Intent.RULING, Intent.URGENT}
_NUMBER_ALONE = re.compile(r"[#\s]*\d(?:[\s-]?\d){14,29}\s*")  # of a declaration, a bill, a manual
_LONG_NUMBER = re.compile(r"[A-Za-z]{0,4}\d[\dA-Za-z]{7,}")
_COMPLAINS_OF = re.compile(r"投诉|信访|举报你们|推诿|不作为|态度(?:\S{0,3})(?:差|恶劣|不好)|差评")


class Guard:
    """Handler: danger to people, complaints, rulings, forecasts, look-ups, urgent goods, tips, evasion, others' data."""

    def __init__(self, rules: AnsweringRules, intake: Intake) -> None:
        self._rules, self._intake = rules, intake

    def __call__(self, turn: Turn) -> Decision | None:
        if not (turn.addressed or turn.may_interject):
            return None
        if is_incident(turn.message.text):
            return self._to_a_person(turn, "safety", sayings.SAFETY)
        if is_hurry(turn.message.text):
            return self._waits(turn, sayings.WHAT_IS_URGENT)
        if turn.addressed and _NUMBER_ALONE.fullmatch(turn.message.text):
            return self._waits(turn, sayings.JUST_A_NUMBER)
        intent = turn.thought.understanding.intent
        if not self._sure(turn, intent):
            return None
        if intent == Intent.COMPLAINT and not asks_where_to_complain(turn.message.text):
            return self._complaint(turn)
        return self._guarded(turn, intent) if intent in GUARDED else None

    def _waits(self, turn: Turn, otherwise: str) -> Decision:
        """急, or a number, and nobody knows of what: the next line may tell."""
        if turn.addressed:
            reply_unless_he_goes_on(turn, otherwise, at=turn.now + self._rules.burst_window)
        return silent(WAITING)

    def _guarded(self, turn: Turn, intent: Intent) -> Decision | None:
        if self._is_explained(turn, intent) or (intent == Intent.LOOKUP and self._asks_of_more(turn)):
            return None
        if intent in REFUSED:
            return _decline(turn, intent, REFUSED[intent])
        if intent in ROUTED and (turn.addressed or _shows_a_number(turn, intent)):
            return _decline(turn, intent, ROUTED[intent])
        if intent == Intent.URGENT:
            return self._urgent(turn)
        if intent == Intent.RULING and turn.addressed:
            return self._to_a_person(turn, intent, sayings.RULING)
        return None

    def _is_explained(self, turn: Turn, intent: Intent) -> bool:
        """An approved entry explains the way and never decides a case; what is surely against the law is not explained,
        and who cries for help without asking anything wants more than an explanation."""
        surely = turn.thought.understanding.probability(intent) >= self._rules.must_not_unasked_at
        cries = intent == Intent.URGENT and not asks_in_words(turn.message.text)
        return not (surely and (intent in REFUSED or cries)) and turn.thought.confidence >= self._rules.answer_at

    def _urgent(self, turn: Turn) -> Decision:
        """A person at once; what we know that is near stands beside, for minutes count."""
        text, hits = turn.message.text, turn.thought.hits
        return self._intake.open(
            turn,
            text,
            reason=Intent.URGENT,
            first_say=sayings.URGENT,
            then_say=lambda ticket: offer_meanwhile(turn, text, hits, self._rules, ticket),
        )

    def _asks_of_more(self, turn: Turn) -> bool:
        """报关单 2229… 这票还能改吗: a number makes any line look like a look-up, so it is read without, and then asks what
        entries tell of."""
        without = _LONG_NUMBER.sub(" ", turn.message.text)
        if without == turn.message.text:
            return False
        asked = turn.think(without)
        asks = asked.understanding.probability(Intent.QUESTION) >= self._rules.must_not_at
        return asks and asked.confidence >= self._rules.offer_at

    def _complaint(self, turn: Turn) -> Decision:
        """A complaint is nobody else's business: in a group not a word of it is repeated. Mere anger gets a person."""
        if not turn.message.conversation.is_private and _COMPLAINS_OF.search(turn.message.text):
            return _decline(turn, Intent.COMPLAINT, sayings.COMPLAIN_IN_PRIVATE)
        if turn.addressed:
            return self._to_a_person(turn, Intent.COMPLAINT, sayings.COMPLAINT)
        if said_to_somebody_else(turn):
            return silent(Intent.COMPLAINT)
        return watch(turn, turn.message.text, self._rules, reason=Intent.COMPLAINT)

    def _to_a_person(self, turn: Turn, reason: str, first_say: str) -> Decision:
        return self._intake.open(turn, turn.message.text, reason=reason, first_say=first_say)

    def _sure(self, turn: Turn, intent: Intent) -> bool:
        """Overheard, we want to be surer than when spoken to."""
        needed = self._rules.must_not_at if turn.addressed else self._rules.must_not_unasked_at
        return turn.thought.understanding.probability(intent) >= needed


def _shows_a_number(turn: Turn, intent: Intent) -> bool:
    """Whether a number that is nobody else's business stands in the group for all to see."""
    return intent == Intent.LOOKUP and has_private(turn.message.text)


def _decline(turn: Turn, intent: Intent, text: str) -> Decision:
    reply(turn, text)
    return Decision(kind=DecisionKind.DECLINED, reason=intent)
