"""Work that time starts: each job says when it next has something to do."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from handlers.store import is_away

logger = logging.getLogger(__name__)

EVERY_MINUTE = timedelta(minutes=1)
ROWS_A_RUN = 200  # the rest follow in the next

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Job:
    """`run` does all that is due by `now` and returns how much it did; run twice, or in two processes, it does nothing
    twice. `next_due` is the moment of the earliest thing it waits for (None: nothing), so that a replay can jump. One that
    only brings this process up to the database does not write, and makes nobody wait who does."""

    name: str
    every: timedelta
    run: Callable[[Session, datetime], int]
    next_due: Callable[[Session], datetime | None]
    writes: bool = True


def one_by_one(session: Session, rows: Iterable[T], act: Callable[[T], object]) -> int:
    """Do each in a savepoint of its own, and say how many were done. What cannot be done is written into the log and
    left for the next turn: it holds up nobody behind it."""
    return sum(_was_done(session, row, act) for row in rows)


def _was_done(session: Session, row: T, act: Callable[[T], object]) -> bool:
    try:
        with session.begin_nested():
            act(row)
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("%s %s is left for the next turn", type(row).__name__, getattr(row, "id", ""))
        return False
    return True
