"""Every verb of the desk and what carries it out. A refusal is raised before anything is changed, or undoes it all."""

from collections.abc import Callable

from handlers.tickets import (
    desk_after,
    desk_answering,
    desk_figures,
    desk_intake,
    desk_judging,
    desk_lists,
    desk_long,
    desk_parts,
    desk_same,
    desk_supervising,
    desk_taking,
    desk_telling,
    desk_together,
)
from handlers.tickets.desk_request import DeskRequest, TicketRequest
from handlers.tickets.models import TicketRow
from handlers.tickets.verbs import Verb

WITH_TICKET: dict[Verb, Callable[[TicketRequest], str]] = {
    **desk_taking.DOES,
    **desk_answering.DOES,
    **desk_telling.DOES,
    **desk_judging.DOES,
    **desk_together.DOES,
    **desk_parts.DOES,
    **desk_long.DOES,
    **desk_same.DOES,
    **desk_after.DOES,
    **desk_lists.DOES,
    **desk_supervising.DOES,
}
OPENING: dict[Verb, Callable[[DeskRequest], tuple[str, TicketRow]]] = {**desk_intake.OPENS}
WITHOUT_TICKET: dict[Verb, Callable[[DeskRequest], str]] = {
    **desk_lists.BARE,
    **desk_figures.BARE,
    **desk_taking.BARE,
}


def do(request: DeskRequest) -> tuple[str, int | None]:
    """Carry it out; what to say back, and the ticket it was about."""
    verb = request.command.verb
    if isinstance(request, TicketRequest):
        return WITH_TICKET[verb](request), request.ticket.id
    if verb in OPENING:
        said, ticket = OPENING[verb](request)
        return said, ticket.id
    return WITHOUT_TICKET[verb](request), None
