"""What time does to tickets: warnings, breaches, rating invitations, silence, answers that did not arrive."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers.follow_ups import FollowUp
from handlers.jobs import Job
from handlers.members.directory import Directory
from handlers.outbox import PromiseRow, PromiseState
from handlers.tickets import aftercare, cards, letters, material, work
from handlers.tickets.history import by_time, record
from handlers.tickets.long import milestones
from handlers.tickets.measuring import measuring
from handlers.tickets.models import AskerRow, ClockRow, TicketRow
from handlers.tickets.recounting import recounting
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import follow_asker, lock, tell_desk
from handlers.tickets.supervising import begin_when_high, supervising
from handlers.tickets.tasks import reminding
from handlers.tickets.words import AskerState, What

ROWS = 200  # rows of one run; the rest follow in the next
EVERY = timedelta(minutes=1)
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
        for clock in clocks:
            clock.warn_at = None
            if clock.due > now:  # after a stand-still of ours the breach speaks for itself
                _warn(session, clock, now)
        return len(clocks)

    return Job(
        name="ticket_warnings", every=EVERY, run=run, next_due=lambda session: _earliest(session, ClockRow.warn_at)
    )


def _warn(session: Session, clock: ClockRow, now: datetime) -> None:
    ticket = lock(session, clock.ticket_id)
    record(session, ticket, What.WARNED, by_time(now), after=clock.kind.label)
    tell_desk(session, ticket, cards.warning(ticket, clock.kind, clock.due, now=now), by_time(now))


def _breaches(rules: TicketRules) -> Job:
    def run(session: Session, now: datetime) -> int:
        clocks = _claimed(session, select(ClockRow).where(ClockRow.breach_at <= now).order_by(ClockRow.breach_at))
        for clock in clocks:
            _breach(session, clock, rules, now)
        return len(clocks)

    return Job(
        name="ticket_breaches", every=EVERY, run=run, next_due=lambda session: _earliest(session, ClockRow.breach_at)
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
    work.spread(session, ticket, card, receivers, by_time(now))


def _material(rules: TicketRules) -> Job:
    """Material that never came: the clocks go on."""

    def run(session: Session, now: datetime) -> int:
        stopped = ClockRow.paused_at <= now - rules.material_wait
        clocks = _claimed(session, select(ClockRow).where(stopped, ClockRow.stopped_at.is_(None)).order_by(ClockRow.id))
        for ticket_id in sorted({clock.ticket_id for clock in clocks}):
            material.stop_waiting(session, lock(session, ticket_id), rules, now=now)
        return len(clocks)

    def next_due(session: Session) -> datetime | None:
        query = select(func.min(ClockRow.paused_at)).where(ClockRow.stopped_at.is_(None))
        return _plus(session.scalar(query), rules.material_wait)

    return Job(name="ticket_material", every=EVERY, run=run, next_due=next_due)


def _ratings(rules: TicketRules) -> Job:
    """Each asker is asked once what he thinks of the answer, a while after it arrived."""
    silent = and_(
        AskerRow.state == AskerState.ANSWERED,
        AskerRow.by_hand.is_(False),
        AskerRow.rating_asked_at.is_(None),
        AskerRow.rating.is_(None),
    )

    def run(session: Session, now: datetime) -> int:
        askers = _delivered(session, silent, until=now - rules.rating_after)
        for asker in askers:
            asker.rating_asked_at = now
            ticket = session.get_one(TicketRow, asker.ticket_id)
            record(session, ticket, What.RATING_ASKED, by_time(now), after=asker.name)
            text = letters.rating_invitation(asker)
            follow_asker(session, ticket, asker, FollowUp.RATING, text, by_time(now), rules)
        return len(askers)

    def next_due(session: Session) -> datetime | None:
        return _plus(_first_delivery(session, silent), rules.rating_after)

    return Job(name="ticket_ratings", every=EVERY, run=run, next_due=next_due)


def _reminders(rules: TicketRules) -> Job:
    """Who was invited to rate and said nothing is asked once more, and then left in peace."""
    silent = (AskerRow.state == AskerState.ANSWERED, AskerRow.rating.is_(None), AskerRow.reminded_at.is_(None))

    def run(session: Session, now: datetime) -> int:
        due = select(AskerRow).where(*silent, AskerRow.rating_asked_at <= now - rules.remind_after)
        query = due.order_by(AskerRow.id).limit(ROWS).with_for_update(skip_locked=True)
        askers = list(session.scalars(query))
        for asker in askers:
            asker.reminded_at = now
            ticket = session.get_one(TicketRow, asker.ticket_id)
            record(session, ticket, What.REMINDED, by_time(now), after=asker.name)
            text = letters.rating_reminder(asker)
            follow_asker(session, ticket, asker, FollowUp.REMINDER, text, by_time(now), rules)
        return len(askers)

    def next_due(session: Session) -> datetime | None:
        return _plus(session.scalar(select(func.min(AskerRow.rating_asked_at)).where(*silent)), rules.remind_after)

    return Job(name="ticket_reminders", every=EVERY, run=run, next_due=next_due)


def _silence(rules: TicketRules) -> Job:
    """Who never said anything is taken to be done, and counted apart."""
    silent = AskerRow.state == AskerState.ANSWERED

    def run(session: Session, now: datetime) -> int:
        askers = _delivered(session, silent, until=now - rules.auto_close)
        for asker in askers:
            aftercare.assume(session, lock(session, asker.ticket_id), asker, rules=rules, now=now)
        return len(askers)

    def next_due(session: Session) -> datetime | None:
        return _plus(_first_delivery(session, silent), rules.auto_close)

    return Job(name="ticket_silence", every=EVERY, run=run, next_due=next_due)


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
        query = lost.order_by(AskerRow.id).limit(ROWS).with_for_update(skip_locked=True, of=AskerRow)
        found = session.execute(query).all()
        for asker, row in found:
            ticket = lock(session, asker.ticket_id)
            aftercare.undelivered(session, ticket, asker, row.reason or "", rules=rules, now=now)
        return len(found)

    def next_due(session: Session) -> datetime | None:
        query = lost.with_only_columns(func.min(PromiseRow.created_at))
        return session.scalar(query)

    return Job(name="ticket_undelivered", every=EVERY, run=run, next_due=next_due)


def _claimed(session: Session, query: Select[ClockRow]) -> list[ClockRow]:
    """Clocks nobody else is at; what is done to them makes sure that they are not found again."""
    return list(session.scalars(query.limit(ROWS).with_for_update(skip_locked=True)))


def _earliest(session: Session, column: InstrumentedAttribute[datetime | None]) -> datetime | None:
    return session.scalar(select(func.min(column)))


def _delivered(session: Session, which: ColumnElement[bool], *, until: datetime) -> list[AskerRow]:
    """Askers who had their answer by then: the platform took it, or a volunteer told them."""
    query = (
        select(AskerRow)
        .outerjoin(PromiseRow, PromiseRow.id == AskerRow.answer_promise)
        .where(which, or_(AskerRow.told_at <= until, and_(_SENT, PromiseRow.sent_at <= until)))
        .order_by(AskerRow.id)
        .limit(ROWS)
    )
    return list(session.scalars(query.with_for_update(skip_locked=True, of=AskerRow)))


def _first_delivery(session: Session, which: ColumnElement[bool]) -> datetime | None:
    sent = select(func.min(PromiseRow.sent_at)).join(AskerRow, PromiseRow.id == AskerRow.answer_promise)
    moments = (
        session.scalar(sent.where(which, _SENT)),
        session.scalar(select(func.min(AskerRow.told_at)).where(which)),
    )
    return min((moment for moment in moments if moment is not None), default=None)


_SENT = and_(PromiseRow.state == PromiseState.SENT, AskerRow.by_hand.is_(False))


def _plus(moment: datetime | None, wait: timedelta) -> datetime | None:
    return moment + wait if moment else None
