"""The schema that migrations build is the schema the code means."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.database import migrate, open_store
from bot.errors import Unusable
from bot.tables import Base
from handlers.store import Store


def test_the_migrated_schema_is_the_one_in_the_code_however_often_it_is_migrated(store: Store) -> None:
    migrate(store)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_from_a_newer_version_is_left_alone(store: Store, database_url: str) -> None:
    with store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unusable, match="made by a newer version"):
        open_store(database_url)
