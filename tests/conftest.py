"""Fixtures for the scenes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.mind import build_mind, read_faq
from bot.settings import Settings
from tests.world import Brain, Room, World

FAQ = Path(__file__).parent / "faq"


@pytest.fixture(scope="session")
def brain() -> Brain:
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
