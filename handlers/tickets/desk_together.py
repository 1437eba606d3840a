"""牵头、会同、会商、意见、结论、核签、现场记录、建议书、专班."""

from collections.abc import Callable

from handlers.members.directory import Volunteer
from handlers.tickets import drafts, proposing, signing, together, work
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.fields import read_fields, read_names
from handlers.tickets.history import record
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.routing import Unit
from handlers.tickets.verbs import Verb
from handlers.tickets.words import UnitRole, What


def _units(role: UnitRole) -> Callable[[TicketRequest], str]:
    def name(request: TicketRequest) -> str:
        units = [_unit(request, said) for said in read_names(request.needs())]
        if role == UnitRole.LEAD and len(units) != 1:
            raise request.half("牵头单位只能有一个")
        together.name_units(request.session, request.ticket, units, role, request.act, request.rules)
        return f"{request.ticket.number} 由{'、'.join(unit.name for unit in units)}{role.label}，已告知。"

    return name


def _unit(request: TicketRequest, name: str) -> Unit:
    unit = request.rules.routing.unit(name)
    if unit is None:
        known = "、".join(one.name for one in request.rules.routing.units) or "（配置里还没有登记单位）"
        raise HalfACommand(f"没有“{name}”这个单位。现有：{known}。没有改动。")
    return unit


def _consult(request: TicketRequest) -> str:
    together.consult(request.session, request.ticket, request.needs(), request.act, request.rules)
    number = request.ticket.id
    return f"{request.ticket.number} 开始会商。说意见请发：意见 {number} 内容；结束请发：结论 {number} 内容"


def _opine(request: TicketRequest) -> str:
    count = together.opine(request.session, request.ticket, request.needs(), request.act, request.rules)
    return f"{request.ticket.number} 意见已记下，共 {count} 条。"


def _conclude(request: TicketRequest) -> str:
    text = request.needs()
    together.conclude(request.session, request.ticket, text, request.act, chief=request.is_chief)
    number = request.ticket.id
    draft = drafts.keep(request.session, request.ticket, text, request.act, second=False)
    if (legal := signing.legal_unit(request.session, request.ticket, request.rules)) is not None:
        signing.ask(request.session, request.ticket, draft, legal, request.act, request.rules)
        return f"{request.ticket.number} 会商结束，结论已成稿，先请{legal.name}核签，核签后再发给提问人。"
    return f"{request.ticket.number} 会商结束，结论已成稿。发给提问人请发：确认回复 {number}；要改写请发：回复 {number} 答案"


def _sign(request: TicketRequest) -> str:
    """核签: agreed to unless something else is said."""
    said = request.command.rest.strip("。. ")
    if said in ("", "同意"):
        signing.sign(request.session, request.ticket, request.act, request.rules)
        return f"{request.ticket.number} 已核签。"
    word, _, why = said.partition(" ")
    why = why or word.removeprefix("不同意").lstrip("：:，, ")
    if not word.startswith("不同意") or not why:
        raise request.half("同意就只写号码，不同意请写“不同意”和原因", "不同意 依据不足")
    signing.send_back(request.session, request.ticket, why, request.act, request.rules)
    return f"{request.ticket.number} 没有核签，稿子退回。"


def _on_site(request: TicketRequest) -> str:
    text = request.needs()
    work.check_owed(request.ticket)
    record(request.session, request.ticket, What.ON_SITE, request.act, why=text)
    return f"{request.ticket.number} 现场情况已记下。"


def _propose(request: TicketRequest) -> str:
    if not request.is_chief:
        work.check_mine(request.ticket, request.act)
    receivers = proposing.propose(
        request.session, request.ticket, request.command.rest, request.act, request.rules, request.write_document
    )
    number = request.ticket.id
    on = "" if receivers else f"要请上级批示请发：提级 {number} 原因，再发：建议书 {number}"
    return f"{request.ticket.number} 建议书已成文{work.told(tuple(receivers))}。{on}"


def _force(request: TicketRequest) -> str:
    before, fields = read_fields(request.needs(), {"组长": "head", "成员": "members"})
    heads, others = read_names(fields.get("head", "")), read_names(before)
    if not heads:
        heads, others = others[:1], others[1:]
    if len(heads) != 1:
        raise request.half("专班要有一位组长")
    head = _colleague(request, heads[0])
    members = [_colleague(request, name) for name in (*others, *read_names(fields.get("members", "")))]
    together.form_force(request.session, request.ticket, head, members, request.act)
    return f"{request.ticket.number} 专班已成立，组长{head.name}，成员 {len(members)} 人，已告知。"


def _colleague(request: TicketRequest, name: str) -> Volunteer:
    known = request.directory.named(name)
    if known is None:
        raise HalfACommand(f"没有找到“{name}”，请写登记过的姓名或工号。没有改动。")
    return known


DOES: dict[Verb, Callable[[TicketRequest], str]] = {
    Verb.LEAD: _units(UnitRole.LEAD),
    Verb.JOINT: _units(UnitRole.JOINT),
    Verb.CONSULT: _consult,
    Verb.OPINE: _opine,
    Verb.CONCLUDE: _conclude,
    Verb.SIGN: _sign,
    Verb.ON_SITE: _on_site,
    Verb.PROPOSE: _propose,
    Verb.FORCE: _force,
}
