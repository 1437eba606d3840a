"""Events in chat: the desk plans and records them, people in groups ask beforehand."""

import re
from collections.abc import Callable
from datetime import datetime

from handlers.base import Decision, DecisionKind, Turn
from handlers.events import service
from handlers.events.models import ActivityQuestionRow, ActivityRow
from handlers.events.service import EventRefusal, EventRules
from handlers.events.words import EventKind, EventStage, Source
from handlers.inbox import InboxRow, message_of
from handlers.intake import Intake
from handlers.members.directory import Directory, Right
from handlers.members.profiles import keep_profiles
from handlers.notices import service as notices
from handlers.notices.moments import read_moment
from handlers.notices.service import Hand
from handlers.notices.words import Kind
from handlers.notices.writing import Form
from handlers.speaking import reply
from handlers.tickets import registering
from handlers.tickets.clock import spoken
from handlers.tickets.models import Origin
from handlers.tickets.profiles import Profile
from handlers.tickets.registering import Registration
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import Channel
from handlers.times import local_day

MAY = frozenset({Right.OPERATOR, Right.DUTY_CHIEF, Right.LEADER})
KINDS = "、".join(kind.label for kind in EventKind)
HELP = f"""活动（A3 换成编号；种类有{KINDS}）：
办活动 面对面 3月16日 14:30 标题：…… 地点：…… 直播：…… 专题：……
活动 ｜ 活动 A3 ｜ 活动通知 A3 受众：全部 ｜ 活动提醒 A3
现场问 A3 问题：…… 答复：…… 企业：…… 姓名：……
活动结束 A3 企业 20 人次 35 资料 100 ｜ 回放 A3 https://… ｜ 取消活动 A3"""
_LABELLED = re.compile(r"(标题|地点|直播|专题|问题|答复|企业|姓名|受众)\s*[:：]\s*")
_NUMBERED = re.compile(
    r"\s*(活动通知|活动提醒|活动结束|取消活动|现场问|回放|活动)\s*[Aa](\d{1,9})(?!\d)[\s:：,，]*(.*)", re.DOTALL
)
_NEW = re.compile(r"\s*办活动(?:\s+(.*))?", re.DOTALL)
_COUNT = re.compile(r"(企业|人次|资料)\s*(\d+)")
_ASKED = re.compile(r"\s*(?:@\S+\s+)?(?:活动提问|面对面提问)[\s:：]*(.*)", re.DOTALL)


