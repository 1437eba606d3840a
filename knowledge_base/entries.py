"""FAQ entries: their shape."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Status(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SUSPENDED = "suspended"


class Review(StrEnum):
    """Whether the facts were checked against a governing text."""

    DONE = "done"
    NEEDED = "needed"


Line = Annotated[str, Field(min_length=1, max_length=500)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


INTERNAL = frozenset({"internal", "内部"})


class Citation(Strict):
    """An article of an instrument; `source` is a key of instruments.yml."""

    source: Line
    article: str | int | None = None
    note: str | None = None


class Entry(Strict):
    """One question the service answers, in approved words."""

    id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S+$")]
    topic: str = ""
    question: Line
    variants: tuple[Line, ...] = ()
    answer: str = ""
    tips: str = ""
    basis: tuple[Citation | Line, ...] = ()
    as_of: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    review_by: date | None = None
    owner: str = ""
    links: tuple[Line, ...] = ()
    status: Status = Status.APPROVED
    review: Review = Review.DONE
    audience: str = "public"  #: whom it is for, in the editors' words; one of INTERNAL is for colleagues only

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Every way of asking it, the canonical question first."""
        return (self.question, *self.variants)

    @property
    def ends_before_it_begins(self) -> bool:
        return bool(self.valid_from and self.valid_until and self.valid_until < self.valid_from)

    def answers_on(self, day: date) -> bool:
        """Whether it may answer people on that day: it has words, is approved, begun, not expired, and not for colleagues
        only."""
        begun = self.valid_from is None or self.valid_from <= day
        expired = self.valid_until is not None and self.valid_until < day
        return bool(self.answer) and self._may_be_told and begun and not expired

    @property
    def _may_be_told(self) -> bool:
        return self.status == Status.APPROVED and self.audience not in INTERNAL
