"""An approved entry as it is said in a group: verbatim, with basis, date and number."""

from knowledge_base.entries import Entry, Review
from knowledge_base.instruments import Instruments, cite

NOT_SOLVED_HINT = "没解决请回复“没解决”。"
UNREVIEWED = "（待复核）"


def render(entry: Entry, instruments: Instruments) -> str:
    """The whole answer; the approved text stands unchanged in it."""
    parts = [f"【{entry.question}】", entry.answer.strip()]
    if entry.tips:
        parts.append(f"小提示：{entry.tips.strip()}")
    if entry.basis:
        parts.append("依据：" + "；".join(cite(citation, instruments) for citation in entry.basis))
    parts.append(_footer(entry))
    return "\n".join(parts)


def _footer(entry: Entry) -> str:
    as_of = f"口径截至 {entry.as_of}，" if entry.as_of else ""
    unreviewed = UNREVIEWED if entry.review == Review.NEEDED else ""
    return f"{as_of}编号 {entry.id}{unreviewed}。{NOT_SOLVED_HINT}"
