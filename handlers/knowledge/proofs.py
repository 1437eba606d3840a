"""A draft as its reviewer sees it: what stands beside it, and who has had the answer it changes."""

from handlers.knowledge import corrections, pages
from handlers.knowledge.drafting import entry_of
from handlers.knowledge.learning import supporters
from handlers.knowledge.models import DraftRow
from handlers.knowledge.task import Task
from knowledge_base.contradictions import against

LIKELY = 0.2  # the confidence from which a neighbour is worth naming


def given(task: Task, id: str) -> str:
    """What to add where an answer changed: how many had the old one; empty when nobody had."""
    had = corrections.given_before(task.turn.session, id, days=corrections.DAYS, now=task.turn.now)
    if not had:
        return ""
    return f"最近 {corrections.DAYS} 天有 {len(had)} 人收到过旧的答复，要通知他们请发：更正通知 {id}"


def proposed(task: Task, draft: DraftRow) -> str:
    """The page of a draft just made."""
    return f"{page(task, draft)}\n要请另一位编辑审定。"


def page(task: Task, draft: DraftRow) -> str:
    """The whole draft, with neighbours it may repeat or contradict."""
    entry = entry_of(draft)
    near = [
        hit for hit in task.library.search(entry.question, limit=4)
        if hit.entry.id != entry.id and hit.confidence >= LIKELY
    ]  # fmt: skip
    others = [hit.entry for hit in near]
    return pages.draft(
        draft, entry, task.registry, tickets=supporters(task.turn.session, draft), near=near[:3], against=against(entry, others)
    )  # fmt: skip
