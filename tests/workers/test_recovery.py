"""What happens when a worker stops, dies or is taken for dead."""

import asyncio
from typing import Any

import sqlalchemy as sa

from casework import duties, ids, tables
from casework.clock import now
from casework.database import Database, now_ms
from casework.dispatch import Dispatch, Job
from casework.settings import Settings
from progress import command
from progress import event as e
from progress.writer import Writer
from tests.support import eventually
from tests.workers.conftest import Events, Submit, working
from tests.workers.test_runner import ended, kinds
from workers.process import WorkerProcess
from workers.reaper import Reaper


async def test_a_stopping_worker_hands_its_task_over_without_counting_a_failure(
    settings_loaded: Settings, submit: Submit, events: Events, database: Database
) -> None:
    task = await submit(steps=2, step_seconds=1, ticks=0)
    async with working(settings_loaded, "medium"):

        async def second_step() -> bool:
            return kinds(await events(task.id)).count("step.started") == 2

        await eventually(second_step, 10, "the second step has not begun")
    interrupted = (await events(task.id))[-1]
    assert isinstance(interrupted, e.TaskInterrupted)
    assert interrupted.reason == "worker_stopped"
    async with working(settings_loaded, "medium"):
        found = await ended(events, task)
    assert kinds(found)[-1] == "task.succeeded"
    started = [event for event in found if isinstance(event, e.TaskStarted)]
    assert started[1].restored == ["step_1"]
    async with database.read() as connection:
        row = (await connection.execute(sa.select(tables.tasks).where(tables.tasks.c.id == task.id))).one()
        assert not (await connection.execute(sa.select(tables.workers))).all()
    assert (row.failures, row.attempt) == (0, 2)


async def claimed_by_a_dead_worker(database: Database, writer: Writer, task_id: str, attempt: int) -> str:
    """The state that kill -9 leaves: a claim, a worker whose beat is long past, and nobody there."""
    token, worker_id = ids.new(), f"dead:{attempt}"
    born = {"host": "dead", "pid": 1, "queues": "medium", "slots": 1, "status": "alive"}
    async with database.write() as connection:
        await connection.execute(
            sa.insert(tables.workers).values(id=worker_id, started_at=0, heartbeat_at=now_ms() - 60_000, **born)
        )

    def begin(task: object, steps: object) -> list[e.Event]:
        return [e.TaskStarted(e.stamp(now()), attempt, worker_id)]

    await writer.write(command.claim(task_id, attempt, token, now(), begin))
    return token


async def test_the_task_of_a_dead_worker_runs_again_and_the_dead_ones_writes_are_fenced_off(
    settings_loaded: Settings, submit: Submit, events: Events, database: Database, writer: Writer
) -> None:
    task = await submit(steps=1, step_seconds=0, ticks=0, dispatched=False)
    token = await claimed_by_a_dead_worker(database, writer, task.id, 1)
    async with working(settings_loaded, "medium"):
        found = await ended(events, task)
    interrupted = found[2]
    assert isinstance(interrupted, e.TaskInterrupted)
    assert interrupted.reason == "worker_lost"
    assert kinds(found)[-1] == "task.succeeded"
    late = command.Change(
        task_id=task.id, decide=command.held(token, [e.TaskLog(e.stamp(now()), "info", "a voice from the grave")])
    )
    refusal = await writer_refusal(writer, late)
    assert refusal == "Fenced"
    assert await events(task.id) == found


async def writer_refusal(writer: Writer, change: command.Change) -> str:
    try:
        await writer.write(change)
    except Exception as error:  # noqa: BLE001 - the test asserts which
        return type(error).__name__
    return "accepted"


async def test_a_task_whose_worker_died_three_times_in_a_row_fails_as_worker_lost(
    settings_loaded: Settings, submit: Submit, events: Events, database: Database, writer: Writer
) -> None:
    task = await submit(dispatched=False)
    for attempt in (1, 2, 3):
        token = await claimed_by_a_dead_worker(database, writer, task.id, attempt)
        await writer.write(command.interrupt(task.id, token, now(), "worker_lost"))
    last = (await events(task.id))[-1]
    assert isinstance(last, e.TaskFailed)
    assert last.error.type == "WorkerLost"


