"""Opening the database: migrated, ours alone when it is a file, and not from the future."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import Unusable, first_line
from handlers.store import Store

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
KNOWN = {"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"}
CURE = (
    "write sqlite:///file.db or postgresql+psycopg://user:secret@host/name "
    "as `database` in config.yml, or into ZHITONGCHE_DATABASE_URL"
)


def open_store(url: str) -> Store:
    """A store on the newest schema, or Unusable with the cure."""
    store = connect(url)
    try:
        migrate(store)
    except (Unusable, DBAPIError):
        store.close()
        raise
    return store


def connect(url: str) -> Store:
    """A store on the database as it is."""
    path = sqlite_path(url)
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        store = Store(url)
        store.engine.connect().close()
    except (DBAPIError, OSError) as error:
        raise _does_not_open(url, error) from error
    return store


def migrate(store: Store) -> None:
    """Bring the schema up to date; a database from a newer version is left alone."""
    if pending_migration(store):
        config = alembic_config()
        config.attributes["engine"] = store.engine
        command.upgrade(config, "head")


def pending_migration(store: Store) -> bool:
    """Whether the schema is older than this program; Unusable when it is newer."""
    with store.engine.connect() as connection:
        current = schema_of(connection)
    if current is not None and not known_schema(current):
        raise Unusable(
            f"database: {_safe(str(store.engine.url))} was made by a newer version (schema {current}); "
            "update the program, or restore a backup made by this one"
        )
    return current != ScriptDirectory.from_config(alembic_config()).get_current_head()


def schema_of(connection: Connection) -> str | None:
    """The schema a database has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def known_schema(revision: str | None) -> bool:
    """Whether this program knows the way from that schema to its own."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return revision in {script.revision for script in scripts.walk_revisions()}


def build_schema(connection: Connection, revision: str) -> None:
    """The tables of that schema, within the transaction of the connection."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def write_revision(message: str) -> None:
    """Write the next migration: what the code's tables have that the newest schema has not."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/newest.db")
        migrate(store)
        config = alembic_config()
        config.attributes["engine"] = store.engine
        steps = len(list(ScriptDirectory.from_config(config).walk_revisions()))
        command.revision(config, message=message, rev_id=f"{steps + 1:04d}", autogenerate=True)
        store.close()


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def lock(url: str) -> FileLock | None:
    """Hold an SQLite file for this process alone; PostgreSQL takes many processes."""
    path = sqlite_path(url)
    if path is None:
        return None
    lock = FileLock(f"{path}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Unusable(
            f"database: {path} is in use by another process; stop that one, or use PostgreSQL for several processes"
        ) from error
    except OSError as error:
        raise _does_not_open(url, error) from error
    return lock


@contextmanager
def beside(url: str) -> Iterator[Store]:
    """The database for a command, while the bot may be running on it; created or brought up to date when no bot is."""
    path = sqlite_path(url)
    if path is None or path.exists():
        with closing(connect(url)) as store:
            if not pending_migration(store):
                yield store
                return
    with held(url), closing(open_store(url)) as store:
        yield store


@contextmanager
def engine_on(url: str, **options: str) -> Iterator[Engine]:
    """An engine on the database as it is, for the length of a block."""
    engine = create_engine(url, hide_parameters=True, **options)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def held(url: str) -> Iterator[None]:
    """Hold the database for the length of a block."""
    lock_held = lock(url)
    try:
        yield
    finally:
        if lock_held is not None:
            lock_held.release()


def sqlite_path(url: str) -> Path | None:
    """The file of an SQLite address, None for a server; Unusable for what is no address of either."""
    address = _read(url)
    return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None


def look_where_it_will_be(path: Path) -> None:
    """Unusable where a database cannot be made, without making it."""
    place = next(parent for parent in path.absolute().parents if parent.exists())
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise Unusable(f"database: {path} cannot be made, for {place} is no folder to write to; {CURE}")


def _read(url: str) -> URL:
    """The address; Unusable for what nothing can be kept at."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        # Not repeated here: a secret may stand anywhere in what cannot be read.
        raise Unusable(f"database: what is written there is no address; {CURE}") from error
    if address.drivername not in KNOWN:
        raise Unusable(f"database: {_safe(url)} is of a kind the bot does not know; {CURE}")
    if address.get_backend_name() == "sqlite" and not address.database:
        raise Unusable(f"database: {_safe(url)} names no file, and what is kept in memory is lost; {CURE}")
    return address


def _does_not_open(url: str, error: Exception) -> Unusable:
    return Unusable(f"database: {_safe(url)} does not open ({first_line(error)}); check path, server and rights")


def _safe(url: str) -> str:
    """The address without secrets, which may also stand behind its question mark."""
    return make_url(url).set(query={}).render_as_string(hide_password=True)
