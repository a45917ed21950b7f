"""Time left: durations of the past → a range for the future (pure).

What a running step has done so far corrects its own remainder; the longest path through the graph is the answer.
No history: no number, rather than a wrong one.
"""

from collections.abc import Mapping, Sequence

import msgspec


class Estimate(msgspec.Struct, frozen=True):
    """Seconds left: the middle of what is likely, and the range from good to bad luck."""

    seconds: float
    low: float
    high: float


class StepProgress(msgspec.Struct, frozen=True):
    """Where a step of the run stands: `fraction` 0–1 done in `elapsed` seconds; needs by name."""

    name: str
    needs: Sequence[str]
    fraction: float = 0.0
    elapsed: float = 0.0
    done: bool = False


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, linear between neighbours (Hyndman and Fan, type 7)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def remaining(step: StepProgress, past: Sequence[float], share: float) -> float | None:
    """Seconds that a step still takes at a quantile of its past durations, corrected by its own pace."""
    if step.done:
        return 0.0
    pace = step.elapsed * (1 - step.fraction) / step.fraction if step.fraction > 0 else None
    if not past:
        return pace
    expected = quantile(past, share)
    by_past = max(0.0, expected - step.elapsed) if step.fraction == 0 else expected * (1 - step.fraction)
    # The further the step is, the more its own pace says, and the less the past.
    return by_past if pace is None else pace * step.fraction + by_past * (1 - step.fraction)


def run_left(steps: Sequence[StepProgress], past: Mapping[str, Sequence[float]], share: float) -> float | None:
    """Seconds along the longest path of what is not done; None where a step has neither past nor pace.

    `steps` in an order in which each follows what it needs.
    """
    ends: dict[str, float] = {}
    for step in steps:
        left = remaining(step, past.get(step.name, ()), share)
        if left is None:
            return None
        ends[step.name] = left + max((ends[need] for need in step.needs if need in ends), default=0.0)
    return max(ends.values(), default=0.0)


def estimate(steps: Sequence[StepProgress], past: Mapping[str, Sequence[float]], wait: float = 0.0) -> Estimate | None:
    """The time left for a run, `wait` seconds of queueing before it; None without a history to go by."""
    low, middle, high = (run_left(steps, past, share) for share in (0.1, 0.5, 0.9))
    if low is None or middle is None or high is None:
        return None
    low, middle, high = sorted((low, middle, high))
    return Estimate(round(wait + middle, 1), round(wait + low, 1), round(wait + high, 1))


def queue_wait(ahead: Sequence[float], running: Sequence[float], slots: int) -> float:
    """Seconds until a slot is free for the next one: the tasks ahead and those that run, simulated over the slots."""
    if slots <= 0:
        return 0.0
    free_at = sorted([*running, *([0.0] * max(0, slots - len(running)))])
    for duration in ahead:
        first = free_at.pop(0)
        free_at.append(first + duration)
        free_at.sort()
    return free_at[0]
