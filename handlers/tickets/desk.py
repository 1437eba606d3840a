"""Volunteers work in the chat: quoting a card answers it, and every verb takes a number."""

from handlers.base import Decision, DecisionKind, Turn
from handlers.callings import without_our_name
from handlers.members.directory import Directory, Volunteer
from handlers.speaking import reply
from handlers.tickets.commands import Command, holds_another, read_command
from handlers.tickets.desk_request import DeskRequest, TicketRequest
from handlers.tickets.desk_verbs import do
from handlers.tickets.mistaken import read_mistaken, read_told_as_done
from handlers.tickets.models import TicketRow
from handlers.tickets.proposing import WriteDocument
from handlers.tickets.quoting import Quoting, read_quoting
from handlers.tickets.refusals import HalfACommand, NotAVolunteer, NotYourRight, UnknownTicket, WhichTicket
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import lock
from handlers.tickets.verbs import CHIEFS, LOOKING, TELLING, USAGES, Takes, Verb
from handlers.tickets.words import OPEN

UNCLEAR = (
    "没听明白。看没办完的发“待办”，看一张工单发“查看 12”，全部的词发“帮助”；"
    "答复提问人请引用那张工单直接说。业务问题请在社群里或私聊问我。"
)
MOST = 2**31  # no ticket has a number this high, and no database would look for it


class DeskChat:
    """Handler for desk groups: commands, and answers given by quoting. Talk among colleagues is left alone."""

    def __init__(self, directory: Directory, rules: TicketRules, write_document: WriteDocument | None = None) -> None:
        self._directory, self._rules, self._write_document = directory, rules, write_document

    def __call__(self, turn: Turn) -> Decision | None:
        if not turn.in_desk and not self._is_private_desk(turn):
            self._refuse_private_answer(turn)
            return None
        text = without_our_name(turn)
        quoted = turn.quoted.ticket if turn.quoted else None
        command = read_command(text, quotes_ticket=quoted is not None)
        if command is None:
            self._refuse_mistaken(turn, text, quoted)
            command = self._by_quote(turn, text, quoted) if quoted is not None else None
        if command is None:
            return self._unclear(turn, text)
        if command.in_words and not self._may_ask(turn, command):
            return None  # colleagues who work on no tickets talk of their own matters
        return self._obey(turn, command, quoted)

    def _works_here(self, turn: Turn) -> bool:
        return self._directory.volunteer(turn.message.sender, where=turn.group) is not None

    def _may_ask(self, turn: Turn, command: Command) -> bool:
        """Figures are for some; who asks us for them by name is told so, others may well talk among themselves."""
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        return volunteer is not None and (turn.message.mentions_bot or USAGES[command.verb].allows(volunteer))

    def _unclear(self, turn: Turn, text: str) -> Decision | None:
        """Who calls us by name waits for a word; under a quote the name may have been put there by the platform."""
        called = turn.in_desk and turn.message.mentions_bot and turn.message.quotes is None
        if not called or not self._works_here(turn) or read_quoting(text) == Quoting.TALK:
            return None
        raise HalfACommand(UNCLEAR)

    def _is_private_desk(self, turn: Turn) -> bool:
        """A volunteer asks, in private, for what he has; a duty chief or leader how things stand; or he speaks of a ticket
        whose card was sent to him there."""
        if not turn.message.conversation.is_private:
            return False
        volunteer = self._directory.known(turn.message.sender.address)
        if volunteer is None:
            return False
        command = read_command(turn.message.text)
        looks = command is not None and command.verb in LOOKING
        if volunteer.rights & CHIEFS and (looks or self._came_here(turn, command)):
            return True
        return command is not None and command.verb == Verb.MINE

    def _refuse_private_answer(self, turn: Turn) -> None:
        """Who answers a ticket in private may think that it reached the asker."""
        if not turn.message.conversation.is_private or self._directory.known(turn.message.sender.address) is None:
            return
        command = read_command(turn.message.text)
        if command is not None and command.verb == Verb.ANSWER and command.number is not None and command.rest:
            raise HalfACommand(f"没有发给提问人：工单请到坐席群里答复，发：回复 {command.number} 答案")

    def _came_here(self, turn: Turn, command: Command | None) -> bool:
        number = turn.quoted.ticket if turn.quoted and turn.quoted.ticket else command.number if command else None
        ticket = turn.session.get(TicketRow, number) if number is not None and number < MOST else None
        return ticket is not None and ticket.desk == str(turn.message.conversation)

    def _obey(self, turn: Turn, command: Command, quoted: int | None) -> Decision:
        request = DeskRequest(
            turn=turn, command=command, volunteer=self._allowed(turn, command), directory=self._directory,
            rules=self._rules, write_document=self._write_document,
        )  # fmt: skip
        if USAGES[command.verb].takes == Takes.TICKET:
            request = self._about_ticket(request, _number(command, quoted))
        said, ticket = do(request)
        reply(turn, said, ticket=ticket)
        return Decision(kind=DecisionKind.COMMAND, reason=command.verb.name.lower(), ticket=ticket)

    def _allowed(self, turn: Turn, command: Command) -> Volunteer:
        """Who says it, when he may and says one thing only."""
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        if volunteer is None:
            raise NotAVolunteer
        if holds_another(command):
            raise HalfACommand("一条消息只办一件事，请分开发。没有改动。")
        if not USAGES[command.verb].allows(volunteer):
            raise NotYourRight(command.verb, _instead(command))
        return volunteer

    def _about_ticket(self, request: DeskRequest, number: int | None) -> TicketRequest:
        verb = request.command.verb
        if number is None:
            raise WhichTicket(verb, USAGES[verb].example(verb))
        ticket = lock(request.session, number)
        if not request.viewer.sees(ticket):
            raise UnknownTicket(number)
        return TicketRequest(**vars(request), ticket=ticket)

    def _refuse_mistaken(self, turn: Turn, text: str, quoted: int | None) -> None:
        said = read_mistaken(text, quoted=quoted) or _taken_for_done(turn, text)
        if said is not None and self._works_here(turn):
            raise HalfACommand(said)

    def _by_quote(self, turn: Turn, text: str, quoted: int) -> Command | None:
        """A line that quotes something of ours about a ticket."""
        if not self._works_here(turn):
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


