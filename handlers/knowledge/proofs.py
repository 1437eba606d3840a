"""A draft as its reviewer sees it: what stands beside it, and who has had the answer it changes."""

from handlers.knowledge import corrections, pages
from handlers.knowledge.drafting import entry_of
from handlers.knowledge.editor_request import EditorRequest
from handlers.knowledge.learning import supporters
from handlers.knowledge.models import DraftRow
from knowledge_base.contradictions import against

LIKELY = 0.2  # the confidence from which a neighbour is worth naming


def given(request: EditorRequest, id: str) -> str:
    """What to add where an answer changed: how many had the old one; empty when nobody had."""
    had = corrections.given_before(request.session, id, days=corrections.DAYS, now=request.now)
    if not had:
        return ""
    return f"最近 {corrections.DAYS} 天有 {len(had)} 人收到过旧的答复，要通知他们请发：更正通知 {id}"


def proposed(request: EditorRequest, draft: DraftRow) -> str:
    """The page of a draft just made."""
    return f"{page(request, draft)}\n要请另一位编辑审定。"


def page(request: EditorRequest, draft: DraftRow) -> str:
    """The whole draft, with neighbours it may repeat or contradict."""
    entry = entry_of(draft)
    near = [
        hit for hit in request.library.search(entry.question, limit=4)
        if hit.entry.id != entry.id and hit.confidence >= LIKELY
    ]  # fmt: skip
    others = [hit.entry for hit in near]
    return pages.draft(
        draft, entry, request.instruments, tickets=supporters(request.session, draft), near=near[:3], against=against(entry, others)
    )  # fmt: skip
