"""`restore`: a backup becomes the database, all of it or nothing."""

import json
import logging
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Column, Connection, Date, DateTime, LargeBinary, Table, func, insert, select, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.schema import ForeignKeyConstraint

from bot.backup import FORMAT, MANIFEST, VERSIONS, tables_of
from bot.database import build_schema, connect, engine_on, held, known_schema, open_store, sqlite_path
from bot.errors import Unusable, first_line

AT_ONCE = 500  # rows
ALIVE = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")

logger = logging.getLogger(__name__)


class TableManifest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: int
    columns: list[str]


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: int
    made_at: datetime
    schema_: str = Field(alias="schema")
    tables: Mapping[str, TableManifest]


def restore(url: str, file: Path, *, force: bool) -> str:
    """Make the backup the database; what became of it, for a person. Raises Unusable before anything is changed."""
    with _opened(file) as archive:
        manifest = _manifest(file, archive)
        kept = _brought_in(url, file, archive, manifest, force=force)
    open_store(url).close()  # an older schema is brought up to date
    rows = sum(table.rows for table in manifest.tables.values())
    return f"已恢复 {manifest.made_at:%Y-%m-%d %H:%M}（UTC）的备份：{len(manifest.tables)} 张表，{rows} 行{kept}"


def _opened(file: Path) -> ZipFile:
    """The backup, read once from end to end."""
    try:
        archive = ZipFile(file)
        if broken := archive.testzip():
            raise BadZipFile(f"{broken} is damaged")
    except (
        OSError,
        EOFError,
        BadZipFile,
        zlib.error,
        RuntimeError,
    ) as error:  # RuntimeError: encrypted, or packed oddly
        raise Unusable(f"{file}: is no whole backup ({first_line(error)}); give a file that `backup` made") from error
    return archive


def _manifest(file: Path, archive: ZipFile) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValidationError) as error:
        raise Unusable(
            f"{file}: is no backup, its {MANIFEST} cannot be read; give a file that `backup` made"
        ) from error
    parts = set(archive.namelist())
    if missing := sorted(name for name in manifest.tables if _part(name) not in parts):
        raise Unusable(f"{file}: is no whole backup (it has no {_part(missing[0])}); use another backup")
    if manifest.format != FORMAT or not known_schema(manifest.schema_):
        raise Unusable(
            f"{file}: was made by a newer version (format {manifest.format}, schema {manifest.schema_}); "
            "update the program first"
        )
    return manifest


def _brought_in(url: str, file: Path, archive: ZipFile, manifest: Manifest, *, force: bool) -> str:
    """Make it the database; where the old one is kept, for a person."""
    try:
        if path := sqlite_path(url):
            return _into_file(url, path, archive, manifest, force=force)
        _into_server(url, archive, manifest, force=force)
    except (OSError, StatementError, sqlite3.Error) as error:
        raise _why_not(file, error) from error
    return ""


def _why_not(file: Path, error: Exception) -> Unusable:
    """Whether the backup's rows or the place they were to go to are at fault."""
    of_the_place = isinstance(error, OSError | DBAPIError | sqlite3.Error)
    if of_the_place and not isinstance(error, IntegrityError | DataError):
        return Unusable(
            f"restore: {first_line(error)}; nothing was changed: see to room and rights, then restore again"
        )
    return Unusable(f"{file}: its rows are faulty ({first_line(error)}); nothing was changed: use another backup")


def _into_file(url: str, path: Path, archive: ZipFile, manifest: Manifest, *, force: bool) -> str:
    """Build the database beside the old one, then change places; the old one is kept."""
    with held(url), TemporaryDirectory(dir=path.parent, prefix=".restore-") as folder:
        if path.exists() and not force:
            raise Unusable(f"database: {path} exists; give --force to replace it (it is kept as {_former(path).name})")
        built = Path(folder) / "restored.db"
        with engine_on(f"sqlite:///{built}") as engine, engine.begin() as connection:
            _fill(connection, archive, manifest)
        return change_places(built, path)


def change_places(built: Path, path: Path) -> str:
    """The new database gets the name, and the old one, if there is one, another; or everything stays as it was. Where the
    old one is kept, for a person."""
    if not path.exists():
        _rename(built, path)
        return ""
    _fold_log(path)
    _rename(path, _former(path))
    try:
        _rename(built, path)
    except OSError:
        _rename(_former(path), path)
        raise
    return f"；原来的库留作 {_former(path).name}"


