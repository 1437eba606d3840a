"""The `tickets` section of config.yml: hours, deadlines and receivers as an operator writes them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from bot.sections import Address, Duration, Hours, Section, group_conversation
from handlers.base import Person
from handlers.tickets.clock import WorkingTime
from handlers.tickets.rules import DEADLINES, Deadline, Limit, Receiver, TicketRules
from handlers.tickets.words import Level, TicketClass


def _limit(value: Any) -> Any:
    return value if isinstance(value, Limit) else Limit.parse(str(value))


def _labelled(words: type[TicketClass] | type[Level]) -> BeforeValidator:
    def read(value: Any) -> Any:
        for word in words:
            if value in (word, word.label):
                return word
        raise ValueError(f"write one of {'、'.join(word.label for word in words)}")

    return BeforeValidator(read)


LimitText = Annotated[Limit, BeforeValidator(_limit), PlainSerializer(str)]
ClassWord = Annotated[TicketClass, _labelled(TicketClass)]
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
            people=tuple(Person.at(address, name=name) for address, name in self.people.items()),
        )


class TicketSection(Section):
    """Left out: the day–week promise with its defaults (handlers/tickets/rules.py)."""

    working_hours: tuple[Hours, ...] = WorkingTime().intervals
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()
    deadlines: tuple[DeadlineSection, ...] = ()
    warn_before: Duration = timedelta(hours=1)
    escalate_every: LimitText = Limit.parse("1 working day")
    receivers: Mapping[LevelWord, tuple[ReceiverSection, ...]] = {}
    rating_after: Duration = timedelta(minutes=30)
    rating_window: Duration = timedelta(days=15)
    auto_close: Duration = timedelta(days=7)
    material_wait: Duration = timedelta(days=7)
    press_every: Duration = timedelta(hours=2)

    def rules(self) -> TicketRules:
        return TicketRules(
            working=WorkingTime(intervals=self.working_hours, days_off=self.days_off, days_on=self.days_on),
            deadlines=tuple(section.deadline() for section in self.deadlines) or DEADLINES,
            warn_before=self.warn_before,
            escalate_every=self.escalate_every,
            receivers={level: tuple(one.receiver() for one in all) for level, all in self.receivers.items()},
            rating_after=self.rating_after,
            rating_window=self.rating_window,
            auto_close=self.auto_close,
            material_wait=self.material_wait,
            press_every=self.press_every,
        )
