"""From a question to a ticket: the one door, whoever opens it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.base import Decision, DecisionKind, Message, Turn
from handlers.follow_ups import FollowUp, Row, say_waited_for
from handlers.members.directory import Directory
from handlers.mind import Thought
from handlers.speaking import reply
from handlers.tickets import letters, timing
from handlers.tickets.arriving import Arrival, open_ticket
from handlers.tickets.asked_again import asked_already
from handlers.tickets.history import Act, by_asker, record
from handlers.tickets.joining import merge
from handlers.tickets.learned import with_corrections
from handlers.tickets.models import AskerRow, Origin, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import accepted_text, askers_of, tell_desk
from handlers.tickets.triage import suggest
from handlers.tickets.words import OPEN, What

SAME_QUESTION = "{ticket} 和 {into} 是同一个问题，已并入 {into}：答复一次，各自送到。"

HELPED_HIMSELF = "{ticket} 提问人自己选看了现成的答复 {entry}，还没说解决没解决。"


class Intake:
    """Opens tickets for what somebody asked."""

    def __init__(self, directory: Directory, rules: TicketRules) -> None:
        self._directory, self._rules = directory, rules

    def open(
        self,
        turn: Turn,
        question: str,
        *,
        reason: str,
        first_say: str = "",
        then_say: Callable[[int], str] | None = None,
        thought: Thought | None = None,
    ) -> Decision:
        """Open a ticket and tell the asker its number and what is promised; one he has open already is not opened twice.
        `then_say`: what to add, given the number. `thought`: of the question, where it is not the line just said."""
        before = asked_already(turn, question, self._rules)
        if before is not None:
            return self._joined(turn, before)
        thought = thought or turn.thought
        ticket = self.file(
            turn.session, turn.message, turn.inbox_id, thought, question, origin=Origin.ASKED, now=turn.now
        )
        accepted = accepted_text(ticket, self._rules, turn.now)
        self.accept(turn, first_say + accepted + (then_say(ticket.id) if then_say else ""), ticket.id)
        confidence = thought.confidence or None
        return Decision(kind=DecisionKind.TICKET, reason=reason, ticket=ticket.id, confidence=confidence)

    def helped_himself(self, turn: Turn, number: int, entry: str) -> None:
        """Who waits for a volunteer has chosen an entry meanwhile: its desk hears of it."""
        ticket = turn.session.get_one(TicketRow, number)
        if ticket.state in OPEN:
            record(turn.session, ticket, What.TOLD, by_asker(turn), after=entry, why="提问人自己选看")
            tell_desk(turn.session, ticket, HELPED_HIMSELF.format(ticket=ticket.number, entry=entry), by_asker(turn))

    def join(self, turn: Turn, question: str, number: int) -> Decision:
        """Somebody has the question of an open ticket too: he gets a number of his own, and its answer. Of a ticket that
        is settled it becomes a new one."""
        into = turn.session.get_one(TicketRow, number)
        into = turn.session.get_one(TicketRow, into.merged_into) if into.merged_into else into
        mine = next((asker for asker in askers_of(turn.session, into) if _is_his(asker, turn)), None)
        if mine is not None:
            return self._joined(turn, mine)
        ticket = self.file(
            turn.session, turn.message, turn.inbox_id, turn.thought, question, origin=Origin.ASKED, now=turn.now
        )
        if into.state in OPEN:
            self.merge(turn.session, ticket, into, turn.message, turn.inbox_id, now=turn.now)
        due = timing.promised(turn.session, into if into.state in OPEN else ticket)
        self.accept(turn, letters.accepted_again(ticket.id, due, now=turn.now), into.id)
        return Decision(kind=DecisionKind.JOINED, reason="same_here", ticket=ticket.id)

    def merge(
        self, session: Session, ticket: TicketRow, into: TicketRow, message: Message, inbox_id: int, *, now: datetime
    ) -> None:
        """One answer for both; the desk is told."""
        act = Act(address=message.sender.address, name=message.sender.name, now=now, caused_by=inbox_id)
        merge(session, ticket, into, act, rules=self._rules)
        tell_desk(session, into, SAME_QUESTION.format(ticket=ticket.number, into=into.number), act)

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
        triage = suggest(thought.understanding, thought.hits, question)
        arrival = Arrival(
            question=question,
            message=message,
            inbox_id=inbox_id,
            group=self._directory.group(message.conversation),
            desk=self._directory.desk,
            triage=with_corrections(session, triage, question, now=now),
            origin=origin,
        )
        return open_ticket(session, arrival, rules=self._rules, now=now, sameness=thought.sameness)

    def accept_again(self, turn: Turn, asker: AskerRow) -> None:
        """A volunteer has this question of his already: under which number, and until when it is answered."""
        due = timing.promised(turn.session, turn.session.get_one(TicketRow, asker.ticket_id))
        self.accept(turn, letters.accepted_again(asker.home_id, due, now=turn.now), asker.ticket_id)

    def accept(self, turn: Turn, text: str, ticket: int) -> None:
        """A reply to what was just said, unless the policy wants it elsewhere or later."""
        if self._rules.follow.row(FollowUp.ACCEPTANCE) == Row():
            reply(turn, text, ticket=ticket)
            return
        say_waited_for(
            turn.session, FollowUp.ACCEPTANCE, turn.message.conversation, text, who=(turn.message.sender,),
            rules=self._rules.follow, now=turn.now, quote=turn.message.id, caused_by=turn.inbox_id, ticket=ticket,
        )  # fmt: skip

    def _joined(self, turn: Turn, asker: AskerRow) -> Decision:
        self.accept_again(turn, asker)
        return Decision(kind=DecisionKind.JOINED, reason="asked_again", ticket=asker.home_id)


def _is_his(asker: AskerRow, turn: Turn) -> bool:
    return asker.person == turn.message.sender.address
