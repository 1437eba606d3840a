"""Entries that come from files: all of them or none."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers.knowledge.drafting import Editor, propose
from handlers.knowledge.models import EntryVersionRow
from handlers.knowledge.service import Authorship, digest, live, newest, put
from knowledge_base.entries import Entry


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What an import made of a file."""

    new: int
    changed: int
    same: int

    def __str__(self) -> str:
        return f"新增 {self.new} 条，修改 {self.changed} 条，没有变化 {self.same} 条"


def take_over(session: Session, entries: Iterable[Entry], editor: Editor, *, reviewed_by: str, why: str) -> Taken:
    """Make them the versions that count; a second person has read them."""
    authorship = Authorship(made_by=editor.signature, reviewed_by=reviewed_by, why=why, now=editor.now)
    new, changed, same = _sorted_out(session, entries)
    for entry, _ in [*new, *changed]:
        put(session, entry, authorship)
    return Taken(new=len(new), changed=len(changed), same=same)


def draft_all(session: Session, entries: Iterable[Entry], editor: Editor, *, batch: str, why: str) -> Taken:
    """Make them drafts of one batch, to be approved by another editor."""
    new, changed, same = _sorted_out(session, entries)
    for entry, before in [*new, *changed]:
        propose(session, entry, editor, why=why, base=before, batch=batch)
    return Taken(new=len(new), changed=len(changed), same=same)


Pairs = list[tuple[Entry, EntryVersionRow | None]]


def _sorted_out(session: Session, entries: Iterable[Entry]) -> tuple[Pairs, Pairs, int]:
    """The new ones, the changed ones with their present version, and how many say nothing new."""
    known = {entry.id: digest(entry) for entry in live(session)}
    new: Pairs = []
    changed: Pairs = []
    same = 0
    for entry in entries:
        if entry.id not in known:
            new.append((entry, None))
        elif known[entry.id] == digest(entry):
            same += 1
        else:
            changed.append((entry, newest(session, entry.id)))
    return new, changed, same
