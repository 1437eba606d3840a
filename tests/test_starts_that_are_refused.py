"""What keeps the bot from starting is one line (what, where, cure) and code 2, and what the database holds stays there."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.database import held, open_store
from bot.settings import HOME
from handlers import inbox
from handlers.base import Conversation, Message, Person
from handlers.inbox import InboxRow
from handlers.store import Store

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SHIPPED = HOME / "tests" / "faq"


@dataclass
class Site:
    """A bot as it is set up, with one question in its database that nobody has answered yet."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/bot.db"

    def started(
        self, *more: str, verb: str = "run", faq: Path = SHIPPED, url: str = "", web: str = "{port: 0}"
    ) -> Result:
        lines = (f"database: '{url or self.url}'", f"faq: {faq}", f"web: {web}", *more)
        config = self.folder / "config.yml"
        config.write_text("\n".join(lines), "utf-8")
        return CliRunner().invoke(app, [verb, "--config", str(config)])

    def waiting(self) -> list[str]:
        store = Store(self.url)
        with store.reading() as session:
            texts = [session.get_one(InboxRow, id).text for id, _ in inbox.unhandled(session)]
        store.close()
        return texts


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    store = open_store(site.url)
    asker = Person(channel="qq", id="7", name="小王")
    question = Message(
        id="1", conversation=Conversation.group("qq", "1"), sender=asker, text="手册能展期吗", sent_at=NOW
    )
    with store.transaction() as session:
        inbox.store(session, [question], now=NOW)
    store.close()
    yield site
    assert site.waiting() == ["手册能展期吗"]


def refusal(result: Result) -> str:
    """The one line."""
    [line] = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (2, "")
    return line


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("replya", "root: No such command 'replya'. Did you mean 'replay'?; see root --help"),
        ("replay", "root replay: Missing argument 'file'; see root replay --help"),
        ("export labels", "root export labels: Missing argument 'to'; see root export labels --help"),
        ("--hlep", "root: No such option: --hlep (Possible options: --help); see root --help"),
    ],
)
def test_what_is_typed_wrongly_is_one_line_too(typed: str, line: str) -> None:
    assert refusal(CliRunner().invoke(app, typed.split(), prog_name="root")) == line


def test_a_broken_faq_names_file_line_field_and_cure(site: Site) -> None:
    faq = site.folder / "faq"
    faq.mkdir()
    (faq / "税费.yml").write_text("entries:\n  - id: X-1\n    question: 问\n    anwser: 答\n", "utf-8")
    line = refusal(site.started(faq=faq))
    assert line.startswith(f"{faq}/税费.yml:4: entry X-1: anwser: ")
    assert line.endswith("remove it or correct its name")


def test_an_unknown_key_names_the_one_that_was_meant(site: Site) -> None:
    line = refusal(site.started("answring: {}"))
    assert line == f'{site.folder}/config.yml: answring: unknown key; did you mean "answering"?'


def test_a_database_from_a_newer_version_is_not_touched(site: Site) -> None:
    store = Store(site.url)
    with store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    for verb in ("run", "migrate"):
        line = refusal(site.started(verb=verb))
        assert "was made by a newer version (schema 9999); update the program" in line


def test_a_port_in_use_is_named_with_its_cure(site: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refusal(site.started(web=f"{{port: {port}}}"))
    assert line.startswith(
        f"web: 127.0.0.1:{port} cannot be used (Address already in use); stop the program that has it"
    )
    assert line.endswith("set another web.port in config.yml")


def test_an_address_that_is_not_ours_to_serve_on_is_named(site: Site) -> None:
    line = refusal(site.started(web="{host: 192.0.2.1, port: 0}"))
    assert line.startswith("web: 192.0.2.1:0 cannot be used (")
    assert line.endswith("; correct web.host or web.port in config.yml")


@contextmanager
def first_process(url: str) -> Iterator[subprocess.Popen[str]]:
    program = (
        "import sys\nfrom bot.database import held\nwith held(sys.argv[1]):\n    print('mine', flush=True)\n    input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, url], cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "mine\n"
        yield first
        first.kill()


def test_a_second_process_on_the_same_file_leaves_it_to_the_first_which_leaves_nothing_behind(site: Site) -> None:
    with first_process(site.url) as first:
        for verb in ("run", "migrate"):
            line = refusal(site.started(verb=verb))
            assert line.startswith(f"database: {site.folder}/bot.db is in use by another process; stop that one")
        assert first.poll() is None
    with held(site.url):
        pass  # killed, it holds nothing any more


SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        (f"postgres://bot:{SECRET}@host/name", "postgres://bot:***@host/name is of a kind the bot does not know"),
        (f"mysql://bot:{SECRET}@host/name?password={SECRET}", "mysql://bot:***@host/name is of a kind"),
        (f"postgresql+psycopg://bot:{SECRET}@host:port/name", "what is written there is no address"),
        (f"bot:{SECRET}@host", "what is written there is no address"),
        (f"postgresql+psycopg://bot:{SECRET}@127.0.0.1:1/name", "postgresql+psycopg://bot:***@127.0.0.1:1/name does not open"),
        ("sqlite://", "sqlite:// names no file"),
        ("sqlite:////dev/null/bot.db", "/dev/null"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["run", "check", "migrate"])
def test_a_database_that_cannot_be_had_is_named_without_its_secret(
    tmp_path: Path, url: str, what: str, verb: str
) -> None:
    result = Site(tmp_path).started(verb=verb, url=url)
    [line] = result.stderr.splitlines()
    assert (result.exit_code, what in line) == (2, True), line
    assert line.startswith("database: ")
    assert SECRET not in result.output


STARTING = """
import signal, sys
from bot.stopping import leave_when_told
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as shells have it for what they start in the background
signal.signal(signal.SIGHUP, getattr(signal, sys.argv[1]))
leave_when_told()
print("starting", flush=True)
input()
sys.exit(1)
"""


@pytest.mark.parametrize(
    ("told", "hangup", "left"),
    [
        (signal.SIGINT, "SIG_DFL", 0),
        (signal.SIGTERM, "SIG_DFL", 0),
        (signal.SIGHUP, "SIG_DFL", 0),
        (signal.SIGHUP, "SIG_IGN", 1),  # as under nohup: it goes on, and here to its end
    ],
)
def test_told_to_stop_while_it_starts_it_leaves_in_order(told: signal.Signals, hangup: str, left: int) -> None:
    program = [sys.executable, "-c", STARTING, hangup]
    with subprocess.Popen(program, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == "starting\n"
        bot.send_signal(told)
        bot.communicate("\n" if hangup == "SIG_IGN" else None, timeout=30)
        assert bot.returncode == left
