"""Matters that take long: milestones, extensions that somebody approved, and a periodic word to who waits."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.follow_ups import FollowUp
from handlers.jobs import EVERY_MINUTE, ROWS_A_RUN, Job, one_by_one
from handlers.tickets import cards, letters, timing
from handlers.tickets.answering import check_said
from handlers.tickets.history import Act, by_time, record
from handlers.tickets.models import ClockRow, TicketRow
from handlers.tickets.papers import ExtensionRow, MilestoneRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import follow_asker, handler_of, lock, tell_desk, waiting_askers
from handlers.tickets.words import ClockKind, State, What
from handlers.tickets.work import check_mine, check_owed, take_if_free
from handlers.times import full_time, local_day


def set_milestone(
    session: Session, ticket: TicketRow, day: date, text: str, act: Act, rules: TicketRules
) -> MilestoneRow:
    check_owed(ticket)
    row = MilestoneRow(
        ticket_id=ticket.id, text=text, due=rules.working.last_minute_of(day), set_by=act.address, set_at=act.now
    )
    session.add(row)
    record(session, ticket, What.MILESTONE_SET, act, after=f"{day.month}月{day.day}日", why=text)
    return row


def milestones_of(session: Session, ticket: TicketRow) -> Sequence[MilestoneRow]:
    query = select(MilestoneRow).where(MilestoneRow.ticket_id == ticket.id)
    return session.scalars(query.order_by(MilestoneRow.due, MilestoneRow.id)).all()


def reach_milestone(session: Session, ticket: TicketRow, place: int, act: Act) -> MilestoneRow:
    """The milestone at that place of the list is reached. Raises NotNow."""
    rows = milestones_of(session, ticket)
    if not 1 <= place <= len(rows):
        listed = "；".join(f"{number} {row.text}" for number, row in enumerate(rows, 1)) or "还没有设节点"
        raise NotNow(f"{ticket.number} 没有第 {place} 个节点（{listed}）。")
    row = rows[place - 1]
    if row.done_at is not None:
        raise NotNow(f"节点 {place}“{row.text}”已经完成。")
    row.done_at, row.done_by = act.now, act.address
    record(session, ticket, What.MILESTONE_DONE, act, after=row.text)
    return row


def ask_extension(session: Session, ticket: TicketRow, until: datetime, why: str, act: Act, rules: TicketRules) -> None:
    """Ask a duty chief for more time: once, before the time is up, with a reason."""
    check_owed(ticket)
    check_mine(ticket, act)
    check_said(session, ticket, why, rules)
    clock = _clock(session, ticket)
    if session.scalar(select(ExtensionRow.id).where(ExtensionRow.ticket_id == ticket.id).limit(1)):
        raise NotNow(f"{ticket.number} 已经申请过延期，只能延一次。办不完请发：提级 {ticket.id} 原因")
    if clock.is_late or clock.due <= act.now:
        raise NotNow(f"{ticket.number} 已经超时，不能再延期。办不完请发：提级 {ticket.id} 原因")
    if until <= clock.due:
        raise NotNow(f"{ticket.number} 现在的时限更晚，不用延期。")
    take_if_free(session, ticket, act)
    session.add(ExtensionRow(
        ticket_id=ticket.id, clock_id=clock.id, why=why, due_before=clock.due, due_after=until, asked_by=act.address,
        asked_by_name=act.name, asked_at=act.now,
    ))  # fmt: skip
    record(session, ticket, What.EXTENSION_ASKED, act, before=full_time(clock.due), after=full_time(until), why=why)
    card = cards.extension_asked(ticket, why, act.name, clock.due, until, now=act.now)
    tell_desk(session, ticket, card, act, mention=rules.routing.chiefs(act.now))


def decide_extension(
    session: Session, ticket: TicketRow, act: Act, rules: TicketRules, *, granted: bool, reason: str
) -> ExtensionRow:
    """A duty chief's word on it, not his own; the askers hear of a new hour."""
    check_owed(ticket)
    row = _waiting_extension(session, ticket, act)
    if granted and row.due_after <= act.now:
        raise NotNow(
            f"{ticket.number} 申请延到的时间已经过了，不能再同意。请发：不同意延期 {ticket.id} 原因；要继续办请发：跟踪 {ticket.id} 每7天 原因"
        )
    row.granted, row.reason = granted, reason or None
    row.decided_by, row.decided_by_name, row.decided_at = act.address, act.name, act.now
    what = What.EXTENDED if granted else What.EXTENSION_REFUSED
    record(session, ticket, what, act, before=full_time(row.due_before), after=full_time(row.due_after), why=reason)
    if granted:
        timing.move(_clock(session, ticket), row.due_after, rules, now=act.now)
        _tell_waiting(
            session, ticket, act, rules, lambda number: letters.extended(number, row.due_after, row.why, now=act.now)
        )
    card = cards.extension_decided(ticket, act.name, row.due_after, reason, granted=granted, now=act.now)
    tell_desk(session, ticket, card, act)
    return row


