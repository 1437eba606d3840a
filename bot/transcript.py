"""A transcript: its lines as a file has them, and the groups and people that they speak of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.errors import Unusable
from bot.whereabouts import Whereabouts
from handlers.base import Attachment, Conversation, Group, Policy, Rank, Role
from handlers.members.directory import ALL_RIGHTS, Directory, Volunteer

CHANNEL = "replay"
PLATFORMS = ("qq", "wechat", "wecom")  # a group written `qq:720000001` is on that platform
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LIKE_A_KEY = 0.8  # how close a strange key must come to one of ours to be taken for a slip of the pen


def place(group: str) -> Conversation:
    """The conversation a transcript's group is: on the platform its id begins with, or on none."""
    channel, _, id = group.partition(":")
    return Conversation.group(channel, id) if id and channel in PLATFORMS else Conversation.group(CHANNEL, group)


def written(where: Conversation) -> str:
    """A conversation as the transcript writes it."""
    return where.id if where.channel == CHANNEL or where.is_private else f"{where.channel}:{where.id}"


def _as_text(id: object) -> object:
    """Platforms that number their people and groups are written so, too."""
    return str(id) if isinstance(id, int) and not isinstance(id, bool) else id


Id = Annotated[str, BeforeValidator(_as_text)]


class QuoteLine(BaseModel):
    """`n`: an input line; `said`: which of the things the bot said there, or the line itself."""

    model_config = ConfigDict(extra="forbid")
    n: int = Field(ge=1)
    said: int | None = Field(default=None, ge=0)


class InputLine(BaseModel):
    """One line of a transcript; without `sender` it only moves the clock. Keys that are nothing to us are left aside."""

    model_config = ConfigDict(extra="allow")
    at: Annotated[AwareDatetime, Field(ge=EARLIEST, lt=LATEST)]
    group: Id | None = None
    desk: bool = False
    sender: Id | None = None
    name: Id | None = None
    text: str | None = None
    mention: bool = False
    quote: QuoteLine | None = None
    attachments: list[Attachment] = []
    rank: Rank = Rank.MEMBER
    recalls: int | None = Field(default=None, ge=1)

    @property
    def speaks(self) -> bool:
        return bool(self.sender)

    @property
    def strange(self) -> list[str]:
        """The keys that are none of ours."""
        return list(self.model_extra or ())


def channels_of(lines: Iterable[InputLine]) -> list[str]:
    """Every channel that something may be said on."""
    return sorted({CHANNEL, *(place(line.group).channel for line in lines if line.group is not None)})


def whereabouts(lines: Iterable[InputLine]) -> Whereabouts:
    """Where the groups are, and on which platform people are known: the one on whose groups they speak first."""
    groups: dict[str, Conversation] = {}
    people: dict[str, str] = {}
    for line in lines:
        if line.group is not None:
            here = groups.setdefault(place(line.group).id, place(line.group))
            people.setdefault(line.sender or "", here.channel)
    return Whereabouts(channel=CHANNEL, groups=groups, channels=people)


def read_transcript(path: Path) -> dict[int, InputLine]:
    """Every line by its number, blank ones left out; Unusable naming each line that is wrong."""
    parsed: dict[int, InputLine] = {}
    faults: list[str] = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            parsed[number] = InputLine.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            faults.append(f"{path}: line {number}: {where}: {first['msg']}; docs/replay.md shows the keys")
        else:
            faults += [f"{path}: line {number}: {fault}" for fault in _faults(parsed[number])]
    if faults:
        raise Unusable(*faults)
    return parsed


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise Unusable(f"{path}: cannot be read ({error.strerror}); give a file of one JSON object a line") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not UTF-8 (byte {error.start}); save the file as UTF-8") from error


def _faults(line: InputLine) -> Iterator[str]:
    """What reads well and yet would go unheard."""
    for key in line.strange:
        if meant := get_close_matches(key.lower(), InputLine.model_fields, n=1, cutoff=LIKE_A_KEY):
            yield f'{key}: unknown key; did you mean "{meant[0]}"?'
    unheard = [key for key in ("text", "attachments", "quote", "recalls") if getattr(line, key)] + line.strange
    if unheard and not line.speaks:
        yield f"sender: missing, though there is {unheard[0]}; say who speaks, or leave only `at` to move the clock"


def directory_for(lines: Sequence[InputLine], configured: Directory, *, policy: Policy) -> Directory:
    """Volunteers where the transcript has them; groups as the config names them, desks as the transcript marks them, all others communities with `policy`."""
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
        volunteers={**_volunteers(configured, whereabouts(lines)), **_who_speaks_in_desks(lines, groups)},
        unknown_groups=policy,
        desk=main if main in groups else desk,
        anyone_in_desks=True,
    )


def _volunteers(configured: Directory, there: Whereabouts) -> dict[str, Volunteer]:
    ids = ((volunteer, volunteer.address.partition(":")[2]) for volunteer in configured.volunteers.values())
    found = (replace(volunteer, address=f"{there.channel_of(id)}:{id}") for volunteer, id in ids)
    return {volunteer.address: volunteer for volunteer in found}


def _who_speaks_in_desks(lines: Sequence[InputLine], groups: Mapping[Conversation, Group]) -> dict[str, Volunteer]:
    """Volunteers with every right, known to their colleagues by name from the first line on."""
    found: dict[str, Volunteer] = {}
    for line in lines:
        if line.sender and line.group and groups[place(line.group)].role == Role.DESK:
            address = f"{place(line.group).channel}:{line.sender}"
            found[address] = Volunteer(address=address, name=line.name or line.sender, rights=ALL_RIGHTS)
    return found
