"""A notice from its draft to the hand that approves it, and what stops it on its way."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from handlers import files
from handlers.base import Conversation
from handlers.files import FileRow
from handlers.members.audience import read_audience
from handlers.members.models import EnterpriseRow
from handlers.notices.enclosures import check_enclosures
from handlers.notices.models import NoticeEventRow, NoticeRow
from handlers.notices.refusals import NoticeRefusal, NotNow, UnknownNotice
from handlers.notices.rules import NoticeRules
from handlers.notices.sealing import seal
from handlers.notices.targets import channels_of, fix_targets, in_hands, pull_back, spare, targets_now, touched
from handlers.notices.words import ENDED, Kind, Stage, What
from handlers.notices.writing import Form, described, kind_called, letter, parts_for
from handlers.times import SHANGHAI

BEFORE_SENDING = (Stage.DRAFT, Stage.SUBMITTED, Stage.APPROVED)
TITLE = 60  # characters
MOST_FILES = 9


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Whose doing it is, and where he is told of it."""

    address: str
    name: str
    now: datetime
    desk: Conversation | None = None
    caused_by: int | None = None


def lock(session: Session, number: int) -> NoticeRow:
    """The notice, held against everybody else until the transaction ends. Raises UnknownNotice."""
    query = select(NoticeRow).where(NoticeRow.id == number).with_for_update()
    notice = session.scalar(query.execution_options(populate_existing=True))
    if notice is None:
        raise UnknownNotice(number)
    return notice


def record(session: Session, notice: NoticeRow, what: What, hand: Hand, detail: str = "") -> None:
    session.add(
        NoticeEventRow(
            notice_id=notice.id, at=hand.now, who=hand.address, who_name=hand.name[:100], what=what, detail=detail
        )
    )


def draft(session: Session, form: Form, hand: Hand) -> NoticeRow:
    """A new notice of what was filled in. Raises NoticeRefusal naming what is missing."""
    missing = [
        name for name, value in (("标题", form.title), ("正文", form.body), ("受众", form.audience)) if not value
    ]
    if missing:
        raise NoticeRefusal(f"还缺{'、'.join(missing)}，没有保存。请补上再发一次（每项一行，如“标题：……”）。")
    notice = NoticeRow(
        kind=_kind(form.kind or Kind.POLICY.label), title="", body="", audience="", parts={}, author=hand.address,
        author_name=hand.name[:100], desk=str(hand.desk) if hand.desk else None, created_at=hand.now,
    )  # fmt: skip
    _fill(session, notice, form)
    session.add(notice)
    session.flush()
    record(session, notice, What.DRAFTED, hand)
    return notice


def change(session: Session, notice: NoticeRow, form: Form, hand: Hand) -> None:
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
    record(session, notice, What.CHANGED, hand, json.dumps(before, ensure_ascii=False))


def attach(session: Session, notice: NoticeRow, rows: Sequence[FileRow], hand: Hand) -> None:
    """More files, beside those it has; one of the same name takes the place of the older. Raises NoticeRefusal."""
    _check_changeable(session, notice, words=True)
    news = {file["name"]: file for file in described(rows)}
    kept = [file for file in notice.files if file["name"] not in news]
    if len(kept) + len(news) > MOST_FILES:
        raise NoticeRefusal(f"一份通知最多带 {MOST_FILES} 个附件，没有改动。多的请放进链接。")
    notice.files = [*kept, *news.values()]
    _draft_again(notice)
    record(session, notice, What.CHANGED, hand, f"附件 {'、'.join(news)}")


def _check_changeable(session: Session, notice: NoticeRow, *, words: bool) -> None:
    if notice.stage in (Stage.SENDING, Stage.DONE, Stage.RECALLED):
        cure = "先发“暂停”再改受众；" if notice.stage == Stage.SENDING else ""
        raise NotNow(notice, f"{cure}改文字请发：更正通知 {notice.number} 正确的内容")
    if words and touched(session, notice):
        raise NotNow(notice, f"已经发给一部分群，文字不能再改。请发：更正通知 {notice.number} 正确的内容")


def _draft_again(notice: NoticeRow) -> None:
    notice.stage, notice.approved_digest, notice.digest = Stage.DRAFT, "", ""
    notice.approver = notice.approver_name = notice.approved_at = None


def submit(session: Session, notice: NoticeRow, rules: NoticeRules, hand: Hand) -> int:
    """Seal text and targets for the approver; how many targets."""
    if notice.stage not in (Stage.DRAFT, Stage.SUBMITTED):
        raise NotNow(notice, _cure(notice))
    if held := in_hands(session, notice):
        raise NoticeRefusal(f"没有提交：还有 {held} 条正在平台手里，要等它们有结果。过一会儿再发：提交 {notice.number}")
    fix_targets(session, notice)
    count = targets_now(session, notice)
    if not count:
        raise NoticeRefusal(
            f"没有提交：按“{notice.audience}”一个群也没有选中。请用“修改 {notice.number} 受众：……”改一下。"
        )
    channels = channels_of(session, notice)
    absent = [channel for channel in channels if rules.way(channel) is None]
    if absent:
        raise NoticeRefusal(
            f"没有提交：受众里有 {'、'.join(absent)} 的群，可这个渠道没有启用，发不出去。请启用它，或从受众里去掉这些群。"
        )
    _names_nobody(session, notice)
    check_enclosures(session, notice)
    notice.parts = parts_for(notice, channels, rules)
    notice.digest, notice.stage = seal(session, notice), Stage.SUBMITTED
    record(session, notice, What.SUBMITTED, hand, f"{count} 个，校验码 {notice.code}")
    return count


