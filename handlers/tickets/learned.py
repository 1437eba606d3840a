"""What volunteers made of earlier suggestions: of a matter they keep correcting, the next one is suggested their way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handlers.base import BY_TIME
from handlers.tickets.models import TicketEventRow, TicketRow
from handlers.tickets.notes import asked_alone
from handlers.tickets.triage import Triage
from handlers.tickets.words import Mark, Reach, TicketClass, What
from nlu.spelling import spell_out, topics
from nlu.text import normalise

LEARNED = (What.CLASSIFIED, What.GRADED, What.REACH_SET)
LATELY = timedelta(days=180)
LATEST = 400  # corrections looked at: what was long ago teaches less
OFTEN = 3  # corrections of one matter to the same that make a habit


def with_corrections(session: Session, triage: Triage, question: str, *, now: datetime) -> Triage:
    """The suggestion, changed to what volunteers mostly made of this matter lately; the reason says so. Urgency is of the
    moment, and is never learned."""
    triage = _shelved(session, triage, question, since=now - LATELY)
    if not triage.topic:
        return triage
    made = _corrections(session, triage.topic, since=now - LATELY)
    triage = _graded(_classified(triage, made[What.CLASSIFIED]), made[What.GRADED])
    return _reaching(triage, made[What.REACH_SET])


def _shelved(session: Session, triage: Triage, question: str, *, since: datetime) -> Triage:
    """Where the topic was put right again and again, by the words of the trade that the questions share."""
    said = _words(question)
    moved = _moved(session, said, since=since) if said else []
    for word in said:
        topic = _habit(Counter(topic for words, topic in moved if word in words))
        if not topic or not _stands(session, word, topic, since=since):
            continue
        if topic == triage.topic:
            return triage  # a shorter word tells less
        times = sum(word in words and put == topic for words, put in moved)
        why = f"说到“{word}”的问题志愿者多归到“{topic}”（{times} 次）"
        return replace(triage, topic=topic, reasons=(*triage.reasons, why))
    return triage


# Asked for every ticket that comes in, so put together once.
_CHANGED = (
    select(TicketRow.question, TicketRow.topic)
    .where(
        TicketRow.id.in_(
            select(TicketEventRow.ticket_id).where(
                TicketEventRow.what == What.TOPIC_SET, TicketEventRow.at >= bindparam("since")
            )
        ),
        TicketRow.topic != "",
    )
    .order_by(TicketRow.id.desc())
    .limit(LATEST)
)


def _moved(session: Session, said: Sequence[str], *, since: datetime) -> list[tuple[Sequence[str], str]]:
    """Tickets whose topic a volunteer changed: the words of each, and the topic it has now."""
    rows = session.execute(_CHANGED, {"since": since})
    return [(words, topic) for asked, topic in rows if not set(words := _words(asked)).isdisjoint(said)]


def _stands(session: Session, word: str, topic: str, *, since: datetime) -> bool:
    """Whether most of what was asked about it lately is of that topic, what nobody changed included."""
    lately = select(TicketRow.question, TicketRow.topic).where(TicketRow.opened_at >= since, TicketRow.topic != "")
    rows = session.execute(lately.order_by(TicketRow.id.desc()).limit(LATEST))
    about = [put for asked, put in rows if word in _words(asked)]
    return about.count(topic) * 2 > len(about)


@lru_cache(maxsize=4 * LATEST)  # what was moved and what came lately, with room for what comes between
def _words(question: str) -> tuple[str, ...]:
    """The words of the trade in it, the longest first: the more a word says, the more it tells."""
    said = spell_out(normalise(asked_alone(question)))
    return tuple(sorted(topics(said), key=len, reverse=True))


def _corrections(session: Session, topic: str, *, since: datetime) -> dict[What, Counter[str]]:
    """To what class, importance and reach people changed tickets of the matter: the last word on each counts."""
    query = (
        select(TicketEventRow.ticket_id, TicketEventRow.what, TicketEventRow.after)
        .join(TicketRow, TicketRow.id == TicketEventRow.ticket_id)
        .where(
            TicketEventRow.what.in_(LEARNED),
            TicketEventRow.who != BY_TIME,
            TicketEventRow.at >= since,
            TicketRow.topic == topic,
        )
        .order_by(TicketEventRow.id.desc())
        .limit(LATEST)
    )
    last: dict[tuple[int, What], str] = {}
    for ticket, what, after in session.execute(query):
        last.setdefault((ticket, what), after)
    made: dict[What, Counter[str]] = {what: Counter() for what in LEARNED}
    for (_, what), after in last.items():
        made[what][after[:1] if what == What.GRADED else after] += 1
    return made


def _classified(triage: Triage, made: Counter[str]) -> Triage:
    habit = _habit(made)
    ticket_class = TicketClass.labelled(habit)
    if ticket_class is None or ticket_class == triage.ticket_class:
        return triage
    why = f"“{triage.topic}”的问题志愿者多归为{ticket_class.label}（{made[ticket_class.label]} 次）"
    return replace(triage, ticket_class=ticket_class, reasons=(why, *triage.reasons[1:]))


def _graded(triage: Triage, made: Counter[str]) -> Triage:
    habit = _habit(made)
    if habit not in set(Mark) or habit == triage.importance:
        return triage
    why = f"“{triage.topic}”的问题志愿者多定为重要 {habit}（{made[habit]} 次）"
    return replace(triage, importance=Mark(habit), reasons=(*triage.reasons, why))


def _reaching(triage: Triage, made: Counter[str]) -> Triage:
    habit = _habit(made)
    reach = Reach.labelled(habit)
    if reach is None or reach == triage.reach:
        return triage
    why = f"“{triage.topic}”的问题志愿者多记为{habit}（{made[habit]} 次）"
    return replace(triage, reach=None, reasons=(*triage.reasons, why))


def _habit(made: Counter[str]) -> str:
    """What was chosen often, and more often than everything else together."""
    [(choice, times)] = made.most_common(1) or [("", 0)]
    return choice if times >= OFTEN and times * 2 > made.total() else ""
