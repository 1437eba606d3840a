"""Operators manage notices in the desk."""

from handlers.base import Decision, DecisionKind, Turn
from handlers.callings import without_our_name
from handlers.members.directory import RUN_SERVICE, Directory
from handlers.members.profiles import keep_profiles
from handlers.notices.commands import Verb, read_command
from handlers.notices.refusals import NotAnOperator
from handlers.notices.rules import NoticeRules
from handlers.notices.service import Act
from handlers.notices.verbs import obey
from handlers.notices.writing import how_to_attach
from handlers.speaking import reply

WRITING = (Verb.NEW, Verb.CHANGE, Verb.ATTACH)


class NoticeChat:
    """Handler for desk groups: everything about notices. Other talk is left to those who come after."""

    def __init__(self, directory: Directory, rules: NoticeRules) -> None:
        self._directory, self._rules = directory, rules

    def __call__(self, turn: Turn) -> Decision | None:
        if not turn.in_desk:
            return None
        text = without_our_name(turn)
        command = read_command(text)
        if command is None:
            return None
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        if volunteer is None or not volunteer.rights & RUN_SERVICE:
            raise NotAnOperator
        act = Act(
            address=turn.message.sender.address, name=volunteer.name, now=turn.now,
            desk=turn.message.conversation, caused_by=turn.inbox_id,
        )  # fmt: skip
        keep_profiles(turn.session, self._directory, now=turn.now)
        said = obey(turn.session, command, act, self._rules, turn.mind)
        if turn.message.attachments and command.verb in WRITING:
            number = f"N{command.number}" if command.number else said.partition(" ")[0]
            said += f"\n请留意：{how_to_attach(number, has_page=bool(self._rules.pages))}"
        reply(turn, said)
        return Decision(kind=DecisionKind.COMMAND, reason=f"notice_{command.verb.name.lower()}")
