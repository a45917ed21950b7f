"""Twenty rolling restarts under load: nothing lost, nothing run twice to its end, nothing counted as a failure."""

import asyncio

import sqlalchemy as sa

from casework import tables
from casework.database import Database
from casework.task import Task
from cli.drill.verdict import Journal, Witness, judge
from progress import journal, reading
from tests.support import eventually
from tests.workers.conftest import Submit
from tests.workers.processes import ARQ, CASEWORK, Start

RESTARTS = 20
GOOD = frozenset({"task.succeeded"})


async def test_twenty_restarts_under_load_lose_and_double_nothing(
    start: Start, submit: Submit, database: Database
) -> None:
    workers = [await start(*CASEWORK), await start(*ARQ)]
    tasks: list[Task] = []
    enough = asyncio.Event()

    async def load() -> None:
        while not enough.is_set():
            tasks.append(await submit(steps=3, step_seconds=0.3, ticks=3))
            try:
                await asyncio.wait_for(enough.wait(), 0.25)
            except TimeoutError:
                continue

    loading = asyncio.create_task(load(), name="load")
    for number in range(RESTARTS):
        worker = workers[number % 2]
        assert await worker.stop(), "the worker did not end on SIGTERM"
        await worker.start()
        await running_on(database, worker.pid)
    enough.set()
    await loading
    await eventually(lambda: all_ended(database), 60, "not all tasks have ended")
    journals = {}
    async with database.read() as connection:
        for task in tasks:
            row = await reading.task(connection, task.id, None, whole=True)
            journals[task.id] = Journal(row, await journal.after(connection, task.id, 0, 1000))
    interrupted = [record for one in journals.values() for record in one.records if record.type == "task.interrupted"]
    assert len(interrupted) >= RESTARTS / 2, "the restarts met no running task"
    assert all(b'"reason":"worker_stopped"' in record.data for record in interrupted)
    assert {one.task.failures for one in journals.values()} == {0}
    witnesses = {
        task_id: Witness("plain", GOOD, 0, {record.seq: record.data for record in one.records}, [])
        for task_id, one in journals.items()
    }
    assert judge(journals, witnesses) == []


async def running_on(database: Database, pid: int) -> None:
    """Wait until the worker with that pid runs something."""
    held = sa.select(sa.func.count()).select_from(tables.tasks.join(tables.workers, _HOLDS))
    held = held.where(tables.workers.c.pid == pid, tables.tasks.c.status == "running")

    async def busy() -> bool:
        async with database.read() as connection:
            return bool(await connection.scalar(held))

    await eventually(busy, 30, "the new worker takes nothing")


_HOLDS = tables.workers.c.id == tables.tasks.c.worker_id


async def all_ended(database: Database) -> bool:
    async with database.read() as connection:
        unfinished = sa.select(sa.func.count()).where(tables.tasks.c.finished_at.is_(None))
        return not await connection.scalar(unfinished)