def _names_nobody(session: Session, notice: NoticeRow) -> None:
    """A bulletin tells what was found in sum. Raises NoticeRefusal when it names an enterprise we know."""
    if notice.kind != Kind.BULLETIN:
        return
    name = session.scalar(
        select(EnterpriseRow.name).where(literal(letter(notice)).contains(EnterpriseRow.name)).limit(1)
    )
    if name is not None:
        raise NoticeRefusal(
            f"没有提交：通报里写了企业“{name}”。通报只写汇总情况，不点企业的名。请用“修改 {notice.number} 正文：……”改掉。"
        )


def approve(session: Session, notice: NoticeRow, code: str, hand: Hand) -> None:
    """A second person takes the very form whose code he typed."""
    if notice.stage != Stage.SUBMITTED:
        raise NotNow(notice, _cure(notice))
    if hand.address == notice.author:
        raise NoticeRefusal(
            f"{notice.number} 是您自己起草的，要由另一位同事审批。请他发：审批 {notice.number} {notice.code}"
        )
    if code.lower() != notice.code or seal(session, notice) != notice.digest:
        raise NoticeRefusal(
            f"校验码不对：可能看的不是最新的内容。请发“预览 {notice.number}”看过再发：审批 {notice.number} 校验码"
        )
    notice.stage, notice.approved_digest = Stage.APPROVED, notice.digest
    notice.approver, notice.approver_name, notice.approved_at = hand.address, hand.name[:100], hand.now
    record(session, notice, What.APPROVED, hand, notice.code)


def send_back(session: Session, notice: NoticeRow, why: str, hand: Hand) -> None:
    if notice.stage not in (Stage.SUBMITTED, Stage.APPROVED):
        raise NotNow(notice, _cure(notice))
    notice.stage, notice.approved_digest = Stage.DRAFT, ""
    record(session, notice, What.SENT_BACK, hand, why)


def schedule(session: Session, notice: NoticeRow, moment: datetime, hand: Hand) -> None:
    """Not before that moment; the time is no part of what is sealed."""
    if notice.stage not in BEFORE_SENDING:
        raise NotNow(notice, _cure(notice))
    if moment <= hand.now:
        raise NoticeRefusal(f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 已经过去了，没有改动。请写以后的时间。")
    notice.not_before = moment
    record(session, notice, What.SCHEDULED, hand, moment.isoformat())


def spread(session: Session, notice: NoticeRow, over: timedelta, hand: Hand) -> None:
    if notice.stage in ENDED:
        raise NotNow(notice, _cure(notice))
    notice.spread_seconds = int(over.total_seconds())
    record(session, notice, What.SCHEDULED, hand, f"分散 {over}")


def pause(session: Session, notice: NoticeRow, hand: Hand) -> None:
    """Nothing more goes out from here on, but what a platform has in its hands already and takes."""
    if notice.stage not in (Stage.SENDING, Stage.APPROVED):
        raise NotNow(notice, _cure(notice))
    pull_back(session, notice)
    notice.stage, notice.paused_at = Stage.PAUSED, hand.now
    record(session, notice, What.PAUSED, hand)


def resume(session: Session, notice: NoticeRow, hand: Hand) -> None:
    if notice.stage != Stage.PAUSED or not notice.approved_digest:
        raise NotNow(notice, _cure(notice))
    if notice.started_at is None:
        notice.stage = Stage.APPROVED
    else:
        notice.stage, notice.started_at = Stage.SENDING, notice.started_at + (hand.now - (notice.paused_at or hand.now))
    notice.paused_at = None
    record(session, notice, What.RESUMED, hand)


def cancel(session: Session, notice: NoticeRow, hand: Hand) -> int:
    """What has not been said stays unsaid; how many conversations are spared."""
    if notice.stage in ENDED:
        raise NotNow(notice, _cure(notice))
    spared = spare(session, notice, hand.now)
    notice.stage, notice.finished_at = Stage.CANCELLED, hand.now
    record(session, notice, What.CANCELLED, hand, f"{spared} 个没有发")
    return spared


def correction(session: Session, notice: NoticeRow, text: str, hand: Hand) -> NoticeRow:
    """A draft for exactly those who got this one, or may have."""
    if not touched(session, notice):
        raise NotNow(notice, f"还没有发给任何群，直接改就行：修改 {notice.number} 正文：正确的内容")
    form = Form(
        kind=notice.kind.label, title=f"更正：{notice.title}", body=text, audience=f"收到={notice.number}",
        effective=notice.effective, basis=notice.basis, link=notice.link, topic=notice.topic,
    )  # fmt: skip
    new = draft(session, form, hand)
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


def _cure(notice: NoticeRow) -> str:
    number = notice.number
    return {
        Stage.DRAFT: f"先发：提交 {number}",
        Stage.SUBMITTED: f"等另一位同事审批：审批 {number} {notice.code}；要改请发“修改 {number} ……”",
        Stage.APPROVED: f"要改内容请发“修改 {number} ……”（要重新审批）；不发了请发：取消 {number}",
        Stage.SENDING: f"可以发：暂停 {number}、取消 {number}、进展 {number}",
        Stage.PAUSED: f"可以发：继续 {number}、取消 {number}、修改 {number} 受众：……",
        Stage.DONE: f"要改正请发：更正通知 {number} 正确的内容；看结果请发：进展 {number}",
        Stage.RECALLED: f"看撤得怎样请发：撤回 {number}；要改正请发：更正通知 {number} 正确的内容",
        Stage.CANCELLED: f"要再发请先改：修改 {number} 受众：……",
    }[notice.stage]
