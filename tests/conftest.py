"""Fixtures for the scenes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from PIL import ImageFont
from sqlalchemy import create_engine, text

from bot.database import open_store
from bot.mind import build_mind, read_faq
from bot.settings import Settings
from handlers.store import Store
from tests import postgres
from tests.noticing import register
from tests.office import Office
from tests.world import Brain, Room, World, Worlds

FAQ = Path(__file__).parent / "faq"

# A busy machine is no fault of the code: no example is timed, and none is too slow to be drawn.
settings.register_profile("scenes", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("scenes")


@pytest.fixture(scope="session")
def brain() -> Brain:
    """A real engine and the shipped encoder over a small base."""
    entries, instruments = read_faq(FAQ)
    mind, knowledge = build_mind(Settings(), entries)
    return Brain(mind=mind, knowledge=knowledge, instruments=instruments)


@pytest.fixture
def worlds(tmp_path: Path, brain: Brain) -> Iterator[Worlds]:
    """For worlds that are not like the others: `worlds(tickets=…, volunteers=…)`."""
    worlds = Worlds(tmp_path, brain)
    yield worlds
    worlds.close()


@pytest.fixture
def world(worlds: Worlds) -> World:
    return worlds()


@pytest.fixture
def answered(world: World) -> World:
    """Ticket #1 of 小王, answered by 老李 and the answer delivered."""
    world.group.says("小王", "转人工 保税再制造首单怎么报备")
    world.desk.says("老李", "回复 1 向主管海关提交方案")
    world.group.hears()
    world.desk.hears()
    return world


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


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


@pytest.fixture
def font(tmp_path: Path) -> Path:
    """A font on every machine, the one Pillow brings along; for Chinese it draws boxes."""
    brought = ImageFont.load_default(20)
    assert isinstance(brought, ImageFont.FreeTypeFont)
    assert isinstance(brought.path, BytesIO)
    file = tmp_path / "font.ttf"
    file.write_bytes(brought.path.getvalue())
    return file


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
