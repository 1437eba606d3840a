"""A start loads much that stays for good: it is not searched for garbage again."""

import gc

import pytest

from bot.memory import loading


def test_what_was_loaded_is_never_searched_for_garbage() -> None:
    frozen = gc.get_freeze_count()
    with loading():
        assert not gc.isenabled()
        held = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() - frozen >= len(held)
    assert not any(held[0] is found for found in gc.get_objects())
    gc.unfreeze()


def test_a_start_that_fails_leaves_the_collector_at_work() -> None:
    with pytest.raises(ValueError, match="no model"), loading():
        raise ValueError("no model")
    assert gc.isenabled()
    gc.unfreeze()
