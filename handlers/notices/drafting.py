"""A notice as it is written: from a form to a draft, changed, given files, and drafted anew as a correction."""

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import files
from handlers.files import FileRow
from handlers.members.audience import read_audience
from handlers.notices.models import NoticeRow
from handlers.notices.refusals import NoticeRefusal, NotNow
from handlers.notices.service import Act, record
from handlers.notices.targets import touched
from handlers.notices.words import Kind, Stage, What
from handlers.notices.writing import Form, described, kind_called

TITLE = 60  # characters
MOST_FILES = 9


def draft(session: Session, form: Form, act: Act) -> NoticeRow:
    """A new notice of what was filled in. Raises NoticeRefusal naming what is missing."""
    missing = [
        name for name, value in (("标题", form.title), ("正文", form.body), ("受众", form.audience)) if not value
    ]
    if missing:
        raise NoticeRefusal(f"还缺{'、'.join(missing)}，没有保存。请补上再发一次（每项一行，如“标题：……”）。")
    notice = NoticeRow(
        kind=_kind(form.kind or Kind.POLICY.label), title="", body="", audience="", parts={}, author=act.address,
        author_name=act.name[:100], desk=str(act.desk) if act.desk else None, created_at=act.now,
    )  # fmt: skip
    _fill(session, notice, form)
    session.add(notice)
    session.flush()
    record(session, notice, What.DRAFTED, act)
    return notice


def change(session: Session, notice: NoticeRow, form: Form, act: Act) -> None:
    """Another text or audience: whatever was approved before is approved no more. Once something was said, the text
    stands, and only who else gets it may change."""
    if not form.filled:
        raise NoticeRefusal(f"要改什么？例如：修改 {notice.number} 标题：新的标题")
    _check_changeable(session, notice, words=bool(set(form.filled) - {"audience"}))
    if notice.corrects is not None and form.audience is not None:
        raise NotNow(notice, f"更正只发给收到过 N{notice.corrects} 的，受众不用改。要告诉别的群请另发一份通知。")
    before = {name: str(getattr(notice, name)) for name in form.filled}
    _fill(session, notice, form)
    _draft_again(notice)
    record(session, notice, What.CHANGED, act, json.dumps(before, ensure_ascii=False))


def attach(session: Session, notice: NoticeRow, rows: Sequence[FileRow], act: Act) -> None:
    """More files, beside those it has; one of the same name takes the place of the older. Raises NoticeRefusal."""
    _check_changeable(session, notice, words=True)
    news = {file["name"]: file for file in described(rows)}
    kept = [file for file in notice.files if file["name"] not in news]
    if len(kept) + len(news) > MOST_FILES:
        raise NoticeRefusal(f"一份通知最多带 {MOST_FILES} 个附件，没有改动。多的请放进链接。")
    notice.files = [*kept, *news.values()]
    _draft_again(notice)
    record(session, notice, What.CHANGED, act, f"附件 {'、'.join(news)}")


def _check_changeable(session: Session, notice: NoticeRow, *, words: bool) -> None:
    if notice.stage in (Stage.SENDING, Stage.DONE, Stage.RECALLED):
        cure = "先发“暂停”再改受众；" if notice.stage == Stage.SENDING else ""
        raise NotNow(notice, f"{cure}改文字请发：更正通知 {notice.number} 正确的内容")
    if words and touched(session, notice):
        raise NotNow(notice, f"已经发给一部分群，文字不能再改。请发：更正通知 {notice.number} 正确的内容")


def _draft_again(notice: NoticeRow) -> None:
    notice.stage, notice.approved_digest, notice.digest = Stage.DRAFT, "", ""
    notice.approver = notice.approver_name = notice.approved_at = None


def correction(session: Session, notice: NoticeRow, text: str, act: Act) -> NoticeRow:
    """A draft for exactly those who got this one, or may have."""
    if not touched(session, notice):
        raise NotNow(notice, f"还没有发给任何群，直接改就行：修改 {notice.number} 正文：正确的内容")
    form = Form(
        kind=notice.kind.label, title=f"更正：{notice.title}", body=text, audience=f"收到={notice.number}",
        effective=notice.effective, basis=notice.basis, link=notice.link, topic=notice.topic,
    )  # fmt: skip
    new = draft(session, form, act)
    new.corrects = notice.id
    return new


def _fill(session: Session, notice: NoticeRow, form: Form) -> None:
    if form.files is not None:
        if len(form.names) > MOST_FILES:
            raise NoticeRefusal(f"一份通知最多带 {MOST_FILES} 个附件，没有保存。多的请放进链接。")
        notice.files = described(files.called(session, form.names))
    for name, value in form.filled.items():
        if name != "files":
            setattr(notice, name, _kind(value) if name == "kind" else value)
    if form.audience is not None:
        read_audience(form.audience)
    if len(notice.title) > TITLE:
        raise NoticeRefusal(f"标题有 {len(notice.title)} 字，最多 {TITLE} 字，没有保存。请缩短标题。")


def _kind(name: str) -> Kind:
    kind = kind_called(name)
    if kind is None:
        kinds = "、".join(kind.label for kind in Kind)
        raise NoticeRefusal(f"没有“{name[:20]}”这类通知，没有保存。可以用：{kinds}")
    return kind
