"""Errors: tried again by itself, on record, told to somebody."""

import asyncio
import time

import msgspec

from cli.compare.cell import Cells, cell
from cli.compare.leaving import ended
from cli.compare.receiver import Receiver
from cli.compare.system import Job, Person, System
from cli.compare.waiting import comes

TWICE = Job(steps=1, step_seconds=0.2, ticks=1, fail_at=1, fail_times=2)
FOR_GOOD = Job(steps=1, step_seconds=0.2, ticks=1, fail_at=1, fail_times=99, max_attempts=1)
NOTIFY_SECONDS = 6.0
PATIENCE_SECONDS = 30.0


async def measure(system: System, person: Person) -> Cells:
    """All of it."""
    async with Receiver() as receiver:
        begun = time.monotonic()
        failing = await person.submit(msgspec.structs.replace(FOR_GOOD, hook=receiver.url))
        mended = await person.submit(TWICE)
        (failed, good), told = await asyncio.gather(
            asyncio.gather(ended(person, failing), ended(person, mended, PATIENCE_SECONDS)),
            _told(receiver, begun),
        )
    cells: Cells = {}
    attempts = list(good.attempts) if good else []
    waits = [attempt["retry_in_seconds"] for attempt in attempts if attempt.get("retry_in_seconds") is not None]
    spacing = f", waited {' and '.join(f'{wait:.1f}' for wait in waits)} s" if waits else ""
    status = good.status if good else "not finished"
    tried = await system.tried(mended)
    cells["automatic retries"] = cell(
        f"{status} after {tried or 1} attempt{'s' if tried else ''}{spacing}",
        "a task that fails twice and then works",
        good=bool(good and good.status == "succeeded") and tried == TWICE.fail_times + 1,
        partly=bool(good and good.status == "succeeded"),
    )
    error = failed.error if failed else ""
    cells["error on record"] = cell(
        error or "nothing", "asked for the task that failed for good", good=bool(error), partly=failed is not None
    )
    timed = [each for each in attempts if each.get("started_at") and each.get("finished_at")]
    with_error = [each for each in timed if each.get("error")]
    cells["retry history"] = cell(
        f"{len(timed)} of 3 attempts with their times, {len(with_error)} of 2 errors",
        "asked for the task that failed twice",
        good=len(timed) == 3 and len(with_error) == 2,
        partly=bool(attempts),
    )
    cells["notification sent"] = cell(
        f"a signed webhook after {told:.1f} s" if told is not None else f"none within {NOTIFY_SECONDS:g} s",
        "a receiver on this machine, which checks the signature",
        good=told is not None,
    )
    return cells


async def _told(receiver: Receiver, begun: float) -> float | None:
    async def came() -> bool:
        return bool(receiver.verified)

    return time.monotonic() - begun if await comes(came, NOTIFY_SECONDS) else None
