"""The `notices` section of config.yml."""

from collections.abc import Collection, Mapping
from typing import Annotated

from pydantic import Field

from bot.sections import Duration, Hours, Section
from handlers.base import Attachment
from handlers.notices.rules import NoticeRules
from handlers.notices.words import Way
from handlers.tickets.clock import WorkingTime


class NoticeSection(Section):
    hours: Hours = NoticeRules.hours
    length: Annotated[int, Field(ge=50)] = NoticeRules.length
    lengths: Mapping[str, Annotated[int, Field(ge=50)]] = {}
    most_parts: Annotated[int, Field(ge=1)] = NoticeRules.most_parts
    forbidden: tuple[str, ...] = NoticeRules.forbidden
    ahead: Annotated[int, Field(ge=1)] = NoticeRules.ahead
    passing_for: Duration = NoticeRules.passing_for
    keep_files: Duration = NoticeRules.keep_files
    ways: Mapping[str, Way] = {}

    def rules(
        self,
        working: WorkingTime,
        ways: Mapping[str, Way] | None = None,
        unsaying: Collection[str] | None = None,
        carrying: Mapping[str, Collection[Attachment]] | None = None,
        pages: str = "",
    ) -> NoticeRules:
        choices = {name: value for name, value in dict(self).items() if name != "ways"}
        return NoticeRules(
            working=working, ways=ways, unsaying=unsaying, carrying=carrying, chosen=self.ways, pages=pages, **choices
        )
