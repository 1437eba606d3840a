"""入库、草稿、看稿、改稿、审定、退稿、作问法."""

from collections.abc import Callable

from handlers.knowledge import drafting, learning, pages
from handlers.knowledge.commands import Word
from handlers.knowledge.drafting import current, entry_of, open_draft, open_drafts
from handlers.knowledge.editing_entries import with_fields
from handlers.knowledge.models import DraftState
from handlers.knowledge.proofs import given, page
from handlers.knowledge.refusals import NotNow
from handlers.knowledge.service import Hand, put
from handlers.knowledge.task import Task
from handlers.tickets.service import lock


def _learn(task: Task) -> str:
    ticket = lock(task.turn.session, task.number)
    draft = learning.draft_of_ticket(task.turn.session, task.library, ticket, now=task.turn.now)
    if draft is None:
        raise NotNow(f"{ticket.number} 还没有可以入库的答复。先答复：回复 {ticket.id} 答案")
    if draft.state != DraftState.OPEN:
        raise NotNow(f"{ticket.number} 已经整理过（草稿 {draft.id}，条目 {draft.entry}）。看条目：条目 {draft.entry}")
    return page(task, draft)


def _drafts(task: Task) -> str:
    rows = open_drafts(task.turn.session)
    support = {
        row.id: len(found) for row in rows[: pages.SHOWN] if (found := learning.supporters(task.turn.session, row))
    }
    return pages.drafts(rows, support)


def _look(task: Task) -> str:
    return page(task, open_draft(task.turn.session, task.number))


def _edit(task: Task) -> str:
    draft = open_draft(task.turn.session, task.number)
    drafting.rewrite(draft, with_fields(task, entry_of(draft), task.needs()), task.editor)
    return page(task, draft)


def _approve(task: Task) -> str:
    if task.order.number is None and task.order.rest:
        return _approve_batch(task, task.order.rest)
    draft = open_draft(task.turn.session, task.number)
    made = drafting.approve(task.turn.session, draft, task.editor, task.registry)
    gone = f"{draft.retires} 已停用。" if draft.retires else ""
    return f"{made.entry} 第 {made.version} 版已生效，几秒内各处都按它答。{gone}{given(task, made.entry)}"


def _approve_batch(task: Task, batch: str) -> str:
    rows = [row for row in open_drafts(task.turn.session) if row.batch == batch]
    if not rows:
        raise NotNow(f"没有批次 {batch} 的待审草稿。发“草稿”看都有哪些。")
    for row in rows:
        drafting.approve(task.turn.session, row, task.editor, task.registry)
    return f"批次 {batch} 的 {len(rows)} 条已生效，几秒内各处都按它们答。"


def _reject(task: Task) -> str:
    draft = open_draft(task.turn.session, task.number)
    drafting.reject(draft, task.editor, task.needs())
    return f"草稿 {draft.id} 已退，原因记下了。"


def _as_phrasing(task: Task) -> str:
    """The draft asks what an entry answers already: its questions become that entry's."""
    draft, session = open_draft(task.turn.session, task.number), task.turn.session
    _, entry = current(session, task.needs())
    grown = entry.model_copy(update={"variants": drafting.joined(entry, entry_of(draft).phrasings)})
    put(session, grown, Hand(made_by=task.editor.signature, why=f"收草稿 {draft.id} 的问法", now=task.turn.now))
    drafting.reject(draft, task.editor, f"作为 {entry.id} 的问法")
    return f"草稿 {draft.id} 的问法收进了 {entry.id}，答案没有动。"


DOES: dict[Word, Callable[[Task], str]] = {
    Word.LEARN: _learn,
    Word.DRAFTS: _drafts,
    Word.LOOK: _look,
    Word.EDIT: _edit,
    Word.APPROVE: _approve,
    Word.REJECT: _reject,
    Word.AS_PHRASING: _as_phrasing,
}
