"""What is left when it was no question: a polite line to who spoke to us, silence to everybody else."""

from handlers import sayings
from handlers.base import Decision, DecisionKind, Turn, silent
from handlers.context import WAITING
from handlers.rules import AnsweringRules
from handlers.speaking import reply, reply_unless_he_goes_on
from nlu.understanding import Intent

INFORMATION = {
    Intent.HELP: sayings.HOW_TO_USE,
    Intent.CONTACT_CARD: sayings.CONTACT_CARD,
    Intent.STATUS: sayings.NOTHING_OPEN,
    Intent.PRESS: sayings.NOTHING_OPEN,
}
SURE = 0.6  # less sure of what is asked for, a question is looked for in it


class Wordless:
    """Handler: pictures, voice, files and lines with no words in them."""

    def __init__(self, rules: AnsweringRules) -> None:
        self._rules = rules

    def __call__(self, turn: Turn) -> Decision | None:
        if any(letter.isalnum() for letter in turn.message.text):
            return None
        if turn.addressed and turn.message.attachments:
            reply(turn, sayings.NEEDS_WORDS)
            return Decision(kind=DecisionKind.DECLINED, reason="needs_words")
        if turn.addressed:
            reply_unless_he_goes_on(turn, sayings.SAY_IT, at=turn.now + self._rules.burst_window)
            return silent(WAITING)
        return silent(WAITING if turn.message.attachments else "no_words")


def information(turn: Turn) -> Decision | None:
    """Handler: what this service is and where else to turn, when somebody asks us."""
    intent = turn.thought.understanding.intent
    if not turn.addressed or intent not in INFORMATION or turn.thought.understanding.confidence < SURE:
        return None
    reply(turn, INFORMATION[intent])
    return Decision(kind=DecisionKind.COMMAND, reason=intent)


def desk_talk(turn: Turn) -> Decision | None:
    """Handler: what volunteers say among themselves is theirs."""
    return silent("desk_talk") if turn.in_desk else None
