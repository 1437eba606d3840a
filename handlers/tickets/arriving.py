"""Tickets come into being here, from whatever side they reach us."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.base import Conversation, Group, Message, Person
from handlers.mind import Sameness
from handlers.tickets import alike, cards, clusters, emergency, joining, profiles, timing
from handlers.tickets.history import Act, by_time, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.routing import Unit
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import held_count, lock, person_at, tell_desk
from handlers.tickets.triage import Triage
from handlers.tickets.words import Channel, ClockKind, Kind, Mark, Origin, What


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Who asks, and what is known of him besides. `by_hand`: he is in no chat, a volunteer passes the answer on."""

    person: Person
    where: Conversation
    message_id: str
    asked_at: datetime
    by_hand: bool = False
    contact: str | None = None
    profile: profiles.Profile = field(default_factory=profiles.Profile)

    @classmethod
    def of(cls, message: Message) -> "Newcomer":
        return cls(person=message.sender, where=message.conversation, message_id=message.id, asked_at=message.sent_at)

    @property
    def channel(self) -> Channel:
        if self.where.channel == "web":
            return Channel.WEB
        return Channel.PRIVATE if self.where.is_private else Channel.GROUP


@dataclass(frozen=True, kw_only=True)
class External:
    """A matter somebody above transferred to us, as he names it."""

    number: str
    source: str = ""
    due: datetime | None = None


def open_ticket(
    session: Session,
    *,
    question: str,
    message: Message,
    inbox_id: int,
    group: Group,
    desk: Conversation | None,
    triage: Triage,
    origin: Origin,
    rules: TicketRules,
    now: datetime,
    newcomer: Newcomer | None = None,
    channel: Channel | None = None,
    external: External | None = None,
    kind: Kind = Kind.QUESTION,
    announce: bool = True,
    sameness: Sameness | None = None,
) -> TicketRow:
    """Open a ticket, for the sender of `message` unless a newcomer is named, start its clocks and show its card to the
    desk of the unit whose topic it is; without `announce` the caller tells whom it concerns."""
    asks = newcomer or Newcomer.of(message)
    profile = asks.profile.over(profiles.known(session, asks.person.address))
    triage = _cared_for(triage, profile, rules)
    unit = rules.routing.unit_for(triage.topic, question) if kind == Kind.QUESTION else None
    place = unit.desk if unit and unit.desk else desk
    ticket = TicketRow(
        origin=origin,
        kind=kind,
        channel=channel or asks.channel,
        question=question,
        topic=triage.topic,
        entry=triage.entry,
        reasons="；".join(triage.reasons),
        ticket_class=triage.ticket_class,
        importance=triage.importance,
        urgency=triage.urgency,
        region=profile.region,
        unit=unit.name if unit else None,
        external_number=external.number if external else None,
        external_from=external.source if external else None,
        external_due=external.due if external else None,
        community=str(asks.where),
        community_name=group.name[:100],
        desk=str(place) if place else None,
        opened_at=now,
        changed_at=now,
    )
    session.add(ticket)
    session.flush()  # its id is its number
    asker = _add_asker(session, ticket, asks, profile, inbox_id)
    timing.start(session, ticket, ClockKind.FIRST_RESPONSE, rules, now=now)
    clock = timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=now)
    if external is not None and external.due is not None:
        timing.move(clock, external.due, rules, now=now)
    act = Act(address=message.sender.address, name=message.sender.name, now=now, caused_by=inbox_id)
    record(session, ticket, What.OPENED, act, after=f"{ticket.ticket_class.label} {ticket.grade}")
    if not announce:
        return ticket
    like = _alike(session, ticket, sameness, rules)
    if like is not None and rules.join_at is not None and like.likeness >= rules.join_at:
        _join(session, ticket, like.number, rules, now)
        return ticket
    called = _on_duty(session, unit, profile, rules, now)
    tell_desk(session, ticket, cards.new(ticket, asker, clock.due, rules, now=now, alike=like), act, mention=called)
    emergency.call_out(session, ticket, rules, act)
    clusters.propose(session, ticket, rules, act)
    return ticket


def _alike(session: Session, ticket: TicketRow, sameness: Sameness | None, rules: TicketRules) -> alike.Alike | None:
    if sameness is None or ticket.kind != Kind.QUESTION:
        return None
    return alike.nearest(session, ticket.question, sameness, desk=ticket.desk, but=ticket.id, at=rules.alike_at)


def _join(session: Session, ticket: TicketRow, number: int, rules: TicketRules, now: datetime) -> None:
    """The operator lets us join what is so nearly the same; the desk hears of it and can undo it."""
    into = lock(session, number)
    joining.merge(session, ticket, into, by_time(now), rules=rules)
    profiles.judge_reach(session, into, by_time(now), common_at=rules.common_at)
    tell_desk(session, into, cards.joined_by_itself(ticket, into), by_time(now))


def _cared_for(triage: Triage, profile: profiles.Profile, rules: TicketRules) -> Triage:
    """Enterprises with a good record are not kept waiting."""
    if profile.tier not in rules.care_for or triage.urgency != Mark.C or profile.tier is None:
        return triage
    return replace(triage, urgency=Mark.B, reasons=(*triage.reasons, f"{profile.tier.label}企业优先"))


def _on_duty(
    session: Session, unit: Unit | None, profile: profiles.Profile, rules: TicketRules, now: datetime
) -> tuple[Person, ...]:
    """Whom the card calls: those on duty who have room, and who looks after the enterprise."""
    duty = rules.routing.on_duty(unit, now)
    if rules.capacity:
        duty = tuple(person for person in duty if held_count(session, person.address) < rules.capacity)
    own = (person_at(profile.coordinator, ""),) if profile.coordinator and ":" in profile.coordinator else ()
    return tuple(dict.fromkeys((*own, *duty)))


def _add_asker(
    session: Session, ticket: TicketRow, asks: Newcomer, profile: profiles.Profile, inbox_id: int
) -> AskerRow:
    asker = AskerRow(
        ticket_id=ticket.id,
        home_id=ticket.id,
        person=asks.person.address,
        name=asks.person.name[:100],
        conversation=str(asks.where),
        message_id=asks.message_id,
        inbox_id=inbox_id,
        asked_at=asks.asked_at,
        by_hand=asks.by_hand,
        contact=asks.contact,
    )
    profiles.wear(asker, profile)
    session.add(asker)
    return asker
