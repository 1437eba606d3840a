"""Fixtures for the scenes."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from bot.database import open_store
from bot.mind import build_mind, read_faq
from bot.settings import Settings
from handlers.store import Store
from tests import postgres
from tests.noticing import register
from tests.world import Brain, Room, World

FAQ = Path(__file__).parent / "faq"


@pytest.fixture(scope="session")
def brain() -> Brain:
    """A real engine and the shipped encoder over a small base."""
    entries, registry = read_faq(FAQ)
    mind, knowledge = build_mind(Settings(), entries)
    return Brain(mind=mind, knowledge=knowledge, registry=registry)


@pytest.fixture
def world(tmp_path: Path, brain: Brain) -> Iterator[World]:
    world = World(tmp_path, brain)
    yield world
    world.store.close()


@pytest.fixture
def group(world: World) -> Room:
    return world.group


@pytest.fixture
def desk(world: World) -> Room:
    return world.desk


@pytest.fixture
def groups(world: World) -> World:
    """Three groups more, with the regions notices choose by."""
    register(world, 青岛一群="青岛", 青岛二群="青岛", 烟台群="烟台")
    return world


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)")
    with postgres.cluster(programs) as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh database on a private PostgreSQL server."""
    name = f"bot_{uuid4().hex[:12]}"
    admin = create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{postgres_server}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind: what is true on one must be true on the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated database of each kind."""
    store = open_store(database_url)
    yield store
    store.close()
