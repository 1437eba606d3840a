"""Whom a notice is for, one conversation after another: chosen by its audience, spoken to once, and spared when it is stopped."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Integer, Select, String, delete, func, literal, select, update
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.members.audience import Column, conversations, read_audience
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.words import TAKEN_BACK, TOUCHED, UNSAID, Stage, Target
from handlers.store import insert_new


def fix_targets(session: Session, notice: NoticeRow) -> None:
    """Make the waiting targets exactly those the audience selects now. Who was spoken to is never a target again, and
    who is selected no more is none."""
    chosen = selected(session, notice)
    mine, is_unsaid = TargetRow.notice_id == notice.id, TargetRow.state.in_(UNSAID)
    session.execute(delete(TargetRow).where(mine, is_unsaid, TargetRow.part == 0))
    place, name = chosen.selected_columns
    rows = chosen.with_only_columns(
        literal(notice.id),
        _channel_in(session, place),
        place,
        name,
        literal(Target.WAITING, TargetRow.state.type),
        literal(0),
    ).order_by(place)
    columns = ["notice_id", "channel", "conversation", "name", "state", "part"]
    session.execute(insert_new(session, TargetRow).from_select(columns, rows))
    # Those where only a first part was said go on, if they are still selected.
    session.execute(update(TargetRow).where(mine, is_unsaid, TargetRow.part > 0).values(state=Target.WITHDRAWN))
    again = update(TargetRow).where(
        mine, TargetRow.state == Target.WITHDRAWN, TargetRow.conversation.in_(_places(chosen))
    )
    session.execute(again.values(state=Target.WAITING, settled_at=None))


def selected(session: Session, notice: NoticeRow) -> Select[str, str]:
    """Conversation and name of all that its audience selects now; of a correction, those who got the notice it corrects."""
    if notice.corrects is not None:
        return _got_rows(notice.corrects)
    return conversations(session, read_audience(notice.audience), topic=notice.topic, got=got)


def targets_now(session: Session, notice: NoticeRow) -> int:
    return (
        session.scalar(select(func.count()).where(TargetRow.notice_id == notice.id, TargetRow.state.in_(UNSAID))) or 0
    )


def got(number: int, place: Column) -> ColumnElement[bool]:
    """Whether a conversation got a notice, or may have: `收到=N5`."""
    heard = select(TargetRow.conversation).where(TargetRow.notice_id == number, _heard())
    return place.in_(heard)


def touched(session: Session, notice: NoticeRow) -> bool:
    """Whether anything of it has been said, or may have been."""
    query = select(TargetRow.id).where(
        TargetRow.notice_id == notice.id, (TargetRow.state.in_(TOUCHED)) | (TargetRow.part > 0)
    )
    return session.scalar(query.limit(1)) is not None


def channels_of(session: Session, notice: NoticeRow) -> list[str]:
    """The platforms its unsaid targets are on."""
    query = select(TargetRow.channel).distinct()
    return sorted(session.scalars(query.where(TargetRow.notice_id == notice.id, TargetRow.state.in_(UNSAID))))


def spare(session: Session, notice: NoticeRow, now: datetime) -> int:
    """Who has heard nothing of it yet will not; how many."""
    pull_back(session, notice)
    waiting = (TargetRow.notice_id == notice.id) & TargetRow.state.in_(UNSAID - {Target.WITHDRAWN})
    query = update(TargetRow).where(waiting).values(state=Target.WITHDRAWN, settled_at=now)
    return cast(CursorResult[Any], session.execute(query)).rowcount


def _heard() -> ColumnElement[bool]:
    return TargetRow.state.in_({Target.DELIVERED, Target.UNCERTAIN} | TAKEN_BACK) | (TargetRow.part > 0)


def _got_rows(number: int) -> Select[str, str]:
    return select(TargetRow.conversation, TargetRow.name).where(TargetRow.notice_id == number, _heard())


def _places(chosen: Select[str, str]) -> Select[str]:
    return chosen.with_only_columns(chosen.selected_columns[0])


def pull_back(session: Session, notice: NoticeRow) -> None:
    """Take what lies in the outbox back among those that wait; what platforms hold follows, should they refuse it."""
    lying = select(TargetRow.promise_id).where(TargetRow.notice_id == notice.id, TargetRow.state == Target.QUEUED)
    ids = outbox.call_back(session, lying)
    back = update(TargetRow).where(TargetRow.promise_id.in_(ids), TargetRow.state == Target.QUEUED)
    session.execute(back.values(state=Target.WAITING, promise_id=None))


def in_hands(session: Session, notice: NoticeRow) -> int:
    """How many a platform holds right now, so that nobody knows yet what becomes of them."""
    return (
        session.scalar(select(func.count()).where(TargetRow.notice_id == notice.id, TargetRow.state == Target.QUEUED))
        or 0
    )


def unsaid(notice: NoticeRow) -> Target:
    """What becomes of a target that a stopped notice has not been said to, or not to its end."""
    return Target.WAITING if notice.stage in (Stage.SENDING, Stage.PAUSED) else Target.WITHDRAWN


def _channel_in(session: Session, place: Column) -> ColumnElement[str]:
    """What stands before the first colon."""
    find = func.strpos if session.get_bind().dialect.name == "postgresql" else func.instr
    return func.substr(place, 1, find(place, ":", type_=Integer) - 1, type_=String)
