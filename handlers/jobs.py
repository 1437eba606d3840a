"""Work that time starts: each job says when it next has something to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session


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
