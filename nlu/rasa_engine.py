"""The only client of Rasa's HTTP API. Where Rasa is away or slow, the fallback engine answers at once."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlu.commands import certain
from nlu.parting import asked
from nlu.rasa_address import WARM_UP
from nlu.understanding import Entity, Intent, Nlu, Understanding

logger = logging.getLogger(__name__)

LONGEST = 500  # characters sent: Rasa fails on empty texts and slows on long ones
TIMEOUT = httpx.Timeout(1.0, connect=0.5)  # a group should not wait longer for a first guess
FAILURES_TO_OPEN = 3
PATIENCE = httpx.Timeout(30.0, connect=0.5)  # the first parse after a start took Rasa several seconds
PAUSE = 15.0  # seconds without asking Rasa after so many failures in a row


class Engine(StrEnum):
    RASA = "rasa"
    FALLBACK = "fallback"


@dataclass(frozen=True, kw_only=True)
class Health:
    """Who answers now, and what was last wrong with Rasa; empty when nothing was."""

    engine: Engine
    fault: str


class _Foreign(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


Chance = Annotated[float, Field(ge=0, le=1)]


class _Guess(_Foreign):
    name: Intent
    confidence: Chance


class _Named(_Foreign):
    entity: str
    value: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class _Parsed(_Foreign):
    """What POST /model/parse returns, as far as we read it."""

    intent: _Guess
    intent_ranking: Annotated[list[_Guess], Field(min_length=1)]
    entities: list[_Named]


class RasaNlu:
    """An Nlu that asks Rasa. It never raises on a text: any fault is answered by the fallback.

    After a few faults in a row Rasa is left alone for a while, so that its absence costs no waiting; then one text tries
    again while the others go on with the fallback.
    """

    def __init__(
        self,
        url: str | Callable[[], str],
        token: str,
        fallback: Nlu,
        client: httpx.Client,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url if callable(url) else lambda: url
        self._token = token
        self._fallback = fallback
        self._client = client
        self._breaker = _Breaker(clock)

    def understand(self, text: str) -> Understanding:
        """What Rasa makes of the text, or the fallback where Rasa cannot be asked."""
        ours = self._fallback.understand(text)
        if not _sendable(text) or not self._breaker.may_try():
            return ours
        parsed = self._parse(text, TIMEOUT)
        return _understanding(ours, parsed) if parsed else ours

    def warm_up(self) -> Health:
        """Let Rasa parse once, waiting longer than for a person's text, and say how it stands."""
        self._parse(WARM_UP, PATIENCE)
        return self.health()

    def health(self) -> Health:
        """Who answers now."""
        return self._breaker.health()

    def _parse(self, text: str, timeout: httpx.Timeout) -> _Parsed | None:
        """What Rasa says; None, counted as a fault, where it says nothing that can be used."""
        try:
            parsed = self._ask(text, timeout)
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError, ValueError) as error:
            self._breaker.failed(_told(error))
            return None
        self._breaker.succeeded()
        return parsed

    def _ask(self, text: str, timeout: httpx.Timeout) -> _Parsed:
        response = self._client.post(
            f"{self._url().rstrip('/')}/model/parse",
            params={"token": self._token} if self._token else None,
            json={"text": text},
            timeout=timeout,
        )
        response.raise_for_status()
        return _Parsed.model_validate_json(response.content)


def _sendable(text: str) -> bool:
    """Whether to ask Rasa: something is said, in no fixed form, not too much, and nothing that UTF-8 cannot carry."""
    carried = not any("\ud800" <= char <= "\udfff" for char in text)
    return carried and len(text) <= LONGEST and certain(text) is None and bool(asked(text)[0])


def _understanding(ours: Understanding, parsed: _Parsed) -> Understanding:
    """Rasa's intents; entities of both; query, questions and domain as read here."""
    ranking = {guess.name: guess.confidence for guess in reversed(parsed.intent_ranking)}
    ranking[parsed.intent.name] = parsed.intent.confidence
    ordered = tuple(sorted(ranking.items(), key=lambda item: -item[1]))
    return Understanding(
        text=ours.text,
        query=ours.query,
        questions=ours.questions,
        intent=ordered[0][0],
        confidence=ordered[0][1],
        ranking=ordered,
        entities=_entities(ours, parsed.entities),
        in_domain=ours.in_domain,
    )


def _entities(ours: Understanding, theirs: list[_Named]) -> tuple[Entity, ...]:
    """Ours, and those of Rasa's that stand elsewhere in the text; two extractors of Rasa's may name one thing twice."""
    chosen = list(ours.entities)
    for named in theirs:
        apart = all(named.end <= other.start or other.end <= named.start for other in chosen)
        if apart and named.start < named.end <= len(ours.text):
            chosen.append(Entity(kind=named.entity, value=named.value, start=named.start, end=named.end))
    return tuple(sorted(chosen, key=lambda entity: entity.start))


def _told(error: Exception) -> str:
    """A fault in one line, without the address, which carries the token."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    if isinstance(error, ValidationError):
        return f"unreadable answer: {error.error_count()} faults, first at {error.errors()[0]['loc']}"
    return type(error).__name__


class _Breaker:
    """Counts failures in a row; when open, lets one caller through each time the pause is over. Thread-safe."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0
        self._fault = ""

    def may_try(self) -> bool:
        with self._lock:
            if self._failures < FAILURES_TO_OPEN:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + PAUSE  # this caller tries; the others wait another pause
            return True

    def succeeded(self) -> None:
        with self._lock:
            if self._failures >= FAILURES_TO_OPEN:
                logger.info("rasa answers again")
            self._failures, self._fault = 0, ""

    def failed(self, fault: str) -> None:
        with self._lock:
            self._failures += 1
            self._fault = fault
            if self._failures >= FAILURES_TO_OPEN:
                self._closed_until = self._clock() + PAUSE
            if self._failures == FAILURES_TO_OPEN:
                logger.warning("rasa does not answer, the embedded engine takes over: %s", fault)

    def health(self) -> Health:
        with self._lock:
            away = self._failures >= FAILURES_TO_OPEN
            return Health(engine=Engine.FALLBACK if away else Engine.RASA, fault=self._fault)
