"""What is written down of an event: who asked what there, what was answered, who came, and what became of the rest."""

import re

from handlers.base import Turn
from handlers.events import service
from handlers.events.form import fields_of
from handlers.events.models import EventQuestionRow, EventRow
from handlers.events.service import EventRefusal
from handlers.events.words import EventStage, Source
from handlers.follow_ups import FollowUp, say_waited_for
from handlers.inbox import InboxRow, message_of
from handlers.intake import Intake
from handlers.tickets import registering
from handlers.tickets.models import Origin
from handlers.tickets.profiles import Profile
from handlers.tickets.registering import Registration
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import Channel

_COUNT = re.compile(r"(企业|人次|资料)\s*(\d{1,9})(?!\d)")
_NUMBER = re.compile(r"\s*(?:第\s*)?(\d{1,9})\s*问?\s*(.*)", re.DOTALL)


class Recording:
    """The commands that record an event; questions nobody answered become tickets."""

    def __init__(self, intake: Intake, ticket_rules: TicketRules) -> None:
        self._intake, self._ticket_rules = intake, ticket_rules

    def asked_there(self, turn: Turn, row: EventRow, rest: str) -> str:
        fields, head = fields_of(rest)
        question = fields.get("问题", "") or head
        if not question:
            raise EventRefusal(f"问了什么？例如：现场问 {row.number} 问题：…… 答复：…… 企业：……")
        one = service.add_question(
            turn.session, row, Source.ON_SITE, question, answer=fields.get("答复") or None,
            enterprise=fields.get("企业", "")[:200], name=fields.get("姓名", "")[:100], asked_at=turn.now,
        )  # fmt: skip
        then = "当场答复。" if one.answer else "活动结束时还没有答复的会转成工单。"
        return f"{row.number} 第 {one.id} 问已记下，{then}"

    def answered_there(self, turn: Turn, row: EventRow, rest: str) -> str:
        """A question of the agenda, answered on the spot; who asked it in a chat hears it there."""
        found = _NUMBER.fullmatch(rest)
        fields, head = fields_of(found[2] if found else "")
        answer = fields.get("答复", "") or head
        if found is None or not answer:
            raise EventRefusal(f"请写第几问和答复，例如：现场答 {row.number} 3 答复：可以跨关区")
        question = service.answer(turn.session, row, int(found[1]), answer)
        told = f"{row.number} 第 {question.id} 问的答复已记下"
        if question.ticket_id is not None:
            return (
                f"{told}。它是工单 #{question.ticket_id}，要回到提问人请发：回复 {question.ticket_id} {answer[:20]}……"
            )
        return f"{told}，已告诉提问的人。" if self._tell_asker(turn, row, question) else f"{told}。"

    def _tell_asker(self, turn: Turn, row: EventRow, question: EventQuestionRow) -> bool:
        if question.inbox_id is None:
            return False
        asked = message_of(turn.session.get_one(InboxRow, question.inbox_id))
        say_waited_for(
            turn.session, FollowUp.ANSWER, asked.conversation, service.answer_told(row, question), who=(asked.sender,),
            rules=self._ticket_rules.follow, now=turn.now, quote=asked.id, caused_by=turn.inbox_id,
        )  # fmt: skip
        return True

    def close(self, turn: Turn, row: EventRow, rest: str) -> str:
        counts = {name: int(number) for name, number in _COUNT.findall(rest)}
        missing = [name for name in ("企业", "人次", "资料") if name not in counts]
        if missing:
            raise EventRefusal(
                f"还缺{'、'.join(missing)}，没有改动。例如：活动结束 {row.number} 企业 20 人次 35 资料 100"
            )
        service.close(row, enterprises=counts["企业"], attendance=counts["人次"], handouts=counts["资料"], now=turn.now)
        opened = self._left_open(turn, row)
        answered = sum(1 for question in service.questions_of(turn.session, row) if question.answer)
        tickets = f"，没答完的转成工单：{opened}" if opened else ""
        return f"{row.number} 已登记：企业 {row.enterprises} 家，{row.attendance} 人次，资料 {row.handouts} 份，现场答复 {answered} 个{tickets}。"

    def cancel(self, turn: Turn, row: EventRow, _rest: str) -> str:
        """Who asked beforehand is answered all the same."""
        if row.stage != EventStage.PLANNED:
            raise EventRefusal(f"{row.number} {row.stage.label}，没有改动。")
        row.stage = EventStage.CANCELLED
        opened = self._left_open(turn, row)
        tickets = f"会前提的问题转成工单：{opened}。" if opened else ""
        told = f"已通知过的群请发：更正通知 N{row.announced_by} 活动取消" if row.announced_by else ""
        return f"{row.number} 已取消。{tickets}{told}"

    def _left_open(self, turn: Turn, row: EventRow) -> str:
        """The tickets of what nobody answered, opened now."""
        opened = [self._open(turn, row, question).ticket_id for question in service.left_open(turn.session, row)]
        return "、".join(f"#{id}" for id in opened)

    def _open(self, turn: Turn, row: EventRow, question: EventQuestionRow) -> EventQuestionRow:
        """A ticket for a question nobody answered: for its asker where he asked in a chat, else as one of the event."""
        if question.inbox_id is not None:
            heard = turn.session.get_one(InboxRow, question.inbox_id)
            thought = turn.think(question.text)
            ticket = self._intake.file(
                turn.session, message_of(heard), heard.id, thought, question.text, origin=Origin.ASKED, now=turn.now
            )
        else:
            about = Registration(
                channel=Channel.EVENT, question=question.text, name=question.name or row.title,
                profile=Profile(enterprise=question.enterprise or None),
            )  # fmt: skip
            ticket = registering.register(
                turn.session, about, turn.message, turn.inbox_id, turn.mind, desk=turn.message.conversation,
                rules=self._ticket_rules, now=turn.now,
            )  # fmt: skip
        question.ticket_id = ticket.id
        return question
