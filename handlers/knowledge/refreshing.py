"""Changed entries answer within seconds, in every process, without a restart."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from handlers.jobs import Job
from handlers.knowledge.service import live, revision
from knowledge_base.entries import Entry


class Replaceable(Protocol):
    """The part of the knowledge base that takes new entries."""

    def replace(self, entries: Iterable[Entry]) -> None: ...


def refreshing(knowledge: Replaceable) -> Job:
    """The job that brings the index up to the database."""
    seen = 0

    def run(session: Session, now: datetime) -> int:
        nonlocal seen
        newest = revision(session)
        if newest == seen:
            return 0
        first, seen = seen == 0, newest
        if not first:  # at the start the index was built from this very revision
            knowledge.replace(live(session))
        return int(not first)

    def next_due(session: Session) -> datetime | None:
        return None

    return Job(name="refresh_knowledge", every=timedelta(seconds=2), run=run, next_due=next_due)
