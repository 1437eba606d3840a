"""Files added to a draft from a phone, through a page that only who was given its address finds."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import files
from handlers.notices import drafting
from handlers.notices.models import NoticeRow
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.service import Act, lock, tell_desk
from handlers.notices.words import Stage

GONE = "这份通知已经提交或改过了，没有收下。请在坐席群再发一次“附件 N5”（换成编号），用新的链接。"


def key_of(notice: NoticeRow) -> str:
    """What the address of its page holds."""
    notice.upload_key = notice.upload_key or secrets.token_urlsafe(16)
    return notice.upload_key


def draft_at(session: Session, key: str) -> NoticeRow | None:
    """The draft of that page; none once it was handed in."""
    return session.scalar(select(NoticeRow).where(NoticeRow.upload_key == key, NoticeRow.stage == Stage.DRAFT))


def upload(session: Session, key: str, name: str, content: bytes, *, now: datetime) -> str:
    """Keep the file and add it to the draft; the desk is told, for nobody knows whose hand it was. Raises Refusal."""
    found = draft_at(session, key)
    notice = lock(session, found.id) if found else None
    if notice is None or notice.stage != Stage.DRAFT:
        raise NoticeRefusal(GONE)
    row = files.keep(session, name, content, link="", now=now)
    drafting.attach(session, notice, [row], Act(address="web", name="网页上传", now=now))
    told = f"{notice.number} 收下了从网页传来的{files.SPOKEN[row.kind]} {row.name}。看一看请发：预览 {notice.number}"
    tell_desk(session, notice, told, now)
    return f"已收下{files.SPOKEN[row.kind]} {row.name}，加进了 {notice.number}。"
