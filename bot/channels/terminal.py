"""A group in the terminal: whoever types is somebody in it. For trying out, and for showing."""

import asyncio
import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import HTML
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.markup import escape

from bot.channels.base import Abilities, Health, Outcome, Outgoing, Pace, State, Take, Taken, Tell, untold
from handlers.base import OUR_NAME, Conversation, Message, Person
from handlers.handling import Clock

NAME = "terminal"
HOW = (
    "直接打字就是在群里说话。@ 开头是对机器人说；“>3 …”是引用第 3 条；“小李：…”或“/小李”换一个人说话；Ctrl-D 结束。\n"
    "机器人刚启动要准备一会儿（第一次约半分钟），这时说的话它记着，准备好就答。"
)


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Somebody to speak as, and the group he sits in."""

    name: str
    group: str
    company: str = ""

    @property
    def person(self) -> Person:
        return Person(channel=NAME, id=self.name, name=self.name)


class Terminal:
    """Reads lines from the keyboard, prints what everybody says; every line has a number to quote it by."""

    name = NAME
    abilities = Abilities()
    pace = Pace()

    def __init__(self, speakers: Sequence[Speaker], *, clock: Clock, console: Console | None = None) -> None:
        self._speakers: Mapping[str, Speaker] = {speaker.name: speaker for speaker in speakers}
        self._speaker = speakers[0]
        self._clock, self._console = clock, console or Console()
        self._numbers = itertools.count(1)
        self._since = clock()
        self.closed = asyncio.Event()

    async def run(self, take: Take, tell: Tell = untold) -> None:
        """Until end of input: who started the bot here ends it here."""
        self._console.print(f"[dim]{HOW}\n可以扮演：{'、'.join(map(_introduce, self._speakers.values()))}[/dim]")
        session: PromptSession[str] = PromptSession()
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await session.prompt_async(HTML(f"<ansigreen>{self._speaker.name}</ansigreen>> "))
                except (EOFError, KeyboardInterrupt):
                    break
                await self.type(line, take)
        self.closed.set()

    async def type(self, line: str, take: Take) -> None:
        """One typed line: a change of speaker, or something said."""
        text = self._change_speaker(line.strip())
        if not text:
            return
        quotes, text = _quote(text)
        to_bot = text.startswith(("@", "＠"))
        id = str(next(self._numbers))
        self._print(self._speaker.group, self._speaker.name, text, id)
        await take(
            Message(
                id=id,
                conversation=Conversation.group(NAME, self._speaker.group),
                sender=self._speaker.person,
                text=_CALLED.sub("", text).strip() if to_bot else text,
                sent_at=self._clock(),
                mentions_bot=to_bot,
                quotes=quotes,
            )
        )

    async def send(self, out: Outgoing) -> Outcome:
        """Print it; a terminal never refuses."""
        id = str(next(self._numbers))
        called = "".join(f"@{person.name} " for person in out.mention)
        self._print(out.to.id, OUR_NAME, called + out.text, id)
        return Taken(message_id=id)

    def account(self, to: Conversation) -> str:
        return ""

    def accounts(self) -> Collection[str]:
        return ("",)

    def health(self) -> Health:
        return Health(state=State.UP, since=self._since)

    def _change_speaker(self, line: str) -> str:
        """What is left to say after `/小李` or `小李：` changed who speaks."""
        name, colon, rest = line.partition("：") if "：" in line else line.partition(":")
        if line.startswith("/"):
            name, colon, rest = line[1:].strip(), "/", ""
        if not colon or name.strip() not in self._speakers:
            if line.startswith("/"):
                self._console.print(f"[dim]没有“{escape(name)}”这个人。可以扮演：{'、'.join(self._speakers)}[/dim]")
                return ""
            return line
        self._speaker = self._speakers[name.strip()]
        return rest.strip()

    def _print(self, group: str, who: str, text: str, id: str) -> None:
        colour = "cyan" if who == OUR_NAME else "green"
        line = f"[dim]{escape(group)} {id}[/dim] [{colour}]{escape(who)}[/{colour}]：{escape(text)}"
        self._console.print(line, soft_wrap=True)  # the terminal breaks Chinese better than at the few spaces in it


_CALLED = re.compile(r"^[@＠\s]+(?:机器人|直通车|bot\b)?", re.IGNORECASE)


def _introduce(speaker: Speaker) -> str:
    return f"{speaker.name}（{speaker.company or speaker.group}）"


def _quote(text: str) -> tuple[str | None, str]:
    if not text.startswith((">", "》", "＞")):
        return None, text
    number, _, rest = text[1:].strip().partition(" ")
    return (number, rest.strip()) if number.isdecimal() else (None, text)
