"""The decision table: answer, offer, ticket, watch or silence (docs/architecture.md shows it)."""

from collections.abc import Collection
from dataclasses import replace

from handlers import sayings
from handlers.answering import Answering
from handlers.base import Decision, DecisionKind, Turn, silent
from handlers.callings import said_to_somebody_else
from handlers.choosing import offer, offer_meanwhile
from handlers.context import HAD, READ_AS, WAITING
from handlers.etiquette import unwelcome
from handlers.for_us import ASKING
from handlers.going_on import only_named
from handlers.intake import Intake
from handlers.judgement import (
    MAX_CHOICES,
    Judgement,
    Standing,
    bare_matter,
    in_another_language,
    is_nod,
    judge,
    plainly_talk,
)
from handlers.reading import Reading, asks_in_words, may_finish, read
from handlers.rules import AnsweringRules
from handlers.several import together
from handlers.speaking import reply, reply_unless_he_goes_on
from handlers.tickets import letters
from handlers.tickets.triage import is_pressing
from handlers.watching import watch
from nlu.spelling import topics
from nlu.understanding import Intent

UNHAPPY = (
    Intent.COMPLAINT, Intent.NOT_SOLVED, Intent.PRESS, Intent.STATUS, Intent.WANT_PERSON, Intent.RATING,
)  # fmt: skip
LONGEST_READ = 2_000  # characters kept of what was read together


