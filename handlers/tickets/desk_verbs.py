"""What each verb of the desk does, and the short word the volunteer gets back."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.base import Turn
from handlers.members.directory import Directory, Right, Volunteer
from handlers.tickets import aftercare, answering, cards, joining, lists, material, timing, work
from handlers.tickets.clock import spoken
from handlers.tickets.commands import Command, Verb, read_class, read_grade
from handlers.tickets.history import Act, by_volunteer, life_of
from handlers.tickets.models import TicketRow
from handlers.tickets.refusals import HalfACommand, NotNow
from handlers.tickets.rules import TicketRules
from handlers.tickets.service import askers_of, lock, person_at, tell_desk
from handlers.tickets.words import OPEN, TicketClass

CLASSES = "、".join(ticket_class.label for ticket_class in TicketClass)

HELP = """引用工单直接回复，就是答复提问人。也可以发（12 换成工单号，引用工单时可不写号）：
接单 12 ｜ 回复 12 答案 ｜ 更正 12 正确的答案
补充 12 请他补充什么（停表等他）
转办 12 给某某 原因 ｜ 提级 12 原因
定级 12 AB ｜ 分类 12 海关实务
合并 12 到 5 ｜ 不予受理 12 原因
待办 ｜ 我的 ｜ 查看 12"""
CHIEF_HELP = "\n值班长：接手 12 原因"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A command about a ticket, the ticket held, and who gave it."""

    turn: Turn
    command: Command
    ticket: TicketRow
    volunteer: Volunteer

    @property
    def act(self) -> Act:
        return by_volunteer(self.turn, self.volunteer)

    def needs(self, example: str) -> str:
        """What was typed after the number. Raises HalfACommand when nothing was."""
        if not self.command.rest:
            verb, number = self.command.verb, self.ticket.id
            raise HalfACommand(f"“{verb}”后面还缺内容，例如：{verb} {number} {example}")
        return self.command.rest


