"""An event from its plan to its record: the agenda, the questions, and tickets for what stayed open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.base import Conversation
from handlers.errors import Refusal
from handlers.events.models import EventQuestionRow, EventRow
from handlers.events.words import EventKind, EventStage, Source
from handlers.tickets.clock import WorkingTime, spoken
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.words import TicketClass
from handlers.times import SHANGHAI, local_day

SECTIONS = ("最新政策解读", "以案说法", "面对面答疑")
FROM_TICKETS = 10  # common questions one agenda takes
LATELY = timedelta(days=62)  # so long a common question waits for an agenda
DAY = timedelta(days=1)


class EventRefusal(Refusal):
    """Nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class EventRules:
    """When the monthly face-to-face is (0: none), how long before it is planned, and when its groups are reminded."""

    working: WorkingTime = field(default_factory=WorkingTime)
    monthly_day: int = 15
    at: time = time(14, 30)
    ahead: timedelta = timedelta(days=7)
    remind: timedelta = DAY
    place: str = ""
    desk: Conversation | None = None

    def monthly(self, day: date) -> datetime:
        """The face-to-face of that day's month: on its day, or the first working day after it."""
        held = day.replace(day=min(self.monthly_day, 28))
        while not self.working.works_on(held):
            held += DAY
        return datetime.combine(held, self.at, SHANGHAI)


