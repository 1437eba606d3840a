"""What a notice brought about: questions after it that concern it, entries it may make stale, groups nobody reached."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from handlers.inbox import DecisionRow
from handlers.knowledge.drafting import Editor, propose
from handlers.members.models import GroupProfileRow
from handlers.mind import Mind
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.service import Act
from handlers.notices.words import Kind, Target
from handlers.times import local_day
from knowledge_base.entries import Entry, Review
from knowledge_base.hit import Hit

AFTER = timedelta(days=14)  # questions so long after a delivery are counted
CONCERNS = 0.3  # an entry this likely to answer the notice's own words is touched by it


def concerned(notice: NoticeRow, mind: Mind, *, now: datetime) -> list[Hit]:
    """Entries about the same matter: somebody should see whether they still hold."""
    hits: dict[str, Hit] = {}
    for text in (notice.title, notice.summary or notice.body[:80]):
        for hit in mind.think(text, on=local_day(now)).hits:
            if hit.confidence >= CONCERNS:
                hits.setdefault(hit.entry.id, hit)
    return sorted(hits.values(), key=lambda hit: -hit.confidence)[:5]


def asked_after(session: Session, notice: NoticeRow, entries: Sequence[str]) -> tuple[int, int]:
    """Questions about those entries where the notice was delivered, after it was; and from how many people."""
    query = (
        select(func.count(), func.count(distinct(DecisionRow.sender)))
        .join(TargetRow, TargetRow.conversation == DecisionRow.conversation)
        .where(
            TargetRow.notice_id == notice.id,
            TargetRow.state == Target.DELIVERED,
            DecisionRow.entry.in_(entries),
            DecisionRow.decided_at > TargetRow.settled_at,
            DecisionRow.decided_at <= (notice.started_at or notice.created_at) + AFTER,
        )
    )
    questions, people = session.execute(query).one()
    return questions, people


def told(session: Session, notice: NoticeRow, mind: Mind, *, now: datetime) -> str:
    """The effect in a few lines, with what to do about it."""
    hits = concerned(notice, mind, now=now)
    questions, people = asked_after(session, notice, [hit.entry.id for hit in hits])
    lines = [f"{notice.number} 发出后 {AFTER.days} 天内，收到的群里有 {people} 个人问了 {questions} 次相关问题。"]
    lines += _to_look_over(hits)
    lines.append(f"要把它写成新条目，请发：转条目 {notice.number} 编号")
    return "\n".join(lines)


def may_be_stale(notice: NoticeRow, mind: Mind, *, now: datetime) -> str:
    """What its words may overtake, for those who look at it before it goes out; an event overtakes nothing."""
    hits = [] if notice.kind == Kind.EVENT else concerned(notice, mind, now=now)
    return "\n".join(_to_look_over(hits))


def _to_look_over(hits: Sequence[Hit]) -> list[str]:
    if not hits:
        return []
    return ["这些条目讲的是同一件事，请看是不是要改："] + [
        f"{hit.entry.id} {hit.entry.question}（修改 {hit.entry.id} 答案：…… 或 停用 {hit.entry.id} 原因）"
        for hit in hits
    ]


def become_entry(session: Session, notice: NoticeRow, id: str, act: Act) -> int:
    """A draft entry of the notice's words, for an editor to finish and another to approve; its number."""
    if not id or any(char.isspace() for char in id):
        raise NoticeRefusal(f"请给新条目一个编号，例如：转条目 {notice.number} JG-050")
    question = notice.title if notice.title.endswith(("？", "?", "吗")) else f"{notice.title}是怎么规定的？"
    basis = (notice.basis,) if notice.basis else ()
    links = (notice.link,) if notice.link else ()
    entry = Entry(
        id=id,
        question=question,
        answer=notice.body,
        basis=basis,
        links=links,
        as_of=local_day(act.now),
        review=Review.NEEDED,
    )
    return propose(
        session, entry, Editor(address=act.address, name=act.name, now=act.now), why=f"由通知 {notice.number} 转来"
    ).id


def not_reached(session: Session, days: int, *, now: datetime) -> list[str]:
    """Groups to which no notice was delivered for so long."""
    since = now - timedelta(days=days)
    reached = select(TargetRow.conversation).where(TargetRow.state == Target.DELIVERED, TargetRow.settled_at >= since)
    query = select(GroupProfileRow.name).where(
        GroupProfileRow.left_at.is_(None),
        GroupProfileRow.added_at < since,
        GroupProfileRow.conversation.not_in(reached),
    )
    return list(session.scalars(query.order_by(GroupProfileRow.name)))
