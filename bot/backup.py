"""`backup`: everything the database holds in one file, the same for SQLite and PostgreSQL.

A backup is a zip: `manifest.json` says what it is, `tables/NAME.jsonl` holds one row a line. It shows one moment of the
database, though the bot goes on writing, and can be restored into either kind.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import JSON, Connection, MetaData, Table, select

from bot.database import connect, engine_on, schema_of, sqlite_path
from bot.errors import Unusable
from bot.written_files import writing

FORMAT = 1
MANIFEST = "manifest.json"
VERSIONS = "alembic_version"  # Alembic's own table: the manifest says the schema


def back_up(url: str, file: Path, *, now: datetime) -> str:
    """Write the database to a file, all or nothing; what was written, for a person."""
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as written:
            part = Path(written.name)
        try:
            with moment_of(url) as connection:
                counts = write(connection, part, now=now)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    size = file.stat().st_size / 1e6
    return f"{file}：{len(counts)} 张表，{sum(counts.values())} 行，{size:.1f} MB"


@contextmanager
def moment_of(url: str) -> Iterator[Connection]:
    """One moment of the database to read from; who writes meanwhile is neither seen nor held up."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        raise Unusable(f"database: {path} does not exist; there is nothing to back up")
    connect(url).close()  # says what is wrong with an address or a server
    if path is None:
        with engine_on(url, isolation_level="REPEATABLE READ") as engine, engine.connect() as connection:
            yield connection
        return
    with TemporaryDirectory(prefix="zhitongche-backup-") as folder:
        copy = Path(folder) / "moment.db"
        with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        with engine_on(f"sqlite:///{copy}") as engine, engine.connect() as connection:
            yield connection


def write(connection: Connection, file: Path, *, now: datetime) -> dict[str, int]:
    """Every table of ours into a zip; how many rows each had."""
    tables = tables_of(connection)
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        counts = {name: _write_table(connection, archive, table) for name, table in sorted(tables.tables.items())}
        described = {
            name: {"rows": counts[name], "columns": table.columns.keys()} for name, table in tables.tables.items()
        }
        manifest = {"format": FORMAT, "made_at": now.isoformat(), "schema": schema_of(connection), "tables": described}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return counts


def _write_table(connection: Connection, archive: ZipFile, table: Table) -> int:
    count = 0
    rows = connection.execution_options(yield_per=1000).execute(select(table).order_by(*table.primary_key))
    with archive.open(f"tables/{table.name}.jsonl", "w") as out:
        for row in rows:
            count += 1
            out.write(json.dumps(list(map(_plain, row)), ensure_ascii=False).encode() + b"\n")
    return count


def tables_of(connection: Connection) -> MetaData:
    """The tables as the database has them: a backup must not depend on what the code of the day calls them."""
    tables = MetaData()
    tables.reflect(connection)
    if VERSIONS in tables.tables:
        tables.remove(tables.tables[VERSIONS])
    for table in tables.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True  # nothing is not the word null
    return tables


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value
