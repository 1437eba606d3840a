"""A transcript through the whole bot: fresh database, a channel that only remembers, a clock the transcript drives."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.cached_queries import CachedQueries
from bot.channels.base import Taken
from bot.settling import settle
from bot.transcript import CHANNEL, InputLine, QuoteLine, place, written
from bot.wiring import Wiring
from handlers import inbox, outbox, sending
from handlers.base import Conversation, Decision, Message, Person, silent
from handlers.jobs import Job
from handlers.store import Store

logger = logging.getLogger(__name__)

LATER, SAID_NEXT = "promised for later", "said next"  # beside the names of jobs
SAME_MOMENT = 5  # rounds of jobs at one moment; more would mean a job that never finishes


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing the bot said; `id` is the platform id it got."""

    id: str
    to: Conversation
    text: str
    mention: list[str]

    def as_json(self) -> dict[str, Any]:
        return {"to": written(self.to), "text": self.text, "mention": self.mention}


def _on_ours(person: str) -> str:
    return CHANNEL


class Replay:
    """Plays lines one after another. The wiring must have been made with `self.clock`. `channel_of`: where a person's
    private chat is."""

    def __init__(
        self, store: Store, *, channels: Collection[str] = (CHANNEL,), channel_of: Callable[[str], str] = _on_ours
    ) -> None:
        self._store, self._channels, self._channel_of = store, channels, channel_of
        self._moments = CachedQueries(store)
        self._now = datetime.min.replace(tzinfo=UTC)
        self._said: dict[int, list[Said]] = {}

    def clock(self) -> datetime:
        return self._now

    def play(self, wiring: Wiring, lines: Iterable[InputLine]) -> Iterator[dict[str, Any]]:
        """One JSON-ready result a line, in order."""
        for number, line in enumerate(lines, 1):
            yield self.play_one(wiring, number, line)

    def play_one(self, wiring: Wiring, number: int, line: InputLine) -> dict[str, Any]:
        """The result of one line; `number` counts from 1."""
        self._said[number] = []
        self._pass_time(wiring, number, line.at)
        decision = self._speak(wiring, number, line) if line.speaks else silent("clock")
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

    def _speak(self, wiring: Wiring, number: int, line: InputLine) -> Decision:
        message = self._message(number, line)
        with self._store.transaction() as session:
            [inbox_id] = inbox.store(session, [message], now=self._now)
        decision = wiring.handling.handle(inbox_id, message) if inbox_id is not None else None
        return decision or silent("repeated")

    def _message(self, number: int, line: InputLine) -> Message:
        private = Conversation.private(self._channel_of(line.sender or ""), line.sender or "")
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

    def _pass_time(self, wiring: Wiring, number: int, until: datetime) -> None:
        """Stop at every moment something is due, so that deadlines fall when they fall."""
        rounds, last = 0, None
        while (due := self._next_due(wiring)) is not None and due <= until:
            rounds, last = (rounds + 1, last) if due == last else (0, due)
            if rounds >= SAME_MOMENT:
                stuck = [job.name for job in wiring.jobs if self._due(job) == due]
                logger.warning("%s stays due at %s: what else falls due before line %d is late", stuck, due, number)
                break
            self._now = max(self._now, due)
            self._run_jobs(wiring)
            self._deliver(number)
        self._now = until

    def _next_due(self, wiring: Wiring) -> datetime | None:
        moments = [self._due(job) for job in wiring.jobs] + [self._moments.ask(LATER, outbox.next_due)]
        return min((moment for moment in moments if moment is not None), default=None)

    def _due(self, job: Job) -> datetime | None:
        return self._moments.ask(job.name, job.next_due)

    def _run_jobs(self, wiring: Wiring) -> None:
        """All that are due; what one of them does may make the next one due."""
        for job in wiring.jobs:
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
