"""Groups, desks and volunteers, as the operator named them in the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from handlers.base import Conversation, Group, Person, Policy, Role
from handlers.members.group_register import GroupRegister


class Right(StrEnum):
    """What a person of the service may do; one person may hold several."""

    VOLUNTEER = "volunteer"
    DUTY_CHIEF = "duty_chief"
    OPERATOR = "operator"
    EDITOR = "editor"
    LEADER = "leader"


ALL_RIGHTS = frozenset(Right)
RUN_GROUPS = frozenset({Right.OPERATOR, Right.DUTY_CHIEF})  # who sets groups up, and counts in them like their admin
RUN_SERVICE = RUN_GROUPS | {Right.LEADER}  # who writes notices, events and the contact card, and sees the figures


@dataclass(frozen=True, kw_only=True)
class Volunteer:
    """Somebody who answers for the service; `number` is his staff number, shown with his name."""

    address: str
    name: str
    number: str = ""
    rights: frozenset[Right] = frozenset({Right.VOLUNTEER})


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Looks people and groups up. `anyone_in_desks` makes whoever speaks in a desk a volunteer with every right: for
    replays and the little world in the terminal only. `desk`: whose volunteers take questions, where no unit has one of its
    own."""

    groups: Mapping[Conversation, Group] = field(default_factory=dict)
    volunteers: Mapping[str, Volunteer] = field(default_factory=dict)
    unknown_groups: Policy = Policy.OFF
    desk: Conversation | None = None
    anyone_in_desks: bool = False
    #: What operators set up in the chat; it counts for more than `groups`.
    group_register: GroupRegister | None = None

    def group(self, conversation: Conversation) -> Group:
        configured = self.groups.get(conversation)
        known = (self.group_register.named(conversation, configured) if self.group_register else None) or configured
        if known is not None:
            return known
        policy = Policy.MENTION_ONLY if conversation.is_private else self.unknown_groups
        name = "私聊" if conversation.is_private else f"群 {conversation.id}"
        return Group(conversation=conversation, name=name, policy=policy)

    def see(self, session: Session, conversation: Conversation, *, now: datetime) -> None:
        """A word came from there: a group nobody named is written down."""
        if self.group_register is not None and conversation not in self.groups:
            self.group_register.see(session, conversation, now=now)

    def with_group(self, group: Group) -> "Directory":
        """The same directory with one group more, or another word on it."""
        return replace(self, groups={**self.groups, group.conversation: group})

    def volunteer(self, person: Person, *, where: Group) -> Volunteer | None:
        """The volunteer who speaks, or None for everybody else."""
        known = self.volunteers.get(person.address)
        if known is None and self.anyone_in_desks and where.role == Role.DESK:
            return Volunteer(address=person.address, name=person.name, rights=ALL_RIGHTS)
        return known

    def named(self, name: str) -> Volunteer | None:
        """The volunteer of that name or staff number."""
        said = name.strip().removeprefix("@")
        return next((one for one in self.volunteers.values() if said and said in (one.name, one.number)), None)

    def named_in(self, text: str) -> Volunteer | None:
        """The volunteer whose name stands in the text."""
        return next((one for one in self.volunteers.values() if one.name and one.name in text), None)

    def known(self, address: str | None) -> Volunteer | None:
        return self.volunteers.get(address) if address else None
