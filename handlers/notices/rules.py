"""The operator's choices about notices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from handlers.base import Attachment
from handlers.notices.words import Way
from handlers.tickets.clock import WorkingTime
from handlers.times import SHANGHAI, local_day

DAY = timedelta(days=1)
POSTING, UPLOADING = "/post", "/attach"  # where the pages are


@dataclass(frozen=True, kw_only=True)
class NoticeRules:
    """`ways`: how each channel takes notices; a channel not named there is not connected; `chosen`: as the operator wants it
    instead. `unsaying`: the channels that can delete what was said; None is all of them. `carrying`: which kinds of files
    each channel carries; None is every kind. `ahead`: to how many places of each platform it may lie in the outbox
    at once, so that a running notice never stands before an answer. `pages`: where phones reach us; "" when they cannot."""

    working: WorkingTime = field(default_factory=WorkingTime)
    hours: tuple[time, time] = (time(9), time(20))
    lengths: Mapping[str, int] = field(default_factory=dict)
    length: int = 900
    most_parts: int = 5
    forbidden: tuple[str, ...] = ()
    ahead: int = 200
    passing_for: timedelta = timedelta(days=2)
    keep_files: timedelta = timedelta(days=180)
    ways: Mapping[str, Way] | None = None
    unsaying: Collection[str] | None = None
    carrying: Mapping[str, Collection[Attachment]] | None = None
    chosen: Mapping[str, Way] = field(default_factory=dict)
    pages: str = ""

    def page_of(self, seal: str) -> str:
        """Where volunteers copy the words of an approved notice; "" where phones cannot reach us."""
        return f"{self.pages}{POSTING}/{seal}" if self.pages and seal else ""

    def upload_page(self, key: str) -> str:
        """Where a picture is added to a draft from a phone; "" where phones cannot reach us."""
        return f"{self.pages}{UPLOADING}/{key}" if self.pages else ""

    def length_for(self, channel: str) -> int:
        return self.lengths.get(channel, self.length)

    def way(self, channel: str) -> Way | None:
        """None: there is no such account."""
        known = Way.PUSH if self.ways is None else self.ways.get(channel)
        return known and self.chosen.get(channel, known)

    def can_unsay(self, channel: str) -> bool:
        return self.unsaying is None or channel in self.unsaying

    def carries(self, channel: str, kind: Attachment) -> bool:
        return self.carrying is None or kind in self.carrying.get(channel, ())

    def allows(self, moment: datetime, *, any_day: bool) -> bool:
        return self.next_moment(moment, any_day=any_day) == moment

    def next_moment(self, moment: datetime, *, any_day: bool) -> datetime:
        """The first moment from then on at which notices may be sent."""
        day = local_day(moment)
        while True:
            opens, closes = (datetime.combine(day, clock, SHANGHAI) for clock in self.hours)
            if (any_day or self.working.works_on(day)) and moment < closes:
                return max(moment, opens)
            day += DAY

    def open_time(self, start: datetime, end: datetime, *, any_day: bool) -> timedelta:
        """How much of the time between may be sent in."""
        total, day = timedelta(), local_day(start)
        while day <= local_day(end):
            if any_day or self.working.works_on(day):
                opens, closes = (datetime.combine(day, clock, SHANGHAI) for clock in self.hours)
                total += max(min(closes, end) - max(opens, start), timedelta())
            day += DAY
        return total

    def after(self, start: datetime, amount: timedelta, *, any_day: bool) -> datetime:
        """When so much sending time has passed."""
        moment = self.next_moment(start, any_day=any_day)
        while True:
            closes = datetime.combine(local_day(moment), self.hours[1], SHANGHAI)
            if moment + amount <= closes:
                return moment + amount
            amount -= closes - moment
            moment = self.next_moment(closes, any_day=any_day)
