"""The parts of the knowledge base that keeping it needs, besides looking up."""

from collections.abc import Iterable
from typing import Protocol

from handlers.mind import Search
from knowledge_base.entries import Entry


class Library(Search, Protocol):
    """Looks up, also among other entries than its own, and takes new ones."""

    def beside(self, entries: Iterable[Entry], /) -> Search: ...

    def replace(self, entries: Iterable[Entry], /) -> None: ...
