"""登记、转入."""

from collections.abc import Callable

from handlers.tickets import answering, dispositions, registering, work
from handlers.tickets.desk_request import DeskRequest
from handlers.tickets.history import Act
from handlers.tickets.models import TicketRow
from handlers.tickets.refusals import NotNow
from handlers.tickets.registering import Registration
from handlers.tickets.verbs import Verb
from handlers.tickets.words import Disposition
from handlers.times import local_day


def _register(request: DeskRequest) -> tuple[str, TicketRow]:
    """登记: with an answer given on the spot it is answered already."""
    row = registering.read_registration(request.command.rest, local_day(request.now))
    ticket = _open(request, row)
    if not row.answer:
        return f"{ticket.number} 已登记（{row.channel.label}）。答复后请告知提问人，再发：已告知 {ticket.id}", ticket
    _answered_at_once(request, ticket, row.answer, request.act)
    return f"{ticket.number} 已登记（{row.channel.label}），当场答复。", ticket


def _transfer(request: DeskRequest) -> tuple[str, TicketRow]:
    """转入: one matter from above; the same number is not taken in twice."""
    row = registering.read_transfer(request.command.rest, local_day(request.now))
    before = registering.with_number(request.session, row.number)
    if before is not None:
        raise NotNow(f"{row.number} 已经转入，是 {before.number}（{before.state.label}）。没有改动。")
    ticket = _open(request, row)
    by = f"，{row.due.month}月{row.due.day}日前办结" if row.due else ""
    return f"{ticket.number} 已转入（{row.number}）{by}。", ticket


def _open(request: DeskRequest, row: Registration) -> TicketRow:
    message = request.turn.message
    return registering.register(
        request.session, row, message, request.turn.inbox_id, request.turn.mind, desk=message.conversation,
        rules=request.rules, now=request.now,
    )  # fmt: skip


def _answered_at_once(request: DeskRequest, ticket: TicketRow, text: str, act: Act) -> None:
    work.take(request.session, ticket, act)
    answering.answer_by_word_of_mouth(request.session, ticket, text, act)
    dispositions.dispose(request.session, ticket, Disposition.ON_THE_SPOT, act)


OPENS: dict[Verb, Callable[[DeskRequest], tuple[str, TicketRow]]] = {
    Verb.REGISTER: _register,
    Verb.TRANSFER: _transfer,
}
