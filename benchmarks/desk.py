"""Every verb of the desk, every list and the ledger with a hundred thousand tickets: `python -m benchmarks.desk [--json]`."""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import select

from benchmarks.big_base import DESK, NOW, VOLUNTEERS, fill
from benchmarks.figures import Spread, spread
from bot.database import open_store
from handlers import inbox
from handlers.base import Conversation, Group, Message, Person, Role, Turn
from handlers.errors import Refusal
from handlers.ledger import workbooks
from handlers.ledger.density import Across
from handlers.ledger.period import Period
from handlers.members.directory import ALL_RIGHTS, Directory, Volunteer
from handlers.mind import Mind
from handlers.store import Store
from handlers.tickets.desk import DeskChat
from handlers.tickets.jobs import jobs
from handlers.tickets.models import TicketRow
from handlers.tickets.routing import Routing, Unit
from handlers.tickets.rules import TicketRules
from handlers.tickets.verbs import USAGES, Takes, Verb
from handlers.tickets.words import OPEN
from handlers.times import local_day
from knowledge_base.models import open_models
from knowledge_base.sameness import Sameness
from knowledge_base.workbooks import write_workbook
from tests import postgres
from tests.fakes import Intents, Nothing

EACH = 15  # times every verb is said
MILLISECOND = 0.001  # seconds
GROUP = Group(conversation=Conversation.parse(DESK), name="坐席群", role=Role.DESK)
NAMES = [
    "李老师",
    "王老师",
    "赵老师",
    *(f"志愿者{number}" for number in range(4, len(VOLUNTEERS) + 1)),
]  # in the examples
TEAM = {
    address: Volunteer(address=address, name=name, rights=ALL_RIGHTS)
    for address, name in zip(VOLUNTEERS, NAMES, strict=True)
}
UNITS = tuple(
    Unit(name=name, people=tuple(Person.at(address) for address in VOLUNTEERS[start::3]))
    for start, name in enumerate(("商检组", "卫检组", "食品组"))
)
RULES = TicketRules(routing=Routing(units=UNITS))
DIRECTORY = Directory(groups={GROUP.conversation: GROUP}, volunteers=TEAM, desk=GROUP.conversation)


@dataclass(frozen=True, kw_only=True)
class Took:
    """What the clock on the wall says, and for how long this process was at work."""

    wall: float
    cpu: float


class Watch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def took(self, *, unit: float = 1.0) -> Took:
        return Took(wall=(time.perf_counter() - self._wall) / unit, cpu=(time.process_time() - self._cpu) / unit)


@dataclass(frozen=True, kw_only=True)
class Report:
    tickets: int
    verbs: dict[str, Spread]  #: milliseconds, refusals included
    cpu: dict[str, float]  #: of them at the median, what a busy machine cannot blow up so easily
    refused: dict[str, int]
    jobs: dict[str, Took]  #: milliseconds of one run
    exports: dict[str, Took]  #: seconds


def measure(store: Store, tickets: int, folder: Path, *, seed: int) -> Report:
    verbs, refused = _verbs(store, random.Random(seed))
    return Report(
        tickets=tickets,
        verbs={verb: spread([one.wall for one in times]) for verb, times in verbs.items()},
        cpu={verb: spread([one.cpu for one in times]).p50 for verb, times in verbs.items()},
        refused=refused,
        jobs=_jobs(store),
        exports=_exports(store, tickets, folder),
    )


def _verbs(store: Store, chance: random.Random) -> tuple[dict[str, list[Took]], dict[str, int]]:
    with store.reading() as session:
        owed = session.execute(select(TicketRow.id, TicketRow.handler).where(TicketRow.state.in_(OPEN))).all()
    chat, numbers = DeskChat(DIRECTORY, RULES), count(10_000_000)
    mind = Mind(Intents(), Nothing(), Sameness(open_models()))
    taken: dict[str, list[Took]] = {}
    refused: dict[str, int] = {}
    for verb, usage in USAGES.items():
        times: list[Took] = []
        refusals = 0
        for _ in range(EACH):
            number, handler = chance.choice(owed)
            who = TEAM[handler or chance.choice(VOLUNTEERS)]
            text = usage.example(verb, number).replace(" 13 到 5", f" 到 {chance.choice(owed)[0]}")
            watch = Watch()
            refusals += not _say(store, chat, mind, who, text, next(numbers))
            times.append(watch.took(unit=MILLISECOND))
        taken[str(verb)], refused[str(verb)] = times, refusals
    return taken, refused


