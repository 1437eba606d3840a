"""The `contacts` and `follow_ups` sections of config.yml."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.sections import Hours, Section
from handlers.follow_ups import FollowUpRules
from handlers.members.contact_card import ContactCard, Department


class DepartmentSection(Section):
    name: str
    does: str
    head: str = ""
    phone: str = ""


class ContactSection(Section):
    title: str = ContactCard().title
    departments: tuple[DepartmentSection, ...] = ()
    lines: tuple[str, ...] = tuple(ContactCard().lines)
    link: str = ""
    review_by: date | None = None
    font: Path | None = None

    def card(self) -> ContactCard:
        return ContactCard(
            title=self.title,
            departments=tuple(Department(**dict(row)) for row in self.departments),
            lines=self.lines,
            link=self.link,
            review_by=self.review_by,
        )


class FollowUpSection(Section):
    hours: Hours | None = None
    a_person: Annotated[int, Field(ge=1)] | None = None
    a_group: Annotated[int, Field(ge=1)] | None = None
    combine: bool = True

    def rules(self) -> FollowUpRules:
        return FollowUpRules(**dict(self))
