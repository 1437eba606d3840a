"""A notice on its way: handed in, approved by another hand, put off, stopped and gone on with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from handlers import outbox
from handlers.base import BY_TIME, OUR_NAME, Conversation
from handlers.members.models import EnterpriseRow
from handlers.notices.enclosures import check_enclosures
from handlers.notices.models import NoticeEventRow, NoticeRow
from handlers.notices.refusals import NoticeRefusal, NotNow, UnknownNotice
from handlers.notices.rules import NoticeRules
from handlers.notices.sealing import seal
from handlers.notices.targets import channels_of, fix_targets, in_hands, pull_back, spare, targets_now
from handlers.notices.words import ENDED, Kind, Stage, What
from handlers.notices.writing import letter, parts_for
from handlers.outbox import PromiseKind
from handlers.times import full_time

BEFORE_SENDING = (Stage.DRAFT, Stage.SUBMITTED, Stage.APPROVED)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Whose doing it is, and where he is told of it."""

    address: str
    name: str
    now: datetime
    desk: Conversation | None = None
    caused_by: int | None = None


def by_time(now: datetime) -> Act:
    return Act(address=BY_TIME, name=OUR_NAME, now=now)


def lock(session: Session, number: int) -> NoticeRow:
    """The notice, held against everybody else until the transaction ends. Raises UnknownNotice."""
    query = select(NoticeRow).where(NoticeRow.id == number).with_for_update()
    notice = session.scalar(query.execution_options(populate_existing=True))
    if notice is None:
        raise UnknownNotice(number)
    return notice


def record(session: Session, notice: NoticeRow, what: What, act: Act, detail: str = "") -> None:
    session.add(
        NoticeEventRow(
            notice_id=notice.id, at=act.now, who=act.address, who_name=act.name[:100], what=what, detail=detail
        )
    )


def tell_desk(session: Session, notice: NoticeRow, text: str, now: datetime) -> None:
    """Say it where the notice was drafted, if that was a chat."""
    if notice.desk is not None:
        outbox.promise(session, Conversation.parse(notice.desk), text, kind=PromiseKind.CARD, now=now)


def submit(session: Session, notice: NoticeRow, rules: NoticeRules, act: Act) -> int:
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
    record(session, notice, What.SUBMITTED, act, f"{count} 个，校验码 {notice.code}")
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


def approve(session: Session, notice: NoticeRow, code: str, act: Act) -> None:
    """A second person takes the very form whose code he typed."""
    if notice.stage != Stage.SUBMITTED:
        raise NotNow(notice, _cure(notice))
    if act.address == notice.author:
        raise NoticeRefusal(
            f"{notice.number} 是您自己起草的，要由另一位同事审批。请他发：审批 {notice.number} {notice.code}"
        )
    if code.lower() != notice.code or seal(session, notice) != notice.digest:
        raise NoticeRefusal(
            f"校验码不对：可能看的不是最新的内容。请发“预览 {notice.number}”看过再发：审批 {notice.number} 校验码"
        )
    notice.stage, notice.approved_digest = Stage.APPROVED, notice.digest
    notice.approver, notice.approver_name, notice.approved_at = act.address, act.name[:100], act.now
    record(session, notice, What.APPROVED, act, notice.code)


def send_back(session: Session, notice: NoticeRow, why: str, act: Act) -> None:
    if notice.stage not in (Stage.SUBMITTED, Stage.APPROVED):
        raise NotNow(notice, _cure(notice))
    notice.stage, notice.approved_digest = Stage.DRAFT, ""
    record(session, notice, What.SENT_BACK, act, why)


def schedule(session: Session, notice: NoticeRow, moment: datetime, act: Act) -> None:
    """Not before that moment; the time is no part of what is sealed."""
    if notice.stage not in BEFORE_SENDING:
        raise NotNow(notice, _cure(notice))
    if moment <= act.now:
        raise NoticeRefusal(f"{full_time(moment)} 已经过去了，没有改动。请写以后的时间。")
    notice.not_before = moment
    record(session, notice, What.SCHEDULED, act, moment.isoformat())


def spread(session: Session, notice: NoticeRow, over: timedelta, act: Act) -> None:
    if notice.stage in ENDED:
        raise NotNow(notice, _cure(notice))
    notice.spread_seconds = int(over.total_seconds())
    record(session, notice, What.SCHEDULED, act, f"分散 {over}")


def pause(session: Session, notice: NoticeRow, act: Act) -> None:
    """Nothing more goes out from here on, but what a platform has in its hands already and takes."""
    if notice.stage not in (Stage.SENDING, Stage.APPROVED):
        raise NotNow(notice, _cure(notice))
    pull_back(session, notice)
    notice.stage, notice.paused_at = Stage.PAUSED, act.now
    record(session, notice, What.PAUSED, act)


def resume(session: Session, notice: NoticeRow, act: Act) -> None:
    if notice.stage != Stage.PAUSED or not notice.approved_digest:
        raise NotNow(notice, _cure(notice))
    if notice.started_at is None:
        notice.stage = Stage.APPROVED
    else:
        notice.stage, notice.started_at = Stage.SENDING, notice.started_at + (act.now - (notice.paused_at or act.now))
    notice.paused_at = None
    record(session, notice, What.RESUMED, act)


def cancel(session: Session, notice: NoticeRow, act: Act) -> int:
    """What has not been said stays unsaid; how many conversations are spared."""
    if notice.stage in ENDED:
        raise NotNow(notice, _cure(notice))
    spared = spare(session, notice, act.now)
    notice.stage, notice.finished_at = Stage.CANCELLED, act.now
    record(session, notice, What.CANCELLED, act, f"{spared} 个没有发")
    return spared


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
