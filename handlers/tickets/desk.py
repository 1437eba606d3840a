"""Volunteers work in the chat: quoting a card answers it, and every verb takes a number."""

import re

from handlers.base import Decision, DecisionKind, Turn
from handlers.members.directory import Directory
from handlers.speaking import reply
from handlers.tickets.commands import NEEDS_NO_TICKET, Command, Verb, holds_another, read_command
from handlers.tickets.desk_verbs import DeskVerbs, Task
from handlers.tickets.models import TicketRow
from handlers.tickets.quoting import Quoting, read_quoting
from handlers.tickets.refusals import HalfACommand, NotAVolunteer, WhichTicket
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import lock
from handlers.tickets.words import OPEN

_CALLING = re.compile(r"^\s*@\S+\s+")


class DeskChat:
    """Handler for desk groups: commands, and answers given by quoting. Talk among colleagues is left alone."""

    def __init__(self, directory: Directory, rules: TicketRules) -> None:
        self._directory, self._verbs = directory, DeskVerbs(directory, rules)

    def __call__(self, turn: Turn) -> Decision | None:
        if not turn.in_desk:
            return None
        text = _CALLING.sub("", turn.message.text) if turn.message.mentions_bot else turn.message.text
        quoted = turn.quoted.ticket if turn.quoted else None
        command = read_command(text, quotes_ticket=quoted is not None)
        if command is None and quoted is not None:
            command = self._by_quote(turn, text, quoted)
        if command is None:
            return None
        return self._obey(turn, command, quoted)

    def _obey(self, turn: Turn, command: Command, quoted: int | None) -> Decision:
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        if volunteer is None:
            raise NotAVolunteer
        if holds_another(command):
            raise HalfACommand("一条消息只办一件事，请分开发。没有改动。")
        number = command.number if command.number is not None else quoted
        if command.verb in NEEDS_NO_TICKET:
            said, ticket = self._verbs.without_ticket(turn, command.verb, volunteer), None
        elif number is None:
            raise WhichTicket(command.verb, f"{command.verb} 12{EXAMPLES.get(command.verb, '')}")
        else:
            ticket = lock(turn.session, number)
            said = self._verbs.with_ticket(Task(turn=turn, command=command, ticket=ticket, volunteer=volunteer))
        reply(turn, said, ticket=ticket.id if ticket else None)
        return Decision(
            kind=DecisionKind.COMMAND, reason=command.verb.name.lower(), ticket=ticket.id if ticket else None
        )

    def _by_quote(self, turn: Turn, text: str, quoted: int) -> Command | None:
        """A line that quotes something of ours about a ticket."""
        if self._directory.volunteer(turn.message.sender, where=turn.group) is None:
            raise NotAVolunteer
        ticket = lock(turn.session, quoted)
        meant = read_quoting(text)
        if meant == Quoting.TALK or (ticket.state not in OPEN and meant != Quoting.ANSWER):
            return None
        if meant == Quoting.TAKE:
            mine = ticket.handler == turn.message.sender.address
            return None if mine else Command(verb=Verb.TAKE, number=quoted)
        if not text.strip():
            raise HalfACommand(f"图片、文件转不到提问人那里，请用文字答复：引用工单直接说，或发“回复 {quoted} 答案”。")
        if meant == Quoting.UNSURE:
            raise HalfACommand(_either(ticket))
        return Command(verb=Verb.ANSWER, number=quoted, rest=text.strip())


#: What follows the number in an example of each verb.
EXAMPLES = {
    Verb.ANSWER: " 答案", Verb.ANSWER_PUBLIC: " 答案", Verb.CORRECT: " 正确的答案", Verb.HAND_OVER: " 原因",
    Verb.TAKE_OVER: " 原因", Verb.RAISE: " 原因", Verb.GRADE: " AB", Verb.CLASSIFY: " 海关实务",
    Verb.ASK: " 请补充合同和发票", Verb.DECLINE: " 原因", Verb.MERGE: " 到 5",
}  # fmt: skip


def _either(ticket: TicketRow) -> str:
    return (
        f"没有发给提问人，拿不准是不是答复。要原样发给他：回复 {ticket.id} 内容；"
        f"要请他补充：补充 {ticket.id} 内容；同事间商量请不要引用工单。"
    )
