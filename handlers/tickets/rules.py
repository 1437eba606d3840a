"""The operator's choices about tickets: hours, deadlines, receivers. Defaults keep the day–week promise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from handlers.base import Conversation, Person
from handlers.follow_ups import AT_ONCE, FollowUpRules
from handlers.members.contact_card import ContactCard
from handlers.tickets.clock import WorkingTime
from handlers.tickets.routing import Routing
from handlers.tickets.words import Level, TicketClass, Tier
from handlers.times import local_day

PRIORITY = frozenset({"AA", "AB", "BA", "BB"})
BB_PLUS = "BB+"


class TimeUnit(StrEnum):
    MINUTES = "working minutes"
    HOURS = "working hours"
    DAYS = "working days"
    CALENDAR_DAYS = "calendar days"
    SAME_DAY = "same day"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How long something may take, written `2 working hours`, `7 calendar days` or `same day`."""

    unit: TimeUnit
    amount: int = 0

    @classmethod
    def parse(cls, text: str) -> "Limit":
        said = " ".join(text.split())
        number, _, words = said.partition(" ")
        if number.isdecimal():
            return cls(unit=_unit(words, said), amount=int(number))
        return cls(unit=_unit(said, said))

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}" if self.unit != TimeUnit.SAME_DAY else str(self.unit)

    def due(self, start: datetime, working: WorkingTime) -> datetime:
        """When what began at `start` must be done."""
        match self.unit:
            case TimeUnit.SAME_DAY:
                # Who asks a minute before closing is promised what can be kept: an hour of work, next morning.
                return max(working.close_of_business(start), working.add(start, timedelta(hours=1)))
            case TimeUnit.CALENDAR_DAYS:
                last = working.last_minute_of(local_day(start) + timedelta(days=self.amount))
                return max(last, working.close_of_business(start))  # long holidays outlast a week
            case TimeUnit.DAYS:
                return working.add(start, self.amount * working.day_length)
            case TimeUnit.HOURS:
                return working.add(start, timedelta(hours=self.amount))
            case TimeUnit.MINUTES:
                return working.add(start, timedelta(minutes=self.amount))