def _say(store: Store, chat: DeskChat, mind: Mind, who: Volunteer, text: str, number: int) -> bool:
    """Whether it was done, and not refused."""
    sender = Person.at(who.address, name=who.name)
    message = Message(id=str(number), conversation=GROUP.conversation, sender=sender, text=text, sent_at=NOW)
    try:
        with store.transaction() as session:
            [inbox_id] = inbox.store(session, [message], now=NOW)
            chat(
                Turn(
                    message=message, inbox_id=inbox_id or 0, group=GROUP, mind=mind, session=session, now=NOW,
                    thought=mind.think(text, on=local_day(NOW)),
                )
            )  # fmt: skip
    except Refusal:
        return False
    return True


def _jobs(store: Store) -> dict[str, Took]:
    """The second run of each, when nothing is due any more: what the minute costs."""
    taken = {}
    for job in jobs(RULES, DIRECTORY):
        for _ in range(3):
            watch = Watch()
            with store.transaction() as session:
                job.run(session, NOW + timedelta(minutes=1))
            taken[job.name] = watch.took(unit=MILLISECOND)
    return taken


def _exports(store: Store, tickets: int, folder: Path) -> dict[str, Took]:
    first = local_day(NOW - timedelta(minutes=5 * tickets))
    period = Period(first=first, last=local_day(NOW))
    with store.reading() as session, _bar("ledger", tickets) as tick:
        watch = Watch()
        write_workbook(folder / "ledger.xlsx", workbooks.ledger(session, period, RULES, now=NOW, tick=tick))
        ledger, watch = watch.took(), Watch()
        write_workbook(folder / "density.xlsx", workbooks.densities(session, period, list(Across)))
        return {"ledger": ledger, "density": watch.took()}


@contextmanager
def _server(*, wanted: bool) -> Iterator[str | None]:
    """The address of a fresh database on a private PostgreSQL; None when a file will do."""
    if not wanted:
        yield None
        return
    programs = postgres.programs()
    if programs is None:
        raise SystemExit("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)")
    with postgres.cluster(programs) as address:
        yield f"{address}/postgres"


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], object]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda count: progress.advance(task, count)


def table(report: Report, base: str) -> Table:
    shown = Table(
        "figure", "p50", "cpu", "p99", "wanted", "refused", title=f"{report.tickets} tickets in the base, {base}"
    )
    for verb, taken in report.verbs.items():
        wanted = "≤ 100 ms" if USAGES[Verb(verb)].takes in (Takes.NOTHING, Takes.PERIOD) else "≤ 20 ms"
        refused = f"{report.refused[verb]}/{EACH}"
        shown.add_row(verb, f"{taken.p50:.1f}", f"{report.cpu[verb]:.1f}", f"{taken.p99:.1f}", wanted, refused)
    for name, job in report.jobs.items():
        shown.add_row(f"job {name}", f"{job.wall:.1f}", f"{job.cpu:.1f}", "", "", "")
    for name, export in report.exports.items():
        shown.add_row(f"export {name}, s", f"{export.wall:.1f}", f"{export.cpu:.1f}", "", "≤ 20 s", "")
    return shown


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tickets", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=20260302)
    options.add_argument("--keep", type=Path, help="a folder for the database and the workbooks")
    options.add_argument("--postgres", action="store_true", help="on a private PostgreSQL, started as the tests do")
    options.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary, _server(wanted=chosen.postgres) as server:
        folder = chosen.keep or Path(temporary)
        store = open_store(server or f"sqlite:///{folder}/bot.db")
        with _bar("filling the base", chosen.tickets) as tick:
            fill(store, chosen.tickets, seed=chosen.seed, tick=tick)
        report = measure(store, chosen.tickets, folder, seed=chosen.seed)
        store.close()
    if chosen.json:
        print(json.dumps(asdict(report), indent=2, ensure_ascii=False))  # noqa: T201  this is what it is for
    else:
        Console().print(table(report, "PostgreSQL" if chosen.postgres else "SQLite file"))


if __name__ == "__main__":
    main()
