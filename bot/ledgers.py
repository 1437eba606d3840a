"""Writes the workbooks of `python -m bot export ledger` and `density`, and prints the life of a ticket."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.database import connect, pending_migration, sqlite_path
from bot.errors import Unusable
from bot.settings import Settings, load
from handlers.ledger import register, workbooks
from handlers.ledger.density import Across
from handlers.ledger.period import EXAMPLES, Period, read_period
from handlers.ledger.sheets import MOST_ROWS, Sheet, write_workbook
from handlers.store import Store
from handlers.times import local_day


def export_ledger(period: str, out: Path | None, config: Path) -> None:
    """Write the ledger; the file's name goes to standard output."""
    settings, now = load(config), datetime.now(UTC)
    chosen = _period(period, now)
    path = _path(out, f"问题清单台账 {chosen.label}.xlsx")
    with _reading(settings) as store, store.reading() as session:
        count = register.count(session, chosen)
        if count > MOST_ROWS:
            raise Unusable(f"period: {chosen.label} 有 {count} 件，一张表放不下；请用 --period 分段导出")
        with _progress("台账", count) as tick:
            sheets = workbooks.ledger(session, chosen, settings.tickets.rules(), now=now, tick=tick)
            _write(path, sheets)


def export_density(period: str, out: Path | None, config: Path) -> None:
    """Write the density table, a sheet for each way across."""
    settings, now = load(config), datetime.now(UTC)
    chosen = _period(period, now)
    path = _path(out, f"密度分布表 {chosen.label}.xlsx")
    with _reading(settings) as store, store.reading() as session:
        _write(path, workbooks.densities(session, chosen, list(Across)))


def _write(path: Path, sheets: list[Sheet]) -> None:
    try:
        write_workbook(path, sheets)
    except OSError as error:
        raise Unusable(f"{path}: cannot be written ({error.strerror}); choose another file with --out") from error
    print(path)  # noqa: T201  this is what it is for


def _period(text: str, now: datetime) -> Period:
    period = read_period(text, today=local_day(now))
    if period is None:
        raise Unusable(f"period: 看不懂“{text}”；可以写 {EXAMPLES}")
    return period


def _path(out: Path | None, name: str) -> Path:
    path = out or Path(name)
    if path.suffix.lower() != ".xlsx":
        raise Unusable(f"{path}: 只写 .xlsx；请把文件名改成 {path.with_suffix('.xlsx').name}")
    if not path.parent.is_dir():
        raise Unusable(f"{path}: 没有文件夹 {path.parent}；请先建好，或换一个 --out")
    return path


@contextmanager
def _reading(settings: Settings) -> Iterator[Store]:
    """The database as it is; it may be in use, and is not changed."""
    path = sqlite_path(settings.database)
    if path is not None and not path.exists():
        raise Unusable(f"database: {path} 还没有；先用 python -m bot run 启动过，或用 --config 指定另一份配置")
    store = connect(settings.database)
    try:
        if pending_migration(store):
            raise Unusable("database: 结构需要升级；请先运行 python -m bot migrate")
        yield store
    finally:
        store.close()


@contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[], object]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)
