"""回复、确认回复、更正、当场清、提前清、思想清: the answer, looked at before it goes."""

from collections.abc import Callable, Mapping, Sequence

from handlers.follow_ups import FollowUp
from handlers.tickets import (
    answering,
    cards,
    checks,
    dispositions,
    drafts,
    parts,
    signing,
    tasks,
    work,
)
from handlers.tickets.clock import spoken
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.fields import JOINED, read_fields
from handlers.tickets.history import record
from handlers.tickets.refusals import NotNow, PrivateNumbers, TakenBySomebodyElse
from handlers.tickets.service import tell_desk, waiting_askers
from handlers.tickets.verbs import Verb
from handlers.tickets.words import OPEN, Disposition, State, TaskKind, What
from nlu.masking import mask
from nlu.parting import asked

PREVIEW = 120


def _answer(request: TicketRequest) -> str:
    text = request.needs()
    _check_may_answer(request, text)
    return _kept_back(request, text) or _send(request, text)


def _kept_back(request: TicketRequest, text: str, clears: Mapping[str, str] | None = None) -> str | None:
    """Why it is not sent yet; None lets it go."""
    if (doubt := _doubt(request, text)) is not None:
        drafts.keep(request.session, request.ticket, text, request.act, second=False, clears=clears)
    return doubt


def _doubt(request: TicketRequest, text: str) -> str | None:
    """Why its writer should look again; his words are kept meanwhile, nobody types an answer twice on a telephone."""
    ticket, anyway = request.ticket, f"确认回复 {request.ticket.id}"
    said = []
    if answering.shows_numbers(request.session, ticket, text):
        said.append(str(PrivateNumbers(mask(text), anyway=anyway)))
    if found := _findings(request, text):
        said.append(_look_again(found, anyway))
    if not said and len(text) > request.rules.confirm_over:
        said.append(
            f"{ticket.number} 的答复有 {len(text)} 字，还没有发出，请再看一遍：\n{_preview(text)}\n"
            f"没问题请发：{anyway}；要改就重新回复；不发请发：撤稿 {ticket.id}"
        )
    return "\n".join(said) or None


def _answer_public(request: TicketRequest) -> str:
    """What was looked at goes out as it is; without words it is the draft that goes."""
    text, ticket = request.command.rest, request.ticket
    signing.check_signed(request.session, ticket)
    draft = None if text else drafts.own_draft(request.session, ticket, request.act)
    text = text if draft is None else draft.text
    checks.check_forbidden(text, request.rules)
    if ticket.state not in OPEN:
        return _correct(request, text, public=True)
    work.check_mine(ticket, request.act)
    if draft is None or draft.clears is None:
        return _send(request, text, public=True)
    way = dispositions.dispose_as_kept(request.session, ticket, draft.clears, request.act)
    return _as_cleared(_send(request, text, public=True), way)


def _check_may_answer(request: TicketRequest, text: str) -> None:
    work.check_owed(request.ticket)
    work.check_mine(request.ticket, request.act)
    signing.check_signed(request.session, request.ticket)
    checks.check_forbidden(text, request.rules)


def _findings(request: TicketRequest, text: str) -> list[str]:
    _, questions = asked(request.ticket.question)
    return [*checks.findings(text, questions), *_still_to_come(request)]


def _look_again(found: Sequence[str], anyway: str) -> str:
    return f"没有发出，请再看看：{'；'.join(found)}。改好重发；确实要这样发，请发：{anyway}"


def _still_to_come(request: TicketRequest) -> list[str]:
    """An answer before the units have done their parts, or have come to one conclusion, may be half an answer."""
    units = dict.fromkeys(part.unit or "" for part in parts.open_parts(request.session, request.ticket))
    talking = (
        [f"会商还没有结论，有了请发：结论 {request.ticket.id} 内容"] if request.ticket.state == State.CONSULTING else []
    )
    return [*([f"{'、'.join(units)}的分工还没办完"] if units else []), *talking]


def _send(request: TicketRequest, text: str, *, public: bool = False) -> str:
    """Send it; what many will read goes to a colleague first."""
    ticket, session = request.ticket, request.session
    askers = waiting_askers(session, ticket)
    if len(askers) >= request.rules.second_from:
        drafts.keep(session, ticket, text, request.act, second=True, public=public)
        work.take_if_free(session, ticket, request.act)
        card = cards.needs_second(ticket, _preview(text), len(askers), request.volunteer.name)
        tell_desk(session, ticket, card, request.act, mention=request.rules.routing.chiefs(request.now))
        return f"{ticket.number} 要发给 {len(askers)} 位提问人，还没有发出，请另一位同事发：同意答复 {ticket.id}"
    return _give(request, text, public=public)


def _give(request: TicketRequest, text: str, *, public: bool) -> str:
    ticket, session = request.ticket, request.session
    count = answering.answer(session, ticket, text, request.act, rules=request.rules, public=public)
    drafts.settle(session, ticket, request.act)
    if (way := dispositions.presumed(ticket, request.now)) is not None:
        dispositions.dispose(session, ticket, way, request.act)
    if ticket.state in OPEN:
        return _to_be_told(request)
    to = "提问人" if count == 1 else f" {count} 位提问人"
    return f"{ticket.number} 已答复，{_said(request, FollowUp.ANSWER)}{to}。要改正请发：更正 {ticket.id} 正确的答案"


def _said(request: TicketRequest, kind: FollowUp) -> str:
    """When it reaches them: the policy may hold it back until the morning."""
    held = request.rules.follow.held_until(kind, request.now)
    return f"{spoken(held, now=request.now)} 发给" if held else "发给了"


