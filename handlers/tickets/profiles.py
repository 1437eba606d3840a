"""What we know of the enterprise behind an asker: told once, remembered for his next question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.tickets.history import Act, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.papers import MemberRow
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.service import askers_of
from handlers.tickets.words import AskerType, Reach, Tier, What, Word

LABELS = {
    "企业": "enterprise", "单位": "enterprise", "公司": "enterprise", "类型": "asker_type", "等级": "tier",
    "信用等级": "tier", "信用": "tier", "地区": "region", "区域": "region", "关区": "region", "协调员": "coordinator",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Profile:
    """None: nobody said."""

    enterprise: str | None = None
    asker_type: AskerType | None = None
    tier: Tier | None = None
    region: str | None = None
    coordinator: str | None = None

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def over(self, before: "Profile") -> "Profile":
        """What was said now, and what was known before where nothing was."""
        return replace(before, **self.said())

    def shown(self) -> str:
        said = {name: value for name, value in self.said().items() if name != "coordinator"}
        words = [value.label if isinstance(value, Word) else str(value) for value in said.values()]
        words += ["有协调员"] if self.coordinator else []
        return " · ".join(words)


def read_profile(enterprise: str, fields: Mapping[str, str]) -> Profile:
    """The profile as typed. Raises HalfACommand for a type or tier that is none."""
    return Profile(
        enterprise=(fields.get("enterprise") or enterprise)[:200] or None,
        asker_type=_word(AskerType, fields.get("asker_type"), "类型"),
        tier=_word(Tier, fields.get("tier"), "等级"),
        region=(fields.get("region") or "")[:64] or None,
        coordinator=fields.get("coordinator") or None,
    )


def known(session: Session, person: str) -> Profile:
    row = session.get(MemberRow, person)
    names = Profile.__dataclass_fields__
    return Profile(**{name: getattr(row, name) for name in names}) if row else Profile()


def remember(session: Session, asker: AskerRow, profile: Profile, act: Act) -> None:
    """Keep what was said for this question and for his next ones; what was not said stays as it was."""
    row = session.get(MemberRow, asker.person)
    if row is None:
        row = MemberRow(person=asker.person, name=asker.name, changed_at=act.now, changed_by=act.address)
        session.add(row)
    row.changed_at, row.changed_by, row.name = act.now, act.address, asker.name
    for name, value in profile.said().items():
        setattr(row, name, value)
    copy_onto(asker, profile)


def copy_onto(asker: AskerRow, profile: Profile) -> None:
    """Note on his question what is known of him."""
    for name in ("enterprise", "asker_type", "tier", "region"):
        if (value := getattr(profile, name)) is not None:
            setattr(asker, name, value)


def note(session: Session, ticket: TicketRow, profile: Profile, act: Act) -> None:
    """Somebody tells who asks."""
    for asker in askers_of(session, ticket):
        remember(session, asker, profile, act)
    ticket.region = profile.region or ticket.region
    record(session, ticket, What.PROFILED, act, after=profile.shown())


def enterprises_asking(session: Session, ticket: TicketRow) -> int:
    """How many different enterprises ask; persons of whom we know none count for themselves."""
    query = select(AskerRow.enterprise, AskerRow.person).where(AskerRow.ticket_id == ticket.id)
    return len({enterprise or person for enterprise, person in session.execute(query)})


def judge_reach(session: Session, ticket: TicketRow, act: Act, *, common_at: int) -> None:
    """共性 from so many enterprises on; a person's word on it is never taken back by counting."""
    if ticket.reach is None and enterprises_asking(session, ticket) >= common_at:
        set_reach(session, ticket, Reach.COMMON, act, why="多家企业遇到")


def set_reach(session: Session, ticket: TicketRow, reach: Reach, act: Act, *, why: str = "") -> None:
    before, ticket.reach = ticket.reach, reach
    record(session, ticket, What.REACH_SET, act, before=before.label if before else "", after=reach.label, why=why)


W = TypeVar("W", bound=Word)


def _word(words: type[W], said: str | None, label: str) -> W | None:
    if not said:
        return None
    plain = said.strip().removesuffix("企业") or said.strip()
    for word in words:
        if said.strip() in (word.label, word.value) or plain == word.label:
            return word
    choices = "、".join(word.label for word in words)
    raise HalfACommand(f"{label}没有“{said}”，可以写：{choices}。没有改动。")
