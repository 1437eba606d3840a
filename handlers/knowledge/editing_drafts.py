"""入库、草稿、看稿、改稿、审定、退稿、作问法."""

from collections.abc import Callable

from handlers.knowledge import drafting, learning, pages
from handlers.knowledge.commands import Verb
from handlers.knowledge.drafting import current, entry_of, open_draft, open_drafts
from handlers.knowledge.editing_entries import with_fields
from handlers.knowledge.editor_request import EditorRequest
from handlers.knowledge.models import DraftState
from handlers.knowledge.proofs import given, page
from handlers.knowledge.refusals import NotNow
from handlers.knowledge.service import Authorship, put
from handlers.tickets.service import lock


def _learn(request: EditorRequest) -> str:
    ticket = lock(request.session, request.number)
    draft = learning.draft_of_ticket(request.session, request.library, ticket, now=request.now)
    if draft is None:
        raise NotNow(f"{ticket.number} 还没有可以入库的答复。先答复：回复 {ticket.id} 答案")
    if draft.state != DraftState.OPEN:
        raise NotNow(f"{ticket.number} 已经整理过（草稿 {draft.id}，条目 {draft.entry}）。看条目：条目 {draft.entry}")
    return page(request, draft)


def _drafts(request: EditorRequest) -> str:
    rows = open_drafts(request.session)
    support = {
        row.id: len(found) for row in rows[: pages.SHOWN] if (found := learning.supporters(request.session, row))
    }
    return pages.drafts(rows, support)


def _look(request: EditorRequest) -> str:
    return page(request, open_draft(request.session, request.number))


def _edit(request: EditorRequest) -> str:
    draft = open_draft(request.session, request.number)
    drafting.rewrite(draft, with_fields(request, entry_of(draft), request.needs()), request.editor)
    return page(request, draft)


def _approve(request: EditorRequest) -> str:
    if request.command.number is None and request.command.rest:
        return _approve_batch(request, request.command.rest)
    draft = open_draft(request.session, request.number)
    made = drafting.approve(request.session, draft, request.editor, request.instruments)
    gone = f"{draft.retires} 已停用。" if draft.retires else ""
    return f"{made.entry} 第 {made.version} 版已生效，几秒内各处都按它答。{gone}{given(request, made.entry)}"


def _approve_batch(request: EditorRequest, batch: str) -> str:
    rows = [row for row in open_drafts(request.session) if row.batch == batch]
    if not rows:
        raise NotNow(f"没有批次 {batch} 的待审草稿。发“草稿”看都有哪些。")
    for row in rows:
        drafting.approve(request.session, row, request.editor, request.instruments)
    return f"批次 {batch} 的 {len(rows)} 条已生效，几秒内各处都按它们答。"


def _reject(request: EditorRequest) -> str:
    draft = open_draft(request.session, request.number)
    drafting.reject(draft, request.editor, request.needs())
    return f"草稿 {draft.id} 已退，原因记下了。"


def _as_phrasing(request: EditorRequest) -> str:
    """The draft asks what an entry answers already: its questions become that entry's."""
    draft, session = open_draft(request.session, request.number), request.session
    _, entry = current(session, request.needs())
    grown = entry.model_copy(update={"variants": drafting.joined(entry, entry_of(draft).phrasings)})
    put(session, grown, Authorship(made_by=request.editor.signature, why=f"收草稿 {draft.id} 的问法", now=request.now))
    drafting.reject(draft, request.editor, f"作为 {entry.id} 的问法")
    return f"草稿 {draft.id} 的问法收进了 {entry.id}，答案没有动。"


DOES: dict[Verb, Callable[[EditorRequest], str]] = {
    Verb.LEARN: _learn,
    Verb.DRAFTS: _drafts,
    Verb.LOOK: _look,
    Verb.EDIT: _edit,
    Verb.APPROVE: _approve,
    Verb.REJECT: _reject,
    Verb.AS_PHRASING: _as_phrasing,
}