def _to_be_told(request: TicketRequest) -> str:
    """Somebody who is in no chat waits to be called: a request, and the ticket stays open until it is done."""
    ticket = request.ticket
    due = request.rules.call_back.due(request.now, request.rules.working)
    for asker in waiting_askers(request.session, ticket):
        if asker.by_hand:
            tasks.open_task(request.session, ticket, TaskKind.TELL, request.act, due=due, remind_at=due, asker=asker)
    return f"{ticket.number} 答复已记下，提问人不在群里，告知后才算答复：已告知 {ticket.id} 怎么告知的"


def _withdraw(request: TicketRequest) -> str:
    row = drafts.draft_of(request.session, request.ticket)
    if row is None:
        raise NotNow(f"{request.ticket.number} 没有等着发的稿子。")
    if row.written_by != request.volunteer.address and not request.is_chief:
        raise NotNow(f"{request.ticket.number} 的稿子是{row.written_by_name}写的，由他或值班长撤。")
    drafts.settle(request.session, request.ticket, request.act)
    return f"{request.ticket.number} 的稿子撤了，工单仍在办。答复请发：回复 {request.ticket.id} 答案"


def _approve(request: TicketRequest) -> str:
    """A colleague agrees: it is sent in the name of who wrote it."""
    ticket, session = request.ticket, request.session
    work.check_owed(ticket)
    signing.check_signed(session, ticket)
    row = drafts.colleagues_draft(session, ticket, request.act)
    writer = drafts.author(row, request.now, request.turn.inbox_id)
    record(session, ticket, What.APPROVED, request.act, before=row.written_by_name, after=request.volunteer.name)
    work.check_mine(ticket, writer)
    count = answering.answer(session, ticket, row.text, writer, rules=request.rules, public=row.public)
    drafts.settle(session, ticket, request.act, approved=True)
    if ticket.state in OPEN:
        return _to_be_told(request)
    return f"{ticket.number} 已按{row.written_by_name}的稿子答复，{_said(request, FollowUp.ANSWER)} {count} 位提问人。"


def _correct(request: TicketRequest, text: str, *, public: bool = False) -> str:
    count = answering.correct(
        request.session, request.ticket, text, request.act, rules=request.rules, public=public, chief=request.is_chief
    )
    if request.ticket.state in OPEN:
        return _to_be_told(request)
    return f"{request.ticket.number} 已更正，新的答复{_said(request, FollowUp.CORRECTION)} {count} 位提问人。"


def _correct_typed(request: TicketRequest) -> str:
    text = request.needs()
    checks.check_forbidden(text, request.rules)
    return _correct(request, text)


def _cleared(disposition: Disposition) -> Callable[[TicketRequest], str]:
    def clear(request: TicketRequest) -> str:
        before, fields = read_fields(request.command.rest, dispositions.LABELS)
        if not fields and dispositions.lacking(disposition, fields):
            before, fields = read_fields(request.command.rest, dispositions.LABELS, gap=JOINED)
        _check_fields(request, disposition, fields)
        text = dispositions.words_of(disposition, fields, before)
        if request.ticket.state in OPEN:
            return _answer_as(request, disposition, fields, text)
        return _note_as(request, disposition, fields, text)

    return clear


def _answer_as(request: TicketRequest, way: Disposition, fields: Mapping[str, str], text: str) -> str:
    """The asker is answered, and how it was cleared is written down."""
    if not text:
        raise request.half("还没有写答复", _example(way))
    _check_may_answer(request, text)
    if doubt := _kept_back(request, text, dispositions.kept(way, fields)):
        return doubt
    dispositions.dispose(request.session, request.ticket, way, request.act, fields)
    return _as_cleared(_send(request, text), way)


def _note_as(request: TicketRequest, way: Disposition, fields: Mapping[str, str], text: str) -> str:
    """He was answered before: only how it was cleared is written down."""
    ticket = request.ticket
    if text and way != Disposition.MIND:
        raise NotNow(f"{ticket.number} {ticket.state.label}。要改答复请发：更正 {ticket.id} 内容")
    if ticket.handler != request.volunteer.address and not request.is_chief:
        raise TakenBySomebodyElse(ticket)
    dispositions.dispose(request.session, ticket, way, request.act, fields)
    return f"{ticket.number} 已记为{way.label}。"


def _as_cleared(said: str, way: Disposition) -> str:
    return said.replace("已答复", f"已答复（{way.label}）", 1)


def _check_fields(request: TicketRequest, disposition: Disposition, fields: Mapping[str, str]) -> None:
    if lacking := dispositions.lacking(disposition, fields):
        raise request.half(f"{disposition.label}还缺：{'、'.join(lacking)}", _example(disposition))


def _example(disposition: Disposition) -> str:
    return {
        Disposition.ON_THE_SPOT: "答案",
        Disposition.EARLY: "文号：青关函1号 跟踪：已协调船公司 答复：答案",
        Disposition.MIND: "依据：第几条 说明：为什么不能办 替代：可以怎么办",
    }[disposition]


def _preview(text: str) -> str:
    return text if len(text) <= PREVIEW else f"{text[:PREVIEW]}…"


DOES: dict[Verb, Callable[[TicketRequest], str]] = {
    Verb.ANSWER: _answer,
    Verb.ANSWER_PUBLIC: _answer_public,
    Verb.WITHDRAW: _withdraw,
    Verb.APPROVE: _approve,
    Verb.CORRECT: _correct_typed,
    Verb.ON_THE_SPOT: _cleared(Disposition.ON_THE_SPOT),
    Verb.EARLY: _cleared(Disposition.EARLY),
    Verb.MIND: _cleared(Disposition.MIND),
}
