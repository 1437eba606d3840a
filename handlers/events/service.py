"""An event from its plan to its record: the agenda, the questions, and tickets for what stayed open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Conversation
from handlers.errors import Refusal
from handlers.events.models import ActivityQuestionRow, ActivityRow
from handlers.events.words import EventKind, EventStage, Source
from handlers.tickets.clock import WorkingTime, spoken
from handlers.tickets.models import TicketRow
from handlers.tickets.words import TicketClass
from handlers.times import SHANGHAI, local_day

SECTIONS = ("最新政策解读", "以案说法", "面对面答疑")
FROM_TICKETS = 10  # common questions one agenda takes
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
) -> ActivityRow:  # fmt: skip
    """A new event; a face-to-face takes the common questions of late onto its agenda."""
    row = ActivityRow(
        kind=kind, title=title[:200], starts_at=starts_at, place=place[:200], link=link, special=special, desk=str(desk),
        created_by=by, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if kind == EventKind.FACE_TO_FACE:
        _take_common_questions(session, row, now)
    return row


def find(session: Session, number: int) -> ActivityRow:
    row = session.get(ActivityRow, number, with_for_update=True)
    if row is None:
        raise EventRefusal(f"没有活动 A{number}。发“活动”看看都有哪些。")
    return row


def planned(session: Session) -> Sequence[ActivityRow]:
    query = select(ActivityRow).where(ActivityRow.stage == EventStage.PLANNED).order_by(ActivityRow.starts_at)
    return session.scalars(query).all()


def questions_of(session: Session, row: ActivityRow) -> Sequence[ActivityQuestionRow]:
    query = select(ActivityQuestionRow).where(ActivityQuestionRow.activity_id == row.id)
    return session.scalars(query.order_by(ActivityQuestionRow.id)).all()


def add_question(session: Session, row: ActivityRow, source: Source, text: str, **about: object) -> ActivityQuestionRow:
    question = ActivityQuestionRow(activity_id=row.id, source=source, text=text, **about)
    session.add(question)
    session.flush()
    return question


def announcement(session: Session, row: ActivityRow, *, now: datetime) -> str:
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


def agenda(session: Session, row: ActivityRow, *, now: datetime) -> str:
    """What the desk reads: the event, its questions, and which are still without an answer."""
    lines = [f"{row.number} 【{row.kind.label}】{row.title}（{row.stage.label}）", announcement(session, row, now=now)]
    for question in questions_of(session, row):
        state = "已答" if question.answer else f"工单 #{question.ticket_id}" if question.ticket_id else "待答"
        who = question.enterprise or question.name
        lines.append(f"{question.id}. [{question.source.label}·{state}] {question.text}{f'（{who}）' if who else ''}")
    if row.stage == EventStage.HELD:
        lines.append(f"企业 {row.enterprises} 家，{row.attendance} 人次，资料 {row.handouts} 份。")
    lines += [f"回放：{row.replay}"] if row.replay else []
    return "\n".join(lines)


def close(row: ActivityRow, *, enterprises: int, attendance: int, handouts: int, now: datetime) -> None:
    """It was held."""
    if row.stage != EventStage.PLANNED:
        raise EventRefusal(f"{row.number} {row.stage.label}，没有改动。")
    row.stage, row.held_at = EventStage.HELD, now
    row.enterprises, row.attendance, row.handouts = enterprises, attendance, handouts


def left_open(session: Session, row: ActivityRow) -> list[ActivityQuestionRow]:
    """Questions nobody answered and nobody has a ticket for."""
    return [one for one in questions_of(session, row) if not one.answer and one.ticket_id is None]


def _take_common_questions(session: Session, row: ActivityRow, now: datetime) -> None:
    query = select(ActivityRow.created_at).where(
        ActivityRow.kind == EventKind.FACE_TO_FACE, ActivityRow.id != row.id, ActivityRow.stage != EventStage.CANCELLED
    )
    since = session.scalar(query.order_by(ActivityRow.id.desc()).limit(1)) or now - timedelta(days=31)
    common = select(TicketRow).where(TicketRow.ticket_class == TicketClass.COMMON, TicketRow.opened_at >= since)
    for ticket in session.scalars(common.order_by(TicketRow.id.desc()).limit(FROM_TICKETS)):
        add_question(session, row, Source.TICKET, ticket.question, ticket_id=ticket.id, asked_at=now)


def month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def next_monthly(rules: EventRules, now: datetime) -> datetime:
    """The next monthly face-to-face that is still ahead."""
    this = rules.monthly(local_day(now))
    return this if this > now else rules.monthly(month_after(local_day(now)))