class Question:
    """Handler: the last in line, so it always decides."""

    def __init__(self, rules: AnsweringRules, answering: Answering, intake: Intake) -> None:
        self._rules, self._answering, self._intake = rules, answering, intake

    def __call__(self, turn: Turn) -> Decision:
        if not turn.addressed and not self._worth_reading(turn):
            return silent(turn.thought.understanding.intent if turn.may_interject else "mention_only")
        decisions: list[Decision] = []
        for reading in read(turn, self._rules):
            given = {decision.entry for decision in decisions if decision.kind == DecisionKind.ANSWERED}
            decisions.append(self.decide(turn, reading, given=given))
        return together(decisions)

    def _worth_reading(self, turn: Turn) -> bool:
        """Whether a line nobody said to us may be a question, or end one: plain talk is not looked at twice."""
        text = turn.thought.understanding
        if plainly_talk(text, self._rules):
            return may_finish(turn)
        return turn.may_interject or text.probability(*ASKING) >= self._rules.asks_at or may_finish(turn)

    def decide(self, turn: Turn, reading: Reading, *, given: Collection[str | None] = ()) -> Decision:
        """What to do with one question; `given`: the entries said to the questions before it in the same message."""
        addressed = turn.addressed or reading.spoke_to_us
        if not addressed and not turn.may_interject:
            return silent("mention_only")
        judgement = judge(reading.thought, self._rules, addressed=addressed, without=reading.answered_before)
        told = reading.told if not addressed or turn.message.conversation.is_private else ()
        if judgement.standing == Standing.KNOWN and judgement.hits[0].entry.id in (*given, *told):
            return silent("answered_above", entry=judgement.hits[0].entry.id, confidence=judgement.hits[0].confidence)
        decide = self._spoken_to if addressed else self._overheard
        return _read_as(reading, turn, decide(turn, reading, judgement))

    def _spoken_to(self, turn: Turn, reading: Reading, judgement: Judgement) -> Decision:
        if in_another_language(reading.text):
            reply(turn, sayings.IN_CHINESE)
            return Decision(kind=DecisionKind.DECLINED, reason="in_another_language")
        match judgement.standing:
            case Standing.KNOWN:
                return self._answering.give(turn, judgement.hits[0])
            case _ if reading.hangs:
                reply_unless_he_goes_on(turn, sayings.SAY_WHICH, at=turn.now + self._rules.burst_window)
                return silent(WAITING)
            case Standing.CLOSE if is_pressing(reading.text):
                return self._to_the_desk(turn, reading, judgement, first_say=sayings.URGENT)
            case Standing.CLOSE:
                return offer(turn, reading.text, judgement.hits, self._rules)
            case _ if _only_shows(reading, judgement):
                reply(turn, sayings.NEEDS_WORDS)
                return Decision(kind=DecisionKind.DECLINED, reason="needs_words")
            case Standing.UNKNOWN | Standing.NOT_OURS if reading.begun and self._is_a_piece(turn):
                return self._waits(turn)
            case Standing.UNKNOWN | Standing.UNFINISHED if bare_matter(reading.thought):
                return offer(turn, reading.text, reading.thought.hits[:MAX_CHOICES], self._rules)
            case Standing.UNKNOWN:
                return self._to_the_desk(turn, reading, judgement)
            case Standing.UNFINISHED if not turn.addressed and not reading.begun:
                return silent(judgement.reason)  # he called us before; this he says to the others
            case Standing.UNFINISHED:
                return self._waits(turn)
            case Standing.NOT_OURS if bare_matter(reading.thought):
                return self._waits(turn)
            case Standing.NOT_OURS if is_nod(turn.message.text):
                return silent("nod")
            case Standing.NOT_OURS if not turn.addressed:
                return silent(judgement.reason)
            case Standing.NOT_OURS:
                reply(turn, self._not_ours(reading, judgement))
                return Decision(kind=DecisionKind.DECLINED, reason=judgement.reason)

    def _not_ours(self, reading: Reading, judgement: Judgement) -> str:
        text = reading.thought.understanding
        if judgement.reason == Intent.THANKS:
            return sayings.NOT_AT_ALL
        if text.probability(Intent.SUGGESTION) >= self._rules.must_not_at:
            return letters.SUGGEST_HOW
        unhappy = text.probability(*UNHAPPY) >= self._rules.asks_at
        return sayings.NOT_HELPED if unhappy else sayings.not_ours(reading.text)

    def _is_a_piece(self, turn: Turn) -> bool:
        """Whether the line is one more of a story: by itself it asks nothing of us, and is no talk."""
        if asks_in_words(turn.message.text) or plainly_talk(turn.thought.understanding, self._rules):
            return False
        return judge(turn.thought, self._rules, addressed=True).standing in (Standing.UNFINISHED, Standing.NOT_OURS)

    def _waits(self, turn: Turn) -> Decision:
        """The rest is still to come; if it does not, he is asked for it."""
        reply_unless_he_goes_on(turn, sayings.SAY_IT, at=turn.now + self._rules.burst_window)
        return silent(WAITING)

    def _to_the_desk(self, turn: Turn, reading: Reading, judgement: Judgement, *, first_say: str = "") -> Decision:
        """A ticket; what we have that is near is named with its number, for it may help while he waits. What is near to two
        questions may be near to neither."""
        near = () if reading.alone else judgement.hits
        return self._intake.open(
            turn,
            reading.alone or reading.text,
            reason=judgement.reason,
            first_say=first_say,
            thought=None if reading.answered_before else reading.thought,  # what he has had is no hint for anybody
            then_say=lambda ticket: offer_meanwhile(turn, reading.text, near, self._rules, ticket),
        )

    def _overheard(self, turn: Turn, reading: Reading, judgement: Judgement) -> Decision:
        known = judgement.standing == Standing.KNOWN
        reserve = self._reserve(turn, reading) if known else None
        match judgement.standing:
            case Standing.KNOWN if reserve is None:
                return self._answering.give(turn, judgement.hits[0])
            case Standing.CLOSE | Standing.UNKNOWN if _only_names(reading):
                return silent(WAITING)
            case Standing.KNOWN | Standing.CLOSE | Standing.UNKNOWN:
                return watch(turn, reading.text, self._rules, reason=reserve or judgement.reason)
            case Standing.UNFINISHED:
                return silent(WAITING)
            case Standing.NOT_OURS:
                return silent(judgement.reason)

    def _reserve(self, turn: Turn, reading: Reading) -> str | None:
        """Why not to answer what we know: it was said to somebody else, we hardly read it, or no word from us is welcome."""
        if said_to_somebody_else(turn):
            return "said_to_somebody_else"
        if in_another_language(reading.text):
            return "in_another_language"
        return unwelcome(turn, late_after=self._rules.late_after)


def _only_shows(reading: Reading, judgement: Judgement) -> bool:
    """Whether what he asks is in a picture."""
    asks_nothing = judgement.standing in (Standing.NOT_OURS, Standing.UNFINISHED) or not topics(
        reading.thought.understanding.query
    )
    return reading.shows and asks_nothing


def _only_names(reading: Reading) -> bool:
    """我们的手册, among members: what he asks of it is still to come."""
    return not asks_in_words(reading.text) and bool(only_named(reading.thought.understanding.query))


def _read_as(reading: Reading, turn: Turn, decision: Decision) -> Decision:
    """Remember what the decision was made on, for what its speaker says next; lines that wait are read again, each once."""
    if reading.text == turn.message.text or decision.reason == WAITING:
        return decision
    had = {HAD: list(reading.answered_before)} if reading.answered_before else {}
    return replace(decision, detail={**decision.detail, READ_AS: reading.text[:LONGEST_READ], **had})
