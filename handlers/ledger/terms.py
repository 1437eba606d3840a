"""The words of the ledger: what a period's questions come to. A question (件) is what one asker was given a number for,
joined or not."""

from dataclasses import dataclass, fields

from handlers.ledger.period import Period


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many of so many; the denominator is always shown."""

    part: int
    whole: int

    def __str__(self) -> str:
        if not self.whole:
            return "—（0 件）"
        return f"{self.part * 100 / self.whole:.1f}%（{self.part}/{self.whole}）"


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The questions registered in a period, each in exactly one of the five places it can be in, as they stand now."""

    waiting: int = 0  #: no answer yet
    by_volunteer: int = 0  #: answered, the asker has not said a word
    confirmed: int = 0  #: the asker says that it is solved
    assumed: int = 0  #: the asker never said anything, and time ran out
    declined: int = 0  #: not accepted, with a reason
    overdue: int = 0  #: of those that wait: the promised hour has passed
    undelivered: int = 0  #: of those that wait: the answer did not arrive
    once: int = 0  #: of those answered: nobody said that it did not solve it
    reopened: int = 0  #: the asker said that an answer did not solve it
    rated: int = 0
    satisfied: int = 0
    unrated: int = 0  #: of those answered: nobody said how good the answer was

    @property
    def accepted(self) -> int:
        return self.waiting + self.replied

    @property
    def answered(self) -> int:
        return self.by_volunteer + self.confirmed + self.assumed

    @property
    def replied(self) -> int:
        """Whoever asked these has heard from us what we had to say."""
        return self.answered + self.declined

    @property
    def solved_rate(self) -> Rate:
        return Rate(part=self.replied, whole=self.accepted)

    @property
    def confirmed_rate(self) -> Rate:
        return Rate(part=self.confirmed, whole=self.answered)

    @property
    def first_contact_rate(self) -> Rate:
        """Questions answered once and for all, of those answered."""
        return Rate(part=self.once, whole=self.answered)

    @property
    def satisfied_rate(self) -> Rate:
        return Rate(part=self.satisfied, whole=self.rated)


PLACES = tuple(one.name for one in fields(Cohort))


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Promises of time whose outcome is known: kept, or not."""

    kept: int = 0
    late: int = 0

    @property
    def rate(self) -> Rate:
        return Rate(part=self.kept, whole=self.kept + self.late)


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What was owed when the period began and when it ended, and what changed that."""

    before: int
    opened: int
    returned: int  #: owed again: reopened, or not delivered
    answered: int
    joined: int  #: went on under another number
    after: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All figures of one period."""

    period: Period
    cohort: Cohort
    first_response: Kept
    resolution: Kept
    stock: Stock
    by_bot: int  #: questions the bot answered from the base
    by_bot_not_solved: int  #: … after which the asker wanted a person

    @property
    def bot_rate(self) -> Rate:
        """Questions settled by the bot alone, of all that were answered by it or became tickets otherwise."""
        others = self.cohort.accepted - self.by_bot_not_solved
        return Rate(part=self.by_bot - self.by_bot_not_solved, whole=self.by_bot + others)
