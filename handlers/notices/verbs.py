"""Every verb about notices and what carries it out, with the short word the operator gets back; the desk and the command
line share it."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.ledger.period import read_period
from handlers.mind import Mind
from handlers.notices import cards, desk_outcomes, desk_sending, desk_writing, drafting, effect, progress, service
from handlers.notices.commands import Command, Verb
from handlers.notices.models import NoticeRow
from handlers.notices.notice_request import NoticeRequest, selected
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.rules import NoticeRules
from handlers.notices.service import Act
from handlers.notices.writing import FORM, read_form
from handlers.times import local_day

ABOUT_ONE: dict[Verb, Callable[[NoticeRequest], str]] = {**desk_writing.DOES, **desk_sending.DOES, **desk_outcomes.DOES}


def obey(session: Session, command: Command, act: Act, rules: NoticeRules, mind: Mind | None = None) -> str:
    """Do it; what to say back. `mind` looks the base up, where there is one at hand. A refusal leaves everything as it was."""
    if command.number is not None:
        notice = service.lock(session, command.number)
        request = NoticeRequest(session=session, notice=notice, rest=command.rest, act=act, rules=rules, mind=mind)
        return ABOUT_ONE[command.verb](request)
    match command.verb:
        case Verb.NEW:
            return _new(session, command.rest, act)
        case Verb.LIST:
            return _list(session)
        case Verb.REACH:
            return _reach(session, command.rest, act)
        case Verb.NOT_REACHED:
            return _not_reached(session, command.rest, act)
        case _:
            return cards.HELP


def _new(session: Session, text: str, act: Act) -> str:
    if not text:
        raise NoticeRefusal(f"请照这样写，一次发全：\n{FORM}")
    notice = drafting.draft(session, read_form(text), act)
    return cards.drafted(notice, selected(session, notice))


def _list(session: Session) -> str:
    rows = session.scalars(select(NoticeRow).order_by(NoticeRow.id.desc()).limit(cards.SHOWN)).all()
    return "\n".join(cards.line(row) for row in rows) or f"还没有通知。起草请发：\n{FORM}"


def _reach(session: Session, said: str, act: Act) -> str:
    period = read_period(said or "本月", today=local_day(act.now))
    if period is None:
        raise NoticeRefusal(f"看不懂“{said[:20]}”是哪段时间。例如：触达 本月、触达 上周、触达 3月1日到3月31日")
    return f"{period.label}{progress.reached(session, since=period.start, until=period.end)}"


def _not_reached(session: Session, days: str, act: Act) -> str:
    names = effect.not_reached(session, int(days or 30), now=act.now)
    some = "、".join(names[: cards.SHOWN]) + ("……" if len(names) > cards.SHOWN else "")
    return f"{days or 30} 天里没有收到过通知的群有 {len(names)} 个{f'：{some}' if names else ''}。"
