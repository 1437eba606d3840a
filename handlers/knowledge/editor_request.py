"""One command of an editor, and what it needs to be carried out."""

from dataclasses import dataclass

from handlers.base import Request
from handlers.follow_ups import FollowUpRules
from handlers.knowledge.commands import Command
from handlers.knowledge.drafting import Editor
from handlers.knowledge.library import Library
from handlers.knowledge.refusals import HalfACommand
from knowledge_base.instruments import Instruments


@dataclass(frozen=True, kw_only=True)
class EditorRequest(Request):
    """A command, who gave it, and the turn it came in."""

    command: Command
    editor: Editor
    instruments: Instruments
    library: Library
    follow: FollowUpRules

    def needs(self) -> str:
        """What was typed after the number or the id. Raises HalfACommand when nothing was."""
        if not self.command.rest:
            raise HalfACommand(f"“{self.command.verb}”后面还缺内容，例如：{self.command.example}")
        return self.command.rest

    @property
    def number(self) -> int:
        if self.command.number is None:
            raise HalfACommand(f"“{self.command.verb}”要带号码，例如：{self.command.example}")
        return self.command.number

    @property
    def id(self) -> str:
        if not self.command.id:
            raise HalfACommand(f"“{self.command.verb}”要带条目编号，例如：{self.command.example}")
        return self.command.id
