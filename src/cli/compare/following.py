"""Following a task: how soon its progress is heard, what is left to read afterwards, how long it still takes."""

import asyncio
import time
from statistics import median

from cli.compare.cell import Cells, cell
from cli.compare.leaving import JOB as LEFT
from cli.compare.leaving import all_heard, ended
from cli.compare.system import Job, Person, System
from progress.eta import quantile

JOB = Job(steps=3, step_seconds=1.0, ticks=10)
SOON_SECONDS, LATE_SECONDS = 0.5, 5.0
NEAR = 0.35
ASKED_AFTER_SECONDS = 0.5


async def measure(system: System, person: Person, submitted: list[str]) -> Cells:
    """All of it; `submitted` are the tasks of everything before."""
    task_id = await person.submit(JOB)
    ear = person.ear(task_id)
    listening = asyncio.create_task(all_heard(ear, JOB.steps * JOB.step_seconds + 5), name="ear")
    await asyncio.sleep(ASKED_AFTER_SECONDS)
    halfway = await person.look(task_id)
    asked_at = time.monotonic()
    await ended(person, task_id)
    actual = time.monotonic() - asked_at
    await listening
    cells: Cells = {}
    delays = list(ear.ticks.values())
    p50, p95 = (median(delays), quantile(delays, 0.95)) if delays else (0.0, 0.0)
    heard = f"{len(delays)} of {JOB.reports} reports, delay p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"
    heard += f", {len(ear.faults)} faults in the stream" if ear.faults else ""
    whole = len(delays) == JOB.reports and p95 < SOON_SECONDS and not ear.faults
    cells["live progress"] = cell(
        heard,
        f"{system.follows_by}; from the report's own time",
        good=whole,
        partly=bool(delays) and p95 < LATE_SECONDS,
    )
    late = person.ear(task_id)
    await all_heard(late, 4)
    cells["history after the fact"] = cell(
        f"{len(late.ticks)} of {JOB.reports} reports",
        "read for the first time after the end",
        good=len(late.ticks) == JOB.reports,
        partly=bool(late.ticks),
    )
    seen = await person.look(task_id)
    timed = [step for step in (seen.steps if seen else ()) if step.get("started_at") and step.get("run_seconds")]
    cells["per-step detail"] = cell(
        f"{len(timed)} of {JOB.steps} steps with start and run time",
        "asked for the task",
        good=len(timed) == JOB.steps,
        partly=bool(seen and seen.steps),
    )
    left = None if halfway is None else halfway.left
    error = None if left is None else abs(left - actual) / actual
    cells["time left"] = cell(
        "no number" if left is None or error is None else f"said {left:.1f} s, it was {actual:.1f} s ({error:.0%} off)",
        f"asked {ASKED_AFTER_SECONDS:g} s after submission, with {LEFT.steps} s runs behind it",
        good=error is not None and error <= NEAR,
        partly=left is not None,
    )
    known = [await person.look(each) for each in submitted]
    final = sum(each is not None and each.final for each in known)
    cells["one place to ask for status"] = cell(
        f"{final} of {len(submitted)} tasks since the beginning known with their end",
        "asked for each, after the restarts above",
        good=final == len(submitted),
        partly=final > 0,
    )
    answer = await system.monitor()
    cells["web monitor"] = cell(f"GET answers {answer}", "the page", good=answer == "200")
    return cells
