"""What volunteers post themselves: the words of a notice exactly as approved, and the groups that wait for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.base import Attachment
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.words import Stage, Target
from handlers.notices.writing import markers

MOST_PLACES = 300  # of one page
SENT_NOW = (Stage.SENDING, Stage.DONE)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One message to post: words, or the file they stand for."""

    text: str
    file: str | None = None  #: its digest
    is_picture: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """A group that waits, and what is typed in the desk when it is done."""

    name: str
    done: str


@dataclass(frozen=True, kw_only=True)
class Posting:
    """The same messages for all these groups."""

    pieces: Sequence[Piece]
    places: Sequence[Place]


def approved_as(session: Session, seal: str) -> NoticeRow | None:
    """The notice that was approved in exactly that form; none once it was changed."""
    return session.scalar(select(NoticeRow).where(NoticeRow.approved_digest == seal)) if seal else None


def postings(session: Session, notice: NoticeRow) -> list[Posting]:
    """What is to be posted where, the platforms that show the same together; nothing of a notice that was stopped."""
    if notice.stage not in SENT_NOW:
        return []
    waiting = TargetRow.notice_id == notice.id, TargetRow.state == Target.BY_HAND
    rows = session.scalars(select(TargetRow).where(*waiting).order_by(TargetRow.id).limit(MOST_PLACES)).all()
    found: dict[tuple[Piece, ...], list[Place]] = {}
    for row in rows:
        place = Place(name=row.name or row.conversation, done=f"已代发 {notice.number} {row.id}")
        found.setdefault(tuple(_pieces(notice, row.channel)), []).append(place)
    return [Posting(pieces=pieces, places=places) for pieces, places in found.items()]


def is_enclosed(notice: NoticeRow, digest: str) -> bool:
    """Whether a file goes along with it."""
    return any(file["digest"] == digest for file in notice.files)


def _pieces(notice: NoticeRow, channel: str) -> Iterator[Piece]:
    digests = markers(notice)
    pictures = {file["digest"] for file in notice.files if file["kind"] == Attachment.IMAGE}
    for text in notice.parts.get(channel, []):
        digest = digests.get(text)
        yield Piece(text=text, file=digest, is_picture=digest in pictures)
