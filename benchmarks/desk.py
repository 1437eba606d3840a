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
class Report:
    tickets: int
    verbs: dict[str, Spread]  #: milliseconds, refusals included
    refused: dict[str, int]
    jobs: dict[str, float]  #: milliseconds of one run
    exports: dict[str, float]  #: seconds


def measure(store: Store, tickets: int, folder: Path, *, seed: int) -> Report:
    verbs, refused = _verbs(store, random.Random(seed))
    return Report(
        tickets=tickets, verbs=verbs, refused=refused, jobs=_jobs(store), exports=_exports(store, tickets, folder)
    )


def _verbs(store: Store, chance: random.Random) -> tuple[dict[str, Spread], dict[str, int]]:
    with store.reading() as session:
        owed = session.execute(select(TicketRow.id, TicketRow.handler).where(TicketRow.state.in_(OPEN))).all()
    chat, numbers = DeskChat(DIRECTORY, RULES), count(10_000_000)
    mind = Mind(Intents(), Nothing(), Sameness(open_models()))
    taken, refused = {}, {}
    for verb, usage in USAGES.items():
        times, refusals = [], 0
        for _ in range(EACH):
            number, handler = chance.choice(owed)
            who = TEAM[handler or chance.choice(VOLUNTEERS)]
            text = usage.example(verb, number).replace(" 13 到 5", f" 到 {chance.choice(owed)[0]}")
            begun = time.perf_counter()
            refusals += not _say(store, chat, mind, who, text, next(numbers))
            times.append((time.perf_counter() - begun) * 1000)
        taken[str(verb)], refused[str(verb)] = spread(times), refusals
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


def _jobs(store: Store) -> dict[str, float]:
    """The second run of each, when nothing is due any more: what the minute costs."""
    taken = {}
    for job in jobs(RULES, DIRECTORY):
        for _ in range(3):
            begun = time.perf_counter()
            with store.transaction() as session:
                job.run(session, NOW + timedelta(minutes=1))
            taken[job.name] = (time.perf_counter() - begun) * 1000
    return taken


def _exports(store: Store, tickets: int, folder: Path) -> dict[str, float]:
    first = local_day(NOW - timedelta(minutes=5 * tickets))
    period = Period(first=first, last=local_day(NOW))
    with store.reading() as session, _bar("ledger", tickets) as tick:
        begun = time.perf_counter()
        write_workbook(folder / "ledger.xlsx", workbooks.ledger(session, period, RULES, now=NOW, tick=tick))
        ledger = time.perf_counter() - begun
        begun = time.perf_counter()
        write_workbook(folder / "density.xlsx", workbooks.densities(session, period, list(Across)))
        return {"ledger": ledger, "density": time.perf_counter() - begun}


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
    shown = Table("figure", "p50", "p99", "wanted", "refused", title=f"{report.tickets} tickets in the base, {base}")
    for verb, taken in report.verbs.items():
        wanted = "≤ 100 ms" if USAGES[Verb(verb)].takes in (Takes.NOTHING, Takes.PERIOD) else "≤ 20 ms"
        refused = f"{report.refused[verb]}/{EACH}"
        shown.add_row(verb, f"{taken.p50:.1f}", f"{taken.p99:.1f}", wanted, refused)
    for name, milliseconds in report.jobs.items():
        shown.add_row(f"job {name}", f"{milliseconds:.1f}", "", "", "")
    for name, seconds in report.exports.items():
        shown.add_row(f"export {name}, s", f"{seconds:.1f}", "", "≤ 20 s", "")
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
