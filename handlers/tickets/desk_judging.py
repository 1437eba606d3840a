"""分类、定级、主题、属性、共性、个性、建档、提级、特办."""

import re
from collections.abc import Callable

from handlers.tickets import emergency, lines, profiles, work
from handlers.tickets.desk_request import TicketRequest
from handlers.tickets.fields import SPACED, read_fields
from handlers.tickets.grade_words import read_class, read_grade
from handlers.tickets.history import record
from handlers.tickets.refusals import HalfACommand, NotNow
from handlers.tickets.service import askers_of
from handlers.tickets.verbs import Verb
from handlers.tickets.words import Mark, Reach, TicketClass, What

CLASSES = "、".join(ticket_class.label for ticket_class in TicketClass)


def _grade(request: TicketRequest) -> str:
    marks = read_grade(request.command.rest)
    if marks is None:
        raise HalfACommand(f"级别是两个字母，先重要、后紧急，各分 A、B、C。例如：定级 {request.ticket.id} AB")
    was_urgent = request.ticket.urgency == Mark.A
    work.grade(request.session, request.ticket, *marks, request.act, rules=request.rules)
    if not was_urgent:
        emergency.call_out(request.session, request.ticket, request.rules, request.act)
    return f"{request.ticket.number} {lines.grading(request.ticket, request.rules)}{request.until}。"


def _classify(request: TicketRequest) -> str:
    ticket_class = read_class(request.command.rest)
    if ticket_class is None:
        raise HalfACommand(f"类别有：{CLASSES}。例如：分类 {request.ticket.id} 海关实务")
    work.classify(request.session, request.ticket, ticket_class, request.act, rules=request.rules)
    return f"{request.ticket.number} {lines.grading(request.ticket, request.rules)}{request.until}。"


def _topic(request: TicketRequest) -> str:
    topic = request.needs().strip("。. ")
    if len(topic) > 20:
        raise request.half("主题请用一个词")
    before, request.ticket.topic = request.ticket.topic, topic
    record(request.session, request.ticket, What.TOPIC_SET, request.act, before=before, after=topic)
    return f"{request.ticket.number} 主题改为“{topic}”。"


def _attribute(request: TicketRequest) -> str:
    """难度A 复杂B 跨部门."""
    text, ticket = request.needs(), request.ticket
    difficulty, complexity = _mark(text, "难度?"), _mark(text, "复杂度?")
    cross = False if re.search(r"不跨部门", text) else (True if "跨部门" in text else None)
    if difficulty is None and complexity is None and cross is None:
        raise request.half("没有看懂属性")
    before = _attributes(ticket.difficulty, ticket.complexity, cross=ticket.cross_unit)
    ticket.difficulty = difficulty or ticket.difficulty
    ticket.complexity = complexity or ticket.complexity
    ticket.cross_unit = ticket.cross_unit if cross is None else cross
    after = _attributes(ticket.difficulty, ticket.complexity, cross=ticket.cross_unit)
    record(request.session, ticket, What.ATTRIBUTED, request.act, before=before, after=after)
    return f"{ticket.number} {after}。"


def _special(request: TicketRequest) -> str:
    """特事特办 begins with an assessment that stays on the record."""
    work.check_owed(request.ticket)
    _, fields = read_fields(request.needs(), {"评估": "assessment"})
    assessed = fields.get("assessment", "").strip()
    if not assessed:
        raise request.half("特事特办先要写评估")
    before, request.ticket.special = request.ticket.special or "", assessed
    record(request.session, request.ticket, What.SPECIAL, request.act, before=before, after=assessed)
    return f"{request.ticket.number} 记为特事特办，评估已留档。"


def _mark(text: str, axis: str) -> Mark | None:
    found = re.search(rf"{axis}\s*[:：]?\s*([ABCabc])", text)
    return Mark(found[1].upper()) if found else None


def _attributes(difficulty: Mark | None, complexity: Mark | None, *, cross: bool | None) -> str:
    named = [f"难度 {difficulty}" if difficulty else "", f"复杂度 {complexity}" if complexity else ""]
    named.append({True: "跨部门", False: "不跨部门", None: ""}[cross])
    return "，".join(part for part in named if part)


def _reach(reach: Reach) -> Callable[[TicketRequest], str]:
    def judge(request: TicketRequest) -> str:
        if request.ticket.reach == reach:
            raise NotNow(f"{request.ticket.number} 已经记为{reach.label}问题。")
        profiles.set_reach(request.session, request.ticket, reach, request.act, why=request.command.rest)
        return f"{request.ticket.number} 记为{reach.label}问题。"

    return judge


def _profile(request: TicketRequest) -> str:
    before, fields = read_fields(request.needs(), profiles.LABELS)
    if not fields:
        before, fields = read_fields(request.command.rest, profiles.LABELS, gap=SPACED)
    profile = profiles.read_profile(before, _with_coordinator(request, fields))
    if not profile.said():
        raise request.half("没有看懂要记什么")
    if not askers_of(request.session, request.ticket):
        raise NotNow(f"{request.ticket.number} 已并入 #{request.ticket.merged_into}，请改用那个号。")
    profiles.note(request.session, request.ticket, profile, request.act)
    return f"{request.ticket.number} 提问人：{profile.shown()}。下次提问自动带上。"


def _with_coordinator(request: TicketRequest, fields: dict[str, str]) -> dict[str, str]:
    """Who looks after the enterprise is a colleague we know."""
    if not fields.get("coordinator"):
        return fields
    known = request.directory.named(fields["coordinator"])
    if known is None:
        raise HalfACommand(f"没有找到协调员“{fields['coordinator']}”，请写登记过的姓名或工号。没有改动。")
    return {**fields, "coordinator": known.address}


def _raise_level(request: TicketRequest) -> str:
    level = work.raise_level(request.session, request.ticket, request.needs("原因"), request.act, rules=request.rules)
    return f"{request.ticket.number} 已提到“{level.label}”。"


DOES: dict[Verb, Callable[[TicketRequest], str]] = {
    Verb.GRADE: _grade,
    Verb.CLASSIFY: _classify,
    Verb.TOPIC: _topic,
    Verb.ATTRIBUTE: _attribute,
    Verb.COMMON: _reach(Reach.COMMON),
    Verb.SINGLE: _reach(Reach.SINGLE),
    Verb.PROFILE: _profile,
    Verb.RAISE: _raise_level,
    Verb.SPECIAL: _special,
}
