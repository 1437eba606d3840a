"""牵头、会同、会商、意见、结论、核签、现场记录、建议书、专班."""

from collections.abc import Callable

from handlers.members.directory import Volunteer
from handlers.tickets import drafts, proposing, signing, together, work
from handlers.tickets.fields import read_fields, read_names
from handlers.tickets.history import record
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.routing import Unit
from handlers.tickets.task import Task
from handlers.tickets.verbs import Verb
from handlers.tickets.words import UnitRole, What


def _units(role: UnitRole) -> Callable[[Task], str]:
    def name(task: Task) -> str:
        units = [_unit(task, said) for said in read_names(task.needs())]
        if role == UnitRole.LEAD and len(units) != 1:
            raise task.half("牵头单位只能有一个")
        together.name_units(task.session, task.ticket, units, role, task.act, task.rules)
        return f"{task.ticket.number} 由{'、'.join(unit.name for unit in units)}{role.label}，已告知。"

    return name


def _unit(task: Task, name: str) -> Unit:
    unit = task.rules.routing.unit(name)
    if unit is None:
        known = "、".join(one.name for one in task.rules.routing.units) or "（配置里还没有登记单位）"
        raise HalfACommand(f"没有“{name}”这个单位。现有：{known}。没有改动。")
    return unit


def _consult(task: Task) -> str:
    together.consult(task.session, task.ticket, task.needs(), task.act, task.rules)
    number = task.ticket.id
    return f"{task.ticket.number} 开始会商。说意见请发：意见 {number} 内容；结束请发：结论 {number} 内容"


def _opine(task: Task) -> str:
    count = together.opine(task.session, task.ticket, task.needs(), task.act, task.rules)
    return f"{task.ticket.number} 意见已记下，共 {count} 条。"


def _conclude(task: Task) -> str:
    text = task.needs()
    together.conclude(task.session, task.ticket, text, task.act, chief=task.is_chief)
    number = task.ticket.id
    draft = drafts.keep(task.session, task.ticket, text, task.act, second=False)
    if (legal := signing.legal_unit(task.session, task.ticket, task.rules)) is not None:
        signing.ask(task.session, task.ticket, draft, legal, task.act, task.rules)
        return f"{task.ticket.number} 会商结束，结论已成稿，先请{legal.name}核签，核签后再发给提问人。"
    return (
        f"{task.ticket.number} 会商结束，结论已成稿。发给提问人请发：确认回复 {number}；要改写请发：回复 {number} 答案"
    )


def _sign(task: Task) -> str:
    """核签: agreed to unless something else is said."""
    said = task.command.rest.strip("。. ")
    if said in ("", "同意"):
        signing.sign(task.session, task.ticket, task.act, task.rules)
        return f"{task.ticket.number} 已核签。"
    word, _, why = said.partition(" ")
    why = why or word.removeprefix("不同意").lstrip("：:，, ")
    if not word.startswith("不同意") or not why:
        raise task.half("同意就只写号码，不同意请写“不同意”和原因", "不同意 依据不足")
    signing.send_back(task.session, task.ticket, why, task.act, task.rules)
    return f"{task.ticket.number} 没有核签，稿子退回。"


def _on_site(task: Task) -> str:
    text = task.needs()
    work.check_owed(task.ticket)
    record(task.session, task.ticket, What.ON_SITE, task.act, why=text)
    return f"{task.ticket.number} 现场情况已记下。"


def _propose(task: Task) -> str:
    if not task.is_chief:
        work.check_mine(task.ticket, task.act)
    receivers = proposing.propose(task.session, task.ticket, task.command.rest, task.act, task.rules, task.paper)
    number = task.ticket.id
    on = "" if receivers else f"要请上级批示请发：提级 {number} 原因，再发：建议书 {number}"
    return f"{task.ticket.number} 建议书已成文{work.told(tuple(receivers))}。{on}"


def _force(task: Task) -> str:
    before, fields = read_fields(task.needs(), {"组长": "head", "成员": "members"})
    heads, others = read_names(fields.get("head", "")), read_names(before)
    if not heads:
        heads, others = others[:1], others[1:]
    if len(heads) != 1:
        raise task.half("专班要有一位组长")
    head = _colleague(task, heads[0])
    members = [_colleague(task, name) for name in (*others, *read_names(fields.get("members", "")))]
    together.form_force(task.session, task.ticket, head, members, task.act)
    return f"{task.ticket.number} 专班已成立，组长{head.name}，成员 {len(members)} 人，已告知。"


def _colleague(task: Task, name: str) -> Volunteer:
    known = task.directory.named(name)
    if known is None:
        raise HalfACommand(f"没有找到“{name}”，请写登记过的姓名或工号。没有改动。")
    return known


DOES: dict[Verb, Callable[[Task], str]] = {
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
