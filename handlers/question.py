"""The decision table: answer, offer, ticket, watch or silence (docs/architecture.md shows it)."""

from handlers import sayings
from handlers.answering import Answering
from handlers.base import Decision, DecisionKind, Turn, silent
from handlers.choosing import offer
from handlers.context import WAITING
from handlers.etiquette import unwelcome
from handlers.intake import Intake
from handlers.judgement import Judgement, Standing, judge, plainly_talk
from handlers.reading import Reading, read
from handlers.rules import AnsweringRules
from handlers.speaking import reply, reply_unless_he_goes_on
from handlers.watching import watch


class Question:
    """Handler: the last in line, so it always decides."""

    def __init__(self, rules: AnsweringRules, answering: Answering, intake: Intake) -> None:
        self._rules, self._answering, self._intake = rules, answering, intake

    def __call__(self, turn: Turn) -> Decision:
        if not turn.addressed and not turn.may_interject:
            return silent("mention_only")
        if not turn.addressed and plainly_talk(turn.thought.understanding, self._rules):
            return silent(turn.thought.understanding.intent)
        readings = read(turn, self._rules)
        decisions = [self._decide(turn, reading) for reading in readings]
        return decisions[0] if len(decisions) == 1 else _together(decisions)

    def _decide(self, turn: Turn, reading: Reading) -> Decision:
        addressed = turn.addressed or reading.spoke_to_us
        judgement = judge(reading.thought, self._rules, addressed=addressed, without=reading.answered_before)
        if addressed:
            return self._spoken_to(turn, reading, judgement)
        return self._overheard(turn, reading, judgement)

    def _spoken_to(self, turn: Turn, reading: Reading, judgement: Judgement) -> Decision:
        match judgement.standing:
            case Standing.KNOWN:
                return self._answering.give(turn, judgement.hits[0])
            case Standing.CLOSE:
                return offer(turn, reading.text, judgement.hits)
            case Standing.UNKNOWN:
                return self._intake.open(turn, reading.text, reason=judgement.reason)
            case Standing.UNFINISHED:
                reply_unless_he_goes_on(turn, sayings.SAY_IT, at=turn.now + self._rules.burst_window)
                return silent(WAITING)
            case Standing.NOT_OURS:
                reply(turn, sayings.WHAT_FOR)
                return Decision(kind=DecisionKind.DECLINED, reason=judgement.reason)

    def _overheard(self, turn: Turn, reading: Reading, judgement: Judgement) -> Decision:
        known = judgement.standing == Standing.KNOWN
        reserve = unwelcome(turn, late_after=self._rules.late_after) if known else None
        match judgement.standing:
            case Standing.KNOWN if reserve is None:
                return self._answering.give(turn, judgement.hits[0])
            case Standing.KNOWN | Standing.CLOSE | Standing.UNKNOWN:
                return watch(turn, reading.text, self._rules, reason=reserve or judgement.reason)
            case Standing.UNFINISHED:
                return silent(WAITING)
            case Standing.NOT_OURS:
                return silent(judgement.reason)


def _together(decisions: list[Decision]) -> Decision:
    """Several questions in one message: the outcome that matters most stands for all, the rest is in the detail."""
    order = list(DecisionKind)
    first = min(decisions, key=lambda decision: order.index(decision.kind))
    ticket = next((decision.ticket for decision in decisions if decision.ticket is not None), None)
    return Decision(
        kind=first.kind,
        reason=first.reason,
        entry=first.entry,
        ticket=ticket,
        confidence=first.confidence,
        detail={"parts": [{"kind": part.kind, "reason": part.reason, "entry": part.entry} for part in decisions]},
    )
