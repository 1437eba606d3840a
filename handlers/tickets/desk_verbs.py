"""What each verb of the desk does, and the short word the volunteer gets back."""

from collections.abc import Callable

from handlers.base import Turn
from handlers.members.directory import Directory, Right, Volunteer
from handlers.tickets import aftercare, answering, cards, joining, lists, material, timing, work
from handlers.tickets.clock import spoken
from handlers.tickets.commands import Command, Verb, read_class, read_grade
from handlers.tickets.history import Who, life_of
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


class DeskVerbs:
    """Carries out commands; every refusal is raised before anything is changed."""

    def __init__(self, directory: Directory, rules: TicketRules) -> None:
        self._directory, self._rules = directory, rules
        self._with_ticket: dict[Verb, Callable[[Turn, Command, TicketRow, Volunteer], str]] = {
            Verb.TAKE: self._take,
            Verb.TAKE_OVER: self._take_over,
            Verb.ANSWER: self._answer,
            Verb.ANSWER_PUBLIC: self._answer,
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

    def with_ticket(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        """Do it; what to say back."""
        return self._with_ticket[command.verb](turn, command, ticket, by)

    def without_ticket(self, turn: Turn, verb: Verb, by: Volunteer) -> str:
        match verb:
            case Verb.TODO:
                return self._list("待办", lists.waiting_at(turn.session, turn.message.conversation, self._rules), turn)
            case Verb.MINE:
                return self._list(f"{by.name}在办", lists.held_by(turn.session, by.address, self._rules), turn)
            case _:
                return HELP + (CHIEF_HELP if Right.DUTY_CHIEF in by.rights else "")

    def _take(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        work.take(turn.session, ticket, by=by, now=turn.now, caused_by=turn.inbox_id)
        return f"{ticket.number} 由{by.name}办理{self._until(turn, ticket)}。答复：引用工单直接回复，或 回复 {ticket.id} 答案"

    def _take_over(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        if Right.DUTY_CHIEF not in by.rights:
            raise NotNow(
                f"接手别人的工单要由值班长来。请{ticket.handler_name or '同事'}发“转办 {ticket.id} 原因”也可以。"
            )
        why = _needed(command, "接手", "原因")
        work.take_over(turn.session, ticket, why, by=by, now=turn.now, caused_by=turn.inbox_id)
        return f"{ticket.number} 改由{by.name}办理{self._until(turn, ticket)}。"

    def _answer(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        text = _needed(command, "回复", "答案")
        public = command.verb == Verb.ANSWER_PUBLIC
        if public and ticket.state not in OPEN:
            return self._correct(turn, command, ticket, by)
        count = answering.answer(
            turn.session, ticket, text, by=by, now=turn.now, caused_by=turn.inbox_id, public=public
        )
        return f"{ticket.number} 已答复{_to(count)}。要改正请发：更正 {ticket.id} 正确的内容"

    def _correct(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        text = _needed(command, "更正", "正确的答案")
        public = command.verb == Verb.ANSWER_PUBLIC
        count = answering.correct(
            turn.session, ticket, text, by=by, now=turn.now, caused_by=turn.inbox_id, public=public
        )
        return f"{ticket.number} 已更正，新的答复发给了 {count} 位提问人。"

    def _hand_over(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        to, why = self._whom(_needed(command, "转办", "原因"))
        if not why:
            raise HalfACommand(f"转办要写原因，例如：转办 {ticket.id} 给{to.name if to else '某某'} 属于商检业务")
        work.hand_over(turn.session, ticket, why, to=to, by=by, now=turn.now, caused_by=turn.inbox_id)
        due = timing.promised(turn.session, ticket)
        card = cards.handed_over(ticket, why, by.name, to.name if to else "", due, now=turn.now)
        mention = (person_at(to.address, to.name),) if to else ()
        tell_desk(turn.session, ticket, card, now=turn.now, mention=mention, caused_by=turn.inbox_id)
        return f"{ticket.number} 已请{to.name if to else '同事'}接手，接手前仍由您负责。"

    def _raise_level(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        why = _needed(command, "提级", "原因")
        who = Who.volunteer(by)
        level = work.raise_level(
            turn.session, ticket, why, by=who, rules=self._rules, now=turn.now, caused_by=turn.inbox_id
        )
        return f"{ticket.number} 已提到“{level.label}”。"

    def _grade(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        marks = read_grade(command.rest)
        if marks is None:
            raise HalfACommand(f"级别是两个字母，先重要、后紧急，各分 A、B、C。例如：定级 {ticket.id} AB")
        work.grade(turn.session, ticket, *marks, by=by, rules=self._rules, now=turn.now, caused_by=turn.inbox_id)
        return f"{ticket.number} {cards.grading(ticket, self._rules)}{self._until(turn, ticket)}。"

    def _classify(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        ticket_class = read_class(command.rest)
        if ticket_class is None:
            raise HalfACommand(f"类别有：{CLASSES}。例如：分类 {ticket.id} 海关实务")
        work.classify(
            turn.session, ticket, ticket_class, by=by, rules=self._rules, now=turn.now, caused_by=turn.inbox_id
        )
        return f"{ticket.number} {cards.grading(ticket, self._rules)}{self._until(turn, ticket)}。"

    def _ask(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        text = _needed(command, "补充", "请补充合同和发票")
        times = material.ask_material(turn.session, ticket, text, by=by, now=turn.now, caused_by=turn.inbox_id)
        again = f"这是第 {times} 次请他补充，请记得一次性告知。" if times > 1 else ""
        return f"{ticket.number} 已请提问人补充，停止计时，等他回复。{again}"

    def _decline(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        why = _needed(command, "不予受理", "原因")
        aftercare.decline(turn.session, ticket, why, by=by, now=turn.now, caused_by=turn.inbox_id)
        return f"{ticket.number} 不予受理，原因已告知提问人。"

    def _merge(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        if command.other is None:
            raise HalfACommand(f"要并到哪一单？例如：合并 {ticket.id} 到 5")
        into = lock(turn.session, command.other)
        count = joining.merge(turn.session, ticket, into, by=by, now=turn.now, caused_by=turn.inbox_id)
        answered = "，已有的答复发给了他们" if into.answered_at else "，答复时一起收到"
        return f"{ticket.number} 已并入 {into.number}，{count} 位提问人转过去{answered}。"

    def _show(self, turn: Turn, command: Command, ticket: TicketRow, by: Volunteer) -> str:
        due = timing.promised(turn.session, ticket)
        shown = cards.detail(ticket, askers_of(turn.session, ticket), due, self._rules, now=turn.now)
        return f"{shown}\n经过：\n{cards.life(life_of(turn.session, ticket), now=turn.now)}"

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

    def _until(self, turn: Turn, ticket: TicketRow) -> str:
        due = timing.promised(turn.session, ticket)
        return f"，请在 {spoken(due, now=turn.now)} 前答复" if due else ""


def _needed(command: Command, verb: str, example: str) -> str:
    if not command.rest:
        raise HalfACommand(f"{verb}后面还缺内容，例如：{verb} {command.number or 12} {example}")
    return command.rest


def _to(count: int) -> str:
    return "，已发给提问人" if count == 1 else f"，已发给 {count} 位提问人"
