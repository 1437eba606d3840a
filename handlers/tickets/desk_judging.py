"""分类、定级、主题、属性、共性、个性、建档、提级、特办."""

import re
from collections.abc import Callable

from handlers.tickets import emergency, lines, profiles, work
from handlers.tickets.fields import SPACED, read_fields
from handlers.tickets.grade_words import read_class, read_grade
from handlers.tickets.history import record
from handlers.tickets.refusals import HalfACommand, NotNow
from handlers.tickets.service import askers_of
from handlers.tickets.task import Task
from handlers.tickets.verbs import Verb
from handlers.tickets.words import Mark, Reach, TicketClass, What

CLASSES = "、".join(ticket_class.label for ticket_class in TicketClass)


def _grade(task: Task) -> str:
    marks = read_grade(task.command.rest)
    if marks is None:
        raise HalfACommand(f"级别是两个字母，先重要、后紧急，各分 A、B、C。例如：定级 {task.ticket.id} AB")
    was_urgent = task.ticket.urgency == Mark.A
    work.grade(task.session, task.ticket, *marks, task.act, rules=task.rules)
    if not was_urgent:
        emergency.call_out(task.session, task.ticket, task.rules, task.act)
    return f"{task.ticket.number} {lines.grading(task.ticket, task.rules)}{task.until}。"


def _classify(task: Task) -> str:
    ticket_class = read_class(task.command.rest)
    if ticket_class is None:
        raise HalfACommand(f"类别有：{CLASSES}。例如：分类 {task.ticket.id} 海关实务")
    work.classify(task.session, task.ticket, ticket_class, task.act, rules=task.rules)
    return f"{task.ticket.number} {lines.grading(task.ticket, task.rules)}{task.until}。"


def _topic(task: Task) -> str:
    topic = task.needs().strip("。. ")
    if len(topic) > 20:
        raise task.half("主题请用一个词")
    before, task.ticket.topic = task.ticket.topic, topic
    record(task.session, task.ticket, What.TOPIC_SET, task.act, before=before, after=topic)
    return f"{task.ticket.number} 主题改为“{topic}”。"


def _attribute(task: Task) -> str:
    """难度A 复杂B 跨部门."""
    text, ticket = task.needs(), task.ticket
    difficulty, complexity = _mark(text, "难度?"), _mark(text, "复杂度?")
    cross = False if re.search(r"不跨部门", text) else (True if "跨部门" in text else None)
    if difficulty is None and complexity is None and cross is None:
        raise task.half("没有看懂属性")
    before = _attributes(ticket.difficulty, ticket.complexity, cross=ticket.cross_unit)
    ticket.difficulty = difficulty or ticket.difficulty
    ticket.complexity = complexity or ticket.complexity
    ticket.cross_unit = ticket.cross_unit if cross is None else cross
    after = _attributes(ticket.difficulty, ticket.complexity, cross=ticket.cross_unit)
    record(task.session, ticket, What.ATTRIBUTED, task.act, before=before, after=after)
    return f"{ticket.number} {after}。"


def _special(task: Task) -> str:
    """特事特办 begins with an assessment that stays on the record."""
    work.check_owed(task.ticket)
    _, fields = read_fields(task.needs(), {"评估": "assessment"})
    assessed = fields.get("assessment", "").strip()
    if not assessed:
        raise task.half("特事特办先要写评估")
    before, task.ticket.special = task.ticket.special or "", assessed
    record(task.session, task.ticket, What.SPECIAL, task.act, before=before, after=assessed)
    return f"{task.ticket.number} 记为特事特办，评估已留档。"


def _mark(text: str, axis: str) -> Mark | None:
    found = re.search(rf"{axis}\s*[:：]?\s*([ABCabc])", text)
    return Mark(found[1].upper()) if found else None


def _attributes(difficulty: Mark | None, complexity: Mark | None, *, cross: bool | None) -> str:
    named = [f"难度 {difficulty}" if difficulty else "", f"复杂度 {complexity}" if complexity else ""]
    named.append({True: "跨部门", False: "不跨部门", None: ""}[cross])
    return "，".join(part for part in named if part)


def _reach(reach: Reach) -> Callable[[Task], str]:
    def judge(task: Task) -> str:
        if task.ticket.reach == reach:
            raise NotNow(f"{task.ticket.number} 已经记为{reach.label}问题。")
        profiles.set_reach(task.session, task.ticket, reach, task.act, why=task.command.rest)
        return f"{task.ticket.number} 记为{reach.label}问题。"

    return judge


def _profile(task: Task) -> str:
    before, fields = read_fields(task.needs(), profiles.LABELS)
    if not fields:
        before, fields = read_fields(task.command.rest, profiles.LABELS, gap=SPACED)
    profile = profiles.read_profile(before, _with_coordinator(task, fields))
    if not profile.said():
        raise task.half("没有看懂要记什么")
    if not askers_of(task.session, task.ticket):
        raise NotNow(f"{task.ticket.number} 已并入 #{task.ticket.merged_into}，请改用那个号。")
    profiles.note(task.session, task.ticket, profile, task.act)
    return f"{task.ticket.number} 提问人：{profile.shown()}。下次提问自动带上。"


def _with_coordinator(task: Task, fields: dict[str, str]) -> dict[str, str]:
    """Who looks after the enterprise is a colleague we know."""
    if not fields.get("coordinator"):
        return fields
    known = task.directory.named(fields["coordinator"])
    if known is None:
        raise HalfACommand(f"没有找到协调员“{fields['coordinator']}”，请写登记过的姓名或工号。没有改动。")
    return {**fields, "coordinator": known.address}


def _raise_level(task: Task) -> str:
    level = work.raise_level(task.session, task.ticket, task.needs("原因"), task.act, rules=task.rules)
    return f"{task.ticket.number} 已提到“{level.label}”。"


DOES: dict[Verb, Callable[[Task], str]] = {
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
