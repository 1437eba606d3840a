"""The entries in the database: taking in the shipped base, and what is live now."""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.knowledge.models import EntryVersionRow
from knowledge_base.entries import Entry, Status

SHIPPED = "faq_data"  # who made a version that came from the folder


def take_in(session: Session, entries: Iterable[Entry], *, now: datetime) -> int:
    """Make the folder's entries the newest versions where they differ from what the folder last said, and suspend
    those the folder no longer has; what people changed since stays until the folder changes too. How many were made."""
    latest = _latest(session)
    shipped = _latest(session, made_by=SHIPPED)
    made, named = 0, set()
    for entry in entries:
        named.add(entry.id)
        known = shipped.get(entry.id)
        if known is None or known.digest != digest(entry):
            _add(session, latest.get(entry.id), entry, made_by=SHIPPED, why="from the folder", now=now)
            made += 1
    for gone in (row for id, row in shipped.items() if id not in named):
        entry = Entry.model_validate(gone.body)
        if entry.status != Status.SUSPENDED:
            suspended = entry.model_copy(update={"status": Status.SUSPENDED})
            _add(session, latest[entry.id], suspended, made_by=SHIPPED, why="no longer in the folder", now=now)
            made += 1
    return made


def live(session: Session) -> list[Entry]:
    """The newest version of every entry."""
    return [Entry.model_validate(row.body) for row in _latest(session).values()]


def revision(session: Session) -> int:
    """A number that grows whenever any entry changes."""
    return session.scalar(select(func.max(EntryVersionRow.id))) or 0


def digest(entry: Entry) -> str:
    """What makes a version differ: all it says."""
    return sha256(json.dumps(_body(entry), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _latest(session: Session, *, made_by: str | None = None) -> dict[str, EntryVersionRow]:
    newest = select(func.max(EntryVersionRow.id)).group_by(EntryVersionRow.entry)
    if made_by is not None:
        newest = newest.where(EntryVersionRow.made_by == made_by)
    rows = session.scalars(
        select(EntryVersionRow).where(EntryVersionRow.id.in_(newest)).order_by(EntryVersionRow.entry)
    )
    return {row.entry: row for row in rows}


def _add(
    session: Session, before: EntryVersionRow | None, entry: Entry, *, made_by: str, why: str, now: datetime
) -> None:
    session.add(
        EntryVersionRow(
            entry=entry.id,
            version=before.version + 1 if before else 1,
            body=_body(entry),
            digest=digest(entry),
            made_by=made_by,
            why=why,
            made_at=now,
        )
    )


def _body(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(mode="json")
