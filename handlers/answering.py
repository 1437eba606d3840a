"""Giving an approved entry as the answer, with the manners of a group."""

from handlers import sayings
from handlers.answer import render
from handlers.base import Decision, DecisionKind, Turn, silent
from handlers.etiquette import answered_lately
from handlers.rules import AnsweringRules
from handlers.speaking import reply
from handlers.times import local_day
from knowledge_base.entries import Entry
from knowledge_base.hit import Hit
from knowledge_base.instruments import Instruments


class Answering:
    """Says entries; knows how citations read."""

    def __init__(self, rules: AnsweringRules, instruments: Instruments) -> None:
        self._rules, self._instruments = rules, instruments

    def give(self, turn: Turn, hit: Hit) -> Decision:
        """Answer with a hit; in a group that has just heard it, point to it or say nothing."""
        here, within = turn.message.conversation, self._rules.repeat_window
        if not answered_lately(turn.session, here, hit.entry.id, now=turn.now, within=within):
            return self._say(turn, hit.entry, reason="known", confidence=hit.confidence)
        if not turn.addressed:
            return silent("answered_lately", entry=hit.entry.id, confidence=hit.confidence)
        reply(turn, sayings.just_answered(hit.entry.id, hit.entry.question))
        return _answered(hit.entry, reason="answered_lately", confidence=hit.confidence)

    def give_chosen(self, turn: Turn, entry_id: str) -> Decision | None:
        """Answer with the entry somebody chose; None when it is no longer there to be given."""
        entry = turn.mind.knowledge.entry(entry_id)
        if entry is None or not entry.answers_on(local_day(turn.now)):
            return None
        return self._say(turn, entry, reason="chosen", confidence=1.0)

    def _say(self, turn: Turn, entry: Entry, *, reason: str, confidence: float) -> Decision:
        reply(turn, render(entry, self._instruments))
        return _answered(entry, reason=reason, confidence=confidence)


def _answered(entry: Entry, *, reason: str, confidence: float) -> Decision:
    return Decision(kind=DecisionKind.ANSWERED, reason=reason, entry=entry.id, confidence=confidence)
