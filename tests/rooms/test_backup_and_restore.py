"""Everything the database holds, in one file, and back again, also into the other kind of database."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text

from bot.backup import back_up
from bot.database import open_store, sqlite_path
from bot.errors import Unusable
from bot.nightly import Nightly, keep_tonight
from bot.restore import restore
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


def test_a_file_that_is_no_backup_changes_nothing(tmp_path: Path, other_url: str) -> None:
    path = sqlite_path(other_url)
    assert path is not None
    nothing, damaged, newer = tmp_path / "a.txt", tmp_path / "b.zip", tmp_path / "c.zip"
    nothing.write_text("hello", "utf-8")
    open_store(f"sqlite:///{tmp_path}/x.db").close()
    back_up(f"sqlite:///{tmp_path}/x.db", damaged, now=NOW)
    with ZipFile(damaged) as good, ZipFile(newer, "w") as archive:
        manifest = json.loads(good.read("manifest.json")) | {"schema": "9999"}
        archive.writestr("manifest.json", json.dumps(manifest))
    damaged.write_bytes(damaged.read_bytes()[:-200])
    for file, why in (
        (nothing, "no whole backup"),
        (damaged, "no whole backup"),
        (newer, "made by a newer version"),
        (tmp_path / "none.zip", "no whole backup"),
    ):
        with pytest.raises(Unusable, match=why):
            restore(other_url, file, force=True)
        assert not path.exists()


def test_a_restore_that_runs_out_of_room_says_so_and_changes_nothing(tmp_path: Path, other_url: str) -> None:
    path = sqlite_path(other_url)
    assert path is not None
    whole = tmp_path / "whole.zip"
    open_store(f"sqlite:///{tmp_path}/x.db").close()
    back_up(f"sqlite:///{tmp_path}/x.db", whole, now=NOW)
    with files_of_at_most(4_096), pytest.raises(Unusable, match="nothing was changed: see to room"):
        restore(other_url, whole, force=True)
    assert not path.exists()
    assert "张表" in restore(other_url, whole, force=False)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """A disk with room for nothing greater, as far as this process can tell."""
    soft, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, (soft, hard))


def test_a_running_bot_is_not_restored_over(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(postgres_url)
    back_up(postgres_url, tmp_path / "b.zip", now=NOW)
    store.live_as("somebody")
    with pytest.raises(Unusable, match="a bot is running"):
        restore(postgres_url, tmp_path / "b.zip", force=True)
    store.close()


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path, other_url: str) -> None:
    from sqlalchemy import create_engine

    from bot.database import build_schema

    engine = create_engine(f"sqlite:///{tmp_path}/old.db")
    with engine.begin() as connection:
        build_schema(connection, "0001")
    engine.dispose()
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
