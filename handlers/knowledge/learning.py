"""What the day taught: answered tickets become drafts, confirmed questions become ways of asking."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import Conversation, DecisionKind
from handlers.choosing import ChoiceRow
from handlers.inbox import DecisionRow, InboxRow
from handlers.jobs import Job, one_by_one
from handlers.knowledge.drafting import Editor, entry_of, open_drafts, propose
from handlers.knowledge.generalising import general_answer, general_question
from handlers.knowledge.library import Library
from handlers.knowledge.models import DraftRow, HeardRow, LessonRow, PhrasingRow, PhrasingState
from handlers.knowledge.service import newest, topics
from handlers.outbox import PromiseKind
from handlers.tickets.models import TicketRow
from handlers.tickets.words import State
from handlers.times import local_day
from knowledge_base.entries import Entry, Review
from knowledge_base.wording import plain

SAME = 0.5  # the probability from which two questions are taken for one
SHORTEST = 8  # letters of an answer worth keeping
TEACHES = (State.ANSWERED, State.CONFIRMED, State.ASSUMED)
AT_ONCE = 200
THANKED = timedelta(minutes=30)  # how long after an answer thanks are meant for it
CHOSEN = "chosen"
GLAD = ("thanks", "solved", "confirmed")
NEW_PREFIX = "XZ"
SHOWN = 8


def learning(library: Library, desk: Conversation | None = None) -> Job:
    """The job that learns from tickets and from thanks, and tells the editors' desk of new drafts."""

    def run(session: Session, now: datetime) -> int:
        learnt = learn_from_tickets(session, library, now=now) + learn_from_thanks(session, now=now)
        if desk is not None:
            _tell(session, desk, now)
        return learnt

    return Job(name="learn", every=timedelta(seconds=30), run=run, next_due=_next_lesson)


def _tell(session: Session, desk: Conversation, now: datetime) -> None:
    new = [draft for draft in open_drafts(session) if draft.told_at is None and draft.base is None]
    if new:
        lines = "\n".join(f"看稿 {draft.id}：{draft.body['question']}" for draft in new[:SHOWN])
        text = f"【新草稿】{len(new)} 份，来自工单答复，请编辑审：\n{lines}"
        outbox.promise(session, desk, text, kind=PromiseKind.CARD, now=now)
    for draft in new:
        draft.told_at = now


# --- tickets --------------------------------------------------------------------------------------------------------


def learn_from_tickets(session: Session, library: Library, *, now: datetime) -> int:
    """Make a draft of each answered ticket, or count it for the draft that asks the same; how many were read."""

    def learn(ticket: TicketRow) -> None:
        draft = _lesson(session, library, ticket, now)
        session.add(LessonRow(ticket_id=ticket.id, draft_id=draft.id if draft else None, learnt_at=now))

    return one_by_one(session, list(session.scalars(_not_learnt().order_by(TicketRow.id).limit(AT_ONCE))), learn)


def draft_of_ticket(session: Session, library: Library, ticket: TicketRow, *, now: datetime) -> DraftRow | None:
    """The draft that a ticket supports, made now if there is none; None when the ticket has no answer to keep."""
    lesson = session.get(LessonRow, ticket.id)
    if lesson is not None and lesson.draft_id is not None:
        return session.get_one(DraftRow, lesson.draft_id)
    draft = _lesson(session, library, ticket, now)
    if draft is not None and lesson is not None:
        lesson.draft_id = draft.id
    elif draft is not None:
        session.add(LessonRow(ticket_id=ticket.id, draft_id=draft.id, learnt_at=now))
    return draft


def supporters(session: Session, draft: DraftRow) -> list[TicketRow]:
    """The tickets that a draft was learnt from."""
    query = select(TicketRow).join(LessonRow, LessonRow.ticket_id == TicketRow.id)
    return list(session.scalars(query.where(LessonRow.draft_id == draft.id).order_by(TicketRow.id)))


def _not_learnt() -> Select[TicketRow]:
    learnt = select(LessonRow.ticket_id).where(LessonRow.ticket_id == TicketRow.id).exists()
    return select(TicketRow).where(TicketRow.state.in_(TEACHES), TicketRow.answer.is_not(None), ~learnt)


