"""Drafts: proposed by one hand, approved by another, and then they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.knowledge.models import DraftRow, DraftState, EntryVersionRow
from handlers.knowledge.refusals import NotNow, OwnWork, UnknownEntry, UnknownNumber, Unsound
from handlers.knowledge.service import Authorship, body_of, newest, put
from handlers.times import local_day
from knowledge_base.entries import Entry, Status
from knowledge_base.instruments import Instruments
from knowledge_base.soundness import faults_of
from knowledge_base.wording import plain


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Who acts on the base: `address` tells people apart, `name` is shown."""

    address: str
    name: str
    now: datetime

    @property
    def signature(self) -> str:
        return f"{self.name}（{self.address}）"


def propose(
    session: Session,
    entry: Entry,
    editor: Editor,
    *,
    why: str,
    base: EntryVersionRow | None = None,
    retires: str | None = None,
    batch: str | None = None,
) -> DraftRow:
    """Put a version forward; it answers nobody until somebody else approves it."""
    draft = DraftRow(
        entry=entry.id,
        body=body_of(entry),
        base=base.version if base else None,
        retires=retires,
        hands=[editor.address],
        made_by=editor.signature,
        why=why[:300],
        batch=batch,
        made_at=editor.now,
    )
    session.add(draft)
    session.flush()
    return draft


def entry_of(draft: DraftRow) -> Entry:
    """The draft as the entry it would become."""
    return Entry.model_validate(draft.body)


def open_drafts(session: Session) -> list[DraftRow]:
    """All that waits for a second person, first things first."""
    query = select(DraftRow).where(DraftRow.state == DraftState.OPEN).order_by(DraftRow.id)
    return list(session.scalars(query))


def open_draft(session: Session, number: int) -> DraftRow:
    """The draft, held until the transaction ends. Raises UnknownNumber."""
    query = select(DraftRow).where(DraftRow.id == number, DraftRow.state == DraftState.OPEN).with_for_update()
    draft = session.scalar(query)
    if draft is None:
        raise UnknownNumber("草稿", number, "草稿")
    return draft


def current(session: Session, id: str) -> tuple[EntryVersionRow, Entry]:
    """The newest version of an entry. Raises UnknownEntry."""
    row = newest(session, id)
    if row is None:
        raise UnknownEntry(id)
    return row, Entry.model_validate(row.body)


def rewrite(draft: DraftRow, entry: Entry, editor: Editor) -> None:
    """Change a draft; whoever does becomes one of its hands."""
    draft.entry, draft.body = entry.id, body_of(entry)
    if editor.address not in draft.hands:
        draft.hands = [*draft.hands, editor.address]


def approve(session: Session, draft: DraftRow, editor: Editor, instruments: Instruments) -> EntryVersionRow:
    """Make the draft the version that counts. Raises OwnWork, Unsound, NotNow."""
    if editor.address in draft.hands:
        raise OwnWork(draft.id)
    _still_fits(session, draft)
    entry = entry_of(draft).model_copy(update={"status": Status.APPROVED})
    if faults := list(faults_of(entry, instruments, local_day(editor.now))):
        raise Unsound(draft.id, faults)
    authorship = Authorship(made_by=draft.made_by, reviewed_by=editor.signature, why=draft.why, now=editor.now)
    made = put(session, entry, authorship)
    if draft.retires is not None:
        _retire(session, draft.retires, f"并入 {entry.id}", authorship)
    _settle(draft, DraftState.APPROVED, editor)
    return made


def reject(draft: DraftRow, editor: Editor, why: str) -> None:
    """Turn a draft down; it stays on record."""
    _settle(draft, DraftState.REJECTED, editor)
    draft.verdict = why[:300]


def suspend(session: Session, id: str, editor: Editor, why: str) -> None:
    """Silence an entry at once, in every process."""
    row, entry = current(session, id)
    if entry.status == Status.SUSPENDED:
        raise NotNow(f"{id} 已经停用了（{row.why}）。要重新用，请发：启用 {id} 原因")
    suspended = entry.model_copy(update={"status": Status.SUSPENDED})
    put(session, suspended, Authorship(made_by=editor.signature, why=why, now=editor.now))


def resume(session: Session, id: str, editor: Editor, why: str) -> EntryVersionRow:
    """Let a suspended entry answer again, in the words that were approved."""
    _, entry = current(session, id)
    if entry.status != Status.SUSPENDED:
        raise NotNow(f"{id} 没有停用，现在就在答。要改内容请发：修改 {id} 答案：…")
    approved = entry.model_copy(update={"status": Status.APPROVED})
    return put(session, approved, Authorship(made_by=editor.signature, why=why, now=editor.now))


def propose_merge(session: Session, gone: str, kept: str, editor: Editor) -> DraftRow:
    """Propose that one entry takes over all the phrasings of another, which then is silent."""
    if gone == kept:
        raise NotNow(f"{gone} 不能并到自己。请写两个编号，例如：合并条目 {gone} 到 JG-002")
    (_, first), (row, second) = current(session, gone), current(session, kept)
    merged = second.model_copy(update={"variants": joined(second, first.phrasings)})
    return propose(session, merged, editor, why=f"合并 {gone}", base=row, retires=gone)


def joined(entry: Entry, phrasings: Sequence[str]) -> tuple[str, ...]:
    """The entry's variants and those of the phrasings it does not have yet."""
    known = {plain(text) for text in entry.phrasings}
    new = {plain(text): text for text in phrasings if plain(text) and plain(text) not in known}
    return (*entry.variants, *new.values())


def _still_fits(session: Session, draft: DraftRow) -> None:
    row = newest(session, draft.entry, hold=True)
    if draft.base is None and row is not None:
        raise NotNow(f"编号 {draft.entry} 已有条目。请换一个：改稿 {draft.id} 编号：…")
    if row is not None and row.version != draft.base:
        raise NotNow(
            f"{draft.entry} 在起草之后又改过（现在是第 {row.version} 版）。"
            f"请先退稿再重新起草：退稿 {draft.id} 条目已更新"
        )


def _retire(session: Session, id: str, why: str, authorship: Authorship) -> None:
    _, entry = current(session, id)
    gone = entry.model_copy(update={"status": Status.SUSPENDED})
    put(
        session,
        gone,
        Authorship(made_by=authorship.made_by, reviewed_by=authorship.reviewed_by, why=why, now=authorship.now),
    )


def _settle(draft: DraftRow, state: DraftState, editor: Editor) -> None:
    draft.state, draft.settled_by, draft.settled_at = state, editor.signature, editor.now
