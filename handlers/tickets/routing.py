"""Who answers for which topic, and who of them is on duty now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from handlers.base import Conversation, Person
from handlers.times import SHANGHAI, local_day

ALL_DAY = ((time(0), time(23, 59, 59)),)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A professional group: its topics, its people, and who stands in for them."""

    name: str
    desk: Conversation | None = None
    topics: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()  #: in a question whose topic nobody knows
    people: tuple[Person, ...] = ()
    head: Person | None = None
    substitutes: tuple[Person, ...] = ()
    hours: tuple[tuple[time, time], ...] = ALL_DAY
    legal: bool = False  #: signs what is concluded where it leads or joins in

    def is_in(self, now: datetime) -> bool:
        clock = now.astimezone(SHANGHAI).time()
        return any(start <= clock <= end for start, end in self.hours)

    def has(self, address: str) -> bool:
        """Whether this person may take the unit's tickets; a unit without names is everybody's."""
        everybody = [*self.people, *self.substitutes, *([self.head] if self.head else [])]
        return not everybody or any(person.address == address for person in everybody)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Who is on duty on some days; for one unit, or for the whole service when `unit` is empty."""

    first: date
    last: date
    people: tuple[Person, ...] = ()
    chiefs: tuple[Person, ...] = ()
    unit: str = ""
    weekdays: frozenset[int] = frozenset(range(7))

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last and day.weekday() in self.weekdays


@dataclass(frozen=True, kw_only=True)
class Routing:
    """The table of units and the roster."""

    units: tuple[Unit, ...] = ()
    roster: tuple[Shift, ...] = ()
    fallback: tuple[Person, ...] = field(default=())  #: duty chiefs on days the roster does not know

    def __post_init__(self) -> None:
        names = [unit.name for unit in self.units]
        strange = {shift.unit for shift in self.roster if shift.unit} - set(names)
        if len(names) != len(set(names)):
            raise ValueError("two units have one name; give each its own")
        if strange:
            raise ValueError(f"the roster names units that are not there: {'、'.join(sorted(strange))}")

    def unit(self, name: str | None) -> Unit | None:
        return next((unit for unit in self.units if name and unit.name == name.strip()), None)

    def unit_for(self, topic: str, question: str) -> Unit | None:
        """The unit whose topic it is; when the topic is unknown, the one whose words the question uses most."""
        by_topic = next((unit for unit in self.units if topic and topic in unit.topics), None)
        if by_topic is not None:
            return by_topic
        used = [(sum(word in question for word in unit.words), -place) for place, unit in enumerate(self.units)]
        most, place = max(used, default=(0, 0))
        return self.units[-place] if most else None

    def on_duty(self, unit: Unit | None, now: datetime) -> tuple[Person, ...]:
        """Whom to call: those the roster names, else the unit's people; outside its hours its substitutes."""
        if unit is not None and not unit.is_in(now) and unit.substitutes:
            return unit.substitutes
        rostered = self._rostered(unit.name if unit else "", local_day(now))
        if rostered or unit is None:
            return rostered
        if self._plans(unit.name) and unit.substitutes:
            return unit.substitutes  # a gap in the roster
        return unit.people or unit.substitutes or ((unit.head,) if unit.head else ())

    def chiefs(self, now: datetime) -> tuple[Person, ...]:
        """The duty chiefs of the day; on a day without one, those who always are."""
        return self._gather(shift.chiefs for shift in self.roster if shift.covers(local_day(now))) or self.fallback

    def gaps(self, first: date, days: int) -> list[tuple[date, str]]:
        """Days ahead on which a rostered unit, or the whole service (""), has nobody."""
        planned = sorted({shift.unit for shift in self.roster})
        ahead = [first + timedelta(days=ahead) for ahead in range(days)]
        return [(day, unit) for day in ahead for unit in planned if not self._rostered(unit, day)]

    def _rostered(self, unit: str, day: date) -> tuple[Person, ...]:
        own = [shift for shift in self.roster if shift.unit == unit and shift.covers(day)]
        return self._gather(shift.people for shift in own)

    def _plans(self, unit: str) -> bool:
        return any(shift.unit == unit for shift in self.roster)

    @staticmethod
    def _gather(people: Iterable[tuple[Person, ...]]) -> tuple[Person, ...]:
        return tuple(dict.fromkeys(person for some in people for person in some))
