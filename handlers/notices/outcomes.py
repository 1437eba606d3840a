"""What people decide about targets: those nobody knows about, those that were refused, those posted by hand."""

import re
from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from handlers.notices.enclosures import check_enclosures
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.refusals import NoticeRefusal, NotNow
from handlers.notices.service import Act, record
from handlers.notices.words import Stage, Target, What

ALL = ("全部", "所有")
OPEN = (Target.UNCERTAIN, Target.REFUSED)
LONGEST = 9  # digits; no list has numbers like these


def read_rows(text: str) -> Sequence[int] | None:
    """Numbers of targets as lists show them; None for all of them."""
    said = text.strip()
    if said in ALL:
        return None
    numbers = re.findall(r"\d+", said)
    if not numbers or re.sub(r"[\d\s,，、和#]", "", said) or len(max(numbers, key=len)) > LONGEST:
        raise NoticeRefusal("请写前面的号，例如 3 7 12，或写 全部。没有改动。")
    return [int(number) for number in numbers]


def arrived(session: Session, notice: NoticeRow, rows: Sequence[int] | None, act: Act) -> int:
    """Somebody looked, and it is there; a notice in parts goes on with the next. How many."""
    count = _settle(session, notice, rows, (Target.UNCERTAIN,), act, state=Target.DELIVERED, settled_at=act.now)
    decided = [TargetRow.notice_id == notice.id, TargetRow.state == Target.DELIVERED, TargetRow.settled_at == act.now]
    session.execute(update(TargetRow).where(*decided).values(part=TargetRow.part + 1))
    for channel, pieces in notice.parts.items():
        unfinished = TargetRow.channel == channel, TargetRow.part < len(pieces)
        session.execute(update(TargetRow).where(*decided, *unfinished).values(state=Target.WAITING, settled_at=None))
    _go_on(notice)
    return count


def did_not_arrive(session: Session, notice: NoticeRow, rows: Sequence[int] | None, act: Act) -> int:
    """Somebody looked, and it is not there; it is not said again by itself. How many."""
    return _settle(session, notice, rows, (Target.UNCERTAIN,), act, state=Target.REFUSED, settled_at=act.now)


def again(session: Session, notice: NoticeRow, rows: Sequence[int] | None, act: Act) -> int:
    """Say it once more where it is uncertain or was refused, because a person decided so. How many."""
    if notice.stage not in (Stage.DONE, Stage.SENDING, Stage.PAUSED) or not notice.approved_digest:
        raise NotNow(notice, "只有批准过、没有取消的通知可以重发。")
    check_enclosures(session, notice)
    count = _settle(session, notice, rows, OPEN, act, state=Target.WAITING, settled_at=None, reason=None)
    _go_on(notice)
    return count


def posted(session: Session, notice: NoticeRow, rows: Sequence[int] | None, act: Act) -> int:
    """A volunteer posted it himself. How many."""
    waiting = (Target.BY_HAND, Target.PASSING)
    _go_on(notice)
    return _settle(session, notice, rows, waiting, act, state=Target.DELIVERED, settled_at=act.now, reason="志愿者代发")


def _settle(
    session: Session, notice: NoticeRow, rows: Sequence[int] | None, of: Sequence[Target], act: Act, **values: object
) -> int:
    query = update(TargetRow).where(TargetRow.notice_id == notice.id, TargetRow.state.in_(of))
    query = query if rows is None else query.where(TargetRow.id.in_(rows))
    ids = list(session.scalars(query.values(**values).returning(TargetRow.id)))
    missing = [] if rows is None else [str(row) for row in rows if row not in ids]
    if missing or not ids:
        what = f"{'、'.join(missing)} " if missing else ""
        raise NoticeRefusal(
            f"{what}不在{notice.number}待处置的名单里，没有改动。请看“不明 {notice.number}”或“被拒 {notice.number}”。"
        )
    state = values["state"]
    assert isinstance(state, Target)
    record(session, notice, What.DECIDED, act, f"{len(ids)} 个记为{state.label}")
    return len(ids)


def _go_on(notice: NoticeRow) -> None:
    """Back among those that run; the next look closes it when nothing is left."""
    if notice.stage == Stage.RECALLED:
        notice.finished_at = None
    if notice.stage == Stage.DONE:
        notice.stage, notice.finished_at = Stage.SENDING, None
