"""The `tickets` section of config.yml: hours, deadlines and receivers as an operator writes them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from bot.sections import Address, Duration, Hours, Section, TimeOfDay, group_conversation
from handlers.base import Person
from handlers.tickets.clock import WEEKDAYS, WorkingTime
from handlers.tickets.routing import ALL_DAY, Routing, Shift, Unit
from handlers.tickets.rules import DEADLINES, Deadline, Limit, Receiver, TicketRules
from handlers.tickets.words import Level, TicketClass, Tier


def _unless_off(value: Any) -> Any:
    return None if value in ("off", False) else value


def _limit(value: Any) -> Any:
    return value if isinstance(value, Limit) else Limit.parse(str(value))


def _labelled(words: type[TicketClass] | type[Level] | type[Tier]) -> BeforeValidator:
    def read(value: Any) -> Any:
        for word in words:
            if value in (word, word.label):
                return word
        raise ValueError(f"write one of {'、'.join(word.label for word in words)}")

    return BeforeValidator(read)


LimitText = Annotated[Limit, BeforeValidator(_limit), PlainSerializer(str)]
ClassWord = Annotated[TicketClass, _labelled(TicketClass)]
TierWord = Annotated[Tier, _labelled(Tier)]
GradeWord = Annotated[str, Field(pattern="^[ABC][ABC]$")]
LevelWord = Annotated[Level, _labelled(Level)]


class DeadlineSection(Section):
    grades: str = "??"
    classes: tuple[ClassWord, ...] = ()
    first: LimitText
    done: LimitText

    def deadline(self) -> Deadline:
        return Deadline(grades=self.grades, classes=frozenset(self.classes), first=self.first, done=self.done)


class ReceiverSection(Section):
    name: str
    group: Address | None = None
    people: Mapping[Address, str] = {}

    def receiver(self) -> Receiver:
        return Receiver(
            name=self.name,
            conversation=group_conversation(self.group) if self.group else None,
            people=_people(self.people),
        )


class UnitSection(Section):
    """One row of the routing table."""

    group: Address | None = None
    topics: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    people: Mapping[Address, str] = {}
    head: Mapping[Address, str] = {}
    substitutes: Mapping[Address, str] = {}
    hours: tuple[Hours, ...] = ALL_DAY
    legal: bool = False

    def unit(self, name: str) -> Unit:
        return Unit(
            name=name,
            desk=group_conversation(self.group) if self.group else None,
            topics=self.topics,
            words=self.words,
            people=_people(self.people),
            head=next(iter(_people(self.head)), None),
            substitutes=_people(self.substitutes),
            hours=self.hours,
            legal=self.legal,
        )


class ShiftSection(Section):
    """Who is on duty from one day to another, both included."""

    first: date
    last: date
    unit: str = ""
    weekdays: Annotated[str, Field(pattern=f"^[{WEEKDAYS}]+$")] = WEEKDAYS
    people: Mapping[Address, str] = {}
    chiefs: Mapping[Address, str] = {}

    @model_validator(mode="after")
    def _in_order(self) -> "ShiftSection":
        if self.last < self.first:
            raise ValueError(f"the shift ends ({self.last}) before it begins ({self.first}); swap the days")
        return self

    def shift(self) -> Shift:
        return Shift(
            first=self.first,
            last=self.last,
            unit=self.unit,
            weekdays=frozenset(WEEKDAYS.index(day) for day in self.weekdays),
            people=_people(self.people),
            chiefs=_people(self.chiefs),
        )


def _people(named: Mapping[str, str]) -> tuple[Person, ...]:
    return tuple(Person.at(address, name=name) for address, name in named.items())


class TicketSection(Section):
    """Left out: the day–week promise with its defaults (handlers/tickets/rules.py)."""

    working_hours: tuple[Hours, ...] = WorkingTime().intervals
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()
    deadlines: tuple[DeadlineSection, ...] = ()
    warn_before: Duration = TicketRules.warn_before
    escalate_every: LimitText = TicketRules.escalate_every
    receivers: Mapping[LevelWord, tuple[ReceiverSection, ...]] = {}
    rating_after: Duration = TicketRules.rating_after
    rating_window: Duration = TicketRules.rating_window
    auto_close: Duration = TicketRules.auto_close
    material_wait: Duration = TicketRules.material_wait
    press_every: Duration = TicketRules.press_every
    units: Mapping[str, UnitSection] = {}
    roster: tuple[ShiftSection, ...] = ()
    capacity: Annotated[int, Field(ge=0)] = TicketRules.capacity
    returns: Annotated[int, Field(ge=0)] = TicketRules.returns
    confirm_over: Annotated[int, Field(ge=1)] = TicketRules.confirm_over
    second_from: Annotated[int, Field(ge=2)] = TicketRules.second_from
    forbidden: tuple[str, ...] = TicketRules.forbidden
    care_for: frozenset[TierWord] = TicketRules.care_for
    alike_at: Annotated[float, Field(gt=0, le=1)] = TicketRules.alike_at
    join_at: Annotated[float | None, Field(gt=0, le=1)] = TicketRules.join_at
    again_at: Annotated[float, Field(gt=0, le=1)] = TicketRules.again_at
    again_window: Duration = TicketRules.again_window
    common_at: Annotated[int, Field(ge=2)] = TicketRules.common_at
    cluster_at: Annotated[int, Field(ge=2)] = TicketRules.cluster_at
    cluster_window: Duration = TicketRules.cluster_window
    remind_after: Duration = TicketRules.remind_after
    call_back: LimitText = TicketRules.call_back
    rectify: LimitText = TicketRules.rectify
    look_back_after: Duration = TicketRules.look_back_after
    look_back_share: Annotated[float, Field(ge=0, le=1)] = TicketRules.look_back_share
    complaints: ReceiverSection | None = None
    emergency: ReceiverSection | None = None
    emergency_lines: tuple[str, ...] = TicketRules.emergency_lines
    priority: frozenset[GradeWord] = TicketRules.priority
    contact_card: str = TicketRules.contact_card
    digest_at: Annotated[TimeOfDay | None, BeforeValidator(_unless_off)] = None

    def rules(self, chiefs: tuple[Person, ...] = ()) -> TicketRules:
        """`chiefs`: who decides on days the roster does not know."""
        return TicketRules(
            working=WorkingTime(intervals=self.working_hours, days_off=self.days_off, days_on=self.days_on),
            deadlines=tuple(section.deadline() for section in self.deadlines) or DEADLINES,
            receivers={level: tuple(one.receiver() for one in all) for level, all in self.receivers.items()},
            routing=Routing(
                units=tuple(section.unit(name) for name, section in self.units.items()),
                roster=tuple(section.shift() for section in self.roster),
                fallback=chiefs,
            ),
            emergency=self.emergency.receiver() if self.emergency else None,
            complaints=self.complaints.receiver() if self.complaints else None,
            **{name: value for name, value in self if name not in BUILT_UPON},
        )


#: Keys that rules are built from, or that are another's (`digest_at`); rules take all others as they are written.
BUILT_UPON = {
    "working_hours", "days_off", "days_on", "deadlines", "receivers", "units", "roster", "emergency", "complaints",
    "digest_at",
}  # fmt: skip
