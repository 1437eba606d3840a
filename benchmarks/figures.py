"""Figures of a benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How a set of durations in milliseconds is spread."""

    count: int
    p50: float
    p99: float
    longest: float


def spread(durations: Sequence[float]) -> Spread:
    """The spread of at least one duration; a percentile is the smallest duration that so many do not exceed."""
    ordered = sorted(durations)

    def percentile(percent: int) -> float:
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    return Spread(count=len(ordered), p50=percentile(50), p99=percentile(99), longest=ordered[-1])
