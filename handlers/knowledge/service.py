"""The entries in the database: taking in the shipped base, what is live now, and making the next version."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
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
            session.add(
                _version(latest.get(entry.id), entry, Authorship(made_by=SHIPPED, why="from the folder", now=now))
            )
            made += 1
    for gone in (row for id, row in shipped.items() if id not in named):
        entry = Entry.model_validate(gone.body)
        if entry.status != Status.SUSPENDED:
            suspended = entry.model_copy(update={"status": Status.SUSPENDED})
            authorship = Authorship(made_by=SHIPPED, why="no longer in the folder", now=now)
            session.add(_version(latest[entry.id], suspended, authorship))
            made += 1
    return made


@dataclass(frozen=True, kw_only=True)
class Authorship:
    """Who makes a version and why; `reviewed_by` is the second person."""

    made_by: str
    why: str
    now: datetime
    reviewed_by: str | None = None


def newest(session: Session, entry: str, *, hold: bool = False) -> EntryVersionRow | None:
    """The version that counts; `hold` keeps everybody else from making the next one until the transaction ends."""
    query = select(EntryVersionRow).where(EntryVersionRow.entry == entry).order_by(EntryVersionRow.version.desc())
    return session.scalars((query.with_for_update() if hold else query).limit(1)).first()


def versions(session: Session, entry: str) -> list[EntryVersionRow]:
    """All versions of an entry, first things first."""
    query = select(EntryVersionRow).where(EntryVersionRow.entry == entry).order_by(EntryVersionRow.version)
    return list(session.scalars(query))


def put(session: Session, entry: Entry, authorship: Authorship) -> EntryVersionRow:
    """Make this the newest version; every process answers from it within seconds."""
    row = _version(newest(session, entry.id, hold=True), entry, authorship)
    session.add(row)
    session.flush()
    return row


def live(session: Session) -> list[Entry]:
    """The newest version of every entry."""
    return [Entry.model_validate(row.body) for row in _latest(session).values()]


def topics(session: Session) -> dict[str, str]:
    """Where every entry is shelved; the entries themselves are not read."""
    newest = select(func.max(EntryVersionRow.id)).group_by(EntryVersionRow.entry)
    query = select(EntryVersionRow.entry, EntryVersionRow.body["topic"].as_string())
    return {entry: topic or "" for entry, topic in session.execute(query.where(EntryVersionRow.id.in_(newest)))}


def revision(session: Session) -> int:
    """A number that grows whenever any entry changes."""
    return session.scalar(select(func.max(EntryVersionRow.id))) or 0


def changed_at(session: Session) -> datetime | None:
    """When any entry was last changed."""
    return session.scalar(select(EntryVersionRow.made_at).order_by(EntryVersionRow.id.desc()).limit(1))


def digest(entry: Entry) -> str:
    """What makes a version differ: all it says."""
    return sha256(json.dumps(body_of(entry), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _latest(session: Session, *, made_by: str | None = None) -> dict[str, EntryVersionRow]:
    newest = select(func.max(EntryVersionRow.id)).group_by(EntryVersionRow.entry)
    if made_by is not None:
        newest = newest.where(EntryVersionRow.made_by == made_by)
    rows = session.scalars(
        select(EntryVersionRow).where(EntryVersionRow.id.in_(newest)).order_by(EntryVersionRow.entry)
    )
    return {row.entry: row for row in rows}


def _version(before: EntryVersionRow | None, entry: Entry, authorship: Authorship) -> EntryVersionRow:
    return EntryVersionRow(
        entry=entry.id,
        version=before.version + 1 if before else 1,
        body=body_of(entry),
        digest=digest(entry),
        made_by=authorship.made_by,
        reviewed_by=authorship.reviewed_by,
        why=authorship.why[:300],
        made_at=authorship.now,
    )


def body_of(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(mode="json")
