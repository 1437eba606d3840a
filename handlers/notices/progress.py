"""How far a notice is, said honestly: what was sent, to how many, what nobody knows, and when it will be through."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.rules import NoticeRules
from handlers.notices.words import TAKEN_BACK, Stage, Target
from handlers.tickets.clock import spoken

RECENT = timedelta(minutes=30)  # the speed of this long tells how long the rest will take
ENOUGH = 5  # deliveries that make a speed


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Targets by what became of them; `messages`: how many the platforms have taken."""

    by_state: dict[Target, int]
    messages: int

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    def of(self, *states: Target) -> int:
        return sum(self.by_state.get(state, 0) for state in states)


def tally(session: Session, notice: NoticeRow) -> Tally:
    query = select(TargetRow.state, func.count(), func.sum(TargetRow.part)).where(TargetRow.notice_id == notice.id)
    rows = session.execute(query.group_by(TargetRow.state)).all()
    return Tally(by_state={state: count for state, count, _ in rows}, messages=sum(parts or 0 for *_, parts in rows))


def through_at(session: Session, notice: NoticeRow, rules: NoticeRules, *, now: datetime) -> datetime | None:
    """When the last will have been said at the speed of late; None while nothing can be said about it."""
    left = tally(session, notice).of(Target.WAITING, Target.QUEUED)
    since = max(now - RECENT, notice.started_at or now)
    settled = select(func.count()).where(TargetRow.notice_id == notice.id, TargetRow.settled_at > since)
    count = session.scalar(settled) or 0
    if not left or count < ENOUGH or now <= since:
        return None
    return rules.after(now, (now - since) / count * left, any_day=notice.any_day)


def report(session: Session, notice: NoticeRow, rules: NoticeRules, *, now: datetime) -> str:
    """The whole standing in a few lines; the figures add up to the number of targets."""
    counted = tally(session, notice)
    lines = [f"{notice.number}《{notice.title}》{notice.stage.label}，共 {counted.total} 个"]
    lines.append("，".join(f"{state.label} {counted.of(state)}" for state in Target if counted.of(state)) + "。")
    if counted.messages:
        lines.append(f"平台收下 {counted.messages} 条消息，送达 {counted.of(Target.DELIVERED)} 个群（人）。")
    lines += _next(session, notice, counted, rules, now)
    return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Deliveries of all notices in a period, and the different groups and persons they reached, each counted once."""

    deliveries: int
    groups: int
    people: int


def reach(session: Session, *, since: datetime, until: datetime) -> Reach:
    delivered = TargetRow.state.in_({Target.DELIVERED} | TAKEN_BACK)
    mine = delivered, TargetRow.settled_at >= since, TargetRow.settled_at < until
    query = select(func.count(), func.count(distinct(TargetRow.conversation))).where(*mine)
    times, places = session.execute(query).one()
    is_private = TargetRow.conversation.like("%:private:%")
    people = session.scalar(select(func.count(distinct(TargetRow.conversation))).where(*mine, is_private)) or 0
    return Reach(deliveries=times, groups=places - people, people=people)


def reached(session: Session, *, since: datetime, until: datetime) -> str:
    found = reach(session, since=since, until=until)
    if not found.deliveries:
        return "没有送达过通知。"
    return f"通知送达 {found.deliveries} 次，到过 {found.groups} 个群、{found.people} 个人的私聊（同一个群、同一个人只算一次）。"


def _next(session: Session, notice: NoticeRow, counted: Tally, rules: NoticeRules, now: datetime) -> list[str]:
    lines = []
    if notice.stage == Stage.SENDING and counted.of(Target.WAITING, Target.QUEUED):
        until = through_at(session, notice, rules, now=now)
        lines.append(f"照最近的速度，约 {spoken(until, now=now)} 发完。" if until else "刚开始，还估不出什么时候发完。")
    if counted.of(Target.UNCERTAIN):
        lines.append(f"有 {counted.of(Target.UNCERTAIN)} 个不知道到没到，不会自动重发。请发：不明 {notice.number}")
    if counted.of(Target.REFUSED):
        lines.append(f"没发成的原因请发：被拒 {notice.number}")
    if counted.of(Target.BY_HAND):
        lines.append(f"要代发的群请发：代发 {notice.number}")
    return lines
