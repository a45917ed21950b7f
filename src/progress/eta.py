"""Time left: past runs → a range for this one (pure).

Each past run is tried as what this one could be: its steps' durations at this one's sizes, what runs corrected by its
own pace, the longest path. The spread of the answers is the range. No history: no number, rather than a wrong one.
"""

import heapq
import math
from collections.abc import Mapping, Sequence

import msgspec

COVERAGE = 0.8  # the share of real ends that the range is to hold: p10 to p90
ENOUGH = 20  # grades before they may widen anything
WIDEST = 4.0
NEIGHBOURS = 10  # past runs that are enough to go by
FINEST, FINEST_SECONDS = 0.02, 0.05  # a range that claims to be finer than this is luck
SILENT = 0.5
DRIFT = 0.25  # how far the pace of a queue may be from what it was
REMEMBERED = 100
LEAST = 1e-3  # seconds below which durations are noise


class Estimate(msgspec.Struct, frozen=True):
    """Seconds left: the middle of what is likely, and the range from good to bad luck; `widened` is the factor by
    which past grades have moved the ends apart."""

    seconds: float
    low: float
    high: float
    widened: float = 1.0


class StepProgress(msgspec.Struct, frozen=True):
    """Where a step of the run stands: `fraction` 0–1 done in `elapsed` seconds; needs by name; its size, if known."""

    name: str
    needs: Sequence[str]
    fraction: float = 0.0
    elapsed: float = 0.0
    done: bool = False
    size: float | None = None

    @property
    def silent(self) -> bool:
        """Whether it has told nothing of itself yet that would be a pace."""
        return self.fraction < 0.001


class PastRun(msgspec.Struct, frozen=True):
    """A run that succeeded: seconds and, where known, sizes by step; seconds of the whole."""

    whole: float
    steps: Mapping[str, float]
    sizes: Mapping[str, float] = {}


class Grade(msgspec.Struct, frozen=True):
    """An estimate and what came of it."""

    estimate: Estimate
    real: float

    @property
    def error(self) -> float:
        """How far off, as a share of the real time."""
        return abs(self.real - self.estimate.seconds) / max(self.real, LEAST)

    @property
    def inside(self) -> bool:
        """Whether the range held it."""
        return self.estimate.low <= self.real <= self.estimate.high


class Past:
    """Recent runs of one workflow, newest first."""

    def __init__(self, runs: Sequence[PastRun]) -> None:
        self.runs = runs
        self._fits: dict[str, tuple[float, float, list[float]]] = {}
        self.unbegun: dict[tuple[object, ...], list[float]] = {}  # answers of `runs_left` for runs that are to begin

    def __bool__(self) -> bool:
        return bool(self.runs)

    def whole(self) -> float:
        """The mean seconds of a run."""
        return sum(run.whole for run in self.runs) / len(self.runs)

    def spread(self) -> float:
        """The standard deviation of a run's seconds, as a share of their mean."""
        mean = max(self.whole(), LEAST)
        return math.sqrt(sum((run.whole - mean) ** 2 for run in self.runs) / len(self.runs)) / mean

    def durations(self, step: str, size: float | None) -> list[float]:
        """Seconds that the step would take, one as in each past run that had it, at this size."""
        if step not in self._fits:
            had = [run for run in self.runs if step in run.steps]
            base, slope = fit([(run.sizes.get(step), run.steps[step]) for run in had])
            ratios = [run.steps[step] / max(LEAST, base + slope * run.sizes.get(step, 0.0)) for run in had]
            self._fits[step] = base, slope, ratios
        base, slope, ratios = self._fits[step]
        expected = max(LEAST, base + slope * (size or 0.0))
        return [ratio * expected for ratio in ratios]


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, linear between neighbours (Hyndman and Fan, type 7)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def fit(pairs: Sequence[tuple[float | None, float]]) -> tuple[float, float]:
    """(base, slope) of seconds over size, neither negative, unmoved by outliers (Theil's incomplete method); slope 0
    where sizes are unknown or tell nothing."""
    known = sorted((size, seconds) for size, seconds in pairs if size is not None)
    middle = quantile([seconds for _, seconds in pairs], 0.5) if pairs else 0.0
    if len(known) < len(pairs) or not known or known[0][0] == known[-1][0]:
        return middle, 0.0
    half = len(known) // 2
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in zip(known, known[half:], strict=False)
        if later[0] > earlier[0]
    ]
    slope = max(0.0, quantile(slopes, 0.5)) if slopes else 0.0
    base = quantile([seconds - slope * size for size, seconds in known], 0.5)
    if base >= 0:
        return base, slope
    return 0.0, quantile([seconds / size for size, seconds in known if size > 0], 0.5)


def remaining(step: StepProgress, duration: float, luck: float) -> float:
    """Seconds that a step still takes if it is as long as `duration`, corrected by its own pace.

    A step that runs for longer than that without telling of itself has refuted it: then it is anybody's guess, up to
    as long again, by `luck` (0–1).
    """
    if step.done:
        return 0.0
    if step.silent:
        return duration - step.elapsed if duration > step.elapsed else step.elapsed * luck
    # By its own pace elapsed × (1 - fraction) / fraction, by the past duration × (1 - fraction): the further the step
    # is, the more the one counts and the less the other.
    return step.elapsed * (1 - step.fraction) + duration * (1 - step.fraction) ** 2


