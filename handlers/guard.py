"""What goes to a person or is refused, whatever an entry may look like."""

from handlers import sayings
from handlers.base import Decision, DecisionKind, Turn
from handlers.intake import Intake
from handlers.rules import AnsweringRules
from handlers.speaking import reply
from nlu.understanding import Intent

REFUSED = {  # spoken to or not: silence would look like consent
    Intent.EVASION: sayings.EVASION,
    Intent.OTHERS_DATA: sayings.OTHERS_DATA,
    Intent.REPORT: sayings.REPORT,
}
ROUTED = {Intent.LOOKUP: sayings.LOOKUP, Intent.FORECAST: sayings.FORECAST}
TO_A_PERSON = {Intent.RULING: sayings.RULING, Intent.URGENT: sayings.URGENT, Intent.COMPLAINT: sayings.COMPLAINT}
GUARDED = REFUSED.keys() | ROUTED.keys() | TO_A_PERSON.keys()
HURRIES = (Intent.URGENT, Intent.COMPLAINT)  # go to a person even when we were not spoken to


class Guard:
    """Handler: rulings, forecasts, look-ups, urgent goods, complaints, tips, evasion, other people's data."""

    def __init__(self, rules: AnsweringRules, intake: Intake) -> None:
        self._rules, self._intake = rules, intake

    def __call__(self, turn: Turn) -> Decision | None:
        intent = turn.thought.understanding.intent
        if intent not in GUARDED or not self._sure(turn, intent) or not (turn.addressed or turn.may_interject):
            return None
        if intent in REFUSED:
            return _decline(turn, intent, REFUSED[intent])
        if turn.thought.confidence >= self._rules.answer_at:
            return None  # an approved entry explains the way; it never decides a case
        if intent in ROUTED and turn.addressed:
            return _decline(turn, intent, ROUTED[intent])
        if intent in TO_A_PERSON and (turn.addressed or intent in HURRIES):
            return self._intake.open(turn, turn.message.text, reason=intent, first_say=TO_A_PERSON[intent])
        return None

    def _sure(self, turn: Turn, intent: Intent) -> bool:
        """Overheard, we want to be surer than when spoken to."""
        needed = self._rules.must_not_at if turn.addressed else (1 + self._rules.must_not_at) / 2
        return turn.thought.understanding.probability(intent) >= needed


def _decline(turn: Turn, intent: Intent, text: str) -> Decision:
    reply(turn, text)
    return Decision(kind=DecisionKind.DECLINED, reason=intent)
