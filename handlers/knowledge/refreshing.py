"""Changed entries answer within seconds, in every process, without a restart."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from handlers.jobs import Job
from handlers.knowledge.service import changed_at, live, revision
from knowledge_base.entries import Entry


class Replaceable(Protocol):
    """The part of the knowledge base that takes new entries."""

    def replace(self, entries: Iterable[Entry]) -> None: ...


def refreshing(knowledge: Replaceable, *, built_from: int = 0) -> Job:
    """The job that brings the index up to the database; `built_from`: the revision the index was built from."""
    seen = built_from

    def run(session: Session, now: datetime) -> int:
        nonlocal seen
        now_at = revision(session)
        if now_at == seen:
            return 0
        knowledge.replace(live(session))
        seen = now_at
        return 1

    def next_due(session: Session) -> datetime | None:
        return None if revision(session) == seen else changed_at(session)

    return Job(name="refresh_knowledge", every=timedelta(seconds=0.5), run=run, next_due=next_due, writes=False)
