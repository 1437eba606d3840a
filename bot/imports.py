"""`python -m bot import …`: what comes into the house as files. All of a file or nothing."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import DEFAULT_CONFIG, Config, refusing, said
from bot.errors import Unusable

if TYPE_CHECKING:
    from bot.settings import Settings
    from handlers.tickets.question_sheet import Line

imports = typer.Typer(no_args_is_help=True, add_completion=False, help="读入转办件等表格。")


@imports.callback()
def _group() -> None:
    """Keeps `import tickets` a command of its own while it is the only one."""


@imports.command()
def tickets(
    file: Annotated[Path, typer.Argument(help="An .xlsx or .csv with one question a row; row 1 names the columns.")],
    config: Config = DEFAULT_CONFIG,
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong.")] = False,
) -> None:
    """Take in a sheet of questions: from above, from the telephone, from an event."""
    with refusing():
        from bot import settings

        said(take_in_sheet(settings.load(config), file, check=check))


def take_in_sheet(settings: "Settings", file: Path, *, check: bool = False) -> str:
    """Every row becomes a ticket, or Unusable with every fault and nothing is changed; what was done, for a person."""
    from handlers.tickets.question_sheet import BadSheet, read_sheet
    from handlers.times import local_day

    now = datetime.now(UTC)
    try:
        lines = read_sheet(file, local_day(now))
        if check:
            return f"{file}：{len(lines)} 行都可以导入"
        return _take_in(settings, file, lines, now)
    except BadSheet as problem:
        raise Unusable(*(f"{file}: {fault}" for fault in problem.faults)) from problem


def _take_in(settings: "Settings", file: Path, lines: "list[Line]", now: datetime) -> str:
    from rich.console import Console
    from rich.progress import track

    from bot.database import beside
    from bot.mind import build_mind, read_faq
    from handlers.knowledge.service import live
    from handlers.tickets.question_sheet import take_in

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
