"""What a search gives."""

from dataclasses import dataclass

from knowledge_base.entries import Entry


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An entry found for a text."""

    entry: Entry
    score: float  # cosine of the closest phrasing, 1 is the same
    confidence: float  # probability that this entry answers the text
    matched: str  # the phrasing that came closest
