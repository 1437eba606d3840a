"""Alembic's entry: the engine comes from bot/database.py."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from bot.tables import Base
from handlers.store import UtcDateTime


def plain_types(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """A migration is history: it names what the column is, not what the code calls it today."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def migrate_on(connection: sa.Connection) -> None:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=plain_types
    )
    with context.begin_transaction():
        context.run_migrations()


ours: sa.Connection | None = context.config.attributes.get("connection")
if ours is not None:  # part of somebody's transaction
    migrate_on(ours)
else:
    with context.config.attributes["engine"].connect() as connection:
        migrate_on(connection)
        connection.commit()
