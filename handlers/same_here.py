"""和楼上一样: somebody has the question that was just asked, and shares whatever becomes of it."""

import re
from datetime import timedelta

from sqlalchemy import select

from handlers import sayings
from handlers.base import Decision, DecisionKind, Turn, silent
from handlers.context import HAD_AN_OUTCOME, LINE, RECALLED, Earlier, asked_by_another, earlier
from handlers.inbox import DECISIONS, INBOX
from handlers.intake import Intake
from handlers.question import Question
from handlers.reading import Reading
from handlers.rules import AnsweringRules
from handlers.speaking import reply
from handlers.watching import watch_too
from nlu.understanding import Intent

_NAMES_A_QUESTION = re.compile(r"问|求|蹲|等|楼上|前面|怎么|咋|知道")


class SameHere:
    """Handler: an answer is pointed to, a ticket is joined, a watch is shared, an offer is made to him too."""

    def __init__(self, question: Question, intake: Intake, rules: AnsweringRules) -> None:
        self._question, self._intake, self._rules = question, intake, rules

    def __call__(self, turn: Turn) -> Decision | None:
        text = turn.thought.understanding
        if text.intent != Intent.SAME_HERE or text.probability(Intent.SAME_HERE) < self._rules.asks_at:
            return None
        if not turn.addressed and not turn.may_interject:
            return None
        before = self._meant(turn)
        return self._share(turn, before) if before else None

    def _meant(self, turn: Turn) -> Earlier | None:
        """同问 is said to a question; 我也是 to whatever was said last."""
        window = self._rules.turn_window
        if turn.addressed or turn.message.quotes is not None or _NAMES_A_QUESTION.search(turn.message.text):
            return _asked_before(turn, window=window)
        return asked_by_another(turn, window=window)

    def _share(self, turn: Turn, asked: Earlier) -> Decision:
        match asked.kind:
            case DecisionKind.TICKET | DecisionKind.JOINED if asked.ticket is not None:
                return self._intake.join(turn, asked.text, asked.ticket)
            case DecisionKind.WATCHING:
                return watch_too(turn, asked, self._rules)
            case DecisionKind.ANSWERED if asked.entry is not None:
                return self._point_to(turn, asked.entry)
        return self._as_his_own(turn, asked) if turn.addressed else silent(Intent.SAME_HERE)

    def _point_to(self, turn: Turn, entry_id: str) -> Decision:
        entry = turn.mind.knowledge.entry(entry_id)
        if not turn.addressed or entry is None:
            return silent("answered_lately", entry=entry_id)
        reply(turn, sayings.just_answered(entry.id, entry.question))
        return Decision(kind=DecisionKind.ANSWERED, reason="answered_lately", entry=entry.id)

    def _as_his_own(self, turn: Turn, asked: Earlier) -> Decision:
        thought = turn.think(asked.text)
        return self._question.decide(turn, Reading(text=asked.text, thought=thought))


def _asked_before(turn: Turn, *, window: timedelta) -> Earlier | None:
    """The line he quotes, or the last one of somebody else that came to something."""
    query = (
        select(*LINE)
        .join(DECISIONS, DECISIONS.c.inbox_id == INBOX.c.id)
        .where(
            INBOX.c.conversation == str(turn.message.conversation),
            INBOX.c.sender != turn.message.sender.address,
            INBOX.c.id < turn.inbox_id,
            INBOX.c.sent_at >= turn.message.sent_at - window,
            DECISIONS.c.kind.in_([*HAD_AN_OUTCOME, DecisionKind.JOINED]),
            DECISIONS.c.reason != RECALLED,
        )
    )
    if turn.message.quotes is not None and turn.quoted is None:
        query = query.where(INBOX.c.message_id == turn.message.quotes)
    found = turn.session.execute(query.order_by(INBOX.c.id.desc()).limit(1)).first()
    return earlier(found) if found else None
