"""Many people talking at once, written as it is read: `小王: 手册能展期吗`, `小李: @bot 产地证哪里打`."""

from typing import Any

from tests.world import Room

TO_BOT = "@bot "


def talk(group: Room, *lines: str) -> list[dict[str, Any]]:
    """Say the lines one after another; what the bot made of each."""
    return [_say(group, *line.split(": ", 1)) for line in lines]


def _say(group: Room, name: str, text: str) -> dict[str, Any]:
    return group.says(name, text.removeprefix(TO_BOT), to_bot=text.startswith(TO_BOT))


def decisions(results: list[dict[str, Any]]) -> list[str]:
    return [result["decision"] for result in results]


def entries(results: list[dict[str, Any]]) -> list[str]:
    """The entries that were given, in order."""
    return [result["entry"] for result in results if result["decision"] == "answered"]