def _unit(words: str, text: str) -> TimeUnit:
    numbered = text != words
    plural = f"{words}s" if numbered and not words.endswith("s") else words
    known = {str(unit): unit for unit in TimeUnit}
    if plural in known and numbered == (plural != TimeUnit.SAME_DAY) and not text.startswith("0"):
        return known[plural]
    raise ValueError(f"“{text}” is no limit; write for example: 2 working hours, 7 calendar days, same day")


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One row of the table: for these classes (none: all) and grades (`AA`, `?A`, `BB+`, `??`)."""

    first: Limit
    done: Limit
    grades: str = "??"
    classes: frozenset[TicketClass] = frozenset()

    def covers(self, ticket_class: TicketClass, grade: str, priority: frozenset[str]) -> bool:
        if self.classes and ticket_class not in self.classes:
            return False
        return grade in priority if self.grades == BB_PLUS else fnmatchcase(grade, self.grades)


def row(first: str, done: str, *classes: TicketClass, grades: str = "??") -> Deadline:
    """A row of the table, written shortly."""
    return Deadline(first=Limit.parse(first), done=Limit.parse(done), grades=grades, classes=frozenset(classes))


#: The first row that covers class and grade counts. What waits on a quay is answered the same day, and so is what is
#: in every handbook; what needs consulting is answered within a week.
DEADLINES = (
    row("30 working minutes", "same day", grades="?A"),
    row("2 working hours", "same day", TicketClass.BASIC),
    row("2 working hours", "2 working days", TicketClass.COMMON, TicketClass.PRACTICE, grades=BB_PLUS),
    row("4 working hours", "7 calendar days", TicketClass.COMMON, TicketClass.PRACTICE),
    row("1 working day", "7 calendar days"),
)


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Somebody told when a ticket reaches a level: mentioned in `conversation`, the ticket's own desk when None."""

    name: str
    conversation: Conversation | None = None
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TicketRules:
    """Everything about tickets that an operator may choose."""

    working: WorkingTime = field(default_factory=WorkingTime)
    deadlines: tuple[Deadline, ...] = DEADLINES
    priority: frozenset[str] = PRIORITY
    warn_before: timedelta = timedelta(hours=1)  #: of working time before a deadline
    escalate_every: Limit = Limit(unit=TimeUnit.DAYS, amount=1)  #: after a breach, level by level
    receivers: Mapping[Level, tuple[Receiver, ...]] = field(default_factory=dict)
    rating_after: timedelta = timedelta(minutes=30)  #: after the answer was delivered
    rating_window: timedelta = timedelta(days=15)  #: how long a rating, 没解决 and thanks find their ticket
    auto_close: timedelta = timedelta(days=7)  #: after the answer was delivered
    material_remind_after: timedelta = timedelta(days=3)  #: after material was asked for; once a request
    material_wait: timedelta = timedelta(days=7)  #: how long a clock may stand still for material
    press_every: timedelta = timedelta(hours=2)  #: one asker, one ticket
    recent_answer: timedelta = timedelta(hours=24)  #: how long 没解决 finds the bot's own answer
    routing: Routing = field(default_factory=Routing)
    capacity: int = 0  #: open tickets one volunteer may take; 0: as many as he likes
    returns: int = 2  #: how often units may send a ticket back before a duty chief decides
    confirm_over: int = 300  #: characters of an answer above which its writer looks at it once more
    second_from: int = 5  #: askers of an answer from which a second person must agree
    forbidden: tuple[str, ...] = ()  #: words that never go to an asker
    care_for: frozenset[Tier] = frozenset({Tier.ADVANCED, Tier.CERTIFIED})  #: their questions count as urgent
    alike_at: float = 0.35  #: an open question that asks the same this probably is shown on the card of a new one
    join_at: float | None = None  #: … and joined at once from here; None: people decide
    again_at: float = 0.5  #: an answered question that asks the same this probably has come again
    again_window: timedelta = timedelta(days=180)  #: … when it was asked within that time
    common_at: int = 3  #: distinct enterprises that make a problem 共性
    cluster_at: int = 5  #: open tickets of one topic that make us propose to clear them together
    cluster_window: timedelta = timedelta(days=30)
    remind_after: timedelta = timedelta(days=3)  #: after the invitation to rate; once
    call_back: Limit = Limit(unit=TimeUnit.DAYS, amount=1)  #: after a bad rating
    rectify: Limit = Limit(unit=TimeUnit.DAYS, amount=15)
    look_back_after: timedelta = timedelta(days=30)
    look_back_share: float = 0.2  #: of difficult tickets
    complaints: Receiver | None = None  #: who sees complaints
    emergency: Receiver | None = None  #: who is called when something urgent comes in outside working hours
    emergency_lines: tuple[str, ...] = ()  #: … and whom else one can call: other authorities, with their numbers
    follow: FollowUpRules = AT_ONCE
    contact_card: str = ""  #: what 联系卡 shows instead of `contacts`
    contacts: ContactCard = field(default_factory=ContactCard)  #: where the card begins that operators keep in the chat

    def __post_init__(self) -> None:
        for ticket_class in TicketClass:
            for grade in (a + b for a in "ABC" for b in "ABC"):
                self.deadline(ticket_class, grade)

    def deadline(self, ticket_class: TicketClass, grade: str) -> Deadline:
        """The row of the table that counts."""
        for deadline in self.deadlines:
            if deadline.covers(ticket_class, grade, self.priority):
                return deadline
        raise ValueError(f"no deadline for {ticket_class} {grade}; end the table with a row for all classes and grades")

    def is_priority(self, grade: str) -> bool:
        return grade in self.priority