def _taken_for_done(turn: Turn, text: str) -> str | None:
    """What to type for a ticket that waits for the speaker's answer, and that he says is done: 5号办完了 may be a day."""
    told = read_told_as_done(text)
    ticket = turn.session.get(TicketRow, told[0]) if told is not None and told[0] < MOST else None
    waits_for_him = ticket is not None and ticket.state in OPEN and ticket.handler == turn.message.sender.address
    return told[1] if told is not None and waits_for_him else None


def _number(command: Command, quoted: int | None) -> int | None:
    """The ticket meant: the one written, else the one quoted; where the asker is told something, not two of them."""
    if command.verb in TELLING and None not in (quoted, command.number) and quoted != command.number:
        raise HalfACommand(
            f"您引用的是 #{quoted}，写的是 {command.number} 号，没有发出。"
            f"答复 #{quoted} 请去掉号码，答复 #{command.number} 请不要引用。"
        )
    return command.number if command.number is not None else quoted


def _instead(command: Command) -> str:
    if command.verb != Verb.TAKE_OVER:
        return ""
    return f"；也可以请在办的同事发“转办 {command.number or '工单号'} 给 您的名字 原因”"


def _either(ticket: TicketRow) -> str:
    return (
        f"没有发给提问人，拿不准是不是答复。要原样发给他：回复 {ticket.id} 内容；"
        f"要请他补充：补充 {ticket.id} 内容；同事间商量请不要引用工单。"
    )
