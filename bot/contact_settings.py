"""The `contacts` section of config.yml: what stands on the contact card, and how it is drawn."""

from datetime import date
from pathlib import Path

from bot.sections import Section
from handlers.members.contact_card import ContactCard, Department


class DepartmentSection(Section):
    name: str
    does: str
    head: str = ""
    phone: str = ""


class ContactSection(Section):
    title: str = ContactCard.title
    departments: tuple[DepartmentSection, ...] = ()
    lines: tuple[str, ...] = tuple(ContactCard.lines)
    link: str = ""
    review_by: date | None = None
    picture: bool = True
    font: Path | None = None

    def card(self) -> ContactCard:
        return ContactCard(
            title=self.title,
            departments=tuple(Department(**dict(row)) for row in self.departments),
            lines=self.lines,
            link=self.link,
            review_by=self.review_by,
        )
