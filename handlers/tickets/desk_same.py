"""合并、撤销合并、同类."""

from collections.abc import Callable

from handlers.tickets import clusters, handing, joining, profiles
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.lines import line
from handlers.tickets.refusals import HalfACommand, NotNow
from handlers.tickets.service import lock
from handlers.tickets.verbs import Verb
from handlers.tickets.words import OPEN


def _merge(request: TicketRequest) -> str:
    ticket, other = request.ticket, request.command.other
    if other is None:
        raise HalfACommand(f"要并到哪一单？例如：合并 {ticket.id} 到 5")
    numbers = sorted({*request.command.more} - {ticket.id})
    tickets = [ticket, *(lock(request.session, number) for number in numbers)]
    into = lock(request.session, other)
    for one in tickets:
        handing.check_free_or_mine(one, request.act, chief=request.is_chief)
    count = sum(joining.merge(request.session, one, into, request.act, rules=request.rules) for one in tickets)
    profiles.judge_reach(request.session, into, request.act, common_at=request.rules.common_at)
    then = "答复时一起收到" if into.state in OPEN else "已有的答复发给了他们"
    names = "、".join(one.number for one in tickets)
    return f"{names} 已并入 {into.number}，{count} 位提问人转过去，{then}。"


def _unmerge(request: TicketRequest) -> str:
    ticket = request.ticket
    if ticket.merged_into is None:
        raise NotNow(f"{ticket.number} 没有并到别的工单。")
    into = lock(request.session, ticket.merged_into)
    handing.check_free_or_mine(into, request.act, chief=request.is_chief)
    count = joining.unmerge(request.session, ticket, into, request.act, rules=request.rules)
    return f"{ticket.number} 已从 {into.number} 分出来，{count} 位提问人跟着回来{request.until}。"


def _alike(request: TicketRequest) -> str:
    ticket = request.ticket
    if not ticket.topic:
        raise NotNow(f"{ticket.number} 还没有主题。请先发：主题 {ticket.id} 加工贸易")
    page = clusters.same_topic(request.session, ticket)
    if len(page) < 2:
        return f"“{ticket.topic}”没有别的没办完的工单。"
    lines = [line(one, due, request.rules, now=request.now) for one, due in page]
    others = " ".join(str(one.id) for one, _ in page if one.id != ticket.id)
    return "\n".join(
        [f"同类：{ticket.topic}（{len(page)}）", *lines, f"一个答复能办的，请发：合并 {others} 到 {ticket.id}"]
    )


DOES: dict[Verb, Callable[[TicketRequest], str]] = {Verb.MERGE: _merge, Verb.UNMERGE: _unmerge, Verb.ALIKE: _alike}
