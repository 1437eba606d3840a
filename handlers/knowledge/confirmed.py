"""Questions whose askers confirmed an entry, by choosing it or by thanking for it, become ways of asking for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.base import DecisionKind
from handlers.choosing import ChoiceRow
from handlers.inbox import DecisionRow, InboxRow
from handlers.jobs import ROWS_A_RUN
from handlers.knowledge.generalising import general_question
from handlers.knowledge.models import PhrasingRow, PhrasingState, ReadUpToRow
from handlers.knowledge.service import newest
from knowledge_base.entries import Entry
from knowledge_base.wording import plain

THANKED = timedelta(minutes=30)  # how long after an answer thanks are meant for it
CHOSEN = "chosen"
GLAD = ("thanks", "solved", "confirmed")
_READ_UP_TO = func.coalesce(select(ReadUpToRow.decision).scalar_subquery(), 0)
_FIRST_CONFIRMED = select(func.min(DecisionRow.decided_at)).where(
    DecisionRow.reason.in_((CHOSEN, *GLAD)), DecisionRow.id > _READ_UP_TO
)


def learn_from_thanks(session: Session, *, now: datetime) -> int:
    """Propose as phrasings the questions whose askers chose an entry by number or thanked for it; how many."""
    mark = session.get(ReadUpToRow, 1) or ReadUpToRow(id=1, decision=0)
    session.add(mark)
    told = DecisionRow.reason.in_((CHOSEN, *GLAD)) & (DecisionRow.id > mark.decision)
    newest_row = session.scalar(select(func.max(DecisionRow.id))) or 0
    rows = session.scalars(select(DecisionRow).where(told).order_by(DecisionRow.id).limit(ROWS_A_RUN)).all()
    confirmed = [pair for row in rows if (pair := _confirmed(session, row)) is not None]
    for entry, question in confirmed:
        propose_phrasing(session, entry, question, now=now)
    mark.decision = rows[-1].id if len(rows) == ROWS_A_RUN else newest_row
    return len(confirmed)


def first_confirmed(session: Session) -> datetime | None:
    """When the first thing was said that was not learned from yet."""
    return session.scalar(_FIRST_CONFIRMED)


def propose_phrasing(session: Session, entry_id: str, question: str, *, now: datetime) -> None:
    """One more real way of asking for an entry, unless it has it."""
    text = general_question(question)[:500]
    row = newest(session, entry_id)
    if row is None or len(plain(text)) < 4 or "*" in text:
        return
    if plain(text) in {plain(known) for known in Entry.model_validate(row.body).phrasings}:
        return
    query = select(PhrasingRow).where(PhrasingRow.entry == entry_id, PhrasingRow.plain == plain(text))
    known = session.scalar(query)
    if known is not None:
        known.times += 1
        return
    session.add(PhrasingRow(entry=entry_id, text=text, plain=plain(text), found_at=now))
    session.flush()


def proposed_phrasings(session: Session) -> Sequence[PhrasingRow]:
    """What waits for an editor, the most confirmed first."""
    query = select(PhrasingRow).where(PhrasingRow.state == PhrasingState.PROPOSED)
    return session.scalars(query.order_by(PhrasingRow.times.desc(), PhrasingRow.id)).all()


def _confirmed(session: Session, row: DecisionRow) -> tuple[str, str] | None:
    """The entry and the question that this message confirmed, if it did."""
    if row.reason == CHOSEN and row.entry is not None:
        query = select(ChoiceRow).where(
            ChoiceRow.conversation == row.conversation, ChoiceRow.person == row.sender, ChoiceRow.chosen == row.entry
        )
        choice = session.scalars(query.order_by(ChoiceRow.id.desc()).limit(1)).first()
        return (row.entry, choice.question) if choice else None
    return _thanked_for(session, row) if row.reason in GLAD else None


def _thanked_for(session: Session, row: DecisionRow) -> tuple[str, str] | None:
    before = select(DecisionRow).where(
        DecisionRow.conversation == row.conversation,
        DecisionRow.sender == row.sender,
        DecisionRow.id < row.id,
        DecisionRow.decided_at >= row.decided_at - THANKED,
    )
    last = session.scalars(before.order_by(DecisionRow.id.desc()).limit(1)).first()
    if last is None or last.kind != DecisionKind.ANSWERED or last.reason != "known" or last.entry is None:
        return None
    if last.detail.get("parts"):
        return None  # several questions in one message: nobody knows which words asked for which
    return last.entry, session.get_one(InboxRow, last.inbox_id).text
