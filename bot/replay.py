"""A transcript through the whole bot: fresh database, a channel that only remembers, a clock the transcript drives."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot.channels.base import Taken
from bot.errors import Unusable
from bot.house import House
from bot.settling import settle
from bot.standing_questions import StandingQuestions
from handlers import inbox, outbox, sending
from handlers.base import (
    Attachment,
    Conversation,
    Decision,
    Group,
    Message,
    Person,
    Policy,
    Rank,
    Role,
    silent,
)  # fmt: skip
from handlers.jobs import Job
from handlers.members.directory import ALL_RIGHTS, Directory, Volunteer
from handlers.store import Store

CHANNEL = "replay"
PLATFORMS = ("qq", "wechat", "wecom")  # a group written `qq:720000001` is on that platform
LATER, SAID_NEXT = "promised for later", "said next"  # beside the names of jobs
SAME_MOMENT = 5  # rounds of jobs at one moment; more would mean a job that never finishes


def place(group: str) -> Conversation:
    """The conversation a transcript's group is: on the platform its id begins with, or on none."""
    channel, _, id = group.partition(":")
    return Conversation.group(channel, id) if id and channel in PLATFORMS else Conversation.group(CHANNEL, group)


def _written(where: Conversation) -> str:
    """As the transcript writes it."""
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


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing the bot said; `id` is the platform id it got."""

    id: str
    to: Conversation
    text: str
    mention: list[str]

    def as_json(self) -> dict[str, Any]:
        return {"to": _written(self.to), "text": self.text, "mention": self.mention}


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


class Replay:
    """Plays lines one after another. The house must have been built with `self.clock`."""

    def __init__(self, store: Store, *, channels: Collection[str] = (CHANNEL,)) -> None:
        self._store, self._channels = store, channels
        self._moments = StandingQuestions(store)
        self._now = datetime.min.replace(tzinfo=UTC)
        self._said: dict[int, list[Said]] = {}
        self._heard: dict[int, InputLine] = {}
        self._count = 0

    def clock(self) -> datetime:
        return self._now

    def play(self, house: House, lines: Iterable[InputLine]) -> Iterator[dict[str, Any]]:
        """One JSON-ready result a line, in order."""
        for number, line in enumerate(lines, 1):
            yield self.play_one(house, number, line)

    def play_one(self, house: House, number: int, line: InputLine) -> dict[str, Any]:
        """The result of one line; `number` counts from 1."""
        self._said[number], self._heard[number] = [], line
        self._pass_time(house, number, line.at)
        decision = self._speak(house, number, line) if line.speaks else silent("clock")
        self._deliver(number)
        return {
            "n": number,
            "decision": decision.kind,
            "reason": decision.reason,
            "entry": decision.entry,
            "ticket": decision.ticket,
            "confidence": decision.confidence,
            "said": [said.as_json() for said in self._said[number]],
        }

    def _speak(self, house: House, number: int, line: InputLine) -> Decision:
        message = self._message(number, line)
        with self._store.transaction() as session:
            [inbox_id] = inbox.store(session, [message], now=self._now)
        decision = house.handling.handle(inbox_id, message) if inbox_id is not None else None
        return decision or silent("repeated")

    def _message(self, number: int, line: InputLine) -> Message:
        private = Conversation.private(CHANNEL, line.sender or "")
        conversation = private if line.group is None else place(line.group)
        sender = Person(channel=conversation.channel, id=line.sender or "", name=line.name or line.sender or "")
        return Message(
            id=_line_id(number),
            conversation=conversation,
            sender=sender,
            text=line.text or "",
            sent_at=line.at,
            mentions_bot=line.mention,
            quotes=self._quoted(line.quote, conversation),
            attachments=tuple(line.attachments),
            rank=line.rank,
            recalls=None if line.recalls is None else _line_id(line.recalls),
        )

    def _quoted(self, quote: QuoteLine | None, here: Conversation) -> str | None:
        """The platform id quoted. Nobody can quote across conversations: naming what was said elsewhere at that line
        means what was said here."""
        if quote is None:
            return None
        if quote.said is None:
            return _line_id(quote.n)
        said = self._said.get(quote.n, [])
        exact = said[quote.said : quote.said + 1]
        here_first = [*(one for one in exact if one.to == here), *(one for one in said if one.to == here), *exact]
        return here_first[0].id if here_first else None

    def _pass_time(self, house: House, number: int, until: datetime) -> None:
        """Stop at every moment something is due, so that deadlines fall when they fall."""
        rounds, last = 0, None
        while (due := self._next_due(house)) is not None and due <= until:
            rounds, last = (rounds + 1, last) if due == last else (0, due)
            if rounds >= SAME_MOMENT:
                break
            self._now = max(self._now, due)
            self._run_jobs(house)
            self._deliver(number)
        self._now = until

    def _next_due(self, house: House) -> datetime | None:
        moments = [self._due(job) for job in house.jobs] + [self._moments.ask(LATER, outbox.next_due)]
        return min((moment for moment in moments if moment is not None), default=None)

    def _due(self, job: Job) -> datetime | None:
        return self._moments.ask(job.name, job.next_due)

    def _run_jobs(self, house: House) -> None:
        """All that are due; what one of them does may make the next one due."""
        for job in house.jobs:
            due = self._due(job)
            if due is not None and due <= self._now:
                with self._store.transaction() as session:
                    job.run(session, self._now)
                self._moments.forget(job.name)

    def _deliver(self, number: int) -> None:
        for channel in self._channels:
            while self._has_to_say() and self._deliver_some(number, channel):
                pass

    def _has_to_say(self) -> bool:
        due = self._moments.ask(SAID_NEXT, outbox.said_next)
        return due is not None and due <= self._now

    def _deliver_some(self, number: int, channel: str) -> int:
        with self._store.transaction() as session:
            rows = sending.claim(session, by=CHANNEL, now=self._now, channel=channel, limit=100)
            for row in rows:
                said = Said(
                    id=f"said-{row.id}",
                    to=Conversation.parse(row.conversation),
                    text=row.text,
                    mention=[person["id"] for person in row.mention],
                )
                self._said[number].append(said)
                settle(session, row, Taken(message_id=said.id), now=self._now)
            return len(rows)


def _line_id(number: int) -> str:
    return f"line-{number}"
