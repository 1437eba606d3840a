"""`python -m bot transfer`: a sheet of questions from above, from the telephone, from an event. All of it or nothing."""

import sys
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bot.database import beside
from bot.errors import Unusable
from bot.mind import build_mind, read_faq
from bot.settings import Settings
from handlers.knowledge.service import live
from handlers.tickets.question_sheet import BadSheet, Line, read_sheet, take_in
from handlers.times import local_day, utc_now


def take_in_sheet(settings: Settings, file: Path, *, check: bool = False) -> str:
    """Every row becomes a ticket, or Unusable with every fault and nothing is changed; what was done, for a person."""
    now = utc_now()
    try:
        lines = read_sheet(file, local_day(now))
        if check:
            return f"{file}：{len(lines)} 行都可以导入"
        return _take_in(settings, file, lines, now)
    except BadSheet as problem:
        raise Unusable(*(f"{file}: {fault}" for fault in problem.faults)) from problem


def _take_in(settings: Settings, file: Path, lines: list[Line], now: datetime) -> str:
    desk = settings.directory().desk
    if desk is None:
        raise Unusable("config.yml: desk: no desk group takes the questions; name one")
    with beside(settings.database) as store:
        with store.reading() as session:
            entries = live(session)
        mind, _ = build_mind(settings, entries or read_faq(settings.faq)[0])
        with store.transaction() as session:
            made = take_in(session, lines, mind, file=file.name, desk=desk, rules=settings.ticket_rules(), now=now)
            console = Console(stderr=True)
            ids = [one.id for one in track(made, "导入", len(lines), console=console, disable=not sys.stderr.isatty())]
    return f"{file}：{len(ids)} 件已登记（#{ids[0]} 到 #{ids[-1]}），坐席群会收到卡片"
