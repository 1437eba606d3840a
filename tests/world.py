"""A whole bot on a real database file, spoken to as people speak: `group.says(…)`, `desk.hears()`, `world.later("2h")`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from alembic import command

from bot.database import alembic_config
from bot.replay import Replay
from bot.settings import Settings
from bot.tables import Base
from bot.transcript import InputLine, QuoteLine
from bot.wiring import wire
from handlers.base import Conversation, Group, Policy, Role
from handlers.happenings import Happening
from handlers.members.directory import Directory, Right, Volunteer
from handlers.members.group_happenings import GroupHappenings
from handlers.members.group_register import GroupRegister
from handlers.mind import Mind
from handlers.store import Store
from handlers.times import SHANGHAI
from knowledge_base.instruments import Instruments
from knowledge_base.search import KnowledgeBase

MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
CHANNEL = "replay"

# Scenes are about manners: how sure the shipped models must be is chosen by what they are worth, and measured elsewhere.
SCENES = Settings.model_validate({"answering": {"answer_at": 0.75, "offer_at": 0.35, "margin": 0.1}})


@dataclass(frozen=True, kw_only=True)
class Brain:
    """What takes long to build and is the same for all scenes."""

    mind: Mind
    knowledge: KnowledgeBase
    instruments: Instruments


@dataclass
class Room:
    """A group, or a private chat with one person, in which people speak and hear the bot."""

    world: "World"
    id: str | None
    desk: bool = False
    heard: list[dict[str, Any]] = field(default_factory=list)

    def says(
        self, name: str, text: str, *, to_bot: bool = False, quotes: "int | None" = None, **more: Any
    ) -> dict[str, Any]:
        """Somebody says a line; what the bot decided. `quotes`: the number (`n`) of a result; its first word here, or
        the line itself when `quotes_line` is given."""
        quote = None if quotes is None else QuoteLine(n=quotes, said=None if more.pop("quotes_line", False) else 0)
        line = InputLine(
            at=self.world.now, group=self.id, desk=self.desk, sender=name, name=name, text=text, mention=to_bot, quote=quote,
            **more,
        )  # fmt: skip
        return self.world.play(line)

    def asks_bot(self, name: str, text: str, **more: Any) -> dict[str, Any]:
        return self.says(name, text, to_bot=True, **more)

    def hears(self) -> list[str]:
        """What the bot said here since the last time somebody listened, `@name ` before it for each one called."""
        news, self.heard = self.heard, []
        return ["".join(f"@{who} " for who in said["mention"]) + said["text"] for said in news]


class World:
    """One community group, one desk and any private chat, on one clock."""

    def __init__(
        self, folder: Path, brain: Brain, *, settings: Settings | None = None, policy: Policy = Policy.PROACTIVE,
        start: datetime = MONDAY_MORNING, hours: tuple[tuple[time, time], ...] = (),
        volunteers: Sequence[Volunteer] = (), desks: Sequence[str] = (),
        group_register: GroupRegister | None = None,
    ) -> None:  # fmt: skip
        self.now = start
        self.store = Store(f"sqlite:///{folder}/world.db", durable=False)
        Base.metadata.create_all(self.store.engine)
        self._replay, self._number = Replay(self.store), 0
        self._rooms: dict[str, Room] = {}
        directory = _directory(policy, hours, volunteers, desks)
        if group_register is not None:
            directory = replace(directory, group_register=group_register, unknown_groups=Policy.OFF)
        self.directory, self.clock = directory, self._replay.clock
        self.wiring = wire(
            settings or SCENES, store=self.store, mind=brain.mind, knowledge=brain.knowledge,
            instruments=brain.instruments, directory=self.directory, clock=self.clock,
        )  # fmt: skip
        self.group, self.desk = self.room("社群"), self.room("坐席群", desk=True)

    def room(self, id: str, *, desk: bool = False) -> Room:
        return self._rooms.setdefault(id, Room(self, id, desk))

    def private(self, name: str) -> Room:
        return self._rooms.setdefault(name, Room(self, None))

    def later(self, duration: str) -> dict[str, Any]:
        """Let time pass; everything due meanwhile happens."""
        match = re.fullmatch(r"(\d+)([smhd])", duration)
        assert match is not None
        self.now += timedelta(**{UNITS[match[2]]: int(match[1])})
        return self.play(InputLine(at=self.now))

    def happens(self, happening: Happening) -> None:
        """Something other than words, told by the platform."""
        with self.store.transaction() as session:
            GroupHappenings(self.directory)(session, happening, self.now)
        self.later("0s")

    def address_for_commands(self) -> str:
        """Of this database, marked as being on the newest schema, which it is without having been migrated."""
        with self.store.engine.begin() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.stamp(config, "head")
        return str(self.store.engine.url)

    def play(self, line: InputLine) -> dict[str, Any]:
        self._number += 1
        result = self._replay.play_one(self.wiring, self._number, line)
        for said in result["said"]:
            self._rooms.setdefault(said["to"], Room(self, said["to"])).heard.append(said)
        self.now += timedelta(seconds=1)
        return result


class Worlds:
    """Builds worlds in one folder, and closes them when the test is over."""

    def __init__(self, folder: Path, brain: Brain) -> None:
        self._folder, self._brain, self._built = folder, brain, list[World]()

    def __call__(self, *, tickets: Mapping[str, object] | None = None, **choices: Any) -> World:
        """`tickets`: that section of the configuration."""
        if tickets is not None:
            choices["settings"] = Settings.model_validate({"tickets": tickets})
        world = World(self._folder, self._brain, **choices)
        self._built.append(world)
        return world

    def close(self) -> None:
        for world in self._built:
            world.store.close()


def colleague(name: str, number: str = "", *, chief: bool = False) -> Volunteer:
    """A registered volunteer of a world."""
    rights = {Right.VOLUNTEER, Right.DUTY_CHIEF} if chief else {Right.VOLUNTEER}
    return Volunteer(address=f"{CHANNEL}:{name}", name=name, number=number, rights=frozenset(rights))


def _directory(
    policy: Policy, hours: tuple[tuple[time, time], ...], volunteers: Sequence[Volunteer], desks: Sequence[str]
) -> Directory:
    community, desk = Conversation.group(CHANNEL, "社群"), Conversation.group(CHANNEL, "坐席群")
    rooms = [Conversation.group(CHANNEL, id) for id in ("坐席群", *desks)]
    return Directory(
        groups={community: Group(conversation=community, name="社群", policy=policy, hours=hours)}
        | {room: Group(conversation=room, name=room.id, role=Role.DESK) for room in rooms},
        volunteers={volunteer.address: volunteer for volunteer in volunteers},
        unknown_groups=policy,
        desk=desk,
        anyone_in_desks=not volunteers,
    )
