"""From a question to a ticket: the one door, whoever opens it."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.base import Decision, DecisionKind, Message, Turn
from handlers.members.directory import Directory
from handlers.mind import Thought
from handlers.speaking import reply
from handlers.tickets import letters, timing
from handlers.tickets.arriving import open_ticket
from handlers.tickets.asked_again import asked_already
from handlers.tickets.models import AskerRow, Origin, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import accepted_text
from handlers.tickets.triage import suggest


class Intake:
    """Opens tickets for what somebody asked."""

    def __init__(self, directory: Directory, rules: TicketRules) -> None:
        self._directory, self._rules = directory, rules

    def open(self, turn: Turn, question: str, *, reason: str, first_say: str = "") -> Decision:
        """Open a ticket and tell the asker its number and what is promised; one he has open already is not opened twice."""
        before = asked_already(turn, question, self._rules)
        if before is not None:
            return _joined(turn, before)
        ticket = self.file(
            turn.session, turn.message, turn.inbox_id, turn.thought, question, origin=Origin.ASKED, now=turn.now
        )
        reply(turn, first_say + accepted_text(ticket, self._rules, turn.now), ticket=ticket.id)
        confidence = turn.thought.confidence or None
        return Decision(kind=DecisionKind.TICKET, reason=reason, ticket=ticket.id, confidence=confidence)

    def file(
        self,
        session: Session,
        message: Message,
        inbox_id: int,
        thought: Thought,
        question: str,
        *,
        origin: Origin,
        now: datetime,
    ) -> TicketRow:
        """Open a ticket and show its card to the desk, without a word to the asker."""
        return open_ticket(
            session,
            question=question,
            message=message,
            inbox_id=inbox_id,
            group=self._directory.group(message.conversation),
            desk=self._directory.desk_for(message.conversation),
            triage=suggest(thought.understanding, thought.hits, question),
            origin=origin,
            rules=self._rules,
            now=now,
        )


def _joined(turn: Turn, asker: AskerRow) -> Decision:
    due = timing.promised(turn.session, turn.session.get_one(TicketRow, asker.ticket_id))
    reply(turn, letters.accepted_again(asker.home_id, due, now=turn.now), ticket=asker.ticket_id)
    return Decision(kind=DecisionKind.JOINED, reason="asked_again", ticket=asker.home_id)
