"""When the bot speaks, and whether it should have: `python -m benchmarks.speaking [--sets c] [--json]`.

Every line of faq_data/evaluation is said to the whole bot at the shipped settings, overheard in a proactive group and once
more to the bot itself, each in a group of its own.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.outcomes import Count
from bot.config_file import load
from bot.mind import build_mind, read_faq
from bot.replay import Replay
from bot.settings import HOME, Settings
from bot.tables import Base
from bot.transcript import InputLine, directory_for
from bot.wiring import Wiring, wire
from handlers.base import Policy
from handlers.store import Store
from handlers.times import SHANGHAI

EVALUATION = HOME / "faq_data" / "evaluation"
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
LENGTHS = ((0, 7), (8, 15), (16, 29), (30, 10_000))


@dataclass(frozen=True, kw_only=True)
class Line:
    text: str
    kind: str  #: known, unknown, notforus
    right: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Overheard:
    """Of lines nobody said to us. `unwanted`: a word to lines that are not for us; `wrong`: another entry than the right
    one, or any to a question no entry answers."""

    lines: int = 0
    known: int = 0
    right: int = 0
    wrong: int = 0
    unwanted: int = 0
    not_for_us: int = 0

    @property
    def figures(self) -> dict[str, float]:
        spoken = self.right + self.wrong + self.unwanted
        return {
            "lines": self.lines,
            "precision": _share(self.right, spoken),
            "recall": _share(self.right, self.known),
            "wrong_per_1000": 1000 * _share(self.wrong + self.unwanted, self.lines),
            "unwanted_per_1000_not_for_us": 1000 * _share(self.unwanted, self.not_for_us),
        }


@dataclass(kw_only=True)
class Addressed:
    """Of lines said to the bot itself."""

    known: Count = field(default_factory=Count)
    unknown: Count = field(default_factory=Count)

    @property
    def figures(self) -> dict[str, float]:
        known, unknown = self.known, self.unknown
        return {
            "known": known.asked,
            "answered_or_offered": known.share(known.right, known.offered),
            "offered_beside_a_ticket": known.share(known.beside),
            "answered_right": known.share(known.right),
            "answered_wrong": known.share(known.wrong),
            "unknown_answered": unknown.share(unknown.right, unknown.wrong),
            "unknown_to_a_person": unknown.share(unknown.tickets),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default="abc", help="which of the evaluation sets")
    parser.add_argument("--every", type=int, default=1, help="take every n-th line")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    lines = read_lines(wanted.sets)[:: wanted.every]
    settings = load(HOME / "config.yml", {})
    result: dict[str, Any] = measured(lines, settings)
    Console().print_json(json.dumps(result)) if wanted.json else show(result)
    return 0


def read_lines(sets: str) -> list[Line]:
    lines = []
    for kind in ("known", "unknown", "notforus"):
        for name in sets:
            for row in (EVALUATION / f"{kind}_{name}.jsonl").read_text("utf-8").splitlines():
                said = json.loads(row)
                expected = said.get("expect") or []
                right = frozenset([expected] if isinstance(expected, str) else expected)
                lines.append(Line(text=said["text"], kind=kind, right=right))
    return lines


def measured(lines: Sequence[Line], settings: Settings) -> dict[str, Any]:
    """Both ways of saying each line."""
    by_length: dict[str, Overheard] = defaultdict(Overheard)
    addressed = Addressed()
    said = [_input(line, number, to_bot=to_bot) for number, line in enumerate(lines) for to_bot in (False, True)]
    for index, result in enumerate(played(said, settings)):
        line, to_bot = lines[index // 2], bool(index % 2)
        if to_bot:
            _count_addressed(addressed, line, result)
        else:
            for key in ("all", _bucket(line.text)):
                _count_overheard(by_length[key], line, result)
    overheard = {key: counted.figures for key, counted in sorted(by_length.items())}
    return {"overheard": overheard, "addressed": addressed.figures}


def _input(line: Line, number: int, *, to_bot: bool) -> InputLine:
    at = MORNING + timedelta(seconds=number)
    return InputLine(
        at=at, group=f"g{number}{to_bot:d}", sender=f"u{number}", name="某", text=line.text, mention=to_bot
    )


def played(said: Sequence[InputLine], settings: Settings) -> Iterator[dict[str, Any]]:
    with TemporaryDirectory(prefix="zhitongche-speaking-") as folder:
        store = Store(f"sqlite:///{folder}/replay.db", durable=False)
        Base.metadata.create_all(store.engine)
        playing = Replay(store)
        wiring = _wire(settings, store, playing, said)
        yield from track(playing.play(wiring, said), total=len(said), console=Console(stderr=True))
        store.close()


def _wire(settings: Settings, store: Store, playing: Replay, said: Sequence[InputLine]) -> Wiring:
    entries, instruments = read_faq(settings.faq)
    mind, knowledge = build_mind(settings, entries)
    directory = directory_for(said, settings.directory(), policy=Policy.PROACTIVE)
    return wire(
        settings, store=store, mind=mind, knowledge=knowledge, instruments=instruments, directory=directory,
        clock=playing.clock,
    )  # fmt: skip


def spoke(result: dict[str, Any]) -> bool:
    return result["decision"] in ("answered", "offered", "ticket", "declined", "joined")


def _count_overheard(counted: Overheard, line: Line, result: dict[str, Any]) -> None:
    counted.lines += 1
    counted.known += line.kind == "known"
    counted.not_for_us += line.kind == "notforus"
    counted.unwanted += line.kind == "notforus" and spoke(result)
    if result["decision"] == "answered" and line.kind != "notforus":
        counted.right += result["entry"] in line.right
        counted.wrong += result["entry"] not in line.right


def _count_addressed(counted: Addressed, line: Line, result: dict[str, Any]) -> None:
    if line.kind != "notforus":
        (counted.known if line.kind == "known" else counted.unknown).add(line.right, result)


def _bucket(text: str) -> str:
    low, high = next(span for span in LENGTHS if span[0] <= len(text) <= span[1])
    return f"{low:02}-{high}" if high < 1000 else f"{low}+"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def show(result: dict[str, Any]) -> None:
    console = Console()
    table = Table(
        "letters", "lines", "precision", "recall", "wrong/1000", "unwanted/1000 not for us", title="overheard"
    )
    for key, row in result["overheard"].items():
        table.add_row(key, *(f"{value:.0f}" if name == "lines" else f"{value:.3f}" for name, value in row.items()))
    console.print(table)
    console.print("addressed", result["addressed"])


if __name__ == "__main__":
    main()