async def test_a_worker_whose_own_beats_fail_takes_nobody_for_dead(
    submit: Submit, events: Events, database: Database, writer: Writer, dispatch: Dispatch
) -> None:
    """After an outage of the database everybody's beat is old."""
    task = await submit(dispatched=False)
    await claimed_by_a_dead_worker(database, writer, task.id, 1)
    looks, steady_seconds = 0, 0.0

    def steady() -> float:
        nonlocal looks
        looks += 1
        return steady_seconds

    rescued: list[Job] = []
    reaper = Reaper(database, writer, dispatch, 0.01, steady, lambda job, _: rescued.append(job))
    running = asyncio.create_task(reaper.run())
    try:
        await eventually(lambda: looks > 20, 5, "the reaper does not look")
        assert kinds(await events(task.id))[-1] == "task.started"
        steady_seconds = 10.0
        await eventually(lambda: rescued, 5, "nothing was rescued once the beats came through again")
    finally:
        await duties.end([running])


async def test_jobs_that_redis_has_lost_are_put_back_and_run(
    settings_loaded: Settings, submit: Submit, events: Events
) -> None:
    tasks = [await submit(steps=1, step_seconds=0, ticks=0, dispatched=False) for _ in range(5)]
    async with working(settings_loaded, "medium"):
        for task in tasks:
            assert kinds(await ended(events, task))[-1] == "task.succeeded"


async def test_a_paused_queue_starts_nothing_until_it_is_resumed(
    settings_loaded: Settings, submit: Submit, events: Events, database: Database, dispatch: Dispatch
) -> None:
    async with database.write() as connection:
        await connection.execute(sa.insert(tables.queues).values(name="medium", paused=True))
    async with working(settings_loaded, "medium", "high") as process:
        await eventually(lambda: "medium" in process.reconciler.paused, 5, "the pause was not seen")
        held = await submit(steps=1, step_seconds=0, ticks=0)
        other = await submit(steps=1, step_seconds=0, ticks=0, queue="high")
        await ended(events, other)
        assert kinds(await events(held.id)) == ["task.queued"]
        async with database.write() as connection:
            await connection.execute(sa.update(tables.queues).values(paused=False))
        assert kinds(await ended(events, held))[-1] == "task.succeeded"


async def test_a_job_of_nothing_and_a_job_of_garbage_harm_nobody(
    settings_loaded: Settings, submit: Submit, events: Events, dispatch: Dispatch
) -> None:
    await dispatch.ensure([Job(ids.new(), 1, "medium", 0), Job("garbage", 7, "medium", 1)])
    async with working(settings_loaded, "medium"):
        assert kinds(await ended(events, await submit(steps=1, step_seconds=0, ticks=0)))[-1] == "task.succeeded"


async def test_a_task_that_comes_back_to_the_worker_that_lost_it_runs_to_its_end(
    worker: WorkerProcess, submit: Submit, events: Events, writer: Writer, database: Database
) -> None:
    task = await submit(steps=1, step_seconds=1, ticks=20)
    for _ in range(2):
        token = await held_by(database, task.id)
        await writer.write(command.interrupt(task.id, token, now(), "worker_lost"))
        worker.reconciler.schedule(Job(task.id, (await row_of(database, task.id)).attempt, "medium", 0))
    found = await ended(events, task, 20)
    assert kinds(found).count("task.started") == 3
    assert kinds(found)[-1] == "task.succeeded"
    assert kinds(found).count("step.succeeded") == 1


async def test_what_a_worker_holds_in_sql_and_does_not_run_is_given_back(
    worker: WorkerProcess, submit: Submit, events: Events, writer: Writer
) -> None:
    task = await submit(steps=1, step_seconds=0, ticks=0, dispatched=False)

    def begin(*_: object) -> list[e.Event]:
        return [e.TaskStarted(e.stamp(now()), 1, worker.id)]

    await writer.write(command.claim(task.id, 1, ids.new(), now(), begin))  # a claim of which the runner knows nothing
    found = await ended(events, task, 20)
    assert kinds(found)[2] == "task.interrupted"
    assert kinds(found)[-1] == "task.succeeded"


async def row_of(database: Database, task_id: str) -> sa.Row[Any]:
    async with database.read() as connection:
        return (await connection.execute(sa.select(tables.tasks).where(tables.tasks.c.id == task_id))).one()


async def held_by(database: Database, task_id: str) -> str:
    """The token of its run, once there is one."""

    async def token() -> str | None:
        return str((await row_of(database, task_id)).run_token or "")

    return str(await eventually(token, 10, "the task does not run"))
