"""Tickets that askers open themselves: the bot's answer did not help, or they want a person."""

from handlers.base import Decision, DecisionKind, Message, Turn
from handlers.for_us import ASKING
from handlers.inbox import InboxRow, message_of
from handlers.intake import Intake
from handlers.members.directory import Directory
from handlers.mind import Thought
from handlers.speaking import reply
from handlers.tickets import letters
from handlers.tickets.asker_words import Saying, read_saying, spoken_words
from handlers.tickets.matters import BotAnswer, Matters, last_bot_answer, recent_lines
from handlers.tickets.models import AskerRow
from handlers.tickets.notes import not_solved, noted
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import accepted_text
from handlers.tickets.words import AskerState, Origin
from nlu.understanding import Intent

ASKS = 0.5  # an earlier line this likely to ask is the question he means
A_QUESTION = tuple(intent for intent in ASKING if intent != Intent.WANT_PERSON)


class Opening:
    """Finds the question somebody means and opens a ticket for it, once."""

    def __init__(self, directory: Directory, rules: TicketRules) -> None:
        self._rules, self._intake = rules, Intake(directory, rules)

    def after_answer(self, turn: Turn, answer: BotAnswer, why: str) -> Decision:
        """The bot's answer did not solve it: a volunteer gets the question, and what was answered."""
        question = noted(spoken_words(answer.asked), not_solved(answer.entry, why))
        thought = turn.think(answer.asked)
        return self._open_for_line(turn, answer.question, thought, question, Origin.NOT_SOLVED)

    def by_wish(self, turn: Turn, matters: Matters, saying: Saying) -> Decision | None:
        """转人工: for the question in the same line, or the one asked before."""
        if saying.rest and (saying.exact or self._asks(turn.thought)):
            said = turn.think(saying.rest) if saying.exact else turn.thought
            return self._open(turn, turn.message, turn.inbox_id, said, saying.rest, Origin.WANT_PERSON)
        if not saying.exact and not turn.addressed and not matters.askers and not last_bot_answer(turn, self._rules):
            return None
        before = self._question_before(turn)
        if before is None:
            return self._with_waiting(turn, matters) or self.ask_for_question(turn)
        row, question, thought = before
        asker = matters.of_message(row.id)
        if asker is not None and asker.state == AskerState.OPEN:
            return self._again(turn, asker)
        return self._open_for_line(turn, row, thought, question, Origin.WANT_PERSON)

    def ask_for_question(self, turn: Turn) -> Decision:
        reply(turn, letters.SAY_THE_QUESTION)
        return Decision(kind=DecisionKind.COMMAND, reason="want_person")

    def _with_waiting(self, turn: Turn, matters: Matters) -> Decision | None:
        """His question that waits; a complaint of his is no question."""
        last = matters.asked_last
        return self._again(turn, last) if last is not None and last.ticket_id not in matters.voices else None

    def _question_before(self, turn: Turn) -> tuple[InboxRow, str, Thought] | None:
        """What he asked last: an answer of ours he quotes, lines still waiting, or the last line that asks."""
        answer = last_bot_answer(turn, self._rules)
        if answer is not None and turn.quoted is not None and turn.quoted.caused_by == answer.question.id:
            return answer.question, answer.asked, turn.think(answer.asked)
        for row in recent_lines(turn, self._rules):
            text = spoken_words(row.text)
            if not text or read_saying(text) is not None:
                continue
            thought = turn.think(text)
            if self._asks(thought):
                return row, text, thought
        return None

    def _asks(self, thought: Thought) -> bool:
        text = thought.understanding
        return bool(text.query) and (text.probability(*A_QUESTION) >= ASKS or thought.confidence >= ASKS)

    def _open_for_line(self, turn: Turn, row: InboxRow, thought: Thought, question: str, origin: Origin) -> Decision:
        """For an earlier line; when that was somebody else's, whoever speaks now is the one who asks."""
        mine = row.sender == turn.message.sender.address
        message, inbox_id = (message_of(row), row.id) if mine else (turn.message, turn.inbox_id)
        return self._open(turn, message, inbox_id, thought, question, origin)

    def _open(
        self, turn: Turn, message: Message, inbox_id: int, thought: Thought, question: str, origin: Origin
    ) -> Decision:
        ticket = self._intake.file(turn.session, message, inbox_id, thought, question, origin=origin, now=turn.now)
        self._intake.accept(turn, accepted_text(ticket, self._rules, turn.now), ticket.id)
        return Decision(kind=DecisionKind.TICKET, reason=origin, ticket=ticket.id)

    def _again(self, turn: Turn, asker: AskerRow) -> Decision:
        self._intake.accept_again(turn, asker)
        return Decision(kind=DecisionKind.COMMAND, reason="want_person", ticket=asker.ticket_id)
