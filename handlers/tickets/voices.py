"""What askers bring besides questions: complaints, which only duty chiefs see, and suggestions, which get an outcome."""

from handlers.base import Conversation, Person, Turn
from handlers.members.directory import Directory, Right
from handlers.tickets import cards
from handlers.tickets.arriving import Arrival, open_ticket
from handlers.tickets.history import by_asker
from handlers.tickets.matters import Matters
from handlers.tickets.models import TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import tell_desk
from handlers.tickets.triage import Triage
from handlers.tickets.words import Kind, Mark, Origin, TicketClass

SERIOUS = Triage(
    ticket_class=TicketClass.COMMON, importance=Mark.B, urgency=Mark.B, topic="投诉", reasons=("投诉优先办理",)
)
FRIENDLY = Triage(ticket_class=TicketClass.COMMON, importance=Mark.C, urgency=Mark.C, topic="建议", reasons=("建议",))


def complain(turn: Turn, text: str, matters: Matters, directory: Directory, rules: TicketRules) -> TicketRow:
    """Open a complaint. Whom it is about does not see it; duty chiefs do."""
    about = _whom(turn, text, matters, directory)
    place, seen_by_all = _who_hears(turn, about, directory, rules)
    ticket = _open(turn, text, Kind.COMPLAINT, SERIOUS, place, directory, rules)
    ticket.about = about
    receiver = rules.complaints
    called = [person for person in (receiver.people if receiver else ()) if person.address != about]
    card = cards.complaint(ticket, by_asker(turn).name, hidden=seen_by_all)
    tell_desk(turn.session, ticket, card, by_asker(turn), mention=called)
    return ticket


def suggest(turn: Turn, text: str, directory: Directory, rules: TicketRules) -> TicketRow:
    """Open a suggestion; a duty chief says what becomes of it."""
    ticket = _open(turn, text, Kind.SUGGESTION, FRIENDLY, directory.desk, directory, rules)
    card = cards.suggestion(ticket, by_asker(turn).name)
    tell_desk(turn.session, ticket, card, by_asker(turn), mention=rules.routing.chiefs(turn.now))
    return ticket


def _open(
    turn: Turn,
    text: str,
    kind: Kind,
    triage: Triage,
    desk: Conversation | None,
    directory: Directory,
    rules: TicketRules,
) -> TicketRow:
    arrival = Arrival(
        question=text,
        message=turn.message,
        inbox_id=turn.inbox_id,
        group=directory.group(turn.message.conversation),
        desk=desk,
        triage=triage,
        origin=Origin.ASKED,
        kind=kind,
    )
    return open_ticket(turn.session, arrival, rules=rules, now=turn.now, announce=False)


def _who_hears(
    turn: Turn, about: str | None, directory: Directory, rules: TicketRules
) -> tuple[Conversation | None, bool]:
    """Where a complaint goes, and whether others read there too: the place named for complaints, else a duty chief in
    private, else the desk, told without its words."""
    if rules.complaints is not None and rules.complaints.conversation is not None:
        return rules.complaints.conversation, False
    chiefs = [*rules.routing.chiefs(turn.now), *_always(directory)]
    chief = next((person for person in chiefs if person.address != about), None)
    if chief is not None:
        return Conversation.private(chief.channel, chief.id), False
    return directory.desk, True


def _always(directory: Directory) -> list[Person]:
    return [
        Person.at(one.address, name=one.name) for one in directory.volunteers.values() if Right.DUTY_CHIEF in one.rights
    ]


def _whom(turn: Turn, text: str, matters: Matters, directory: Directory) -> str | None:
    """Whom it is about: the one named, else whoever answered what he quotes or asked last."""
    named = directory.named_in(text)
    if named is not None:
        return named.address
    quoted = matters.about(turn.quoted.ticket) if turn.quoted and turn.quoted.ticket else None
    asker = quoted or next(iter([*matters.answered, *matters.waiting]), None)
    ticket = turn.session.get(TicketRow, asker.ticket_id) if asker else None
    return ticket.handler if ticket and ticket.kind == Kind.QUESTION else None
