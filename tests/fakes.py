"""Fakes that work: they remember what happened and can fail, but follow no script of calls."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.channels.base import Abilities, Health, Outcome, Outgoing, Pace, State, Take, Taken, Tell, untold
from handlers.base import Conversation
from knowledge_base.entries import Entry
from knowledge_base.hit import Hit
from nlu.understanding import Intent, Understanding


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class FakeChannel:
    """A platform that takes everything, unless `outcomes` says what becomes of the next ones."""

    name: str = "qq"
    abilities: Abilities = field(default_factory=Abilities)
    pace: Pace = field(default_factory=Pace)
    state: State = State.UP
    outcomes: deque[Outcome | Exception] = field(default_factory=deque)
    said: list[Outgoing] = field(default_factory=list)
    shown: Health | None = None  #: its health, where a state alone does not say enough
    account_of: dict[Conversation, str] = field(default_factory=dict)

    async def run(self, take: Take, tell: Tell = untold) -> None:
        return

    async def send(self, out: Outgoing) -> Outcome:
        self.said.append(out)
        outcome = self.outcomes.popleft() if self.outcomes else Taken(message_id=f"m{len(self.said)}")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def account(self, to: Conversation) -> str:
        return self.account_of.get(to, "")

    def accounts(self) -> Collection[str]:
        return {*self.account_of.values(), ""}

    def health(self) -> Health:
        return self.shown or Health(state=self.state)

    @property
    def texts(self) -> list[str]:
        return [out.text for out in self.said]


@dataclass(frozen=True)
class Intents:
    """An engine that takes every text for the same intent."""

    intent: Intent = Intent.SMALL_TALK

    def understand(self, text: str) -> Understanding:
        return Understanding(
            text=text, query="", questions=(text,), intent=self.intent, confidence=0.9,
            ranking=((self.intent, 0.9),), entities=(), in_domain=0.5,
        )  # fmt: skip


class Nothing:
    """A knowledge base that knows nothing."""

    def search(self, text: str, *, limit: int = 5) -> list[Hit]:
        return []

    def entry(self, id: str, /) -> Entry | None:
        return None


@dataclass(frozen=True)
class Certain:
    """A knowledge base that finds one entry in every text."""

    known: Entry

    def search(self, text: str, *, limit: int = 5) -> list[Hit]:
        return [Hit(entry=self.known, score=1.0, confidence=0.99, matched=text)]

    def entry(self, id: str, /) -> Entry | None:
        return self.known if id == self.known.id else None