class DeskVerbs:
    """Carries out commands; every refusal is raised before anything is changed."""

    def __init__(self, directory: Directory, rules: TicketRules) -> None:
        self._directory, self._rules = directory, rules
        self._with_ticket: dict[Verb, Callable[[Task], str]] = {
            Verb.TAKE: self._take,
            Verb.TAKE_OVER: self._take_over,
            Verb.ANSWER: self._answer,
            Verb.ANSWER_PUBLIC: self._answer_public,
            Verb.CORRECT: self._correct,
            Verb.HAND_OVER: self._hand_over,
            Verb.RAISE: self._raise_level,
            Verb.GRADE: self._grade,
            Verb.CLASSIFY: self._classify,
            Verb.ASK: self._ask,
            Verb.DECLINE: self._decline,
            Verb.MERGE: self._merge,
            Verb.SHOW: self._show,
        }

    def with_ticket(self, task: Task) -> str:
        """Do it; what to say back."""
        return self._with_ticket[task.command.verb](task)

    def without_ticket(self, turn: Turn, verb: Verb, by: Volunteer) -> str:
        match verb:
            case Verb.TODO:
                return self._list("待办", lists.waiting_at(turn.session, turn.message.conversation, self._rules), turn)
            case Verb.MINE:
                return self._list(f"{by.name}在办", lists.held_by(turn.session, by.address, self._rules), turn)
            case _:
                return HELP + (CHIEF_HELP if Right.DUTY_CHIEF in by.rights else "")

    def _take(self, task: Task) -> str:
        ticket = task.ticket
        work.take(task.turn.session, ticket, task.act)
        how = f"引用工单直接回复，或 回复 {ticket.id} 答案"
        return f"{ticket.number} 由{task.volunteer.name}办理{self._until(task)}。答复：{how}"

    def _take_over(self, task: Task) -> str:
        if Right.DUTY_CHIEF not in task.volunteer.rights:
            handler = task.ticket.handler_name or "同事"
            raise NotNow(f"接手别人的工单要由值班长来；也可以请{handler}发“转办 {task.ticket.id} 原因”。")
        work.take_over(task.turn.session, task.ticket, task.needs("原因"), task.act)
        return f"{task.ticket.number} 改由{task.volunteer.name}办理{self._until(task)}。"

    def _answer(self, task: Task, *, public: bool = False) -> str:
        text = task.needs("答案")
        count = answering.answer(task.turn.session, task.ticket, text, task.act, public=public)
        to = "提问人" if count == 1 else f" {count} 位提问人"
        return f"{task.ticket.number} 已答复，发给了{to}。要改正请发：更正 {task.ticket.id} 正确的答案"

    def _answer_public(self, task: Task) -> str:
        return self._answer(task, public=True) if task.ticket.state in OPEN else self._correct(task, public=True)

    def _correct(self, task: Task, *, public: bool = False) -> str:
        text = task.needs("正确的答案")
        count = answering.correct(task.turn.session, task.ticket, text, task.act, public=public)
        return f"{task.ticket.number} 已更正，新的答复发给了 {count} 位提问人。"

    def _hand_over(self, task: Task) -> str:
        ticket = task.ticket
        to, why = self._whom(task.needs("原因"))
        name = to.name if to else ""
        if not why:
            raise HalfACommand(f"转办要写原因，例如：转办 {ticket.id} 给{name or '某某'} 属于商检业务")
        work.hand_over(task.turn.session, ticket, why, task.act, to=to)
        due = timing.promised(task.turn.session, ticket)
        card = cards.handed_over(ticket, why, task.volunteer.name, name, due, now=task.turn.now)
        called = (person_at(to.address, to.name),) if to else ()
        tell_desk(task.turn.session, ticket, card, task.act, mention=called)
        return f"{ticket.number} 已请{name or '同事'}接手，接手前仍由您负责。"

    def _raise_level(self, task: Task) -> str:
        level = work.raise_level(task.turn.session, task.ticket, task.needs("原因"), task.act, rules=self._rules)
        return f"{task.ticket.number} 已提到“{level.label}”。"

    def _grade(self, task: Task) -> str:
        marks = read_grade(task.command.rest)
        if marks is None:
            raise HalfACommand(f"级别是两个字母，先重要、后紧急，各分 A、B、C。例如：定级 {task.ticket.id} AB")
        work.grade(task.turn.session, task.ticket, *marks, task.act, rules=self._rules)
        return f"{task.ticket.number} {cards.grading(task.ticket, self._rules)}{self._until(task)}。"

    def _classify(self, task: Task) -> str:
        ticket_class = read_class(task.command.rest)
        if ticket_class is None:
            raise HalfACommand(f"类别有：{CLASSES}。例如：分类 {task.ticket.id} 海关实务")
        work.classify(task.turn.session, task.ticket, ticket_class, task.act, rules=self._rules)
        return f"{task.ticket.number} {cards.grading(task.ticket, self._rules)}{self._until(task)}。"

    def _ask(self, task: Task) -> str:
        times = material.ask_material(task.turn.session, task.ticket, task.needs("请补充合同和发票"), task.act)
        again = f"这是第 {times} 次请他补充，请记得一次性告知。" if times > 1 else ""
        return f"{task.ticket.number} 已请提问人补充，停止计时，等他回复。{again}"

    def _decline(self, task: Task) -> str:
        aftercare.decline(task.turn.session, task.ticket, task.needs("原因"), task.act)
        return f"{task.ticket.number} 不予受理，原因已告知提问人。"

    def _merge(self, task: Task) -> str:
        ticket = task.ticket
        if task.command.other is None:
            raise HalfACommand(f"要并到哪一单？例如：合并 {ticket.id} 到 5")
        into = lock(task.turn.session, task.command.other)
        count = joining.merge(task.turn.session, ticket, into, task.act)
        then = "答复时一起收到" if into.state in OPEN else "已有的答复发给了他们"
        return f"{ticket.number} 已并入 {into.number}，{count} 位提问人转过去，{then}。"

    def _show(self, task: Task) -> str:
        session, ticket, now = task.turn.session, task.ticket, task.turn.now
        due = timing.promised(session, ticket)
        shown = cards.detail(ticket, askers_of(session, ticket), due, self._rules, now=now)
        return f"{shown}\n经过：\n{cards.life(life_of(session, ticket), now=now)}"

    def _whom(self, text: str) -> tuple[Volunteer | None, str]:
        """`给李四 原因` with a volunteer we know; anything else is all reason."""
        first, _, rest = text.partition(" ")
        name = first.removeprefix("转").removeprefix("交").removeprefix("给").removeprefix("@")
        known = next((v for v in self._directory.volunteers.values() if name and name in (v.name, v.number)), None)
        return (known, rest.strip()) if known else (None, text)

    def _list(self, title: str, page: lists.Page, turn: Turn) -> str:
        if not page.rows:
            return f"{title}：没有未办的工单。"
        lines = [cards.line(ticket, due, self._rules, now=turn.now) for ticket, due in page.rows]
        more = f"\n……共 {page.total} 件，先列 {len(lines)} 件" if page.total > len(lines) else ""
        return f"{title}（{page.total}）\n" + "\n".join(lines) + more

    def _until(self, task: Task) -> str:
        due = timing.promised(task.turn.session, task.ticket)
        return f"，请在 {spoken(due, now=task.turn.now)} 前答复" if due else ""
