"""Files of notices: still there when they are to be sent, and removed when no notice needs them any more."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from handlers import files
from handlers.jobs import Job
from handlers.notices.models import NoticeRow
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.rules import NoticeRules
from handlers.notices.words import ENDED
from handlers.outbox import PromiseRow, PromiseState

EVERY = timedelta(hours=6)


def check_enclosures(session: Session, notice: NoticeRow) -> None:
    """Raises NoticeRefusal naming what was removed since."""
    names = {file["digest"]: file["name"] for file in notice.files}
    if gone := files.missing(session, names):
        named = "、".join(names[digest] for digest in sorted(gone))
        raise NoticeRefusal(
            f"附件 {named} 放得太久，已经清理，没有改动。请在服务器上再收一次（python -m bot notice file 文件），"
            f"再发：修改 {notice.number} 附件：{'、'.join(names.values())}"
        )


def forgetting(rules: NoticeRules) -> Job:
    """Removes files so long after they were taken in, but none of a notice that may still be sent."""

    def run(session: Session, now: datetime) -> int:
        since = now - rules.keep_files
        return files.forget(session, kept_before=since, needed=_needed(session, since))

    return Job(name="files", every=EVERY, run=run, next_due=lambda _: None)


def _needed(session: Session, since: datetime) -> set[str]:
    """Files of notices that are not over, or were only since then, and of what lies in the outbox."""
    notices = or_(NoticeRow.stage.not_in(ENDED), NoticeRow.finished_at > since)
    enclosed = session.scalars(select(NoticeRow.files).where(notices))
    unsaid = PromiseRow.state.in_((PromiseState.DUE, PromiseState.SENDING)), PromiseRow.file.is_not(None)
    lying = session.scalars(select(PromiseRow.file).where(*unsaid).distinct())
    return {file["digest"] for of_one in enclosed for file in of_one} | {digest for digest in lying if digest}
