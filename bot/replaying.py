"""The replay command: plays a transcript to a bot in a temporary folder and prints what the transcript made it do."""

import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import track

from bot.config_file import load
from bot.database import connect, migrate
from bot.errors import Unusable
from bot.mind import build_mind, read_faq
from bot.replay import Replay
from bot.settings import Settings
from bot.tables import Base
from bot.transcript import InputLine, channels_of, directory_for, read_transcript, whereabouts
from bot.wiring import wire
from handlers.base import Policy
from handlers.knowledge.service import revision, take_in
from handlers.store import Store
from handlers.times import utc_now

logger = logging.getLogger(__name__)


def replay(file: Path, *, config: Path, faq: Path | None, policy: str, as_json: bool, keep: Path | None = None) -> None:
    """Play the file; results go to standard output, progress to standard error when a person watches. `keep`: where the
    database stays, so that its figures can be exported."""
    settings = load(config)
    lines = read_transcript(file)
    if strange := sorted({key for line in lines.values() for key in line.strange}):
        logger.warning("%s: keys left aside: %s; docs/replay.md shows those there are", file, ", ".join(strange))
    if keep is not None and keep.exists():
        raise Unusable(f"{keep}: is there already; name a file that is not")
    if keep is not None:
        connect(f"sqlite:///{keep.resolve()}").close()  # says why it cannot be there
    with TemporaryDirectory(prefix="zhitongche-replay-") as folder:
        store = Store(f"sqlite:///{(keep or Path(folder) / 'replay.db').resolve()}", durable=False)
        migrate(store) if keep else Base.metadata.create_all(store.engine)
        _play(settings, store, lines, faq or settings.faq, _policy(policy), as_json=as_json)
        store.close()


def _play(
    settings: Settings, store: Store, numbered: Mapping[int, InputLine], faq: Path, policy: Policy, *, as_json: bool
) -> None:
    entries, instruments = read_faq(faq)
    lines = list(numbered.values())
    mind, knowledge = build_mind(settings, entries)
    with store.transaction() as session:
        take_in(session, entries, now=lines[0].at if lines else utc_now())
        built_from = revision(session)
    there = whereabouts(lines)
    playing = Replay(store, channels=channels_of(lines), channel_of=there.channel_of)
    wiring = wire(
        settings,
        store=store,
        mind=mind,
        knowledge=knowledge,
        instruments=instruments,
        directory=directory_for(lines, settings.directory(), policy=policy),
        clock=playing.clock,
        built_from=built_from,
        elsewhere=there,
    )
    show = _print_json if as_json else _print_dialogue
    watched = track(numbered.items(), console=Console(stderr=True), disable=not sys.stderr.isatty())
    for number, line in watched:
        show(line, playing.play_one(wiring, number, line))


def _policy(word: str) -> Policy:
    try:
        return Policy(word)
    except ValueError as error:
        raise Unusable(f"--policy: {word!r} is none of {', '.join(Policy)}; choose one of these") from error


def _print_json(line: InputLine, result: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


def _print_dialogue(line: InputLine, result: dict[str, Any]) -> None:
    console = Console(highlight=False)
    if line.speaks:
        where = line.group or "私聊"
        who, said = escape(line.name or line.sender or ""), escape(line.text or "")
        console.print(f"[dim]{line.at:%m-%d %H:%M}[/] {escape(where)} [green]{who}[/]：{said}")
        console.print(f"    [dim]{result['decision']} · {result['reason']}[/]")
    for said in result["said"]:
        called = "".join(f"@{id} " for id in said["mention"])
        console.print(f"    → {escape(said['to'])} [cyan]{escape(called + said['text'])}[/]")
