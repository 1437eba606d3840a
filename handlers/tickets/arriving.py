"""Tickets come into being here, from whatever side they reach us."""

from collections.abc import Sequence
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
from handlers.tickets.service import held_count, lock, tell_desk
from handlers.tickets.triage import Triage
from handlers.tickets.words import Channel, ClockKind, Kind, Mark, Origin, What


@dataclass(frozen=True, kw_only=True)
class NewAsker:
    """Who asks, and what is known of him besides. `by_hand`: he is in no chat, a volunteer passes the answer on."""

    person: Person
    where: Conversation
    message_id: str
    asked_at: datetime
    by_hand: bool = False
    contact: str | None = None
    profile: profiles.Profile = field(default_factory=profiles.Profile)

    @classmethod
    def of(cls, message: Message) -> "NewAsker":
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


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One matter as it reaches us. Its sender asks, unless `new_asker` does."""

    question: str
    message: Message
    inbox_id: int
    group: Group
    desk: Conversation | None
    triage: Triage
    origin: Origin
    kind: Kind = Kind.QUESTION
    new_asker: NewAsker | None = None
    channel: Channel | None = None
    external: External | None = None

    @property
    def asks(self) -> NewAsker:
        return self.new_asker or NewAsker.of(self.message)

    def act(self, now: datetime) -> Act:
        sender = self.message.sender
        return Act(address=sender.address, name=sender.name, now=now, caused_by=self.inbox_id)


def open_ticket(
    session: Session,
    arrival: Arrival,
    *,
    rules: TicketRules,
    now: datetime,
    announce: bool = True,
    sameness: Sameness | None = None,
) -> TicketRow:
    """Open a ticket, start its clocks and show its card to the desk of the unit whose topic it is, or join it to the open
    one that asks the same; without `announce` it stands alone, and the caller tells whom it concerns."""
    asks = arrival.asks
    profile = asks.profile.over(profiles.known(session, asks.person.address))
    triage = _cared_for(arrival.triage, profile, rules)
    unit = rules.routing.unit_for(triage.topic, arrival.question) if arrival.kind == Kind.QUESTION else None
    ticket = _row(arrival, triage, unit, now)
    ticket.region = profile.region
    session.add(ticket)
    session.flush()  # its id is its number
    asker = _add_asker(session, ticket, asks, profile, arrival.inbox_id)
    due = _start_clocks(session, ticket, rules, now)
    record(session, ticket, What.OPENED, arrival.act(now), after=f"{ticket.ticket_class.label} {ticket.grade}")
    like, before = _asked_elsewhere(session, ticket, sameness, rules, now)
    if not announce:
        return ticket
    if like is not None and rules.join_at is not None and like.likeness >= rules.join_at:
        _join(session, ticket, like.number, rules, now)
        return ticket
    card = cards.new(ticket, asker, due, rules, now=now, alike=like, before=before)
    _announce(session, ticket, card, _called(session, triage, unit, profile, rules, now), rules, arrival.act(now))
    return ticket


def _announce(
    session: Session, ticket: TicketRow, card: str, called: Sequence[Person], rules: TicketRules, act: Act
) -> None:
    tell_desk(session, ticket, card, act, mention=called)
    emergency.call_out(session, ticket, rules, act)
    clusters.propose(session, ticket, rules, act)


def _row(arrival: Arrival, triage: Triage, unit: Unit | None, now: datetime) -> TicketRow:
    asks, external = arrival.asks, arrival.external or External(number="")
    place = unit.desk if unit and unit.desk else arrival.desk
    return TicketRow(
        origin=arrival.origin,
        kind=arrival.kind,
        channel=arrival.channel or asks.channel,
        question=arrival.question,
        topic=triage.topic,
        entry=triage.entry,
        reasons=triage.why,
        ticket_class=triage.ticket_class,
        importance=triage.importance,
        urgency=triage.urgency,
        unit=unit.name if unit else None,
        external_number=external.number or None,
        external_from=external.source or None,
        external_due=external.due,
        community=str(asks.where),
        community_name=arrival.group.name[:100],
        desk=str(place) if place else None,
        opened_at=now,
        changed_at=now,
    )


def _start_clocks(session: Session, ticket: TicketRow, rules: TicketRules, now: datetime) -> datetime:
    """When the answer is due: by the table, unless those above have set a day."""
    timing.start(session, ticket, ClockKind.FIRST_RESPONSE, rules, now=now)
    clock = timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=now)
    if ticket.external_due is not None:
        timing.move(clock, ticket.external_due, rules, now=now)
    return clock.due


def _asked_elsewhere(
    session: Session, ticket: TicketRow, sameness: Sameness | None, rules: TicketRules, now: datetime
) -> tuple[alike.Alike | None, alike.Alike | None]:
    """An open ticket that asks the same, and else one that was answered: then the question has come again."""
    if sameness is None or ticket.kind != Kind.QUESTION:
        return None, None
    like, before = alike.elsewhere(session, ticket, sameness, rules, now=now)
    if like is not None:
        return like, None
    if before is not None:
        former = session.get_one(TicketRow, before.number)
        ticket.again_of = former.again_of or former.id
    return None, before


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


def _called(
    session: Session, triage: Triage, unit: Unit | None, profile: profiles.Profile, rules: TicketRules, now: datetime
) -> tuple[Person, ...]:
    """Whom the card calls: who looks after the enterprise, those on duty who have room, and in sensitive matters the chiefs."""
    duty = rules.routing.on_duty(unit, now)
    if rules.capacity:
        duty = tuple(person for person in duty if held_count(session, person.address) < rules.capacity)
    own = (Person.at(profile.coordinator),) if profile.coordinator and ":" in profile.coordinator else ()
    chiefs = rules.routing.chiefs(now) if triage.sensitive else ()
    return tuple(dict.fromkeys((*own, *duty, *chiefs)))


def _add_asker(
    session: Session, ticket: TicketRow, asks: NewAsker, profile: profiles.Profile, inbox_id: int
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
    profiles.copy_onto(asker, profile)
    session.add(asker)
    return asker
