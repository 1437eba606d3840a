"""Events in chat: the desk plans and records them, people in groups ask beforehand."""

import re
from collections.abc import Callable
from datetime import datetime

from handlers.base import Decision, DecisionKind, Turn
from handlers.callings import without_our_name
from handlers.events import service
from handlers.events.form import fields_of
from handlers.events.models import EventRow
from handlers.events.recording import Recording
from handlers.events.service import EventRefusal, EventRules
from handlers.events.words import EventKind, Source
from handlers.intake import Intake
from handlers.ledger.period import read_period
from handlers.members.directory import RUN_SERVICE, Directory
from handlers.members.profiles import keep_profiles
from handlers.notices import drafting
from handlers.notices.moments import read_moment
from handlers.notices.service import Act
from handlers.notices.words import Kind
from handlers.notices.writing import Form
from handlers.speaking import reply
from handlers.tickets.clock import spoken
from handlers.tickets.rules import TicketRules
from handlers.times import local_day

KINDS = "、".join(kind.label for kind in EventKind)
HELP = f"""活动（A3 换成编号；种类有{KINDS}）：
办活动 面对面 3月16日 14:30 标题：…… 地点：…… 直播：…… 专题：……
活动 ｜ 活动 A3 ｜ 活动通知 A3 受众：全部 ｜ 活动提醒 A3
改活动 A3 3月20日 14:30 地点：…… ｜ 活动台账 本月
现场问 A3 问题：…… 答复：…… 企业：…… 姓名：…… ｜ 现场答 A3 2 答复：……（议程上第 2 问）
活动结束 A3 企业 20 人次 35 资料 100 ｜ 回放 A3 https://… ｜ 取消活动 A3"""
_NUMBERED = re.compile(
    r"\s*(活动通知|活动提醒|活动结束|取消活动|改活动|现场问|现场答|回放|活动)\s*[Aa](\d{1,9})(?!\d)[\s:：,，]*(.*)",
    re.DOTALL,
)
_NEW = re.compile(r"\s*办活动(?:\s+(.*))?", re.DOTALL)
_FIGURES = re.compile(r"\s*活动台账(?:\s+(\S.{0,30}))?\s*")
_ASKED = re.compile(r"\s*(?:@\S+\s+)?(?:活动提问|面对面提问)[\s:：]*(.*)", re.DOTALL)


