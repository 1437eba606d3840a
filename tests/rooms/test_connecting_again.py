"""How long one waits before connecting again: nothing said meanwhile is ever told."""

import pytest

from bot.channels.backoff import Backoff, Waits

WAITS = Waits(first=0.5, longest=10.0, steady=5.0)


def test_the_waits_grow_to_a_bound_and_no_two_need_be_alike() -> None:
    backoff = Backoff(WAITS)
    waited = [backoff.after(0.0) for _ in range(7)]
    for wait, longest in zip(waited, [0.5, 1, 2, 4, 8, 10, 10], strict=True):
        assert longest / 2 <= wait <= longest
    assert waited[-1] != waited[-2]


@pytest.mark.parametrize(("held", "longest"), [(4.9, 10.0), (5.1, 0.5)])
def test_a_connection_that_held_makes_them_short_again(held: float, longest: float) -> None:
    backoff = Backoff(WAITS)
    for _ in range(7):
        backoff.after(0.0)
    assert longest / 2 <= backoff.after(held) <= longest
    assert backoff.after(0.0) <= min(2 * longest, 10.0)