class EventChat:
    """Handler: events, for operators in the desk and for everybody who asks beforehand."""

    def __init__(self, directory: Directory, rules: EventRules, intake: Intake, ticket_rules: TicketRules) -> None:
        self._directory, self._rules = directory, rules
        self._intake, self._ticket_rules = intake, ticket_rules
        self._verbs: dict[str, Callable[[Turn, ActivityRow, str], str]] = {
            "活动": self._show, "活动通知": self._announce, "活动提醒": self._remind, "现场问": self._asked_there,
            "活动结束": self._close, "回放": self._replay, "取消活动": self._cancel,
        }  # fmt: skip

    def __call__(self, turn: Turn) -> Decision | None:
        return self._in_desk(turn) if turn.in_desk else self._asked_before(turn)

    def _in_desk(self, turn: Turn) -> Decision | None:
        text = turn.message.text
        numbered, new = _NUMBERED.fullmatch(text), _NEW.fullmatch(text)
        if numbered is None and new is None and text.strip() not in ("活动", "活动帮助"):
            return None
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        if volunteer is None or not volunteer.rights & MAY:
            raise EventRefusal("活动只有登记为运营的同事能办。需要开通请联系管理员。")
        if numbered is not None:
            said = self._verbs[numbered[1]](turn, service.find(turn.session, int(numbered[2])), numbered[3].strip())
        elif new is not None:
            said = self._plan(turn, (new[1] or "").strip())
        else:
            said = HELP if text.strip() == "活动帮助" else _list(turn)
        reply(turn, said)
        return Decision(kind=DecisionKind.COMMAND, reason="event")

    def _asked_before(self, turn: Turn) -> Decision | None:
        """活动提问: kept for the next event, and answered there."""
        found = _ASKED.fullmatch(turn.message.text)
        if found is None or not (turn.addressed or turn.message.text.lstrip().startswith(("活动提问", "面对面提问"))):
            return None
        coming = [row for row in service.planned(turn.session) if row.starts_at > turn.now]
        if not coming:
            raise EventRefusal("近期没有安排活动，请直接说问题，我来答或转志愿者。")
        if not found[1].strip():
            raise EventRefusal("想在活动上问什么？例如：活动提问 手册到期怎么展期")
        row, who = coming[0], turn.message.sender.name[:100]
        service.add_question(
            turn.session, row, Source.BEFORE, found[1].strip(), name=who, inbox_id=turn.inbox_id, asked_at=turn.now
        )
        reply(
            turn, f"已记下，{row.title}（{spoken(row.starts_at, now=turn.now)}）上答复；当场没答到的会转志愿者接着办。"
        )
        return Decision(kind=DecisionKind.COMMAND, reason="event_question")

    def _plan(self, turn: Turn, text: str) -> str:
        fields, head = _fields(text)
        kind, _, when = head.partition(" ")
        known = EventKind.labelled(kind)
        if known is None or not when.strip():
            raise EventRefusal(f"请照这样写：办活动 面对面 3月16日 14:30 标题：……。种类有：{KINDS}")
        starts = read_moment(when, now=turn.now)
        if starts <= turn.now:
            raise EventRefusal(f"{spoken(starts, now=turn.now)} 已经过去了，没有保存。请写以后的时间。")
        row = service.plan(
            turn.session, known, fields.get("标题", "") or f"{known.label}活动", starts, desk=turn.message.conversation,
            by=turn.message.sender.address, now=turn.now, place=fields.get("地点", ""), link=fields.get("直播", ""),
            special=fields.get("专题", ""),
        )  # fmt: skip
        off = "" if self._rules.working.works_on(local_day(starts)) else "请留意：这天不是工作日。\n"
        return f"{off}{service.agenda(turn.session, row, now=turn.now)}\n发通知请发：活动通知 {row.number} 受众：全部"

    def _show(self, turn: Turn, row: ActivityRow, _rest: str) -> str:
        return service.agenda(turn.session, row, now=turn.now)

    def _announce(self, turn: Turn, row: ActivityRow, rest: str) -> str:
        """A draft notice: it goes the way of every notice, through a second person."""
        audience = _fields(rest)[0].get("受众") or rest or "全部"
        text = service.announcement(turn.session, row, now=turn.now)
        number = self._draft(turn, row, row.title, text, audience)
        row.announced_by = number
        return f"{row.number} 的通知已起草为 N{number}，受众“{audience}”。没问题请发：提交 N{number}"

    def _remind(self, turn: Turn, row: ActivityRow, _rest: str) -> str:
        if row.announced_by is None:
            raise EventRefusal(f"{row.number} 还没有发过通知，先发：活动通知 {row.number} 受众：全部")
        text = service.announcement(turn.session, row, now=turn.now)
        number = self._draft(turn, row, f"提醒：{row.title}", text, f"收到=N{row.announced_by}")
        return f"提醒已起草为 N{number}，发给收到过通知的群。没问题请发：提交 N{number}"

    def _replay(self, turn: Turn, row: ActivityRow, rest: str) -> str:
        if not re.match(r"https?://\S+$", rest):
            raise EventRefusal(f"请写回放的网址，例如：回放 {row.number} https://…")
        row.replay = rest
        if row.announced_by is None:
            return f"{row.number} 的回放已记下。"
        number = self._draft(turn, row, f"回放：{row.title}", f"回放：{rest}", f"收到=N{row.announced_by}")
        return f"{row.number} 的回放已记下，通知起草为 N{number}。没问题请发：提交 N{number}"

    def _draft(self, turn: Turn, row: ActivityRow, title: str, text: str, audience: str) -> int:
        keep_profiles(turn.session, self._directory, now=turn.now)
        sender = turn.message.sender
        hand = Hand(address=sender.address, name=sender.name, now=turn.now, desk=turn.message.conversation)
        form = Form(kind=Kind.EVENT.label, title=title, body=text, audience=audience)
        return notices.draft(turn.session, form, hand).id

    def _asked_there(self, turn: Turn, row: ActivityRow, rest: str) -> str:
        fields, head = _fields(rest)
        question = fields.get("问题", "") or head
        if not question:
            raise EventRefusal(f"问了什么？例如：现场问 {row.number} 问题：…… 答复：…… 企业：……")
        one = service.add_question(
            turn.session, row, Source.ON_SITE, question, answer=fields.get("答复") or None,
            enterprise=fields.get("企业", "")[:200], name=fields.get("姓名", "")[:100], asked_at=turn.now,
        )  # fmt: skip
        then = "当场答复。" if one.answer else "活动结束时还没有答复的会转成工单。"
        return f"{row.number} 第 {one.id} 问已记下，{then}"

    def _close(self, turn: Turn, row: ActivityRow, rest: str) -> str:
        counts = {name: int(number) for name, number in _COUNT.findall(rest)}
        missing = [name for name in ("企业", "人次", "资料") if name not in counts]
        if missing:
            raise EventRefusal(
                f"还缺{'、'.join(missing)}，没有改动。例如：活动结束 {row.number} 企业 20 人次 35 资料 100"
            )
        service.close(row, enterprises=counts["企业"], attendance=counts["人次"], handouts=counts["资料"], now=turn.now)
        opened = [self._open(turn, row, question).ticket_id for question in service.left_open(turn.session, row)]
        answered = sum(1 for question in service.questions_of(turn.session, row) if question.answer)
        tickets = f"，没答完的转成工单：{'、'.join(f'#{id}' for id in opened)}" if opened else ""
        return f"{row.number} 已登记：企业 {row.enterprises} 家，{row.attendance} 人次，资料 {row.handouts} 份，现场答复 {answered} 个{tickets}。"

    def _open(self, turn: Turn, row: ActivityRow, question: ActivityQuestionRow) -> ActivityQuestionRow:
        """A ticket for a question nobody answered: for its asker where he asked in a chat, else as one of the event."""
        if question.inbox_id is not None:
            heard = turn.session.get_one(InboxRow, question.inbox_id)
            thought = turn.mind.think(question.text, on=local_day(turn.now))
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

    def _cancel(self, turn: Turn, row: ActivityRow, _rest: str) -> str:
        if row.stage != EventStage.PLANNED:
            raise EventRefusal(f"{row.number} {row.stage.label}，没有改动。")
        row.stage = EventStage.CANCELLED
        told = f"已通知过的群请发：更正通知 N{row.announced_by} 活动取消" if row.announced_by else ""
        return f"{row.number} 已取消。{told}"


def _fields(text: str) -> tuple[dict[str, str], str]:
    """What stands after each label, and what stands before the first."""
    found = list(_LABELLED.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    fields = {one[1]: text[one.end() : end].strip() for one, end in zip(found, ends, strict=False)}
    return fields, (text[: found[0].start()] if found else text).strip()


def _list(turn: Turn) -> str:
    rows = service.planned(turn.session)
    lines = [f"{row.number} 【{row.kind.label}】{row.title} {_when(row, turn.now)}" for row in rows]
    return "\n".join(lines) or f"没有筹备中的活动。\n{HELP}"


def _when(row: ActivityRow, now: datetime) -> str:
    return spoken(row.starts_at, now=now)
