"""Workers that are killed, frozen or blocked: real processes, real signals."""

import asyncio
import signal
import threading
import time
from pathlib import Path

import pytest

from casework import failpoint
from casework.database import Database
from casework.settings import Settings
from casework.task import Task
from cli.drill.process import Process
from progress import event as e
from progress import operating
from tests.support import eventually
from tests.workers.conftest import Events, Submit, working
from tests.workers.processes import ARQ, CASEWORK, Start
from tests.workers.test_runner import ended, kinds


async def in_its_second_step(events: Events, task: Task) -> None:
    async def begun() -> bool:
        return kinds(await events(task.id)).count("step.started") == 2

    await eventually(begun, 20, "the second step has not begun")


@pytest.mark.parametrize("command", [CASEWORK, ARQ], ids=["casework worker", "arq workers.Medium"])
async def test_the_tasks_of_a_killed_worker_go_on_elsewhere_from_the_last_finished_step(
    command: tuple[str, ...], start: Start, submit: Submit, events: Events
) -> None:
    first = await start(*command)
    tasks = [await submit(steps=2, step_seconds=1.5, ticks=3) for _ in range(3)]
    for task in tasks:
        await in_its_second_step(events, task)
    await start(*command)
    await first.kill()
    for task in tasks:
        found = await ended(events, task, 30)
        reasons = [event.reason for event in found if isinstance(event, e.TaskInterrupted)]
        starts = [event for event in found if isinstance(event, e.TaskStarted)]
        assert reasons == ["worker_lost"]
        assert starts[-1].restored == ["step_1"]
        assert kinds(found).count("step.succeeded") == 2
        assert kinds(found)[-1] == "task.succeeded"


async def test_a_task_that_kills_three_workers_in_a_row_fails_as_worker_lost(
    start: Start, submit: Submit, events: Events, tmp_path: Path
) -> None:
    worker = await start(*CASEWORK)
    task = await submit(steps=1, step_seconds=0, ticks=0, dispatched=False)
    for _ in range(3):
        failpoint.light(tmp_path / "fuses", "step.done")
        assert await worker.ended(30), "the worker has not come past the fuse"
        await worker.start()
    found = await ended(events, task, 30)
    last = found[-1]
    assert isinstance(last, e.TaskFailed)
    assert last.error.type == "WorkerLost"
    assert kinds(found).count("task.interrupted") == 2
    assert kinds(found).count("task.started") == 3


async def test_a_frozen_worker_that_wakes_up_changes_nothing_and_goes_on_serving(
    start: Start, submit: Submit, events: Events, tmp_path: Path
) -> None:
    frozen = await start(*CASEWORK)
    task = await submit(steps=2, step_seconds=1.5, ticks=3)
    await in_its_second_step(events, task)
    failpoint.light(tmp_path / "fuses", "step.done", signal.SIGSTOP)  # its last step is done and not yet told

    async def stopped() -> bool:
        return not failpoint.lit(tmp_path / "fuses", "step.done")

    await eventually(stopped, 10, "the worker has not come past the fuse")
    other = await start(*CASEWORK)
    found = await ended(events, task, 30)
    assert kinds(found)[-1] == "task.succeeded"
    assert kinds(found).count("task.interrupted") == 1
    assert await other.stop()
    frozen.send(signal.SIGCONT)
    after = await ended(events, await submit(steps=1, step_seconds=0, ticks=0), 30)
    assert kinds(after)[-1] == "task.succeeded"
    assert await events(task.id) == found
    log = (tmp_path / "worker-0.log").read_text()
    assert "the task was taken from this run" in log


async def test_a_worker_whose_loop_is_blocked_past_the_lease_is_reported_and_not_taken_for_dead(
    settings_loaded: Settings, start: Start, submit: Submit, events: Events
) -> None:
    other = await start(str(Path(ARQ[0])), "workers.High")  # whose reaper would rescue
    await _beating(settings_loaded, other)
    seen: list[bool] = []
    watching = threading.Thread(target=asyncio.run, args=[_watch(settings_loaded, seen)], name="asyncio_watch")
    async with working(settings_loaded, "medium"):
        task = await submit("blocking")
        watching.start()
        found = await ended(events, task, 30)
        watching.join()
    assert kinds(found) == ["task.queued", "task.started", "step.started", "step.succeeded", "task.succeeded"]
    assert seen == [True]


async def _beating(settings: Settings, worker: Process) -> None:
    database = Database(settings.database)

    async def known() -> bool:
        async with database.read() as connection:
            rows = await operating.workers(connection, settings.lease_seconds)
        return any(row["pid"] == worker.pid for row in rows)

    await eventually(known, 20, "the worker does not beat")
    await database.close()


async def _watch(settings: Settings, seen: list[bool]) -> None:
    """From a loop that is not blocked: note that a worker was blocked, and never lost."""
    database = Database(settings.database, pool_size=1)
    until = time.monotonic() + 15

    async def blocked() -> bool:
        async with database.read() as connection:
            rows = await operating.workers(connection, settings.lease_seconds)
        assert all(row["status"] == "alive" for row in rows)
        return any(row["blocked"] for row in rows)

    while time.monotonic() < until and not seen:
        if await blocked():
            seen.append(True)
        await asyncio.sleep(0.05)
    await database.close()
