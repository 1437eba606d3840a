"""The database: engine, table base, column types, and the only commit."""

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, create_engine, event, exc, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

LIVE = text("SELECT pg_advisory_lock(hashtext(:name))")
IS_DEAD = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")


def is_away(error: Exception) -> bool:
    """Whether the database did not answer, so that the very same can be tried again. What it refuses (too long, too great,
    there already) it refuses for ever: to wait with that is to hear nothing more."""
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError):
        return True
    return isinstance(error, exc.DBAPIError) and error.connection_invalidated


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on every database; a naive time is refused, for nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the store takes aware times only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        # Words, not SQLAlchemy's default member names; no database enum, so a new word needs no migration.
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            length=32,
            create_constraint=False,
            values_callable=lambda words: [word.value for word in words],
        ),
    }


def insert_new(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves out what is there already."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


class Store:
    """Transactions on one database, SQLite or PostgreSQL, from any thread."""

    def __init__(self, url: str, *, durable: bool = True) -> None:
        """`durable=False` leaves out the wait for the disk: for replays and tests, whose database nobody keeps."""
        # What people say must not stand in a log because a statement failed.
        self.engine = create_engine(url, hide_parameters=True, **_engine_options(url))
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer: waiting in line here is fair and cheap, its busy handler sleeps and starves.
        self._writer = threading.RLock() if self.is_sqlite else None
        if self.is_sqlite:
            _prepare_sqlite(self.engine, synchronous="FULL" if durable else "OFF")
        # Who forgets to close it leaves no file open: from Python 3.13 on, that is complained of.
        weakref.finalize(self, self.engine.dispose).atexit = False
        self._name = ""
        self._life: Connection | None = None
        self._reader = self.engine.execution_options(reading=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All or nothing; the only place that commits."""
        with self._writer or nullcontext(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look at one moment of the database; waits for no writer."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def live_as(self, name: str) -> None:
        """Be known as alive under this name until the store is closed or the process dies, however it dies. An SQLite
        file belongs to one process; on PostgreSQL the server holds a lock for as long as our connection lasts."""
        self._name = name
        if not self.is_sqlite:
            self._life = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._life.execute(LIVE, {"name": name})

    def still_lives(self, session: Session, name: str) -> bool:
        """Whether the process of that name is alive."""
        if self.is_sqlite or name == self._name:
            return name == self._name
        return not session.scalar(IS_DEAD, {"name": name})

    def close(self) -> None:
        if self._life is not None:
            self._life.close()
        self.engine.dispose()


def _engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 30, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 8}


def _prepare_sqlite(engine: Engine, *, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # IMMEDIATE takes the write lock at the start: no upgrade can fail half way through.
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
