"""When we could not hear: platforms say nothing twice, so a gap is written down and shown, with its reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handlers import outbox
from handlers.base import Conversation
from handlers.outbox import PromiseKind
from handlers.store import Base
from handlers.times import clock_time, span

AWAY = "机器人没有运行"
SHORTEST = timedelta(seconds=20)  # of a stop of our own that counts as a gap
SHOWN = 10
CHANNELS = {"qq": "QQ", "wechat": "微信", "wecom": "企业微信", "terminal": "终端"}

DOWN = "{who} 听不到消息了（{began} 起）：{reason}。恢复以前，群里说的话收不到。"
BACK = "{who} 恢复了。{began} 起 {long}没有听到消息（{reason}），其间群里说的话收不到，请留意。"


class HearingRow(Base):
    """Until when an account was surely heard; kept up while it is, so that it is known after a crash as well."""

    __tablename__ = "hearings"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    until: Mapped[datetime]


class GapRow(Base):
    """A time in which an account heard nothing; `ended` None: it still hears nothing. `alert` is the promise that told
    the desk."""

    __tablename__ = "gaps"
    __table_args__ = (Index("ix_gaps_account", "channel", "account", "ended"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(100))
    began: Mapped[datetime]
    noticed: Mapped[datetime]
    ended: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300))
    alert: Mapped[int | None]

    @property
    def who(self) -> str:
        return name_of(self.channel, self.account)


def name_of(channel: str, account: str = "") -> str:
    """A channel and its account as people call them."""
    return f"{CHANNELS.get(channel, channel)} {account}".strip()


def heard(session: Session, channel: str, account: str, *, until: datetime) -> None:
    """The account hears; nothing was missed up to then."""
    session.merge(HearingRow(channel=channel, account=account, until=until))


def lost(session: Session, channel: str, account: str, *, began: datetime | None, reason: str, now: datetime) -> GapRow:
    """The account hears nothing any more; the gap, which may be open from before."""
    gap = _open(session, channel, account)
    if gap is None:
        began = min(began or _heard_until(session, channel, account) or now, now)
        gap = GapRow(channel=channel, account=account, began=began, noticed=now, reason=reason[:300])
        session.add(gap)
        session.flush()
    return gap


def tell(session: Session, gap_id: int, desk: Conversation, *, reason: str = "", now: datetime) -> None:
    """Tell the desk of an open gap, once; `reason` is what is known of it by now."""
    gap = session.get(GapRow, gap_id)
    if gap is None or gap.ended is not None or gap.alert is not None:
        return
    text = DOWN.format(who=gap.who, began=clock_time(gap.began), reason=reason or gap.reason)
    gap.alert = alert(session, desk, text, now=now)


def found(
    session: Session, channel: str, account: str, *, desk: Conversation | None, quietly: bool, now: datetime
) -> GapRow | None:
    """The account hears again, or for the first time in this life: the gap that ended, if there was one. The desk is told
    once, unless `quietly`; when it could not be told of the loss meanwhile, one line tells of both."""
    gap = _open(session, channel, account) or _our_own(session, channel, account, now)
    if gap is not None:
        gap.ended = now
        _tell_end(session, gap, desk, quietly=quietly, now=now)
    heard(session, channel, account, until=now)
    return gap


def gaps(session: Session, *, limit: int = SHOWN) -> Sequence[GapRow]:
    """The latest gaps, newest first."""
    return session.scalars(select(GapRow).order_by(GapRow.id.desc()).limit(limit)).all()


def line(gap: GapRow, *, now: datetime) -> str:
    """One gap as people read it."""
    long = span(((gap.ended or now) - gap.began).total_seconds())
    end = f"{long}" if gap.ended else f"至今 {long}"
    return f"{gap.who}：{clock_time(gap.began)} 起 {end}，{gap.reason}"


def _open(session: Session, channel: str, account: str) -> GapRow | None:
    query = select(GapRow).where(GapRow.channel == channel, GapRow.account == account, GapRow.ended.is_(None))
    return session.scalars(query.order_by(GapRow.id.desc()).limit(1)).first()


def _our_own(session: Session, channel: str, account: str, now: datetime) -> GapRow | None:
    """While this program did not run, nobody listened."""
    until = _heard_until(session, channel, account)
    if until is None or now - until < SHORTEST:
        return None
    gap = GapRow(channel=channel, account=account, began=until, noticed=now, reason=AWAY)
    session.add(gap)
    return gap


def _heard_until(session: Session, channel: str, account: str) -> datetime | None:
    return session.scalar(select(HearingRow.until).where(HearingRow.channel == channel, HearingRow.account == account))


def _tell_end(session: Session, gap: GapRow, desk: Conversation | None, *, quietly: bool, now: datetime) -> None:
    was_told = gap.alert is not None and not outbox.take_back(session, gap.alert)
    if desk is None or (quietly and not was_told):
        return
    long = span((now - gap.began).total_seconds())
    text = BACK.format(who=gap.who, began=clock_time(gap.began), long=long, reason=gap.reason)
    alert(session, desk, text, now=now)


def alert(session: Session, desk: Conversation, text: str, *, now: datetime) -> int:
    """Promise the desk a line; the id of the promise."""
    return outbox.promise(session, desk, text, kind=PromiseKind.ALERT, now=now)
