"""The stories of a user: who closes the browser, and whose network comes and goes."""

import asyncio
import time

from cli.compare.cell import Cells, cell
from cli.compare.leaving import all_heard, ended
from cli.compare.system import Job, Person, System

CLOSED_AFTER_SECONDS = 10.0
PATIENT = Job(steps=7, step_seconds=2.0, ticks=5, queue="high")
UNSTABLE = Job(steps=4, step_seconds=1.5, ticks=10, queue="high")


async def closes_the_browser(person: Person) -> Cells:
    """Watches for ten seconds, goes, and comes back when it should be done."""
    begun = time.monotonic()
    task_id = await person.submit(PATIENT)
    ear = person.ear(task_id)
    await all_heard(ear, CLOSED_AFTER_SECONDS)
    left = len(ear.ticks)
    seen = await ended(person, task_id)
    seconds = time.monotonic() - begun
    back = person.ear(task_id)
    await all_heard(back, 4)
    total = len(set(ear.ticks) | set(back.ticks))
    done = seen is not None and seen.status == "succeeded"
    return {
        "submits, and closes the browser after 10 s": cell(
            f"{'done' if done else 'not done'} after {seconds:.1f} s; heard {left} of {PATIENT.reports} reports, "
            f"found {total} on return",
            "came back to the same task",
            good=done and total == PATIENT.reports,
            partly=done,
        )
    }


async def unstable_network(system: System) -> Cells:
    """The system's own client through a network that is cut, then lets no stream through, then is whole again."""
    told = await system.story_on_unstable_network(UNSTABLE)
    how = "cut for 0.7 s, then 2 s without streams, then whole again"
    line = "an unstable network: polling and back"
    if told is None:
        return {line: cell("its end was not heard", how, good=False)}
    heard, polls, streams, seconds = told
    figure = f"{heard} of {UNSTABLE.reports} reports in {seconds:.1f} s, polls: {polls}, streams: {streams}"
    back = polls > 0 and streams > 1
    return {line: cell(figure, how, good=heard == UNSTABLE.reports and back, partly=heard > 0)}


async def measure(system: System, person: Person) -> Cells:
    """Both at once."""
    told = await asyncio.gather(closes_the_browser(person), unstable_network(system))
    return {line: each for cells in told for line, each in cells.items()}
