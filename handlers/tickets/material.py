"""What is missing is asked for once and in full; the clock stands still until it comes."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.follow_ups import FollowUp
from handlers.tickets import cards, letters, timing
from handlers.tickets.answering import check_said
from handlers.tickets.history import Act, by_time, record
from handlers.tickets.models import AskerRow, TicketEventRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import askers_of, tell_asker, tell_desk, waiting_askers
from handlers.tickets.words import Awaited, State, What
from handlers.tickets.work import check_mine, check_owed, take_if_free
from nlu.text import normalise

_EVERY_REQUEST = re.compile(
    "[请您你我的了]|补充|材料|提供|一下|还要|需要|还有|没有|什么|谢谢|感谢|麻烦|可以|工作日?|尽快|老师|辛苦|好吗?|收到"
)


def ask_material(session: Session, ticket: TicketRow, text: str, act: Act, rules: TicketRules) -> int:
    """Ask the waiting askers; how often it has been asked for now, which should be once."""
    check_owed(ticket)
    check_mine(ticket, act)
    check_said(session, ticket, text, rules)
    take_if_free(session, ticket, act)
    asked_at = rules.follow.held_until(FollowUp.REQUEST, act.now) or act.now
    for asker in waiting_askers(session, ticket):
        asker.awaited, asker.awaited_since = Awaited.MATERIAL, asked_at
        said = letters.material(asker, text, act.signature)
        tell_asker(session, ticket, asker, FollowUp.REQUEST, said, act, rules)
    before, ticket.state = ticket.state.label, State.NEEDS_MATERIAL
    ticket.material_requests += 1
    record(session, ticket, What.MATERIAL_ASKED, act, before=before, after=ticket.state.label, why=text)
    timing.pause(session, ticket, now=act.now)
    return ticket.material_requests


def names_it(session: Session, ticket_id: int, text: str) -> bool:
    """Whether a line has a word of what was asked for last: 合同发你了, after 请补充合同和发票."""
    last = select(TicketEventRow.why).where(
        TicketEventRow.ticket_id == ticket_id, TicketEventRow.what == What.MATERIAL_ASKED
    )
    wanted = session.scalar(last.order_by(TicketEventRow.id.desc()).limit(1)) or ""
    return bool(_pairs(wanted) & _pairs(text))


def _pairs(text: str) -> set[str]:
    """Its words, as pairs of letters: those of every request name nothing."""
    said = _EVERY_REQUEST.sub(" ", normalise(text))
    return {said[at : at + 2] for at in range(len(said) - 1) if said[at : at + 2].isalnum()}


def add(session: Session, ticket: TicketRow, asker: AskerRow, text: str, act: Act, *, rules: TicketRules) -> None:
    """An asker says more about an open ticket: the desk reads it, and a clock that waited for it goes on."""
    asker.awaited = asker.awaited_since = None
    record(session, ticket, What.ADDED, act, why=text)
    if ticket.state == State.NEEDS_MATERIAL:
        go_on(session, ticket, act, rules)
    due = timing.promised(session, ticket)
    tell_desk(session, ticket, cards.added(ticket, asker, text, due, now=act.now), act)


def stop_waiting(session: Session, ticket: TicketRow, rules: TicketRules, *, now: datetime) -> None:
    """Nothing came for too long: the clock goes on and the handler answers with what there is."""
    for asker in askers_of(session, ticket):
        if asker.awaited == Awaited.MATERIAL:
            asker.awaited = asker.awaited_since = None
    go_on(session, ticket, by_time(now), rules)
    tell_desk(session, ticket, cards.material_overdue(ticket), by_time(now))


def go_on(session: Session, ticket: TicketRow, act: Act, rules: TicketRules, *, why: str = "") -> None:
    """What was missing is there, or will not come: the clock goes on."""
    before, ticket.state = ticket.state.label, State.HANDLING
    record(session, ticket, What.RESUMED, act, before=before, after=ticket.state.label, why=why)
    timing.resume(session, ticket, rules, now=act.now)
