"""Everything the database holds, in one file, and back again, also into the other kind of database."""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from zipfile import ZipFile

import pytest
import typer
from sqlalchemy import select, text

from bot.backup import back_up
from bot.command_line import refusing
from bot.database import build_schema, engine_on, open_store, sqlite_path
from bot.errors import Unusable
from bot.nightly import Nightly, keep_tonight
from bot.restore import change_places, restore
from handlers import inbox, outbox
from handlers.base import Conversation, Message, Person
from handlers.inbox import InboxRow
from handlers.outbox import PromiseKind, PromiseRow
from handlers.store import Store

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
GROUP = Conversation.group("qq", "1")


def say(store: Store, number: int) -> None:
    """A message and the promise it caused, in one transaction."""
    message = Message(
        id=str(number),
        conversation=GROUP,
        sender=Person(channel="qq", id="9", name="小王"),
        text=f"第 {number} 句：手册能展期吗？",
        sent_at=NOW,
    )
    with store.transaction() as session:
        [id] = inbox.store(session, [message], now=NOW)
        mention = [message.sender]
        outbox.promise(session, GROUP, f"答 {number}", kind=PromiseKind.REPLY, now=NOW, mention=mention, caused_by=id)


def contents(store: Store) -> tuple[list[tuple[str, datetime]], list[tuple[str, object, object, object]]]:
    with store.reading() as session:
        said = [(row.text, row.sent_at) for row in session.scalars(select(InboxRow).order_by(InboxRow.id))]
        rows = session.scalars(select(PromiseRow).order_by(PromiseRow.id))
        return said, [(row.text, row.mention, row.kind, row.caused_by) for row in rows]


@pytest.fixture
def other_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/other/bot.db"


def test_what_was_backed_up_comes_back_in_either_kind_of_database(
    store: Store, database_url: str, other_url: str, tmp_path: Path
) -> None:
    for number in range(3):
        say(store, number)
    before, file = contents(store), tmp_path / "b.zip"
    assert "行" in back_up(database_url, file, now=NOW)
    restore(other_url, file, force=False)
    other = open_store(other_url)
    assert contents(other) == before
    say(other, 7)  # numbers go on after the restored ones
    assert len(contents(other)[0]) == 4
    other.close()