def track(session: Session, ticket: TicketRow, days: int, why: str, act: Act, rules: TicketRules) -> datetime:
    """Hard for a while: from now on the clock runs to the next word that the asker must hear. When that is."""
    check_owed(ticket)
    check_said(session, ticket, why, rules)
    _clock(session, ticket)
    ticket.tracked_since, ticket.word_every_days = ticket.tracked_since or act.now, days
    next_word = _next_word(ticket, rules, act.now)
    timing.renew(session, ticket, next_word, rules, now=act.now)
    record(session, ticket, What.TRACKED, act, after=f"每{days}天通报", why=why)
    _tell_waiting(
        session, ticket, act, rules, lambda number: letters.tracked(number, days, why, next_word, now=act.now)
    )
    return next_word


def give_word(session: Session, ticket: TicketRow, text: str, act: Act, rules: TicketRules) -> int:
    """Tell who waits how far it is; in a tracked matter the next word is due so many days later. How many were told."""
    check_owed(ticket)
    check_mine(ticket, act)
    check_said(session, ticket, text, rules)
    take_if_free(session, ticket, act)
    record(session, ticket, What.WORD_GIVEN, act, why=text)
    if ticket.word_every_days is not None:
        next_word = _next_word(ticket, rules, act.now)
        if ticket.state != State.NEEDS_MATERIAL:
            timing.renew(session, ticket, next_word, rules, now=act.now)
    return _tell_waiting(
        session,
        ticket,
        act,
        rules,
        lambda number: letters.word(number, text, act.signature, ticket.word_due_at, now=act.now),
    )


def milestones(rules: TicketRules) -> Job:
    """A milestone whose day is over without being reached is told to the desk, once."""
    open_ones = (MilestoneRow.done_at.is_(None), MilestoneRow.warned_at.is_(None))

    def run(session: Session, now: datetime) -> int:
        due = (
            select(MilestoneRow).where(*open_ones, MilestoneRow.due <= now).order_by(MilestoneRow.id).limit(ROWS_A_RUN)
        )
        rows = list(session.scalars(due.with_for_update(skip_locked=True)))
        return one_by_one(session, rows, lambda row: _warn(session, row, rules, now))

    def next_due(session: Session) -> datetime | None:
        return session.scalar(select(func.min(MilestoneRow.due)).where(*open_ones))

    return Job(name="ticket_milestones", every=EVERY_MINUTE, run=run, next_due=next_due)


def _warn(session: Session, row: MilestoneRow, rules: TicketRules, now: datetime) -> None:
    row.warned_at = now
    ticket = lock(session, row.ticket_id)
    called = [*handler_of(ticket), *rules.routing.chiefs(now)]
    tell_desk(session, ticket, cards.milestone(ticket, row.text, row.due, now=now), by_time(now), mention=called)


def _next_word(ticket: TicketRow, rules: TicketRules, now: datetime) -> datetime:
    day = local_day(now) + timedelta(days=ticket.word_every_days or 0)
    ticket.word_due_at = rules.working.close_of_business(rules.working.last_minute_of(day) - timedelta(minutes=1))
    return ticket.word_due_at


def _waiting_extension(session: Session, ticket: TicketRow, act: Act) -> ExtensionRow:
    """What was asked for and not decided, by somebody else than who decides."""
    query = select(ExtensionRow).where(ExtensionRow.ticket_id == ticket.id, ExtensionRow.granted.is_(None))
    row = session.scalars(query).first()
    if row is None:
        raise NotNow(f"{ticket.number} 没有等着批的延期申请。")
    if row.asked_by == act.address:
        raise NotNow(f"{ticket.number} 的延期是您自己申请的，要另一位值班长来批。")
    return row


def _clock(session: Session, ticket: TicketRow) -> ClockRow:
    clocks = timing.running(session, ticket, ClockKind.RESOLUTION)
    if not clocks or clocks[-1].paused_at is not None:
        raise NotNow(f"{ticket.number} 正在等提问人补充，没有在计时。")
    return clocks[-1]


def _tell_waiting(
    session: Session, ticket: TicketRow, act: Act, rules: TicketRules, letter: Callable[[int], str]
) -> int:
    waiting = waiting_askers(session, ticket)
    for asker in waiting:
        follow_asker(session, ticket, asker, FollowUp.PROGRESS, letter(asker.home_id), act, rules)
    return len(waiting)
