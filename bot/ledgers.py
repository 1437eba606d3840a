"""The workbooks of `python -m bot export ledger` and `export density`, and the life of one ticket."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.database import beside
from bot.errors import Unusable
from bot.settings import Settings
from bot.written_files import workbook, writing
from handlers.ledger import question_list, workbooks
from handlers.ledger.density import Across
from handlers.ledger.life import whole_life
from handlers.ledger.period import EXAMPLES, Period, read_period
from handlers.tickets.models import TicketRow
from handlers.times import local_day, utc_now
from knowledge_base.workbooks import MOST_ROWS, write_workbook


def write_ledger(settings: Settings, to: Path, period: str) -> str:
    """Write the ledger of a period; what was written, for a person."""
    now = utc_now()
    chosen, to = chosen_period(period, now), workbook(to)
    with beside(settings.database) as store, store.reading() as session:
        count = question_list.count(session, chosen)
        if count > MOST_ROWS:
            raise Unusable(f"--period: {chosen.label}有 {count} 件，一张表放不下；请分段导出，例如 --period 1月")
        with _progress("台账", count) as tick, writing(to):
            write_workbook(to, workbooks.ledger(session, chosen, settings.ticket_rules(), now=now, tick=tick))
    return f"{chosen.label} {count} 件写入 {to}"


def write_density(settings: Settings, to: Path, period: str) -> str:
    """Write the density tables of a period; what was written, for a person."""
    chosen, to = chosen_period(period, utc_now()), workbook(to)
    with beside(settings.database) as store, store.reading() as session, writing(to):
        write_workbook(to, workbooks.densities(session, chosen, list(Across)))
    return f"{chosen.label}密度分布写入 {to}"


def life(settings: Settings, number: str) -> str:
    """Everything that happened to a ticket."""
    digits = number.lstrip("#＃")
    if not digits.isdecimal():
        raise Unusable(f"{number}: 不是工单号；例如：python -m bot life 12")
    with beside(settings.database) as store, store.reading() as session:
        ticket = session.get(TicketRow, int(digits))
        if ticket is None:
            raise Unusable(f"{number}: 没有这张工单；python -m bot export ledger 台账.xlsx 可以看到有哪些")
        return whole_life(session, ticket, now=utc_now())


def chosen_period(text: str, now: datetime) -> Period:
    """The period an option names, or Unusable with examples."""
    period = read_period(text, today=local_day(now))
    if period is None:
        raise Unusable(f"--period: “{text}”不是期间；可以写 {EXAMPLES}")
    return period


@contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[int], object]]:
    """A bar when somebody watches."""
    watched = sys.stderr.isatty()
    with Progress(console=Console(stderr=True), transient=True, disable=not watched) as progress:
        task = progress.add_task(title, total=total)
        yield lambda count: progress.advance(task, count)
