"""Questions that reached a volunteer by telephone, on a visit, at an event, or from above."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Conversation, Group, Message, Person
from handlers.mind import Mind
from handlers.tickets.arriving import Arrival, External, NewAsker, open_ticket
from handlers.tickets.fields import read_day, read_fields
from handlers.tickets.learned import with_corrections
from handlers.tickets.models import TicketRow
from handlers.tickets.profiles import LABELS as PROFILE_LABELS
from handlers.tickets.profiles import Profile, read_profile
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.rules import TicketRules
from handlers.tickets.triage import Triage, suggest
from handlers.tickets.words import Channel, Origin
from handlers.times import local_day

LABELS = {
    "问题": "question", "答复": "answer", "联系人": "name", "姓名": "name", "电话": "contact", "联系电话": "contact",
    "手机": "contact", "主题": "topic", "渠道": "channel", "文号": "number", "转办文号": "number", "来源": "source",
    "转办单位": "source", "期限": "due", "办结期限": "due", **PROFILE_LABELS,
}  # fmt: skip
CHANNELS = {
    "电话": Channel.PHONE,
    "来电": Channel.PHONE,
    "走访": Channel.VISIT,
    "活动": Channel.EVENT,
    "宣讲": Channel.EVENT,
}
SHOWN = "登记 电话 青岛某公司 张经理 13800000000 问题：手册到期怎么办"
SHOWN_ABOVE = "转入 文号：转字12号 来源：总署 期限：3月10日 企业：某公司 问题：手册到期怎么办"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One question, and what was noted with it."""

    channel: Channel
    question: str
    name: str = ""
    contact: str = ""
    answer: str = ""
    topic: str = ""
    profile: Profile = field(default_factory=Profile)
    number: str = ""
    source: str = ""
    due: date | None = None

    @property
    def person(self) -> Person:
        """Whoever has the same number, or the same name in the same enterprise, is the same person."""
        who = self.contact or f"{self.profile.enterprise or ''}{self.name}" or self.number
        return Person(channel=self.channel.value, id=who[:150], name=(self.name or self.profile.enterprise or "提问人"))


def read_registration(text: str, today: date) -> Registration:
    """登记: the channel, the enterprise, a name, a number, the question. Raises HalfACommand."""
    before, fields = read_fields(text, LABELS)
    first, _, rest = before.partition(" ")
    channel = CHANNELS.get(fields.get("channel", "") or first)
    if channel is None:
        raise HalfACommand(f"登记先写渠道（电话、走访、活动），例如：{SHOWN}")
    loose = (before if fields.get("channel") else rest).split()
    return read_row(_fill(fields, loose), channel, today, shown=SHOWN)


def read_transfer(text: str, today: date) -> Registration:
    """转入: as somebody above put it. Raises HalfACommand."""
    before, fields = read_fields(text, LABELS)
    row = read_row(_fill(fields, before.split()), Channel.ABOVE, today, shown=SHOWN_ABOVE)
    if not row.number:
        raise HalfACommand(f"转入要写文号，例如：{SHOWN_ABOVE}")
    if row.answer:
        raise HalfACommand(f"转入只登记问题，请去掉“答复”，转入后再回复，例如：{SHOWN_ABOVE}")
    return row


def read_row(fields: dict[str, str], channel: Channel, today: date, *, shown: str) -> Registration:
    """What labels or columns say. Raises HalfACommand with what is wrong."""
    if not fields.get("question"):
        raise HalfACommand(f"还没有写问题，例如：{shown}")
    if not fields.get("name") and not fields.get("enterprise"):
        raise HalfACommand(f"企业和联系人至少写一个，例如：{shown}")
    return Registration(
        channel=channel,
        question=fields["question"],
        name=fields.get("name", "")[:100],
        contact=fields.get("contact", "")[:100],
        answer=fields.get("answer", ""),
        topic=fields.get("topic", "")[:20],
        profile=read_profile("", fields),
        number=fields.get("number", "")[:100],
        source=fields.get("source", "")[:100],
        due=_due(fields.get("due", ""), today),
    )


def register(
    session: Session,
    row: Registration,
    message: Message,
    inbox_id: int,
    mind: Mind,
    *,
    desk: Conversation,
    rules: TicketRules,
    now: datetime,
) -> TicketRow:
    """Open a ticket for somebody who is in no chat; its answer is passed on by a volunteer. With an answer given on the spot
    nobody need take it, so that no desk is shown its card."""
    arrival = Arrival(
        question=row.question,
        message=message,
        inbox_id=inbox_id,
        group=Group(conversation=desk, name=row.channel.label),
        desk=desk,
        triage=_triage(session, row, mind, now),
        origin=Origin.TRANSFERRED if row.channel == Channel.ABOVE else Origin.REGISTERED,
        new_asker=_asker(row, desk, message),
        channel=row.channel,
        external=External(number=row.number, source=row.source, due=_end(row.due, rules)) if row.number else None,
    )
    return open_ticket(session, arrival, rules=rules, now=now, announce=not row.answer, sameness=mind.sameness)


def _triage(session: Session, row: Registration, mind: Mind, now: datetime) -> Triage:
    thought = mind.think(row.question, on=local_day(now))
    triage = suggest(thought.understanding, thought.hits, row.question)
    triage = with_corrections(session, triage, row.question, now=now)
    return triage.about(row.topic) if row.topic else triage


def _asker(row: Registration, desk: Conversation, message: Message) -> NewAsker:
    return NewAsker(
        person=row.person, where=desk, message_id=message.id, asked_at=message.sent_at, by_hand=True,
        contact=row.contact or None, profile=row.profile,
    )  # fmt: skip


def with_number(session: Session, number: str) -> TicketRow | None:
    """The ticket that a matter transferred from above became."""
    return session.scalars(select(TicketRow).where(TicketRow.external_number == number).limit(1)).first()


def _fill(fields: dict[str, str], loose: list[str]) -> dict[str, str]:
    """Words without a label, in their order: enterprise, name, number, question."""
    numbers = [word for word in loose if sum(char.isdigit() for char in word) >= 7]
    words = [word for word in loose if word not in numbers]
    filled = dict(fields)
    if numbers:
        filled.setdefault("contact", numbers[0])
    for name in ("enterprise", "name"):
        if words and name not in filled:
            filled[name] = words.pop(0)
    if words and "question" not in filled:
        filled["question"] = " ".join(words)
    return filled


def _due(text: str, today: date) -> date | None:
    if not text:
        return None
    day = read_day(text, today)
    if day is None:
        raise HalfACommand(f"期限“{text}”看不懂，请写成 3月10日 或 2026-03-10。")
    if day[0] < today:
        raise HalfACommand(f"期限 {day[0]} 已经过了，请写以后的日子。")
    return day[0]


def _end(due: date | None, rules: TicketRules) -> datetime | None:
    return rules.working.last_minute_of(due) if due else None
