"""Pictures and documents that go along with words, kept in the database under the hash of name and content, so that what
was approved keeps its name; removed when nobody needs them any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import CursorResult, LargeBinary, String, Text, delete, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers.base import Attachment
from handlers.errors import Refusal, meant
from handlers.store import Base

SPOKEN = {Attachment.IMAGE: "图片", Attachment.FILE: "文件"}
MOST = {Attachment.IMAGE: 2, Attachment.FILE: 10}  # MB; every group gets it anew
LONGEST_NAME = 60
PICTURES = {b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}  #: by how they begin


class FileRefusal(Refusal):
    """Nothing was kept."""


class FileRow(Base):
    """One file; `link` is where those can get it to whom their platform does not carry it. `listed`: given for notices,
    so that its name finds it; a document of a ticket is not."""

    __tablename__ = "files"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    kind: Mapped[Attachment]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    link: Mapped[str] = mapped_column(Text, default="")
    kept_at: Mapped[datetime]
    listed: Mapped[bool] = mapped_column(default=True, server_default=true())


@dataclass(frozen=True, kw_only=True)
class File:
    """A file on its way; `marker` is how it reads where only words can be shown."""

    digest: str
    name: str
    kind: Attachment
    content: bytes
    link: str

    @property
    def marker(self) -> str:
        return marker(self.name, self.kind)

    @property
    def media_type(self) -> str:
        """What it is to a browser; what is no picture is only to be saved."""
        return _picture_type(self.content) or "application/octet-stream"

    @property
    def in_words(self) -> str:
        """What is said where the platform does not carry it."""
        return f"{self.marker}{f'下载：{self.link}' if self.link else ''}"


def marker(name: str, kind: Attachment) -> str:
    return f"〔{SPOKEN[kind]}：{name}〕"


def keep(session: Session, name: str, content: bytes, *, link: str, now: datetime, listed: bool = True) -> FileRow:
    """Take a file in; under another name it is another file. Raises FileRefusal."""
    kind = Attachment.IMAGE if _picture_type(content) else Attachment.FILE
    if not content:
        raise FileRefusal(f"{name} 是空的，没有收下。")
    if len(content) > MOST[kind] * 2**20:
        raise FileRefusal(
            f"{name} 有 {len(content) / 2**20:.1f} MB，{SPOKEN[kind]}最多 {MOST[kind]} MB，没有收下。请压缩后再来。"
        )
    if len(name) > LONGEST_NAME or any(char in "、，,〔〕\n" for char in name):
        raise FileRefusal(
            f"文件名“{name[:20]}”太长或带有标点，没有收下。请改成 {LONGEST_NAME} 字以内、不带标点的名字。"
        )
    digest = sha256(f"{name}\n".encode() + content).hexdigest()
    row = session.merge(
        FileRow(digest=digest, name=name, kind=kind, content=content, link=link, kept_at=now, listed=listed)
    )
    session.flush()
    return row


def called(session: Session, names: Sequence[str]) -> list[FileRow]:
    """The newest of each name among those given for notices. Raises FileRefusal naming what comes close."""
    rows = []
    for name in names:
        newest = select(FileRow).where(FileRow.listed, FileRow.name == name).order_by(FileRow.kept_at.desc())
        row = session.scalar(newest.limit(1))
        if row is None:
            known = session.scalars(select(FileRow.name).where(FileRow.listed).distinct().limit(2000)).all()
            raise FileRefusal(
                f"没有叫“{name[:40]}”的附件{meant(name, known)}。先在服务器上收下：python -m bot notice file {name[:40]}"
            )
        rows.append(row)
    return rows


def missing(session: Session, digests: Collection[str]) -> set[str]:
    """Which of them are kept no more."""
    return set(digests) - set(session.scalars(select(FileRow.digest).where(FileRow.digest.in_(digests))))


def forget(session: Session, *, kept_before: datetime, needed: Collection[str]) -> int:
    """Remove those that nobody has taken in since, and nobody needs; how many."""
    old = (FileRow.kept_at < kept_before) & FileRow.digest.not_in(needed)
    return cast(CursorResult[Any], session.execute(delete(FileRow).where(old))).rowcount


def of(session: Session, digest: str) -> File | None:
    row = session.get(FileRow, digest)
    if row is None:
        return None
    return File(digest=row.digest, name=row.name, kind=row.kind, content=row.content, link=row.link)


def _picture_type(content: bytes) -> str | None:
    return next((name for start, name in PICTURES.items() if content.startswith(start)), None)
