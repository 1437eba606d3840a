"""What good came of it: benefit to the enterprise, praise for a volunteer, suggestions that were taken up."""

from sqlalchemy.orm import Session

from handlers.tickets import answering, work
from handlers.tickets.history import Act, record
from handlers.tickets.models import TicketRow
from handlers.tickets.papers import BenefitRow, PraiseRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import Kind, Outcome, PraiseForm, What

FORMS = {"锦旗": PraiseForm.BANNER, "表扬信": PraiseForm.LETTER, "感谢信": PraiseForm.LETTER}


def benefit(
    session: Session, ticket: TicketRow, *, yuan: int | None, minutes: int | None, source: str, act: Act
) -> None:
    """Money and time saved, and who says so."""
    session.add(
        BenefitRow(
            ticket_id=ticket.id, yuan=yuan, minutes=minutes, source=source, noted_by=act.address, noted_at=act.now
        )
    )
    after = "，".join(part for part in (f"{yuan} 元" if yuan else "", f"{minutes} 分钟" if minutes else "") if part)
    record(session, ticket, What.BENEFITED, act, after=after, why=source)


def praise(
    session: Session, ticket: TicketRow, text: str, act: Act, *, giver: str, volunteer: tuple[str, str] | None = None
) -> PraiseRow:
    """A good word; for whoever answered when nobody is named."""
    form = next((form for word, form in FORMS.items() if word in text), PraiseForm.WORDS)
    own = (ticket.handler, ticket.handler_name or "") if ticket.handler else None
    address, name = volunteer or own or (None, None)
    row = PraiseRow(
        ticket_id=ticket.id, volunteer=address, volunteer_name=name, form=form, text=text, giver=giver,
        noted_by=act.address, noted_at=act.now,
    )  # fmt: skip
    session.add(row)
    record(session, ticket, What.PRAISED, act, after=name or "", why=f"{form.label}：{text}")
    return row


def settle_suggestion(
    session: Session, ticket: TicketRow, outcome: Outcome, text: str, act: Act, rules: TicketRules
) -> None:
    """Whoever made a suggestion hears what becomes of it."""
    if ticket.kind != Kind.SUGGESTION:
        raise NotNow(f"{ticket.number} 不是建议。答复请发：回复 {ticket.id} 答案")
    work.check_owed(ticket)
    answering.check_said(session, ticket, text, rules)
    if ticket.handler not in (None, act.address):
        work.take_over(session, ticket, outcome.label, act)
    said = f"您的建议{'已采纳' if outcome == Outcome.ADOPTED else '这次没有采纳'}：{text}"
    answering.answer(session, ticket, said, act, rules=rules, public=True)
    ticket.outcome = outcome
    record(session, ticket, What.OUTCOME, act, after=outcome.label, why=text)
