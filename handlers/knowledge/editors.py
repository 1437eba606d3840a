"""Editors work on the base in the chat: silence an entry, review a draft, correct what was said."""

import re

from handlers.base import Decision, DecisionKind, Turn
from handlers.callings import without_our_name
from handlers.follow_ups import AT_ONCE, FollowUpRules
from handlers.knowledge import editing_drafts, editing_entries, editing_lists
from handlers.knowledge.commands import Command, Verb, read_command
from handlers.knowledge.drafting import Editor
from handlers.knowledge.editor_request import EditorRequest
from handlers.knowledge.library import Library
from handlers.knowledge.refusals import NotAnEditor
from handlers.knowledge.service import newest
from handlers.members.directory import Directory, Right
from handlers.speaking import reply
from knowledge_base.instruments import Instruments

DOES = editing_entries.DOES | editing_drafts.DOES | editing_lists.DOES


class EditorChat:
    """Handler for desk groups: what editors do to the base. Everything else is left to the handlers behind."""

    def __init__(
        self, directory: Directory, instruments: Instruments, library: Library, follow: FollowUpRules = AT_ONCE
    ) -> None:
        """`follow`: when and where corrections are said."""
        self._directory, self._instruments, self._library, self._follow = directory, instruments, library, follow

    def __call__(self, turn: Turn) -> Decision | None:
        command = read_command(without_our_name(turn)) if turn.in_desk else None
        if command is None or _is_talk(turn, command):
            return None
        person = self._directory.volunteer(turn.message.sender, where=turn.group)
        if person is None or Right.EDITOR not in person.rights:
            raise NotAnEditor
        editor = Editor(address=person.address, name=person.name, now=turn.now)
        request = EditorRequest(
            turn=turn,
            command=command,
            editor=editor,
            instruments=self._instruments,
            library=self._library,
            follow=self._follow,
        )
        reply(turn, DOES[command.verb](request))
        return Decision(kind=DecisionKind.COMMAND, reason=f"base_{command.verb.name.lower()}", entry=command.id or None)


def _is_talk(turn: Turn, command: Command) -> bool:
    """修改 一下这个 begins like a command and names nothing there is."""
    strange = bool(command.id) and not command.id.isascii() and newest(turn.session, command.id) is None
    return strange or (command.verb == Verb.CITES and not re.search(r"[\d《]", command.rest))
