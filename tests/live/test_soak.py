"""Twenty seconds under fire, the real process and a fault every three; `python -m benchmarks.soak` goes on for ten minutes."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.soak import soak

pytestmark = pytest.mark.live


def test_under_fire_the_sums_agree(tmp_path: Path) -> None:
    told, agree = asyncio.run(soak(20, 3, tmp_path))
    assert agree, told
