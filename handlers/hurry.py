"""急 and nothing else, or 有人回我吗: what its speaker asked just before goes to a person at once."""

import re

from handlers import sayings
from handlers.base import Decision, DecisionKind, Turn
from handlers.context import turn_before
from handlers.intake import Intake
from handlers.rules import AnsweringRules
from handlers.tickets.asker_words import spoken_words
from handlers.tickets.matters import matters_of
from handlers.tickets.rules import TicketRules
from handlers.watching import forget
from nlu.text import normalise
from nlu.understanding import Intent

NEWS = (Intent.PRESS, Intent.STATUS)
NO_PERSON_YET = (DecisionKind.WATCHING, DecisionKind.OFFERED)
LONGEST = 16  # characters
_HURRY = re.compile(
    r"(?=.*[急快火])(?:我们?|这?边|这个|真的?|太|很|好|挺|特别|比较|非常|十分|十万|万分|超|加|紧|着|火|急|死|在线|等|尽|赶|快"
    r"|点|些|一?下|老师|各位|大家|麻烦|拜托|帮帮?忙?|求助?|救命?|谢谢|请|了|的|啊|呀|哪|呢|吧|[\s!?.,。~…])+"
)


def is_hurry(text: str) -> bool:
    """Whether a line says that it is urgent, and not what."""
    if not any(sign in text for sign in "急快火"):
        return False
    said = normalise(spoken_words(text))
    return len(said) <= LONGEST and _HURRY.fullmatch(said) is not None


class Hurry:
    """Handler: raises the question that is only watched, or offered choices for, so far."""

    def __init__(self, rules: AnsweringRules, intake: Intake, tickets: TicketRules) -> None:
        self._rules, self._intake, self._tickets = rules, intake, tickets

    def __call__(self, turn: Turn) -> Decision | None:
        if not (turn.addressed or turn.may_interject):
            return None
        in_a_hurry = is_hurry(turn.message.text)
        if not in_a_hurry and not self._wants_news(turn):
            return None
        before = turn_before(turn, window=self._rules.turn_window)
        if before is None or before.kind not in NO_PERSON_YET:
            return None
        forget(turn.session, [before.inbox_id])
        if in_a_hurry:
            return self._raise(turn, f"{before.text}，{spoken_words(turn.message.text)}", Intent.URGENT, sayings.URGENT)
        return self._raise(turn, before.text, Intent.PRESS, sayings.NOBODY_YET)

    def _wants_news(self, turn: Turn) -> bool:
        """Of what no volunteer has; of his tickets he hears from where tickets are."""
        asks = turn.addressed and turn.thought.understanding.probability(*NEWS) >= self._rules.must_not_at
        return asks and not matters_of(turn, self._tickets).waiting

    def _raise(self, turn: Turn, question: str, reason: str, first_say: str) -> Decision:
        thought = turn.think(question)
        return self._intake.open(turn, question, reason=reason, first_say=first_say, thought=thought)
