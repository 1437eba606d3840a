"""督办、解除督办、全程."""

from collections.abc import Callable

from handlers.ledger.life import whole_life
from handlers.tickets import supervising
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.verbs import Verb


def _supervise(request: TicketRequest) -> str:
    supervising.begin(request.session, request.ticket, request.needs(), request.act, rules=request.rules)
    return f"{request.ticket.number} 已督办：答复前每个工作日提醒一次。解除请发：解除督办 {request.ticket.id} 原因"


def _lift(request: TicketRequest) -> str:
    supervising.lift(request.session, request.ticket, request.needs("原因"), request.act)
    return f"{request.ticket.number} 不再督办。"


def _life(request: TicketRequest) -> str:
    return whole_life(request.session, request.ticket, now=request.now)


DOES: dict[Verb, Callable[[TicketRequest], str]] = {Verb.SUPERVISE: _supervise, Verb.LIFT: _lift, Verb.LIFE: _life}
