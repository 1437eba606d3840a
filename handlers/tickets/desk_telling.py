"""补充、补齐、不予受理、已告知、联系: what is settled with the asker besides the answer."""

from collections.abc import Callable

from handlers.base import Conversation, Person
from handlers.follow_ups import FollowUp
from handlers.outbox import PromiseKind, promise
from handlers.tickets import aftercare, answering, drafts, material, tasks, work
from handlers.tickets.clock import spoken
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.history import record
from handlers.tickets.refusals import NotNow, TakenBySomebodyElse
from handlers.tickets.service import askers_of, waiting_askers
from handlers.tickets.verbs import Verb
from handlers.tickets.words import OPEN, State, TaskKind, What


def _ask(request: TicketRequest) -> str:
    text = request.needs()
    times = material.ask_material(request.session, request.ticket, text, request.act, request.rules)
    again = f"这是第 {times} 次请他补充，请记得一次性告知。" if times > 1 else ""
    held = request.rules.follow.held_until(FollowUp.REQUEST, request.now)
    when = f"（{spoken(held, now=request.now)} 发给他）" if held else ""
    return f"{request.ticket.number} 已请提问人补充{when}，停止计时，等他回复。{again}"


def _added(request: TicketRequest) -> str:
    """What an asker sent or said elsewhere."""
    text, ticket = request.needs(), request.ticket
    work.check_owed(ticket)
    work.check_mine(ticket, request.act)
    if ticket.state != State.NEEDS_MATERIAL:
        raise NotNow(f"{ticket.number} 没有在等补充。")
    for asker in waiting_askers(request.session, ticket):
        asker.awaited = asker.awaited_since = None
    material.go_on(request.session, ticket, request.act, request.rules, why=text)
    return f"{ticket.number} 补充已记下，恢复计时{request.until}。"


def _decline(request: TicketRequest) -> str:
    aftercare.decline(request.session, request.ticket, request.needs("原因"), request.act, rules=request.rules)
    drafts.settle(request.session, request.ticket, request.act)
    return f"{request.ticket.number} 不予受理，原因已告知提问人。"


def _told(request: TicketRequest) -> str:
    how, owes = request.needs(), tasks.owed(request.session, request.ticket, TaskKind.TELL)
    if request.ticket.state in OPEN or not owes:
        answering.told(request.session, request.ticket, how, request.act)
    if owes:
        tasks.finish(request.session, request.ticket, TaskKind.TELL, how, request.act)
    return f"{request.ticket.number} 已告知提问人，现为{request.ticket.state.label}。"


def _contact(request: TicketRequest) -> str:
    """A telephone number is for who has to call, in private, and it is written down who asked for it."""
    ticket = request.ticket
    if ticket.handler not in (None, request.volunteer.address) and not request.is_chief:
        raise TakenBySomebodyElse(ticket)
    known = [asker for asker in askers_of(request.session, ticket) if asker.contact]
    if not known:
        raise NotNow(f"{ticket.number} 没有登记联系方式。")
    record(request.session, ticket, What.PROFILED, request.act, after="查看联系方式")
    person = Person.at(request.volunteer.address, name=request.volunteer.name)
    lines = [f"{ticket.number} {asker.enterprise or ''}{asker.name}：{asker.contact}" for asker in known]
    to = Conversation.private(person.channel, person.id)
    promise(
        request.session, to, "\n".join(lines), kind=PromiseKind.CARD, now=request.now, caused_by=request.turn.inbox_id
    )
    return f"{ticket.number} 的联系方式已私聊发给您，请勿转发。"


DOES: dict[Verb, Callable[[TicketRequest], str]] = {
    Verb.ASK: _ask,
    Verb.ADDED: _added,
    Verb.DECLINE: _decline,
    Verb.TOLD: _told,
    Verb.CONTACT: _contact,
}
