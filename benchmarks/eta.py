"""How good the time left is: replays histories of runs through `progress.eta` and grades every estimate.

Each run is estimated from the runs that ended before it, at its start and on its way, and graded at its end; the grades
widen the later ranges, as in the service. `--database URL` replays what a database holds instead of made histories.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from casework.database import Database
from casework.workflow import workflows
from progress.eta import (
    COVERAGE,
    Estimate,
    Grade,
    Past,
    PastRun,
    StepProgress,
    estimate,
    quantile,
    queue_wait,
    wait_range,
    widening,
)
from progress.history import GRADES, RECENT_RUNS, recent_runs

CHECKPOINTS = (0.0, 0.25, 0.5, 0.75)  # shares of a run at which it is asked how long it still takes
Needs = dict[str, tuple[str, ...]]


class History(NamedTuple):
    """Runs of one workflow in the order in which they ran, oldest first."""

    name: str
    needs: Needs
    runs: list[PastRun]


def demo(count: int, chance: random.Random) -> History:
    """Steps one after the other whose length the input tells, from a tenth of a second to a minute."""
    needs: Needs = {f"step_{n}": (f"step_{n - 1}",) if n > 1 else () for n in range(1, 6)}
    runs = []
    for _ in range(count):
        seconds = chance.choice((0.1, 0.5, 1, 2, 5, 10, 30, 60))
        steps = {name: seconds + chance.expovariate(50) for name in needs}
        runs.append(_run(needs, steps, dict.fromkeys(needs, seconds)))
    return History("demo: the input tells the size", needs, runs)


LITIGATION: Needs = {
    "process_documents": (),
    "preorganize_case": ("process_documents",),
    "generate_timeline": ("preorganize_case",),
    "extract_claims": ("preorganize_case",),
    "assemble_case_rules": ("preorganize_case",),
    "analyze_evidence": ("generate_timeline", "extract_claims"),
    "assess": ("analyze_evidence", "assemble_case_rules"),
    "recommend": ("assess",),
    "report": ("recommend",),
}
TYPICAL = dict(zip(LITIGATION, (6.0, 2.0, 1.5, 1.0, 0.5, 3.0, 2.0, 1.0, 4.0), strict=True))


def litigation(count: int, chance: random.Random) -> History:
    """Nine steps, some beside others; the first by the number of documents; a slow case is slow in all of them."""
    runs = []
    for _ in range(count):
        documents = chance.choice((0, 1, 2, 2, 3, 5, 8, 20))
        case = chance.lognormvariate(0, 0.35)
        steps = {name: seconds * case * chance.lognormvariate(0, 0.25) for name, seconds in TYPICAL.items()}
        steps["process_documents"] = (0.3 + 2.0 * documents) * case * chance.lognormvariate(0, 0.3)
        runs.append(_run(LITIGATION, steps, {"process_documents": float(documents)}))
    return History("litigation: by documents, steps of a case alike", LITIGATION, runs)


def drifting(count: int, chance: random.Random) -> History:
    """The same, on a machine that becomes twice as slow in the middle and recovers."""
    plain = litigation(count, chance).runs
    slow = [2.0 if count // 3 < number < 2 * count // 3 else 1.0 for number in range(count)]
    runs = [
        _run(LITIGATION, {name: seconds * factor for name, seconds in run.steps.items()}, dict(run.sizes))
        for run, factor in zip(plain, slow, strict=True)
    ]
    return History("litigation on a machine that slows down", LITIGATION, runs)


def bursty(count: int, chance: random.Random) -> History:
    """One step that mostly takes a second and one time in eight twenty: nothing tells which."""
    needs: Needs = {"call": (), "write": ("call",)}
    runs = []
    for _ in range(count):
        call = chance.lognormvariate(0, 0.2) * (20 if chance.random() < 1 / 8 else 1)
        runs.append(_run(needs, {"call": call, "write": chance.lognormvariate(-1, 0.3)}, {}))
    return History("two kinds of run that nothing tells apart", needs, runs)


MADE: tuple[Callable[[int, random.Random], History], ...] = (demo, litigation, drifting, bursty)


def _run(needs: Needs, steps: dict[str, float], sizes: dict[str, float]) -> PastRun:
    ends: dict[str, float] = {}
    for name, before in needs.items():
        ends[name] = steps[name] + max((ends[need] for need in before), default=0.0)
    return PastRun(max(ends.values()), steps, sizes)


def standing(needs: Needs, run: PastRun, moment: float, *, ticks: bool) -> list[StepProgress]:
    """Where the run's steps stand `moment` seconds after its start; with `ticks` a running step tells its fraction."""
    ends: dict[str, float] = {}
    found = []
    for name, before in needs.items():
        begun = max((ends[need] for need in before), default=0.0)
        ends[name] = begun + run.steps[name]
        elapsed = min(run.steps[name], max(0.0, moment - begun))
        fraction = elapsed / run.steps[name] if ticks and run.steps[name] else 0.0
        size = run.sizes.get(name)
        found.append(StepProgress(name, before, min(fraction, 0.99), elapsed, done=moment >= ends[name], size=size))
    return found


