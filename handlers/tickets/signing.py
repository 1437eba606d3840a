"""核签: what is concluded with a legal unit at the table goes out only after that unit has signed it."""

from sqlalchemy.orm import Session

from handlers.tickets import cards, drafts
from handlers.tickets.history import Act, record
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import DraftRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.routing import Unit
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import handler_of, tell_desk
from handlers.tickets.together import units_of
from handlers.tickets.words import What


def legal_unit(session: Session, ticket: TicketRow, rules: TicketRules) -> Unit | None:
    """The legal unit that leads the ticket or joins in."""
    units = (rules.routing.unit(row.unit) for row in units_of(session, ticket))
    return next((unit for unit in units if unit is not None and unit.legal), None)


def ask(session: Session, ticket: TicketRow, draft: DraftRow, unit: Unit, act: Act, rules: TicketRules) -> None:
    """The draft waits for the unit's signature; the unit hears of it."""
    draft.signing_unit = unit.name
    card = cards.to_sign(ticket, unit.name, draft.text, act.name)
    tell_desk(session, ticket, card, act, mention=rules.routing.on_duty(unit, act.now), to=unit.desk)


def check_signed(session: Session, ticket: TicketRow) -> None:
    """Nothing goes out beside a conclusion that waits for its signature. Raises NotNow."""
    draft = drafts.draft_of(session, ticket)
    if draft is not None and draft.signing_unit and draft.signed_at is None:
        raise NotNow(
            f"没有发出：{ticket.number} 的会商结论要先由{draft.signing_unit}核签，请他们发：核签 {ticket.id}。"
            f"不用这个结论了，请发：撤稿 {ticket.id}"
        )


def sign(session: Session, ticket: TicketRow, act: Act, rules: TicketRules) -> None:
    """The legal unit agrees; whoever handles the ticket may send it now."""
    draft = _waiting(session, ticket, act, rules)
    draft.signed_by, draft.signed_by_name, draft.signed_at = act.address, act.name, act.now
    record(session, ticket, What.SIGNED, act, after=draft.signing_unit or "")
    tell_desk(session, ticket, cards.signed(ticket, act.name), act, mention=handler_of(ticket))


def send_back(session: Session, ticket: TicketRow, why: str, act: Act, rules: TicketRules) -> None:
    """The legal unit does not agree: the draft is done with, the matter goes on."""
    draft = _waiting(session, ticket, act, rules)
    record(session, ticket, What.SIGNATURE_REFUSED, act, before=draft.signing_unit or "", why=why)
    drafts.settle(session, ticket, act)
    tell_desk(session, ticket, cards.not_signed(ticket, act.name, why), act, mention=handler_of(ticket))


def _waiting(session: Session, ticket: TicketRow, act: Act, rules: TicketRules) -> DraftRow:
    draft = drafts.draft_of(session, ticket)
    unit = rules.routing.unit(draft.signing_unit) if draft is not None else None
    if draft is None or unit is None or draft.signed_at is not None:
        raise NotNow(f"{ticket.number} 没有等着核签的结论。看经过请发：查看 {ticket.id}")
    if not unit.has(act.address):
        raise NotNow(f"{ticket.number} 要由{unit.name}核签。没有改动。")
    return draft
