"""建议书: what is proposed for a matter and all that was said of it, in one document for those who decide."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import files, outbox
from handlers.base import Conversation
from handlers.outbox import PromiseKind
from handlers.tickets import cards
from handlers.tickets.history import Act, life_of, record
from handlers.tickets.lines import division, grading, hands
from handlers.tickets.models import TicketEventRow, TicketRow
from handlers.tickets.papers import ConsultationRow
from handlers.tickets.parts import parts_of
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.rules import Receiver, TicketRules
from handlers.tickets.service import askers_of
from handlers.tickets.together import force_of, opinions_of, units_of
from handlers.tickets.words import Kind, What
from handlers.tickets.work import check_owed, take_if_free, tell_receivers
from handlers.times import full_time, local_day
from nlu.masking import mask

TITLE = "问题处置建议书"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The document: headings with their lines, every number of people masked."""

    number: int
    by: str
    day: date
    sections: Sequence[tuple[str, Sequence[str]]]

    @property
    def footing(self) -> str:
        return f"{self.by} · {self.day}"

    @property
    def words(self) -> str:
        """The same where no document can be sent."""
        told = [f"{heading}：\n{chr(10).join(lines)}" for heading, lines in self.sections]
        return "\n".join([f"【{TITLE} #{self.number}】", *told, self.footing])


WriteDocument = Callable[[Proposal], bytes]
"""Makes the document a file."""


def propose(
    session: Session, ticket: TicketRow, text: str, act: Act, rules: TicketRules, write_document: WriteDocument | None
) -> Sequence[Receiver]:
    """Put a proposal on record and send its document to the desk and to whom the ticket has been raised; who these are.
    Without a text the last one goes out again, with what has been said since."""
    check_owed(ticket)
    if text:
        take_if_free(session, ticket, act)
        record(session, ticket, What.PROPOSED, act, why=text)
        session.flush()
    events = life_of(session, ticket)
    last = next((event for event in reversed(events) if event.what == What.PROPOSED), None)
    if last is None:
        raise HalfACommand(f"还没有写建议，例如：建议书 {ticket.id} 凭担保先放行")
    receivers = rules.receivers.get(ticket.level, ()) if ticket.kind != Kind.COMPLAINT else ()
    tell_receivers(session, ticket, cards.proposed(ticket, last.why, last.who_name), receivers, act)
    proposal = _written(session, ticket, events, last, act, rules)
    secret = ticket.kind == Kind.COMPLAINT  # a complaint leaves no file behind
    digest = _kept(session, proposal, write_document, act) if write_document is not None and not secret else None
    for place in _places(ticket, receivers):
        outbox.promise(
            session, place, proposal.words, kind=PromiseKind.CARD, now=act.now, caused_by=act.caused_by, ticket=ticket.id,
            file=digest,
        )  # fmt: skip
    return receivers


def _kept(session: Session, proposal: Proposal, write_document: WriteDocument, act: Act) -> str:
    name = f"{TITLE}-{proposal.number}.docx"
    return files.keep(session, name, write_document(proposal), link="", now=act.now, listed=False).digest


def _places(ticket: TicketRow, receivers: Sequence[Receiver]) -> Sequence[Conversation]:
    """Each place once, the desk first."""
    places = (ticket.desk_group, *(receiver.conversation for receiver in receivers))
    return list(dict.fromkeys(place for place in places if place is not None))


def _written(
    session: Session,
    ticket: TicketRow,
    events: Sequence[TicketEventRow],
    last: TicketEventRow,
    act: Act,
    rules: TicketRules,
) -> Proposal:
    sections = {
        "问题": [mask(ticket.asked).strip()],
        "基本情况": list(_standing(session, ticket, rules)),
        "会商意见": list(_opinions(session, ticket)),
        "现场记录": [f"{full_time(one.at)} {mask(one.why)}" for one in events if one.what == What.ON_SITE],
        "分工": division(parts_of(session, ticket), now=act.now),
        "处置建议": [mask(last.why)],
    }
    told = [(heading, lines) for heading, lines in sections.items() if lines]
    return Proposal(number=ticket.id, by=last.who_name, day=local_day(last.at), sections=told)


def _standing(session: Session, ticket: TicketRow, rules: TicketRules) -> Iterator[str]:
    yield f"{grading(ticket, rules)}；{ticket.level.label}"
    companies = dict.fromkeys(mask(asker.enterprise) for asker in askers_of(session, ticket) if asker.enterprise)
    if companies:
        yield f"提问企业：{'、'.join(companies)}"
    yield f"{full_time(ticket.opened_at)} 登记，来自{ticket.community_name}，承办人{ticket.handler_name or '未定'}"
    yield from hands(units_of(session, ticket), force_of(session, ticket))


def _opinions(session: Session, ticket: TicketRow) -> Iterator[str]:
    held = select(ConsultationRow).where(ConsultationRow.ticket_id == ticket.id).order_by(ConsultationRow.id)
    for consultation in session.scalars(held):
        yield f"议题：{mask(consultation.subject)}"
        for opinion in opinions_of(session, consultation):
            unit = f"（{opinion.unit}）" if opinion.unit else ""
            yield f"{opinion.who_name}{unit}：{mask(opinion.text)}"
        if consultation.conclusion:
            yield f"结论：{mask(consultation.conclusion)}"