def _fold_log(path: Path) -> None:
    """Bring what waits in the write-ahead log into the file; a file too damaged for that is kept as it is."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            logger.warning("the old database %s is damaged (%s); it is kept as it is", path, error)


def _rename(old: Path, new: Path) -> None:
    """A database, and with it what is left of its log, which must never lie beside another."""
    old.replace(new)
    for ending in ("-wal", "-shm"):
        part, to = old.with_name(old.name + ending), new.with_name(new.name + ending)
        if part.exists():
            part.replace(to)
        else:
            to.unlink(missing_ok=True)


def _former(path: Path) -> Path:
    return path.with_name(f"{path.name}.before-restore")


def _into_server(url: str, archive: ZipFile, manifest: Manifest, *, force: bool) -> None:
    connect(url).close()
    with engine_on(url) as engine, engine.begin() as connection:
        if connection.scalar(ALIVE):
            raise Unusable("database: a bot is running on it; stop every process, then restore")
        ours = tables_of(connection)
        if ours.tables and not force:
            raise Unusable("database: is not empty; give --force to replace all its tables")
        ours.drop_all(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSIONS}"))
        _fill(connection, archive, manifest)


def _fill(connection: Connection, archive: ZipFile, manifest: Manifest) -> None:
    """The tables of the backup's schema and their rows."""
    build_schema(connection, manifest.schema_)
    tables = tables_of(connection).tables
    if strange := sorted(set(manifest.tables) - set(tables)):
        raise Unusable(f"the backup has a table {strange[0]} that schema {manifest.schema_} does not know")
    _defer_links(connection, tables.values(), later=True)
    for name, described in manifest.tables.items():
        _fill_table(connection, archive, tables[name], described)
    _defer_links(connection, tables.values(), later=False)
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise Unusable("the backup is not whole: some rows name others that are missing; use another backup")


def _fill_table(connection: Connection, archive: ZipFile, table: Table, described: TableManifest) -> None:
    if strange := sorted(set(described.columns) - set(table.columns.keys())):
        raise Unusable(f"the backup's table {table.name} has a column {strange[0]} unknown here; use another backup")
    columns = [table.columns[name] for name in described.columns]
    count = 0
    rows = _rows(archive, table.name, columns)
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert(table), some)
        count += len(some)
    if count != described.rows:
        raise Unusable(f"the backup's table {table.name} has {count} rows of {described.rows}; use another backup")
    _go_on_counting(connection, table)


def _rows(archive: ZipFile, name: str, columns: Sequence[Column[Any]]) -> Iterator[dict[str, Any]]:
    """The rows of a table, or Unusable naming the one that is none."""
    with archive.open(_part(name)) as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield _row(columns, line)
            except (ValueError, TypeError) as error:
                reason = first_line(error)
                raise Unusable(f"the backup's table {name}: row {number}: {reason}; use another backup") from error


def _part(table: str) -> str:
    return f"tables/{table}.jsonl"


def _row(columns: Sequence[Column[Any]], line: bytes) -> dict[str, Any]:
    return {column.name: _value(column, value) for column, value in zip(columns, json.loads(line), strict=True)}


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(value).astimezone(UTC)
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return bytes.fromhex(value) if isinstance(column.type, LargeBinary) else value


def _defer_links(connection: Connection, tables: Iterable[Table], *, later: bool) -> None:
    """Let rows name others that come later. SQLite checks at the end; PostgreSQL has to be told."""
    if connection.dialect.name != "postgresql":
        return
    if not later:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    how = "DEFERRABLE INITIALLY DEFERRED" if later else "NOT DEFERRABLE"
    for table in tables:
        for link in table.constraints:
            if isinstance(link, ForeignKeyConstraint):
                connection.execute(text(f'ALTER TABLE "{table.name}" ALTER CONSTRAINT "{link.name}" {how}'))


def _go_on_counting(connection: Connection, table: Table) -> None:
    """New rows get numbers after the restored ones."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    highest = connection.scalar(select(func.max(table.columns["id"])))
    if sequence and highest:
        connection.execute(select(func.setval(sequence, highest)))