class EventChat:
    """Handler: events, for operators in the desk and for everybody who asks beforehand."""

    def __init__(self, directory: Directory, rules: EventRules, intake: Intake, ticket_rules: TicketRules) -> None:
        self._directory, self._rules = directory, rules
        recording = Recording(intake, ticket_rules)
        self._verbs: dict[str, Callable[[Turn, EventRow, str], str]] = {
            "活动": self._show, "活动通知": self._announce, "活动提醒": self._remind, "改活动": self._change,
            "现场问": recording.asked_there, "现场答": recording.answered_there, "活动结束": recording.close,
            "取消活动": recording.cancel, "回放": self._replay,
        }  # fmt: skip

    def __call__(self, turn: Turn) -> Decision | None:
        return self._in_desk(turn) if turn.in_desk else self._asked_before(turn)

    def _in_desk(self, turn: Turn) -> Decision | None:
        text = without_our_name(turn)
        numbered, new = _NUMBERED.fullmatch(text), _NEW.fullmatch(text)
        figures = _FIGURES.fullmatch(text)
        if numbered is None and new is None and figures is None and text.strip() not in ("活动", "活动帮助"):
            return None
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        if volunteer is None or not volunteer.rights & RUN_SERVICE:
            raise EventRefusal("活动只有登记为运营的同事能办。需要开通请联系管理员。")
        if numbered is not None:
            said = self._verbs[numbered[1]](turn, service.find(turn.session, int(numbered[2])), numbered[3].strip())
        elif new is not None:
            said = self._plan(turn, (new[1] or "").strip())
        elif figures is not None:
            said = _figures(turn, (figures[1] or "本月").strip())
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
        fields, head = fields_of(text)
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

    def _change(self, turn: Turn, row: EventRow, rest: str) -> str:
        fields, when = fields_of(rest)
        if not fields and not when:
            raise EventRefusal(f"要改什么？例如：改活动 {row.number} 3月20日 14:30 地点：二楼会议室")
        starts = read_moment(when, now=turn.now) if when else row.starts_at
        if starts <= turn.now:
            raise EventRefusal(f"{spoken(starts, now=turn.now)} 已经过去了，没有改动。请写以后的时间。")
        service.change(
            row, starts, title=fields.get("标题"), place=fields.get("地点"), link=fields.get("直播"),
            special=fields.get("专题"),
        )  # fmt: skip
        then = (
            f"\n已通知过的群请发：更正通知 N{row.announced_by} 改到{spoken(starts, now=turn.now)}"
            if row.announced_by
            else ""
        )
        return f"{service.agenda(turn.session, row, now=turn.now)}{then}"

    def _show(self, turn: Turn, row: EventRow, _rest: str) -> str:
        return service.agenda(turn.session, row, now=turn.now)

    def _announce(self, turn: Turn, row: EventRow, rest: str) -> str:
        """A draft notice: it goes the way of every notice, through a second person."""
        audience = fields_of(rest)[0].get("受众") or rest or "全部"
        text = service.announcement(row, now=turn.now)
        number = self._draft(turn, row.title, text, audience)
        row.announced_by = number
        return f"{row.number} 的通知已起草为 N{number}，受众“{audience}”。没问题请发：提交 N{number}"

    def _remind(self, turn: Turn, row: EventRow, _rest: str) -> str:
        if row.announced_by is None:
            raise EventRefusal(f"{row.number} 还没有发过通知，先发：活动通知 {row.number} 受众：全部")
        text = service.announcement(row, now=turn.now)
        number = self._draft(turn, f"提醒：{row.title}", text, f"收到=N{row.announced_by}")
        return f"提醒已起草为 N{number}，发给收到过通知的群。没问题请发：提交 N{number}"

    def _replay(self, turn: Turn, row: EventRow, rest: str) -> str:
        if not re.match(r"https?://\S+$", rest):
            raise EventRefusal(f"请写回放的网址，例如：回放 {row.number} https://…")
        row.replay = rest
        if row.announced_by is None:
            return f"{row.number} 的回放已记下。"
        number = self._draft(turn, f"回放：{row.title}", f"回放：{rest}", f"收到=N{row.announced_by}")
        return f"{row.number} 的回放已记下，通知起草为 N{number}。没问题请发：提交 N{number}"

    def _draft(self, turn: Turn, title: str, text: str, audience: str) -> int:
        keep_profiles(turn.session, self._directory, now=turn.now)
        sender = turn.message.sender
        act = Act(address=sender.address, name=sender.name, now=turn.now, desk=turn.message.conversation)
        form = Form(kind=Kind.EVENT.label, title=title, body=text, audience=audience)
        return drafting.draft(turn.session, form, act).id


def _figures(turn: Turn, said: str) -> str:
    period = read_period(said, today=local_day(turn.now))
    if period is None:
        raise EventRefusal(
            f"看不懂“{said[:20]}”是哪段时间。例如：活动台账 本月、活动台账 上月、活动台账 3月1日到3月31日"
        )
    return f"{period.label}{service.figures(turn.session, since=period.start, until=period.end)}"


def _list(turn: Turn) -> str:
    rows = service.planned(turn.session)
    lines = [f"{row.number} 【{row.kind.label}】{row.title} {_when(row, turn.now)}" for row in rows]
    return "\n".join(lines) or f"没有筹备中的活动。\n{HELP}"


def _when(row: EventRow, now: datetime) -> str:
    return spoken(row.starts_at, now=now)
