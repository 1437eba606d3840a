"""The same question twice: joined, so that one answer reaches everybody who asked, and parted again on dissent."""

from sqlalchemy.orm import Session

from handlers.tickets import timing
from handlers.tickets.answering import deliver
from handlers.tickets.history import Act, record
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.refusals import NothingOwed, NotNow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import askers_of
from handlers.tickets.words import OPEN, REPLIED, AskerState, ClockKind, State, What
from handlers.tickets.work import check_owed


def merge(session: Session, ticket: TicketRow, into: TicketRow, act: Act, *, rules: TicketRules) -> int:
    """Move the askers of one ticket to another; those who come late are given its answer at once. How many moved."""
    if into.id == ticket.id:
        raise NotNow(f"{ticket.number} 不能并到自己。请写两个号，例如：合并 {ticket.id} 到 {ticket.id + 1}")
    check_owed(ticket)
    if into.state not in OPEN | REPLIED:
        raise NothingOwed(into)
    if into.state not in OPEN and into.answer is None:
        raise NotNow(f"{into.number} 没有答复可以转给他们。请改并到还在办的工单。")
    askers = list(askers_of(session, ticket))
    for asker in askers:
        asker.ticket_id = into.id
        asker.awaited = asker.awaited_since = None
    _keep_the_earlier_promise(session, ticket, into, act)
    before, ticket.state = ticket.state.label, State.MERGED
    ticket.merged_into, ticket.closed_at = into.id, act.now
    record(session, ticket, What.MERGED, act, before=before, after=into.number)
    record(session, into, What.JOINED, act, after=ticket.number)
    timing.stop(session, ticket, now=act.now)
    if into.state not in OPEN:
        _catch_up(session, into, askers, act, rules)
    return len(askers)


def unmerge(session: Session, ticket: TicketRow, into: TicketRow, act: Act, *, rules: TicketRules) -> int:
    """Undo a merge while nobody has been answered: everybody who came with it goes back with it. How many."""
    if into.state not in OPEN:
        raise NotNow(
            f"{into.number} {into.state.label}，不能再分出来。提问人不认可答复，回复“没解决”就会回到自己的号。"
        )
    mine = [asker for asker in askers_of(session, into) if asker.home_id == ticket.id]
    for asker in mine:
        asker.ticket_id = ticket.id
        asker.awaited = asker.awaited_since = None
    ticket.state = State.ACCEPTED if ticket.handler else State.WAITING
    ticket.merged_into = ticket.closed_at = None
    record(session, ticket, What.UNMERGED, act, before=into.number, after=ticket.state.label)
    record(session, into, What.LEFT, act, after=ticket.number)
    _run_again(session, ticket, act, rules)
    return len(mine)


def _run_again(session: Session, ticket: TicketRow, act: Act, rules: TicketRules) -> None:
    """What was promised before the merge is still promised, unless that hour has passed meanwhile."""
    promised = timing.last_promised(session, ticket)
    if ticket.handler is None:
        timing.start(session, ticket, ClockKind.FIRST_RESPONSE, rules, now=act.now)
    clock = timing.start(session, ticket, ClockKind.RESOLUTION, rules, now=act.now)
    if promised is not None and act.now < promised < clock.due:
        timing.move(clock, promised, rules, now=act.now)


def part(session: Session, ticket: TicketRow, asker: AskerRow, act: Act, *, home: TicketRow) -> None:
    """Lead an asker back to the ticket he had before it was joined; its handler is the one who answered."""
    asker.ticket_id = home.id
    home.merged_into = home.closed_at = None
    home.first_responder = home.first_responder or ticket.first_responder
    home.handler, home.handler_name = ticket.handler, ticket.handler_name
    home.answer, home.signature, home.answered_by = ticket.answer, ticket.signature, ticket.answered_by
    record(session, ticket, What.LEFT, act, after=home.number)


def _catch_up(session: Session, into: TicketRow, askers: list[AskerRow], act: Act, rules: TicketRules) -> None:
    for asker in askers:
        if asker.state == AskerState.OPEN:
            deliver(session, into, asker, act, rules)
    into.state, into.closed_at = State.ANSWERED, None
    if any(asker.state == AskerState.OPEN for asker in askers):  # somebody has to be told by a person
        into.state = State.HANDLING
        timing.start(session, into, ClockKind.RESOLUTION, rules, now=act.now)


def _keep_the_earlier_promise(session: Session, ticket: TicketRow, into: TicketRow, act: Act) -> None:
    """Who was promised an answer for an earlier hour still gets it by then; whose hour has passed keeps his level."""
    if into.state in OPEN and into.level.is_below(ticket.level):
        before, into.level = into.level.label, ticket.level
        record(session, into, What.RAISED, act, before=before, after=into.level.label, why=f"并入 {ticket.number}")
    for ours in timing.running(session, ticket, ClockKind.RESOLUTION):
        for theirs in timing.running(session, into, ClockKind.RESOLUTION):
            if ours.paused_at is None and theirs.paused_at is None and act.now < ours.due < theirs.due:
                timing.take_earlier(theirs, ours)
