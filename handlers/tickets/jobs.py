"""What time does to tickets: warnings, breaches, rating invitations, silence, answers that did not arrive."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers.follow_ups import FollowUp
from handlers.jobs import EVERY_MINUTE, ROWS_A_RUN, Job, one_by_one
from handlers.members.directory import Directory
from handlers.outbox import PromiseRow, PromiseState
from handlers.tickets import aftercare, cards, letters, material, work
from handlers.tickets.history import by_time, record
from handlers.tickets.long import milestones
from handlers.tickets.measuring import measuring
from handlers.tickets.models import AskerRow, ClockRow, TicketRow
from handlers.tickets.recounting import recounting
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import follow_asker, lock, lock_all, tell_desk
from handlers.tickets.supervising import begin_when_high, supervising
from handlers.tickets.tasks import reminding
from handlers.tickets.words import AskerState, What

LOST = (PromiseState.FAILED, PromiseState.UNCERTAIN)


def jobs(rules: TicketRules, directory: Directory) -> list[Job]:
    """Everything the scheduler must do for tickets."""
    return [
        _warnings(),
        _breaches(rules),
        _material(rules),
        supervising(rules),
        measuring(rules),
        *recounting(rules, directory),
        _ratings(rules),
        _reminders(rules),
        _silence(rules),
        _undelivered(rules),
        reminding(rules),
        milestones(rules),
    ]


def _warnings() -> Job:
    def run(session: Session, now: datetime) -> int:
        clocks = _claimed(session, select(ClockRow).where(ClockRow.warn_at <= now).order_by(ClockRow.warn_at))
        return one_by_one(session, clocks, lambda clock: _warn(session, clock, now))

    return Job(
        name="ticket_warnings",
        every=EVERY_MINUTE,
        run=run,
        next_due=lambda session: _earliest(session, ClockRow.warn_at),
    )


def _warn(session: Session, clock: ClockRow, now: datetime) -> None:
    clock.warn_at = None
    if clock.due <= now:
        return  # after a stand-still of ours the breach speaks for itself
    ticket = lock(session, clock.ticket_id)
    record(session, ticket, What.WARNED, by_time(now), after=clock.kind.label)
    tell_desk(session, ticket, cards.warning(ticket, clock.kind, clock.due, now=now), by_time(now))


def _breaches(rules: TicketRules) -> Job:
    def run(session: Session, now: datetime) -> int:
        clocks = _claimed(session, select(ClockRow).where(ClockRow.breach_at <= now).order_by(ClockRow.breach_at))
        return one_by_one(session, clocks, lambda clock: _breach(session, clock, rules, now))

    return Job(
        name="ticket_breaches",
        every=EVERY_MINUTE,
        run=run,
        next_due=lambda session: _earliest(session, ClockRow.breach_at),
    )


def _breach(session: Session, clock: ClockRow, rules: TicketRules, now: datetime) -> None:
    """One level up and its receivers told; again after a while, until the highest level has it."""
    ticket = lock(session, clock.ticket_id)
    clock.warn_at, clock.breached_at = None, clock.breached_at if clock.is_late else now
    before, level = ticket.level, ticket.level.above
    ticket.level = level or before
    highest = ticket.level.above is None
    clock.breach_at = None if highest else rules.escalate_every.due(now, rules.working)
    why = f"{clock.kind.label}超时"
    record(session, ticket, What.BREACHED, by_time(now), before=before.label, after=ticket.level.label, why=why)
    begin_when_high(session, ticket, why, rules, now=now)
    receivers = rules.receivers.get(ticket.level, ())
    card = cards.breach(ticket, clock.kind, clock.due, work.told(receivers), now=now)
    work.tell_receivers(session, ticket, card, receivers, by_time(now))


def _material(rules: TicketRules) -> Job:
    """Material that never came: the clocks go on."""

    def run(session: Session, now: datetime) -> int:
        stopped = ClockRow.paused_at <= now - rules.material_wait
        clocks = _claimed(session, select(ClockRow).where(stopped, ClockRow.stopped_at.is_(None)).order_by(ClockRow.id))
        late = sorted({clock.ticket_id for clock in clocks})
        return one_by_one(
            session, late, lambda ticket: material.stop_waiting(session, lock(session, ticket), rules, now=now)
        )

    def next_due(session: Session) -> datetime | None:
        query = select(func.min(ClockRow.paused_at)).where(ClockRow.stopped_at.is_(None))
        return _plus(session.scalar(query), rules.material_wait)

    return Job(name="ticket_material", every=EVERY_MINUTE, run=run, next_due=next_due)


def _ratings(rules: TicketRules) -> Job:
    """Each asker is asked once what he thinks of the answer, a while after it arrived."""
    silent = and_(
        AskerRow.state == AskerState.ANSWERED,
        AskerRow.by_hand.is_(False),
        AskerRow.rating_asked_at.is_(None),
        AskerRow.rating.is_(None),
    )

    first = _first_delivery(silent)

    def run(session: Session, now: datetime) -> int:
        askers = _delivered(session, silent, until=now - rules.rating_after)
        return one_by_one(session, askers, lambda asker: _invite(session, asker, rules, now))

    def next_due(session: Session) -> datetime | None:
        return _plus(first(session), rules.rating_after)

    return Job(name="ticket_ratings", every=EVERY_MINUTE, run=run, next_due=next_due)


def _invite(session: Session, asker: AskerRow, rules: TicketRules, now: datetime) -> None:
    asker.rating_asked_at = now
    ticket = session.get_one(TicketRow, asker.ticket_id)
    record(session, ticket, What.RATING_ASKED, by_time(now), after=asker.name)
    text = letters.rating_invitation(asker)
    follow_asker(session, ticket, asker, FollowUp.RATING, text, by_time(now), rules)


def _reminders(rules: TicketRules) -> Job:
    """Who was invited to rate and said nothing is asked once more, and then left in peace."""
    silent = (AskerRow.state == AskerState.ANSWERED, AskerRow.rating.is_(None), AskerRow.reminded_at.is_(None))

    def run(session: Session, now: datetime) -> int:
        due = *silent, AskerRow.rating_asked_at <= now - rules.remind_after
        query = select(AskerRow, TicketRow).join(TicketRow, TicketRow.id == AskerRow.ticket_id).where(*due)
        claimed = query.order_by(AskerRow.id).limit(ROWS_A_RUN).with_for_update(skip_locked=True, of=AskerRow)
        return one_by_one(session, session.execute(claimed).all(), lambda row: _remind(session, *row, rules, now))

    def next_due(session: Session) -> datetime | None:
        return _plus(session.scalar(select(func.min(AskerRow.rating_asked_at)).where(*silent)), rules.remind_after)

    return Job(name="ticket_reminders", every=EVERY_MINUTE, run=run, next_due=next_due)


def _remind(session: Session, asker: AskerRow, ticket: TicketRow, rules: TicketRules, now: datetime) -> None:
    asker.reminded_at = now
    record(session, ticket, What.REMINDED, by_time(now), after=asker.name)
    text = letters.rating_reminder(asker)
    follow_asker(session, ticket, asker, FollowUp.REMINDER, text, by_time(now), rules)


def _silence(rules: TicketRules) -> Job:
    """Who never said anything is taken to be done, and counted apart."""
    silent = AskerRow.state == AskerState.ANSWERED
    first = _first_delivery(silent)

    def run(session: Session, now: datetime) -> int:
        askers = _delivered(session, silent, until=now - rules.auto_close)
        tickets = lock_all(session, {asker.ticket_id for asker in askers})

        def assume(asker: AskerRow) -> None:
            aftercare.assume(session, tickets[asker.ticket_id], asker, rules=rules, now=now)

        return one_by_one(session, askers, assume)

    def next_due(session: Session) -> datetime | None:
        return _plus(first(session), rules.auto_close)

    return Job(name="ticket_silence", every=EVERY_MINUTE, run=run, next_due=next_due)


def _undelivered(rules: TicketRules) -> Job:
    """An answer that did not arrive is no answer: the ticket is open again and the desk knows."""
    lost = (
        select(AskerRow, PromiseRow)
        .join(PromiseRow, PromiseRow.id == AskerRow.answer_promise)
        .where(
            AskerRow.state == AskerState.ANSWERED,
            AskerRow.undelivered_at.is_(None),
            PromiseRow.state.in_(LOST),
        )
    )

    def run(session: Session, now: datetime) -> int:
        def reopen(found: Row[AskerRow, PromiseRow]) -> None:
            asker, promise = found
            ticket = lock(session, asker.ticket_id)
            aftercare.undelivered(session, ticket, asker, promise.reason or "", rules=rules, now=now)

        query = lost.order_by(AskerRow.id).limit(ROWS_A_RUN).with_for_update(skip_locked=True, of=AskerRow)
        return one_by_one(session, session.execute(query).all(), reopen)

    def next_due(session: Session) -> datetime | None:
        query = lost.with_only_columns(func.min(PromiseRow.created_at))
        return session.scalar(query)

    return Job(name="ticket_undelivered", every=EVERY_MINUTE, run=run, next_due=next_due)


def _claimed(session: Session, query: Select[ClockRow]) -> list[ClockRow]:
    """Clocks nobody else is at; what is done to them makes sure that they are not found again."""
    return list(session.scalars(query.limit(ROWS_A_RUN).with_for_update(skip_locked=True)))


def _earliest(session: Session, column: InstrumentedAttribute[datetime | None]) -> datetime | None:
    return session.scalar(select(func.min(column)))


def _delivered(session: Session, which: ColumnElement[bool], *, until: datetime) -> list[AskerRow]:
    """Askers who had their answer by then: the platform took it, or a volunteer told them."""
    query = (
        select(AskerRow)
        .outerjoin(PromiseRow, PromiseRow.id == AskerRow.answer_promise)
        .where(which, or_(AskerRow.told_at <= until, and_(_SENT, PromiseRow.sent_at <= until)))
        .order_by(AskerRow.id)
        .limit(ROWS_A_RUN)
    )
    return list(session.scalars(query.with_for_update(skip_locked=True, of=AskerRow)))


def _first_delivery(which: ColumnElement[bool]) -> Callable[[Session], datetime | None]:
    """When the first of them had his answer."""
    sent = select(func.min(PromiseRow.sent_at)).join(AskerRow, PromiseRow.id == AskerRow.answer_promise)
    asked = (sent.where(which, _SENT), select(func.min(AskerRow.told_at)).where(which))

    def first(session: Session) -> datetime | None:
        moments = [session.scalar(query) for query in asked]
        return min((moment for moment in moments if moment is not None), default=None)

    return first


_SENT = and_(PromiseRow.state == PromiseState.SENT, AskerRow.by_hand.is_(False))


def _plus(moment: datetime | None, wait: timedelta) -> datetime | None:
    return moment + wait if moment else None