_FIRST_NOT_LEARNT = _not_learnt().with_only_columns(TicketRow.changed_at).limit(1)
_HEARD = func.coalesce(select(HeardRow.decision).scalar_subquery(), 0)
_FIRST_TOLD = select(func.min(DecisionRow.decided_at)).where(
    DecisionRow.reason.in_((CHOSEN, *GLAD)), DecisionRow.id > _HEARD
)


def _next_lesson(session: Session) -> datetime | None:
    return session.scalar(_FIRST_NOT_LEARNT) or session.scalar(_FIRST_TOLD)


def _lesson(session: Session, library: Library, ticket: TicketRow, now: datetime) -> DraftRow | None:
    question, answer = general_question(ticket.asked), general_answer(ticket.answer or "")
    if len(plain(question)) < 4 or len(plain(answer)) < SHORTEST:
        return None
    same = _draft_asking(session, library, question)
    if same is not None:
        _count_in(same, question)
        return same
    teacher = Editor(address=ticket.answered_by or "bot", name=ticket.signature or "志愿者", now=now)
    entry = _entry(session, library, question, answer, now)
    return propose(session, entry, teacher, why=f"工单 {ticket.number} 的答复")


def _draft_asking(session: Session, library: Library, question: str) -> DraftRow | None:
    drafts = {draft.entry: draft for draft in open_drafts(session) if draft.base is None}
    if not drafts:
        return None
    hits = library.beside([entry_of(draft) for draft in drafts.values()]).search(question, limit=1)
    return drafts[hits[0].entry.id] if hits and hits[0].confidence >= SAME else None


def _count_in(draft: DraftRow, question: str) -> None:
    """A question asked again is one more way of asking."""
    entry = entry_of(draft)
    if plain(question) not in {plain(text) for text in entry.phrasings}:
        draft.body = {**draft.body, "variants": [*entry.variants, question[:500]]}


def _entry(session: Session, library: Library, question: str, answer: str, now: datetime) -> Entry:
    """A new entry, shelved where its nearest neighbour stands."""
    near = library.search(question, limit=1)
    topic, owner = (near[0].entry.topic, near[0].entry.owner) if near else ("", "")
    today = local_day(now)
    return Entry(
        id=free_id(session, topic),
        topic=topic,
        owner=owner,
        question=question[:500],
        answer=answer,
        as_of=today,
        review_by=today + timedelta(days=365),
        review=Review.NEEDED,
    )


def free_id(session: Session, topic: str) -> str:
    """The next number in a topic's row."""
    shelved = topics(session)
    taken = [*shelved, *(draft.entry for draft in open_drafts(session))]
    prefixes = Counter(id.rpartition("-")[0] for id, its in shelved.items() if its == topic and "-" in id)
    prefix = prefixes.most_common(1)[0][0] if prefixes else NEW_PREFIX
    numbers = [int(found[1]) for id in taken if (found := re.fullmatch(rf"{re.escape(prefix)}-(\d+)", id))]
    return f"{prefix}-{max(numbers, default=0) + 1:03d}"


# --- thanks and choices ---------------------------------------------------------------------------------------------


def learn_from_thanks(session: Session, *, now: datetime) -> int:
    """Propose as phrasings the questions whose askers chose an entry by number or thanked for it; how many."""
    mark = session.get(HeardRow, 1) or HeardRow(id=1, decision=0)
    session.add(mark)
    told = DecisionRow.reason.in_((CHOSEN, *GLAD)) & (DecisionRow.id > mark.decision)
    newest_row = session.scalar(select(func.max(DecisionRow.id))) or 0
    rows = session.scalars(select(DecisionRow).where(told).order_by(DecisionRow.id).limit(AT_ONCE)).all()
    confirmed = [pair for row in rows if (pair := _confirmed(session, row)) is not None]
    for entry, question in confirmed:
        propose_phrasing(session, entry, question, now=now)
    mark.decision = rows[-1].id if len(rows) == AT_ONCE else newest_row
    return len(confirmed)


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
