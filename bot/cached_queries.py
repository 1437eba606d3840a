"""What is asked of the database over and over: asked anew only when a table it looked at was written since."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.tables import Base
from handlers.store import Store

Query = Callable[[Session], datetime | None]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class _Kept:
    answer: datetime | None
    looked_at: frozenset[str]


class CachedQueries:
    """Gives what the database would say, were it asked now. For one process on its own database: nobody else may write,
    and a query may go by nothing but the tables it reads (what else it goes by changes with `forget`)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, _Kept] = {}
        self._looked_at: set[str] = set()
        event.listen(store.engine, "before_cursor_execute", self._notice)

    def ask(self, name: str, query: Query) -> datetime | None:
        """The answer to the query of that name."""
        if name not in self._kept:
            self._kept[name] = self._asked(query)
        return self._kept[name].answer

    def forget(self, name: str) -> None:
        """Ask this one anew in any case."""
        self._kept.pop(name, None)

    def _asked(self, query: Query) -> _Kept:
        self._looked_at = set()
        with self._store.reading() as session:  # of its own: what a session remembers it does not look up again
            answer = query(session)
        return _Kept(answer=answer, looked_at=frozenset(self._looked_at))

    def _notice(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        tables = _tables(statement)
        self._looked_at |= tables
        if tables and not statement.startswith("SELECT"):
            self._kept = {name: kept for name, kept in self._kept.items() if kept.looked_at.isdisjoint(tables)}


@lru_cache(maxsize=4_096)
def _tables(statement: str) -> frozenset[str]:
    """The tables a statement may touch: those whose names stand in it. One too many costs a query, none is missed."""
    return frozenset(_WORD.findall(statement)) & Base.metadata.tables.keys()
