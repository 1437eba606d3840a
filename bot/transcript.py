"""A transcript: its lines as a file has them, and the groups and people that they speak of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot.errors import Unusable
from handlers.base import Attachment, Conversation, Group, Policy, Rank, Role
from handlers.members.directory import ALL_RIGHTS, Directory, Volunteer

CHANNEL = "replay"
PLATFORMS = ("qq", "wechat", "wecom")  # a group written `qq:720000001` is on that platform


def place(group: str) -> Conversation:
    """The conversation a transcript's group is: on the platform its id begins with, or on none."""
    channel, _, id = group.partition(":")
    return Conversation.group(channel, id) if id and channel in PLATFORMS else Conversation.group(CHANNEL, group)


def written(where: Conversation) -> str:
    """A conversation as the transcript writes it."""
    return where.id if where.channel == CHANNEL or where.is_private else f"{where.channel}:{where.id}"


class QuoteLine(BaseModel):
    """`n`: an input line; `said`: which of the things the bot said there, or the line itself."""

    model_config = ConfigDict(extra="forbid")
    n: int = Field(ge=1)
    said: int | None = Field(default=None, ge=0)


class InputLine(BaseModel):
    """One line of a transcript; without `text` and `attachments` it only moves the clock."""

    model_config = ConfigDict(extra="forbid")
    at: AwareDatetime
    group: str | None = None
    desk: bool = False
    sender: str | None = None
    name: str | None = None
    text: str | None = None
    mention: bool = False
    quote: QuoteLine | None = None
    attachments: list[Attachment] = []
    rank: Rank = Rank.MEMBER
    recalls: int | None = Field(default=None, ge=1)

    @property
    def speaks(self) -> bool:
        return self.sender is not None


def channels_of(lines: Iterable[InputLine]) -> list[str]:
    """Every channel that something may be said on."""
    return sorted({CHANNEL, *(place(line.group).channel for line in lines if line.group is not None)})


def read_transcript(path: Path) -> list[InputLine]:
    """Every line, or Unusable naming each line that is wrong."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: cannot be read ({error}); give a UTF-8 file of one JSON object a line") from error
    parsed, faults = [], []
    for number, line in enumerate(lines, 1):
        try:
            parsed.append(InputLine.model_validate_json(line or "null"))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            faults.append(f"{path}: line {number}: {where}: {first['msg']}; docs/replay.md shows the keys")
    if faults:
        raise Unusable(*faults)
    return parsed


def directory_for(lines: Sequence[InputLine], configured: Directory, *, policy: Policy) -> Directory:
    """Groups as the config names them, desks as the transcript marks them, all others communities with `policy`."""
    by_id = {group.conversation.id: group for group in configured.groups.values()}
    groups: dict[Conversation, Group] = {}
    desk: Conversation | None = None
    for line in lines:
        if line.group is None:
            continue
        here = place(line.group)
        known = groups.get(here) or by_id.get(line.group.rpartition(":")[2])
        group = replace(known, conversation=here) if known else Group(conversation=here, name=line.group, policy=policy)
        groups[here] = replace(group, role=Role.DESK) if line.desk else group
        if groups[here].role == Role.DESK and desk is None:
            desk = here
    desk = desk or Conversation.group(CHANNEL, "desk")
    groups.setdefault(desk, Group(conversation=desk, name="坐席群", role=Role.DESK))
    desks = [group for group in groups if configured.desk and group.id == configured.desk.id]
    main = desks[0] if desks else desk
    return Directory(
        groups=groups,
        volunteers={**configured.volunteers, **_who_speaks_in_desks(lines, groups)},
        unknown_groups=policy,
        desk=main if main in groups else desk,
        anyone_in_desks=True,
    )


def _who_speaks_in_desks(lines: Sequence[InputLine], groups: Mapping[Conversation, Group]) -> dict[str, Volunteer]:
    """Volunteers with every right, known to their colleagues by name from the first line on."""
    found: dict[str, Volunteer] = {}
    for line in lines:
        if line.sender and line.group and groups[place(line.group)].role == Role.DESK:
            address = f"{place(line.group).channel}:{line.sender}"
            found[address] = Volunteer(address=address, name=line.name or line.sender, rights=ALL_RIGHTS)
    return found