def test_a_backup_goes_back_where_it_came_from_only_when_that_is_meant(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    say(store, 1)
    before, file = contents(store), tmp_path / "b.zip"
    back_up(database_url, file, now=NOW)
    say(store, 2)
    store.close()
    with pytest.raises(Unusable, match="--force"):
        restore(database_url, file, force=False)
    restore(database_url, file, force=True)
    again = open_store(database_url)
    assert contents(again) == before
    say(again, 3)
    assert [words for words, _ in contents(again)[0]] == ["第 1 句：手册能展期吗？", "第 3 句：手册能展期吗？"]
    again.close()


@pytest.fixture
def writer(store: Store) -> Iterator[threading.Event]:
    """Somebody who goes on writing until told to stop."""
    begun, stop = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            say(store, number)
            number += 1
            if number == 20:
                begun.set()

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait()
    yield begun
    stop.set()
    thread.join()


def test_a_backup_made_while_the_bot_writes_shows_one_moment(
    store: Store, database_url: str, other_url: str, tmp_path: Path, writer: threading.Event
) -> None:
    back_up(database_url, tmp_path / "b.zip", now=NOW)
    restore(other_url, tmp_path / "b.zip", force=False)
    other = open_store(other_url)
    said, promised = contents(other)
    assert len(said) >= 20
    assert [words for words, *_ in promised] == [f"答 {number}" for number in range(len(said))]
    other.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good backup of one message and the promise it caused."""
    folder = tmp_path_factory.mktemp("whole")
    store = open_store(url := f"sqlite:///{folder}/x.db")
    say(store, 1)
    store.close()
    back_up(url, folder / "whole.zip", now=NOW)
    return folder / "whole.zip"


def changed(whole: Path, file: Path, **parts: Callable[[str], str]) -> Path:
    """The backup again, with those parts rewritten."""
    with ZipFile(whole) as good, ZipFile(file, "w") as archive:
        for name in good.namelist():
            rewritten = parts.get(Path(name).stem, str)
            archive.writestr(name, rewritten(good.read(name).decode()))
    return file


def test_a_file_that_is_no_backup_changes_nothing(tmp_path: Path, other_url: str, whole: Path) -> None:
    path = sqlite_path(other_url)
    assert path is not None
    nothing, short, spoilt, empty = (tmp_path / name for name in ("a.txt", "b.zip", "c.zip", "d.zip"))
    nothing.write_text("hello", "utf-8")
    short.write_bytes(whole.read_bytes()[:-200])
    spoilt.write_bytes(whole.read_bytes().replace(rows_of("inbox", whole), b"\xff" * 60))
    ZipFile(empty, "w").close()
    locked = tmp_path / "f.zip"
    headers = re.compile(rb"(PK\x03\x04..|PK\x01\x02....)\0", re.DOTALL)
    locked.write_bytes(headers.sub(lambda header: header[1] + b"\1", whole.read_bytes()))
    newer = changed(whole, tmp_path / "e.zip", manifest=lambda words: words.replace('"schema": "', '"schema": "9'))
    for file, why in (
        (nothing, "no whole backup"),
        (short, "no whole backup"),
        (spoilt, "no whole backup"),
        (locked, "no whole backup .*encrypted"),
        (tmp_path / "none.zip", "no whole backup .*No such file"),
        (empty, "is no backup, its manifest.json"),
        (newer, "made by a newer version"),
    ):
        with pytest.raises(Unusable, match=why):
            restore(other_url, file, force=True)
        assert not path.exists()


def rows_of(table: str, backup: Path) -> bytes:
    """Where a table's packed rows begin in the file."""
    with ZipFile(backup) as archive:
        begin = archive.getinfo(f"tables/{table}.jsonl").header_offset + len(f"tables/{table}.jsonl") + 30
    return backup.read_bytes()[begin : begin + 60]


def test_a_restore_that_cannot_be_says_whether_the_disk_or_the_backup_is_why_and_changes_nothing(
    tmp_path: Path, other_url: str, whole: Path
) -> None:
    path = sqlite_path(other_url)
    assert path is not None
    with files_of_at_most(4_096), pytest.raises(Unusable, match="nothing was changed: see to room"):
        restore(other_url, whole, force=True)
    twice = changed(whole, tmp_path / "twice.zip", inbox=lambda rows: rows * 2)
    later = changed(whole, tmp_path / "later.zip", inbox=lambda rows: rows.replace("2026-03-02", "one day"))
    with pytest.raises(Unusable, match=r"table inbox: row 1: Invalid isoformat string: 'one day.*use another backup"):
        restore(other_url, later, force=True)
    with pytest.raises(Unusable, match=r"twice.zip: its rows are faulty .*nothing was changed: use another backup"):
        restore(other_url, twice, force=True)
    assert list(path.parent.glob("*.db")) == []
    assert "张表" in restore(other_url, whole, force=False)


def test_a_database_that_cannot_be_replaced_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript("PRAGMA journal_mode = WAL; CREATE TABLE words (said); INSERT INTO words VALUES ('在吗')")
        with pytest.raises(FileNotFoundError):
            change_places(tmp_path / "never_built.db", path)
    assert [file.name for file in tmp_path.iterdir()] == ["bot.db"]
    with closing(sqlite3.connect(path)) as old:
        assert old.execute("SELECT said FROM words").fetchall() == [("在吗",)]


def test_a_damaged_database_can_be_replaced_and_is_kept_as_it_is(tmp_path: Path) -> None:
    built, path = tmp_path / "built.db", tmp_path / "bot.db"
    built.write_text("new", "utf-8")
    path.write_text("spoilt " * 1_000, "utf-8")
    assert "bot.db.before-restore" in change_places(built, path)
    assert {file.name: file.read_text("utf-8")[:6] for file in tmp_path.iterdir()} == {
        "bot.db": "new",
        "bot.db.before-restore": "spoilt",
    }


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """A disk with room for nothing greater, as far as this process can tell."""
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))


def test_a_command_that_finds_the_disk_full_ends_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with files_of_at_most(4_096), pytest.raises(typer.Exit) as ended, refusing():
        open_store(f"sqlite:///{tmp_path}/x.db")
    assert ended.value.exit_code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "see to room, rights and the server" in line


def test_a_running_bot_is_not_restored_over(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(postgres_url)
    back_up(postgres_url, tmp_path / "b.zip", now=NOW)
    store.live_as("somebody")
    with pytest.raises(Unusable, match="a bot is running"):
        restore(postgres_url, tmp_path / "b.zip", force=True)
    store.close()


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path, other_url: str) -> None:
    with engine_on(f"sqlite:///{tmp_path}/old.db") as engine, engine.begin() as connection:
        build_schema(connection, "0001")
    back_up(f"sqlite:///{tmp_path}/old.db", tmp_path / "b.zip", now=NOW)
    restore(other_url, tmp_path / "b.zip", force=False)
    store = open_store(other_url)
    with store.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) != "0001"
    store.close()


def test_the_oldest_backups_are_let_go(tmp_path: Path) -> None:
    url, nightly = f"sqlite:///{tmp_path}/x.db", Nightly(folder=tmp_path / "kept", at=time(3, 30), keep=2)
    open_store(url).close()
    for day in range(3):
        assert keep_tonight(url, nightly, now=NOW + timedelta(days=day)) is not None
    assert keep_tonight(url, nightly, now=NOW + timedelta(days=2)) is None, "another process made it already"
    assert [file.name for file in sorted((tmp_path / "kept").iterdir())] == [
        f"zhitongche-2026-03-0{day}.zip" for day in (3, 4)
    ]
    assert nightly.next(NOW + timedelta(days=2)) == datetime(2026, 3, 4, 19, 30, tzinfo=UTC)
