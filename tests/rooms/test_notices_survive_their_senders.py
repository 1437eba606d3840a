"""A notice on shaky channels, its senders killed: every group once, or known to be in doubt."""

from pathlib import Path

from benchmarks.notices import account, drive, prepare
from handlers.store import Store


def test_killed_senders_say_nothing_twice_and_lose_nothing(store: Store, database_url: str, tmp_path: Path) -> None:
    prepare(store, 600)
    assert drive(database_url, tmp_path / "taken", kill_every=0.1, kills=1) == 1
    counted = account(store, tmp_path / "taken")
    assert counted["targets"] == 600
    assert counted["delivered"] + counted.get("refused", 0) + counted.get("uncertain", 0) == 600
