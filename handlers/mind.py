"""Understanding and search together: what the handlers judge by."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from knowledge_base.entries import Entry
from knowledge_base.search import Hit
from nlu.understanding import Nlu, Understanding


class Search(Protocol):
    """The part of the knowledge base that handlers use."""

    def search(self, text: str, *, limit: int = 5, on: date | None = None) -> list[Hit]: ...

    def entry(self, id: str, /) -> Entry | None: ...


@dataclass(frozen=True, kw_only=True)
class Thought:
    """A text understood and looked up; `hits` are best first."""

    understanding: Understanding
    hits: tuple[Hit, ...]

    @property
    def best(self) -> Hit | None:
        return self.hits[0] if self.hits else None

    @property
    def confidence(self) -> float:
        return self.hits[0].confidence if self.hits else 0.0


@dataclass(frozen=True)
class Mind:
    """Thinks before the transaction opens, so that no lock waits for a model."""

    nlu: Nlu
    knowledge: Search

    def think(self, text: str, *, on: date) -> Thought:
        understanding = self.nlu.understand(text)
        return Thought(understanding=understanding, hits=self.look_up(understanding.query, on=on))

    def look_up(self, query: str, *, on: date) -> tuple[Hit, ...]:
        return tuple(self.knowledge.search(query, limit=5, on=on)) if query else ()
