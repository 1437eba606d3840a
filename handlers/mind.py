"""Understanding and search together: what the handlers judge by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from knowledge_base.entries import Entry
from knowledge_base.hit import Hit
from nlu.understanding import Nlu, Understanding


class Search(Protocol):
    """The part of the knowledge base that handlers use."""

    def search(self, text: str, *, limit: int = 5) -> list[Hit]: ...

    def entry(self, id: str, /) -> Entry | None: ...


class Sameness(Protocol):
    """Tells which question of each of several lists asks the same as a new one, and how probably."""

    def closest(self, text: str, /, *among: Sequence[str]) -> list[tuple[int, float] | None]: ...


@dataclass(frozen=True, kw_only=True)
class Thought:
    """A text understood, and looked up when somebody wants to know: most of what is said in a group is no question, and
    looking costs ten times what understanding does."""

    understanding: Understanding
    knowledge: Search
    on: date
    sameness: Sameness | None = None
    _looked_up: list[tuple[Hit, ...]] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The entries that may answer, best first."""
        return tuple(hit for hit in self._found if hit.entry.answers_on(self.on))

    @property
    def confidence(self) -> float:
        return self.hits[0].confidence if self.hits else 0.0

    @property
    def asked_of_the_base(self) -> float:
        """How surely an entry was written for it, be it one that answers no more or not yet."""
        return self._found[0].confidence if self._found else 0.0

    @property
    def _found(self) -> tuple[Hit, ...]:
        # No cached_property: before Python 3.12 it has one lock for all thoughts, and threads would look things up in turn.
        if not self._looked_up:
            query = self.understanding.query
            self._looked_up.append(tuple(self.knowledge.search(query, limit=5)) if query else ())
        return self._looked_up[0]


@dataclass(frozen=True)
class Mind:
    """Thinks; safe to share between threads."""

    nlu: Nlu
    knowledge: Search
    sameness: Sameness | None = None

    def think(self, text: str, *, on: date) -> Thought:
        """What the text means on that day."""
        understanding = self.nlu.understand(text)
        return Thought(understanding=understanding, knowledge=self.knowledge, on=on, sameness=self.sameness)
