"""`make chat`: two companies, two volunteers, two groups and one terminal; nothing leaves it, nothing is kept."""

import logging
from tempfile import TemporaryDirectory

from bot.app import World
from bot.app import run as run_bot
from bot.channels.terminal import NAME, Speaker, Terminal
from bot.settings import Settings, Web
from handlers.base import Conversation, Group, Policy, Role
from handlers.members.directory import Directory
from handlers.times import utc_now

COMMUNITY, DESK = "社群", "坐席群"
PEOPLE = (
    Speaker(name="小王", group=COMMUNITY, company="甲公司"),
    Speaker(name="小李", group=COMMUNITY, company="乙公司"),
    Speaker(name="陈老师", group=DESK, company="志愿者"),
    Speaker(name="林老师", group=DESK, company="志愿者"),
)


def run(settings: Settings) -> None:
    """Until Ctrl-D or Ctrl-C."""
    logging.getLogger().setLevel(logging.WARNING)
    terminal = Terminal(PEOPLE, clock=utc_now)
    with TemporaryDirectory(prefix="zhitongche-chat-") as folder:
        toy = settings.model_copy(update={"database": f"sqlite:///{folder}/chat.db", "web": Web(port=0)})
        run_bot(toy, World(channels=[terminal], directory=_directory(), until=[terminal.closed]))


def _directory() -> Directory:
    community, desk = Conversation.group(NAME, COMMUNITY), Conversation.group(NAME, DESK)
    return Directory(
        groups={
            community: Group(conversation=community, name=COMMUNITY, policy=Policy.PROACTIVE),
            desk: Group(conversation=desk, name=DESK, role=Role.DESK),
        },
        desk=desk,
        anyone_in_desks=True,
    )
