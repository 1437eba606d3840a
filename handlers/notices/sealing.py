"""What was approved is sealed: every word and every target, exactly."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.words import Target

TEXT_FIELDS = ("kind", "title", "summary", "body", "effective", "basis", "link")


def seal(session: Session, notice: NoticeRow) -> str:
    """A digest of all that is approved: every word as each platform will show it, and every target, said to or not."""
    return seal_of_words(notice) + _hash(_all_conversations(session, notice))


def words_are_approved(notice: NoticeRow) -> bool:
    return bool(notice.approved_digest) and notice.approved_digest.startswith(seal_of_words(notice))


def seal_of_words(notice: NoticeRow) -> str:
    words = {name: str(getattr(notice, name)) for name in TEXT_FIELDS}
    enclosed = [notice.files] if notice.files else []
    return _hash([json.dumps([notice.id, words, notice.parts, *enclosed], ensure_ascii=False, sort_keys=True)])


def _all_conversations(session: Session, notice: NoticeRow) -> Iterator[str]:
    query = select(TargetRow.conversation).where(TargetRow.notice_id == notice.id, TargetRow.state != Target.WITHDRAWN)
    yield from session.scalars(query.order_by(TargetRow.conversation).execution_options(yield_per=5_000))


def _hash(pieces: Iterable[str]) -> str:
    sealed = hashlib.sha256()
    for piece in pieces:
        sealed.update(f"{piece}\n".encode())
    return sealed.hexdigest()[:32]
