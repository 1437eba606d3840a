"""What the day taught: answered tickets become drafts, of which those that ask the same are one."""

import re
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import BY_TIME, Conversation
from handlers.jobs import ROWS_A_RUN, Job, one_by_one
from handlers.knowledge.confirmed import first_confirmed, learn_from_thanks
from handlers.knowledge.drafting import Editor, entry_of, open_drafts, propose
from handlers.knowledge.generalising import general_answer, general_question
from handlers.knowledge.library import Library
from handlers.knowledge.models import DraftRow, LessonRow
from handlers.knowledge.service import topics
from handlers.outbox import PromiseKind
from handlers.tickets.models import TicketRow
from handlers.tickets.words import REPLIED
from handlers.times import local_day
from knowledge_base.entries import Entry, Review
from knowledge_base.wording import plain

SAME = 0.5  # the probability from which two questions are taken for one
SHORTEST = 8  # letters of an answer worth keeping
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


def learn_from_tickets(session: Session, library: Library, *, now: datetime) -> int:
    """Make a draft of each answered ticket, or count it for the draft that asks the same; how many were read."""

    def learn(ticket: TicketRow) -> None:
        draft = _lesson(session, library, ticket, now)
        session.add(LessonRow(ticket_id=ticket.id, draft_id=draft.id if draft else None, learnt_at=now))

    return one_by_one(session, list(session.scalars(_not_learnt().order_by(TicketRow.id).limit(ROWS_A_RUN))), learn)


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
    return select(TicketRow).where(TicketRow.state.in_(REPLIED), TicketRow.answer.is_not(None), ~learnt)


_FIRST_NOT_LEARNT = _not_learnt().with_only_columns(TicketRow.changed_at).limit(1)


def _next_lesson(session: Session) -> datetime | None:
    return session.scalar(_FIRST_NOT_LEARNT) or first_confirmed(session)


def _lesson(session: Session, library: Library, ticket: TicketRow, now: datetime) -> DraftRow | None:
    question, answer = general_question(ticket.asked), general_answer(ticket.answer or "")
    if len(plain(question)) < 4 or len(plain(answer)) < SHORTEST:
        return None
    same = _draft_asking(session, library, question)
    if same is not None:
        _count_in(same, question)
        return same
    teacher = Editor(address=ticket.answered_by or BY_TIME, name=ticket.signature or "志愿者", now=now)
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
