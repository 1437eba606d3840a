"""回访、整改、回头看、表扬、效益、采纳、不采纳."""

from collections.abc import Callable

from handlers.tickets import aftercare, tasks, worth
from handlers.tickets.asker_words import RATINGS
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.fields import JOINED, read_fields, read_minutes, read_yuan
from handlers.tickets.refusals import NotNow
from handlers.tickets.service import askers_of
from handlers.tickets.verbs import Verb
from handlers.tickets.words import HAS_ANSWER, OPEN, Outcome, TaskKind

CAME_BACK = ("重开", "复发", "又出现")


def _done(kind: TaskKind) -> Callable[[TicketRequest], str]:
    def finish(request: TicketRequest) -> str:
        result = request.needs()
        tasks.finish(request.session, request.ticket, kind, result, request.act)
        again = _reopened(request, result) if kind == TaskKind.LOOK_BACK else ""
        return f"{request.ticket.number} {kind.label}已记下{again}。"

    return finish


def _reopened(request: TicketRequest, result: str) -> str:
    """The look back found the trouble again: the ticket is open for who had it first."""
    first = next(iter(askers_of(request.session, request.ticket)), None)
    if not result.startswith(CAME_BACK) or first is None or request.ticket.state in OPEN:
        return ""
    aftercare.reopen(request.session, request.ticket, first, result, request.act, rules=request.rules)
    return "，工单已重开"


def _rated(request: TicketRequest) -> str:
    """The word of somebody who is in no chat; whoever can say it himself says it himself."""
    word, _, reason = request.needs().partition(" ")
    rating, session, ticket = RATINGS.get(word.strip("。，,")), request.session, request.ticket
    if rating is None:
        raise request.half("评价有：非常满意、满意、基本满意、不满意、非常不满意")
    heard = [asker for asker in askers_of(session, ticket) if asker.by_hand and asker.state in HAS_ANSWER]
    if not heard:
        raise NotNow(f"{ticket.number} 没有可以代评的：群里的提问人自己评，电话的要先告知答复。")
    for asker in heard:
        aftercare.rate(session, ticket, asker, rating, reason.strip(), request.act, rules=request.rules)
    if rating.is_bad:
        again = aftercare.reopen(
            session, ticket, heard[0], f"{rating.label} {reason}", request.act, rules=request.rules
        )
        aftercare.owe_for_bad_rating(session, again, heard[0], request.act, request.rules)
    return f"{ticket.number} 已记：{rating.label}。"


def _praise(request: TicketRequest) -> str:
    text = request.needs()
    named = request.directory.named_in(text)
    giver = (
        "、".join(asker.enterprise or asker.name for asker in askers_of(request.session, request.ticket)) or "提问人"
    )
    volunteer = (named.address, named.name) if named else None
    row = worth.praise(request.session, request.ticket, text, request.act, giver=giver[:200], volunteer=volunteer)
    return f"{request.ticket.number} 已记{row.form.label}{f'（{row.volunteer_name}）' if row.volunteer_name else ''}。"


LABELS = {"节约": "yuan", "金额": "yuan", "省钱": "yuan", "时间": "minutes", "工时": "minutes", "来源": "source"}


def _benefit(request: TicketRequest) -> str:
    _, fields = read_fields(request.needs(), LABELS)
    if not fields:
        _, fields = read_fields(request.command.rest, LABELS, gap=JOINED)
    yuan, minutes = read_yuan(fields.get("yuan", "")), read_minutes(fields.get("minutes", ""))
    if not yuan and not minutes:
        raise request.half("效益要写节约多少钱或多少时间")
    if not fields.get("source"):
        raise request.half("效益要写数字的来源")
    worth.benefit(request.session, request.ticket, yuan=yuan, minutes=minutes, source=fields["source"], act=request.act)
    said = [f"节约 {yuan} 元" if yuan else "", f"{minutes / 60:g} 小时" if minutes else ""]
    return f"{request.ticket.number} 已记：{'，'.join(part for part in said if part)}（{fields['source']}）。"


def _suggestion(outcome: Outcome) -> Callable[[TicketRequest], str]:
    def settle(request: TicketRequest) -> str:
        worth.settle_suggestion(request.session, request.ticket, outcome, request.needs(), request.act, request.rules)
        return f"{request.ticket.number} 建议{outcome.label}，已告诉提建议的人。"

    return settle


DOES: dict[Verb, Callable[[TicketRequest], str]] = {
    Verb.RATED: _rated,
    Verb.CALL_BACK: _done(TaskKind.CALL_BACK),
    Verb.RECTIFY: _done(TaskKind.RECTIFY),
    Verb.LOOK_BACK: _done(TaskKind.LOOK_BACK),
    Verb.PRAISE: _praise,
    Verb.BENEFIT: _benefit,
    Verb.ADOPT: _suggestion(Outcome.ADOPTED),
    Verb.NOT_ADOPT: _suggestion(Outcome.NOT_ADOPTED),
}