def plan(
    session: Session, kind: EventKind, title: str, starts_at: datetime, *, desk: Conversation, by: str, now: datetime,
    place: str = "", link: str = "", special: str = "",
) -> EventRow:  # fmt: skip
    """A new event."""
    row = EventRow(
        kind=kind, title=title[:200], starts_at=starts_at, place=place[:200], link=link, special=special, desk=str(desk),
        created_by=by, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    take_common_questions(session, row, now)
    return row


def take_common_questions(session: Session, row: EventRow, now: datetime) -> None:
    """A face-to-face takes up the common questions of late that no other has taken up, those of most askers first; what
    finds no room waits for the next."""
    if row.kind != EventKind.FACE_TO_FACE:
        return
    taken = select(EventQuestionRow.ticket_id).join(EventRow, EventRow.id == EventQuestionRow.activity_id)
    taken = taken.where(EventRow.stage != EventStage.CANCELLED, EventQuestionRow.ticket_id.is_not(None))
    common = TicketRow.ticket_class == TicketClass.COMMON, TicketRow.merged_into.is_(None)
    query = select(TicketRow).join(AskerRow, AskerRow.ticket_id == TicketRow.id).group_by(TicketRow.id)
    query = query.where(*common, TicketRow.opened_at >= now - LATELY, TicketRow.id.not_in(taken))
    room = FROM_TICKETS - sum(1 for one in questions_of(session, row) if one.source == Source.TICKET)
    for ticket in session.scalars(query.order_by(func.count(AskerRow.id).desc(), TicketRow.id).limit(max(room, 0))):
        add_question(session, row, Source.TICKET, ticket.asked, ticket_id=ticket.id, asked_at=now)


def find(session: Session, number: int) -> EventRow:
    row = session.get(EventRow, number, with_for_update=True)
    if row is None:
        raise EventRefusal(f"没有活动 A{number}。发“活动”看看都有哪些。")
    return row


def planned(session: Session) -> Sequence[EventRow]:
    query = select(EventRow).where(EventRow.stage == EventStage.PLANNED).order_by(EventRow.starts_at)
    return session.scalars(query).all()


def questions_of(session: Session, row: EventRow) -> Sequence[EventQuestionRow]:
    query = select(EventQuestionRow).where(EventQuestionRow.activity_id == row.id)
    return session.scalars(query.order_by(EventQuestionRow.id)).all()


def add_question(session: Session, row: EventRow, source: Source, text: str, **about: object) -> EventQuestionRow:
    question = EventQuestionRow(activity_id=row.id, source=source, text=text, **about)
    session.add(question)
    session.flush()
    return question


def announcement(row: EventRow, *, now: datetime) -> str:
    """What groups read: when, where, the three fixed parts and the one that changes, and how to ask beforehand."""
    lines = [f"时间：{spoken(row.starts_at, now=now)}"]
    lines += [f"地点：{row.place}"] if row.place else []
    lines += [f"直播：{row.link}"] if row.link else []
    if row.kind == EventKind.FACE_TO_FACE:
        parts = [*SECTIONS, *([f"专题：{row.special}"] if row.special else [])]
        lines += ["内容：" + "；".join(f"{n}. {part}" for n, part in enumerate(parts, 1))]
        lines += ["想问的可以先提：@我 发“活动提问 您的问题”，现场答复。"]
    elif row.special:
        lines += [f"内容：{row.special}"]
    return "\n".join(lines)


def agenda(session: Session, row: EventRow, *, now: datetime) -> str:
    """What the desk reads: the event, its questions, and which are still without an answer."""
    lines = [f"{row.number} 【{row.kind.label}】{row.title}（{row.stage.label}）", announcement(row, now=now)]
    for question in questions_of(session, row):
        state = "已答" if question.answer else f"工单 #{question.ticket_id}" if question.ticket_id else "待答"
        who = question.enterprise or question.name
        lines.append(f"{question.id}. [{question.source.label}·{state}] {question.text}{f'（{who}）' if who else ''}")
    if row.stage == EventStage.HELD:
        lines.append(f"企业 {row.enterprises} 家，{row.attendance} 人次，资料 {row.handouts} 份。")
    lines += [f"回放：{row.replay}"] if row.replay else []
    return "\n".join(lines)


def close(row: EventRow, *, enterprises: int, attendance: int, handouts: int, now: datetime) -> None:
    """It was held."""
    if row.stage != EventStage.PLANNED:
        raise EventRefusal(f"{row.number} {row.stage.label}，没有改动。")
    row.stage, row.held_at = EventStage.HELD, now
    row.enterprises, row.attendance, row.handouts = enterprises, attendance, handouts


def change(row: EventRow, starts_at: datetime, **written: str | None) -> None:
    """Another time or place; what is not given stays. Its people are reminded of the new time."""
    if row.stage != EventStage.PLANNED:
        raise EventRefusal(f"{row.number} {row.stage.label}，没有改动。")
    if starts_at != row.starts_at:
        row.starts_at, row.reminded_at = starts_at, None
    for name, value in written.items():
        if value is not None:
            setattr(row, name, value)


def answer(session: Session, row: EventRow, number: int, text: str) -> EventQuestionRow:
    """The question of that number on the agenda gets its answer. Raises EventRefusal."""
    question = session.get(EventQuestionRow, number)
    if question is None or question.activity_id != row.id:
        raise EventRefusal(f"{row.number} 没有第 {number} 问，没有改动。发“活动 {row.number}”看议程。")
    if question.answer:
        raise EventRefusal(f"{row.number} 第 {number} 问已经答过了，没有改动：{question.answer[:40]}")
    question.answer = text
    return question


def answer_told(row: EventRow, question: EventQuestionRow) -> str:
    """What its asker reads."""
    return f"您在“{row.title}”提的问题：{question.text}\n现场答复：{question.answer}\n还没解决请发：转人工 {question.text[:30]}"


def figures(session: Session, *, since: datetime, until: datetime) -> str:
    """Events held in a period, kind by kind, with who came, what was handed out and how much was answered there."""
    held = EventRow.stage == EventStage.HELD, EventRow.starts_at >= since, EventRow.starts_at < until
    companies, people = func.sum(EventRow.enterprises), func.sum(EventRow.attendance)
    query = select(EventRow.kind, func.count(), companies, people, func.sum(EventRow.handouts))
    rows = session.execute(query.where(*held).group_by(EventRow.kind)).all()
    answers = select(func.count(EventQuestionRow.id)).join(EventRow, EventRow.id == EventQuestionRow.activity_id)
    answered = session.scalar(answers.where(*held, EventQuestionRow.answer.is_not(None))) or 0
    if not rows:
        return "没有办过活动。"
    lines = [
        f"{kind.label} {count} 场：企业 {companies} 家，{people} 人次，资料 {papers} 份。"
        for kind, count, companies, people, papers in rows
    ]
    return "办过的活动：\n" + "\n".join(lines) + f"\n现场答复 {answered} 个问题。"


def left_open(session: Session, row: EventRow) -> list[EventQuestionRow]:
    """Questions nobody answered and nobody has a ticket for."""
    return [one for one in questions_of(session, row) if not one.answer and one.ticket_id is None]


def month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def next_monthly(rules: EventRules, now: datetime) -> datetime:
    """The next monthly face-to-face that is still ahead."""
    this = rules.monthly(local_day(now))
    return this if this > now else rules.monthly(month_after(local_day(now)))
