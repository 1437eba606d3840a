"""How fast the bot is: `python -m benchmarks.throughput [--json]`."""

import argparse
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.committing import committing
from benchmarks.crowd import Line, crowd
from benchmarks.figures import Spread
from benchmarks.whole import Sustained, config_for, running
from bot.settings import HOME
from knowledge_base.faq_folder import load

RATE = 50.0  # messages a second, the steady load

Tick = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything measured; durations in milliseconds unless they say seconds."""

    stored_to_committed: Spread
    frame_to_reply: Spread
    sustained: Sustained
    seconds_to_ready: float
    cpu_seconds_to_ready: float
    resident_mb: float
    resident_mb_after: float


async def measure(faq: Path, lines: Iterator[Line], *, burst: int, steady: int, progress: Progress) -> Report:
    """All figures; the crowd is one, so no part of the run hears what another one did."""
    with tempfile.TemporaryDirectory() as folder, _bar(progress, "from stored to committed", steady) as tick:
        stored_to_committed = await committing(config_for(Path(folder), faq), lines, count=steady, rate=RATE, tick=tick)
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder), faq) as (whole, ready):
            cpu = whole.cpu()
            with _bar(progress, "from frame to reply", steady) as tick:
                frame_to_reply = await whole.replies(lines, steady, RATE, tick)
            resident = whole.resident()
            with _bar(progress, "a burst", burst) as tick:
                sustained = await whole.sustained(lines, burst, tick)
            return Report(
                stored_to_committed=stored_to_committed,
                frame_to_reply=frame_to_reply,
                sustained=sustained,
                seconds_to_ready=ready,
                cpu_seconds_to_ready=cpu,
                resident_mb=resident,
                resident_mb_after=whole.resident(),
            )


@contextmanager
def _bar(progress: Progress, title: str, total: int) -> Iterator[Tick]:
    task = progress.add_task(title, total=total)
    yield lambda done: progress.update(task, completed=done)
    progress.remove_task(task)


def table(report: Report) -> Table:
    """The report beside what was promised."""
    rows = [
        ("stored → committed, p50 ms", report.stored_to_committed.p50, "≤ 15"),
        ("stored → committed, p99 ms", report.stored_to_committed.p99, "≤ 60"),
        ("frame → reply, p50 ms", report.frame_to_reply.p50, ""),
        ("frame → reply, p99 ms", report.frame_to_reply.p99, ""),
        (f"decided per second, burst of {report.sustained.messages}", report.sustained.decided_per_second, "≥ 200"),
        (
            f"seconds to the last of {report.sustained.delivered} deliveries",
            report.sustained.seconds_to_last_delivery,
            "",
        ),
        ("processor ms per message", report.sustained.cpu_ms_per_message, "≤ 10 on two cores"),
        ("seconds to ready", report.seconds_to_ready, "≤ 15"),
        ("processor seconds to ready", report.cpu_seconds_to_ready, ""),
        ("resident MB", report.resident_mb, "≤ 700"),
        ("resident MB after the burst", report.resident_mb_after, "≤ 700"),
    ]
    shown = Table("figure", "measured", "wanted", title=f"{RATE:g} messages/s steady, SQLite file, shipped encoder")
    for name, figure, wanted in rows:
        shown.add_row(name, f"{figure:.1f}", wanted)
    return shown


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--faq", type=Path, default=HOME / "faq_data", help="a folder of entries")
    options.add_argument("--burst", type=int, default=3000, help="messages of the burst")
    options.add_argument("--steady", type=int, default=1500, help="messages at the steady rate")
    options.add_argument("--seed", type=int, default=20260302, help="of the crowd")
    options.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    chosen = options.parse_args()
    logging.basicConfig(level=logging.WARNING)
    lines, console = crowd(load(chosen.faq), seed=chosen.seed), Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        report = uvloop.run(measure(chosen.faq, lines, burst=chosen.burst, steady=chosen.steady, progress=progress))
    if chosen.json:
        print(json.dumps(asdict(report), indent=2))  # noqa: T201  this is what it is for
    else:
        Console().print(table(report))


if __name__ == "__main__":
    main()
