"""One command about a notice, and what carrying it out needs."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.mind import Mind
from handlers.notices import cards, targets
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.rules import NoticeRules
from handlers.notices.service import Act
from handlers.notices.words import Target


@dataclass(frozen=True, kw_only=True)
class NoticeRequest:
    """A command about one notice, the notice held, and whose it is."""

    session: Session
    notice: NoticeRow
    rest: str
    act: Act
    rules: NoticeRules
    mind: Mind | None = None


def selected(session: Session, notice: NoticeRow) -> int:
    """How many it would go to now."""
    return session.scalar(select(func.count()).select_from(targets.selected(session, notice).subquery())) or 0


def listed(request: NoticeRequest, title: str, *states: Target) -> str:
    """The first of its targets, those in these states or all that are meant."""
    which = [TargetRow.notice_id == request.notice.id]
    which += [TargetRow.state.in_(states)] if states else [TargetRow.state != Target.WITHDRAWN]
    total = request.session.scalar(select(func.count()).where(*which)) or 0
    rows = request.session.scalars(select(TargetRow).where(*which).order_by(TargetRow.id).limit(cards.SHOWN)).all()
    return cards.targets(f"{request.notice.number} {title}", rows, total)
