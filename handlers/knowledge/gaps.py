"""What the base could not answer lately: questions that are one question, most asked first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from handlers.base import DecisionKind
from handlers.inbox import DecisionRow, InboxRow
from handlers.knowledge.generalising import general_question
from knowledge_base.wording import asked, grams, plain
from nlu.masking import mask

ALIKE = 0.5  # shared share of letter pairs from which two questions are one
AT_MOST = 2000  # decisions looked at
UNSURE_FROM = 0.15  # silences with less confidence were never near an answer
LEFT_OPEN = (DecisionKind.TICKET, DecisionKind.WATCHING)
SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class DecidedMessage:
    """One message and what was made of it."""

    text: str
    kind: DecisionKind
    reason: str
    entry: str | None
    confidence: float | None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Questions that are one question, the shortest standing for all."""

    heard: tuple[DecidedMessage, ...]

    @property
    def question(self) -> str:
        return min((general_question(one.text) for one in self.heard), key=lambda text: (len(text) < 6, len(text)))


def unanswered(session: Session, *, since: datetime) -> list[Gap]:
    """Questions that became tickets or were left to the group since then."""
    return clustered(_heard(session, since, DecisionRow.kind.in_(LEFT_OPEN)))


def to_label(session: Session, *, since: datetime) -> list[Gap]:
    """Everything whose outcome teaches the thresholds: what was left open, offered, or passed over in doubt."""
    doubtful = DecisionRow.confidence >= UNSURE_FROM
    told = DecisionRow.kind.in_((*LEFT_OPEN, DecisionKind.OFFERED))
    judged = DecisionRow.kind.in_((DecisionKind.ANSWERED, DecisionKind.SILENT, DecisionKind.DECLINED))
    return clustered(_heard(session, since, or_(told, judged & doubtful)))


def clustered(heard: Sequence[DecidedMessage]) -> list[Gap]:
    """The same question once, most asked first. Each joins the first group it resembles."""
    groups: list[tuple[frozenset[str], list[DecidedMessage]]] = []
    for one in heard:
        pieces = frozenset(grams(plain(asked(general_question(one.text))), (2,)))
        home = next((group for known, group in groups if _alike(pieces, known)), None)
        if home is not None:
            home.append(one)
        elif pieces:
            groups.append((pieces, [one]))
    return sorted((Gap(heard=tuple(group)) for _, group in groups), key=lambda gap: -len(gap.heard))


def _heard(session: Session, since: datetime, which: ColumnElement[bool]) -> list[DecidedMessage]:
    query = (
        select(InboxRow.text, DecisionRow)
        .join(DecisionRow, DecisionRow.inbox_id == InboxRow.id)
        .where(DecisionRow.decided_at >= since, which)
        .order_by(DecisionRow.id.desc())
        .limit(AT_MOST)
    )
    return [
        DecidedMessage(text=mask(text), kind=row.kind, reason=row.reason, entry=row.entry, confidence=row.confidence)
        for text, row in session.execute(query)
    ]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)