def replay(history: History) -> dict[str, list[Grade]]:
    """The grades of each run's estimates; as in the service, those made at the start decide how all are widened."""
    grades: dict[str, list[Grade]] = {f"after {share:.0%}": [] for share in CHECKPOINTS}
    at_start = grades[f"after {CHECKPOINTS[0]:.0%}"]
    for number, run in enumerate(history.runs):
        past = Past(history.runs[max(0, number - RECENT_RUNS) : number][::-1])
        widened = widening(at_start[-GRADES:])
        for share, found in zip(CHECKPOINTS, grades.values(), strict=True):
            steps = standing(history.needs, run, share * run.whole, ticks=number % 2 == 0)
            said = estimate(steps, past, widened=widened) if past else None
            if said is not None:
                found.append(Grade(said, (1 - share) * run.whole))
    return grades


def replay_queue(history: History, chance: random.Random, slots: int = 4) -> Iterator[Grade]:
    """The grade of each task's estimate made at its submission, in bursts that have to wait for `slots`."""
    grades: list[Grade] = []
    free_at = [0.0] * slots
    ended: list[tuple[float, PastRun]] = []
    waiting: list[tuple[float, PastRun]] = []  # (start, run)
    moment = 0.0
    for run in history.runs:
        moment += run.whole / slots * chance.expovariate(1.0)
        past = Past([each for end, each in sorted(ended, key=lambda one: one[0]) if end <= moment][-RECENT_RUNS:][::-1])
        begin = max(moment, min(free_at))
        free_at[free_at.index(min(free_at))] = begin + run.whole
        if past:
            ahead = [past.whole() for start, _ in waiting if start > moment]
            busy = [max(0.0, past.whole() - (moment - s)) for s, each in waiting if s <= moment < s + each.whole]
            wait = wait_range(queue_wait(ahead, busy, slots), len(ahead), slots, past)
            steps = standing(history.needs, run, 0.0, ticks=False)
            done = [grade for end, grade in _graded if end <= moment] if (_graded := _pairs(ended, grades)) else []
            said = estimate(steps, past, wait, widening(done[-GRADES:]))
            if said is not None:
                grades.append(Grade(said, begin + run.whole - moment))
                yield grades[-1]
        waiting.append((begin, run))
        ended.append((begin + run.whole, run))


def _pairs(ended: Sequence[tuple[float, PastRun]], grades: Sequence[Grade]) -> list[tuple[float, Grade]]:
    """Each grade with the moment at which it became known."""
    return list(zip([end for end, _ in ended[len(ended) - len(grades) :]], grades, strict=True))


def report(name: str, grades: Sequence[Grade]) -> tuple[float, float]:
    """Print one line; (median error, share inside the range)."""
    error = quantile([grade.error for grade in grades], 0.5)
    inside = sum(grade.inside for grade in grades) / len(grades)
    width = quantile([_width(grade.estimate) for grade in grades], 0.5)
    print(f"  {name:<14} {len(grades):>6} estimates   median error {error:6.1%}   inside {inside:6.1%}   ±{width:4.0%}")
    return error, inside


def _width(said: Estimate) -> float:
    return (said.high - said.low) / 2 / max(said.seconds, 1e-3)


async def stored(url: str, limit: int) -> list[History]:
    """What a database holds, by workflow."""
    database = Database(url, pool_size=1)
    found = []
    try:
        for name, workflow in workflows().items():
            async with database.read() as connection:
                runs = (await recent_runs(connection, name, limit))[::-1]
            complete = [run for run in runs if run.steps]
            if len(complete) < 2:
                continue
            plan = {step.name: step.needs for step in workflow.declared}
            needs = plan or {step: () for run in complete for step in run.steps}
            alike = [run for run in complete if set(run.steps) == set(needs)]
            found.append(History(f"{name} (from the database)", needs, alike))
    finally:
        await database.close()
    return found


def main() -> int:
    """The command; 1 where a history's range holds less than its share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="runs a made history (default 1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="replay what this database holds instead")
    parser.add_argument("--smoke", action="store_true", help="a short run for CI")
    asked = parser.parse_args()
    count = 400 if asked.smoke else asked.runs
    if asked.database:
        histories = asyncio.run(stored(asked.database, asked.runs))
    else:
        histories = [make(count, random.Random(asked.seed)) for make in MADE]
    held = []
    for history in histories:
        print(f"{history.name}: {len(history.runs)} runs")
        found = replay(history)
        found["at submission"] = list(replay_queue(history, random.Random(asked.seed)))
        held += [report(name, grades)[1] for name, grades in found.items() if grades]
    least = min(held, default=1.0)
    print(f"least coverage {least:.1%}, wanted {COVERAGE:.0%}")
    return 0 if least >= COVERAGE else 1


if __name__ == "__main__":
    sys.exit(main())
