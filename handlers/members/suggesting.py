"""Labels worth putting on: topics that a group or an enterprise asks about often, whoever answered, the base or a person."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers.base import DecisionKind
from handlers.inbox import DecisionRow
from handlers.members.models import ENTERPRISE, EnterpriseRow, GroupProfileRow
from handlers.members.registry import Subject, labels_of
from handlers.members.words import LabelKind
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.papers import MemberRow

OFTEN = 3  # questions about a topic that make it worth a label
LATELY = timedelta(days=180)

_Column = InstrumentedAttribute[Any]
TopicOf = Callable[[str], str]
"""The topic of an entry; "" where it has none, or is there no more."""


def suggestions(session: Session, topic_of: TopicOf, *, now: datetime) -> list[tuple[str, str, int]]:
    """Whom to label with what, and how often it was asked, the most asked first."""
    since = now - LATELY
    tickets = select(AskerRow).join(TicketRow, TicketRow.id == AskerRow.ticket_id).where(TicketRow.opened_at >= since)
    answered = DecisionRow.kind == DecisionKind.ANSWERED, DecisionRow.decided_at >= since
    answers = select(DecisionRow).where(*answered, DecisionRow.entry.is_not(None))
    asked = _counted(session, tickets, AskerRow.person, AskerRow.conversation, TicketRow.topic, str)
    asked += _counted(session, answers, DecisionRow.sender, DecisionRow.conversation, DecisionRow.entry, topic_of)
    return [
        (subject.name, topic, times)
        for (subject, topic), times in asked.most_common()
        if topic and times >= OFTEN and (LabelKind.TOPIC, topic) not in labels_of(session, subject.key)
    ]


def _counted(
    session: Session, asked: Select[Any], person: _Column, place: _Column, about: _Column, topic_of: TopicOf
) -> Counter[tuple[Subject, str]]:
    """How often the people of each company, and those in each group, asked about each topic."""
    of_people = asked.join(MemberRow, MemberRow.person == person)
    companies = of_people.join(EnterpriseRow, EnterpriseRow.name == MemberRow.enterprise)
    groups = asked.join(GroupProfileRow, GroupProfileRow.conversation == place)
    counted: Counter[tuple[Subject, str]] = Counter()
    for query, key, name, prefix in (
        (companies, EnterpriseRow.id, EnterpriseRow.name, ENTERPRISE),
        (groups, GroupProfileRow.conversation, GroupProfileRow.name, ""),
    ):
        columns = key, name, about
        for id, its_name, said, times in session.execute(
            query.with_only_columns(*columns, func.count()).group_by(*columns)
        ):
            counted[Subject(key=f"{prefix}{id}", name=its_name), topic_of(said)] += times
    return counted
