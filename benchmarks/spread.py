"""p50, p95 and p99 of what was measured, and how they are shown."""

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """p50, p95, p99."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return statistics.median(ordered), ordered[round(0.95 * last)], ordered[round(0.99 * last)]


def shown(values: Sequence[float]) -> str:
    """For a cell of a table."""
    return " / ".join(f"{value:.1f}" for value in values)
