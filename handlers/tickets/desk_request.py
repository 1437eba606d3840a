"""A command of the desk with all that carrying it out needs."""

import re
from dataclasses import dataclass

from handlers.base import Request
from handlers.members.directory import Directory, Volunteer
from handlers.tickets import timing
from handlers.tickets.clock import spoken
from handlers.tickets.commands import Command
from handlers.tickets.history import Act, by_volunteer
from handlers.tickets.lists import Viewer
from handlers.tickets.models import TicketRow
from handlers.tickets.proposing import WriteDocument
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.routing import Unit
from handlers.tickets.rules import TicketRules
from handlers.tickets.verbs import CHIEFS, USAGES
from handlers.tickets.words import State

_GAP = re.compile(r"[\s，,。；;]+")


@dataclass(frozen=True, kw_only=True)
class DeskRequest(Request):
    """A command, who gave it, and the turn it came in."""

    command: Command
    volunteer: Volunteer
    directory: Directory
    rules: TicketRules
    write_document: WriteDocument | None = None  #: makes documents; None: they are said in words

    @property
    def act(self) -> Act:
        return by_volunteer(self.turn, self.volunteer)

    @property
    def is_chief(self) -> bool:
        return bool(self.volunteer.rights & CHIEFS)

    @property
    def viewer(self) -> Viewer:
        here = str(self.turn.message.conversation)
        return Viewer(address=self.volunteer.address, is_chief=self.is_chief, here=here)

    def whom(self, text: str) -> tuple[Volunteer | Unit | None, str]:
        """`给李老师 原因` with a colleague or a unit we know, and what follows; anything else is all reason."""
        first, _, rest = _GAP.sub(" ", text, count=1).partition(" ")
        name = first.removeprefix("转").removeprefix("交").removeprefix("给").removeprefix("@")
        if not name and rest:  # 给 李老师 原因
            name, _, rest = _GAP.sub(" ", rest.strip(), count=1).partition(" ")
        if first == "给" and not name:
            raise HalfACommand(f"“给”后面还缺姓名或组名，例如：{USAGES[self.command.verb].example(self.command.verb)}")
        known = self.rules.routing.unit(name) or self.directory.named(name)
        if known is None and first == "给" and not self.directory.anyone_in_desks:
            raise HalfACommand(f"没有找到“{name}”，请写登记过的姓名、工号或组名。没有改动。")
        return (known, rest.strip()) if known else (None, text)


@dataclass(frozen=True, kw_only=True)
class TicketRequest(DeskRequest):
    """A command about a ticket, the ticket held."""

    ticket: TicketRow

    def needs(self, example: str = "") -> str:
        """What was typed after the number. Raises HalfACommand when nothing was."""
        if not self.command.rest:
            raise self.half(f"“{self.command.verb}”后面还缺内容", example)
        return self.command.rest

    def half(self, why: str, example: str = "") -> HalfACommand:
        """The refusal of half a command, with a whole one to imitate."""
        verb, number = self.command.verb, self.ticket.id
        shown = f"{verb} {number} {example}" if example else USAGES[verb].example(verb, number)
        return HalfACommand(f"{why}，例如：{shown}")

    @property
    def until(self) -> str:
        if self.ticket.state == State.NEEDS_MATERIAL:
            return "，正在等提问人补充"
        due = timing.promised(self.session, self.ticket)
        if due is not None and due <= self.now:
            return "，已经超时，请尽快答复"
        return f"，请在 {spoken(due, now=self.now)} 前答复" if due else ""