def runs_left(steps: Sequence[StepProgress], past: Past) -> list[float]:
    """Seconds along the longest path of what is not done, one answer a past run; none where a step has no past.

    `steps` in an order in which each follows what it needs.
    """
    samples = {step.name: [0.0] if step.done else _samples(step, past) for step in steps}
    if not all(samples.values()):
        return []
    count = max(map(len, samples.values()), default=1)
    found: list[float] = []
    refuted: list[float] = []
    for number in _alike(steps, past, count):
        ends: dict[str, float] = {}
        fits = True
        for step in steps:
            durations = samples[step.name]
            duration = durations[number % len(durations)]
            fits = fits and (step.done or not step.silent or duration >= step.elapsed)
            left = remaining(step, duration, (number + 0.5) / count)
            ends[step.name] = left + max((ends[need] for need in step.needs if need in ends), default=0.0)
        (found if fits else refuted).append(max(ends.values(), default=0.0))
    return found or refuted


def _alike(steps: Sequence[StepProgress], past: Past, count: int) -> Sequence[int]:
    """The past runs that took about as long as this one for what it has done: a slow case is slow to its end."""
    done = [(step.elapsed, past.durations(step.name, step.size)) for step in steps if step.done and step.elapsed > 0]
    known = [(elapsed, durations) for elapsed, durations in done if len(durations) == count]
    if count < 2 * NEIGHBOURS or not known:
        return range(count)
    ours = max(LEAST, sum(elapsed for elapsed, _ in known))

    def apart(number: int) -> float:
        theirs = sum(durations[number] for _, durations in known)
        return abs(math.log(max(LEAST, theirs) / ours))

    return sorted(sorted(range(count), key=apart)[: max(NEIGHBOURS, count // 2)])


def _samples(step: StepProgress, past: Past) -> list[float]:
    durations = past.durations(step.name, step.size)
    return durations or ([] if step.silent else [step.elapsed / step.fraction])


def _left(steps: Sequence[StepProgress], past: Past) -> list[float]:
    """`runs_left`, remembered for runs that have not begun: many are submitted that are alike."""
    if any(step.done or step.elapsed or step.fraction for step in steps):
        return runs_left(steps, past)
    key = tuple((step.name, step.size) for step in steps)
    if key not in past.unbegun:
        if len(past.unbegun) >= REMEMBERED:
            past.unbegun.clear()
        past.unbegun[key] = runs_left(steps, past)
    return past.unbegun[key]


def estimate(
    steps: Sequence[StepProgress], past: Past, wait: Estimate | None = None, widened: float = 1.0
) -> Estimate | None:
    """The time left for a run, after `wait` in a queue; None without a history to go by."""
    left = _left(steps, past)
    if not left:
        return None
    low, high = _ends(left)
    middle = quantile(left, 0.5)
    if any(step.elapsed > 0 and step.silent for step in steps if not step.done):
        low *= SILENT  # a step that tells nothing of itself may be nearer to its end than all that are left to compare
    ahead = wait or Estimate(0.0, 0.0, 0.0)
    low = (ahead.low + min(low, middle * (1 - FINEST))) / widened
    high = (ahead.high + max(high, middle * (1 + FINEST))) * widened
    return Estimate(ahead.seconds + middle, max(0.0, low - FINEST_SECONDS), high + FINEST_SECONDS, widened)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Between which COVERAGE of further values will lie: few values say less than their own spread."""
    ordered = sorted(values)
    place = (len(ordered) + 1) * (1 - COVERAGE) / 2 - 1  # of the low end; the other one mirrors it
    if place >= 0:
        share = place / max(1, len(ordered) - 1)
        return quantile(ordered, share), quantile(ordered, 1 - share)
    beyond = 1 - 0.5 * place  # up to half as far again, the fewer the further
    return ordered[0] / beyond, ordered[-1] * beyond


def widening(grades: Sequence[Grade]) -> float:
    """The factor by which ranges are to be widened so that the share COVERAGE of these grades would have been inside:
    the conformal quantile of how far each end fell outside of the range before it was widened."""
    if len(grades) < ENOUGH:
        return 1.0
    scores = sorted(_outside(grade) for grade in grades)
    return min(WIDEST, max(1.0, scores[min(len(scores) - 1, math.ceil((len(scores) + 1) * COVERAGE) - 1)]))


def _outside(grade: Grade) -> float:
    told = grade.estimate
    low, high, real = told.low * told.widened, told.high / told.widened, max(grade.real, LEAST)
    return max(low / real, real / max(high, LEAST))


def queue_wait(ahead: Sequence[float], running: Sequence[float], slots: int) -> float:
    """Seconds until a slot is free for the next one: the tasks ahead and those that run, simulated over the slots."""
    if slots <= 0:
        return 0.0
    busy = sorted(running)[-slots:] if len(running) > slots else list(running)
    free_at = [*busy, *([0.0] * (slots - len(busy)))]
    heapq.heapify(free_at)
    for duration in ahead:
        heapq.heapreplace(free_at, free_at[0] + duration)
    return free_at[0]


def wait_range(seconds: float, ahead: int, slots: int, past: Past) -> Estimate:
    """The wait with its range: the luck of many tasks one after the other evens out, a mean that was taken of few runs
    does not, nor that the present is not the past."""
    luck = (1.28 * past.spread()) ** 2 * (1 / max(1.0, ahead / max(1, slots)) + 1 / len(past.runs))
    off = math.sqrt(luck + DRIFT**2)
    return Estimate(seconds, seconds * max(0.0, 1 - off), seconds * (1 + off))
