"""What Casework is measured at: start latency, draining, submitting over HTTP, durable progress, start-up."""

import asyncio
import os
import re
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import psutil
import sqlalchemy as sa
from arq.connections import ArqRedis
from load import post_many
from stand import Stand, cpu_seconds, stand

from casework import ids
from casework.clock import now
from casework.database import Database
from casework.dispatch import Dispatch, Job, connect, take
from casework.tables import attempts, events, tasks
from casework.task import Status, Task
from progress.batch import NewTask, Opening
from progress.bus import Bus
from progress.writer import Writer

LONGEST_SECONDS = 300.0


class Submitter:
    """Opens tasks as the API does: one commit, then the job."""

    def __init__(self, writer: Writer, dispatch: Dispatch, owner_id: str) -> None:
        self._writer = writer
        self._dispatch = dispatch
        self._owner_id = owner_id

    def task(self, workflow: str, given: object, *, later_ms: int = 0) -> Task:
        moment = now()
        return Task(
            id=ids.new(),
            owner_id=self._owner_id,
            workflow=workflow,
            queue="medium",
            status=Status.QUEUED,
            input=msgspec.json.encode(given).decode(),
            available_at=moment + later_ms,
            created_at=moment,
            updated_at=moment,
        )

    async def submit(self, tasks_: Sequence[Task]) -> int:
        """Commit, dispatch; returns the moment between the two (monotonic, nanoseconds)."""
        await self._writer.open(Opening([NewTask(task) for task in tasks_]))
        committed = time.monotonic_ns()
        await self._dispatch.ensure([Job.of(task) for task in tasks_])
        return committed


@asynccontextmanager
async def submitter(of: Stand) -> AsyncIterator[tuple[Submitter, Database]]:
    """A submitter and a database to look at."""
    database, dispatch = Database(of.database_url, pool_size=2), Dispatch(of.redis_url)
    try:
        async with Bus(of.redis_url) as bus, Writer(database, bus, hold=False) as writer:
            yield Submitter(writer, dispatch, of.owner_id), database
    finally:
        await dispatch.close()
        await database.close()


async def start_latency(database: str, count: int) -> dict[str, list[float]]:
    """Milliseconds from the commit, and from before it, to the first line of the step, one task at a time; and what
    the idle worker costs: per cent of a core, Redis commands a second."""
    found: dict[str, list[float]] = {"committed": [], "called": [], "idle_cpu_percent": [], "idle_commands": []}
    async with stand(database) as made, submitter(made) as (pen, reading):
        await made.start_workers(1)
        await _finished(reading, await _submit_one(pen), LONGEST_SECONDS)
        for number in range(count):
            await asyncio.sleep(0.02 + 0.013 * (number % 7))
            task = pen.task("stamp", {})
            called = time.monotonic_ns()
            committed = await pen.submit([task])
            at = int(await _finished(reading, task.id, LONGEST_SECONDS))
            found["committed"].append((at - committed) / 1e6)
            found["called"].append((at - called) / 1e6)
        await asyncio.sleep(1)
        await _idle(made, found)
    return found


async def _submit_one(pen: Submitter) -> str:
    task = pen.task("stamp", {})
    await pen.submit([task])
    return task.id


async def _idle(made: Stand, found: dict[str, list[float]], seconds: float = 5.0) -> None:
    redis = connect(made.redis_url, size=1)
    before = int((await redis.info("stats"))["total_commands_processed"])
    cpu = cpu_seconds(made.workers[0])
    await asyncio.sleep(seconds)
    found["idle_cpu_percent"].append(100 * (cpu_seconds(made.workers[0]) - cpu) / seconds)
    after = int((await redis.info("stats"))["total_commands_processed"])
    found["idle_commands"].append((after - before - 1) / seconds)
    await redis.aclose(close_connection_pool=True)


async def _finished(database: Database, task_id: str, seconds: float) -> str:
    """The result of a task, once it has one."""
    deadline = time.monotonic() + seconds
    query = sa.select(tasks.c.result).where(tasks.c.id == task_id, tasks.c.status == Status.SUCCEEDED.value)
    while time.monotonic() < deadline:
        async with database.read() as connection:
            result = await connection.scalar(query)
        if result is not None:
            return str(result)
        await asyncio.sleep(0.005)
    raise TimeoutError(f"task {task_id} has not succeeded after {seconds:g} s")


async def transport(count: int) -> list[float]:
    """Milliseconds from `ensure` until a waiting worker holds the job, without SQL."""
    waited = []
    async with stand("sqlite") as made:
        dispatch, redis = Dispatch(made.redis_url), connect(made.redis_url, size=2)
        for number in range(count):
            taking = asyncio.create_task(_take(redis))
            await asyncio.sleep(0.005)
            sent = time.monotonic_ns()
            await dispatch.ensure([Job(ids.new(), 1, "medium", number)])
            waited.append((await taking - sent) / 1e6)
        await dispatch.close()
        await redis.aclose(close_connection_pool=True)
    return waited


async def _take(redis: ArqRedis) -> int:
    while not await take(redis, "medium", 10, 1.0):
        pass
    return time.monotonic_ns()


async def drain(database: str, count: int, workers: int, slots: int = 100) -> float:
    """Tasks of one empty step a second, from the first start to the last end."""
    async with stand(database) as made, submitter(made) as (pen, reading):
        given = {"steps": 1, "step_seconds": 0, "ticks": 0}
        for first in range(0, count, 1000):
            await pen.submit([pen.task("demo", given) for _ in range(min(1000, count - first))])
        await made.start_workers(workers, MEDIUM_SLOTS=str(slots))
        await _all_ended(reading, count)
        async with reading.read() as connection:
            times = sa.select(sa.func.min(attempts.c.started_at), sa.func.max(attempts.c.finished_at))
            begun, ended = (await connection.execute(times)).one()
        return count / ((ended - begun) / 1000)


async def _all_ended(database: Database, count: int) -> None:
    query = sa.select(sa.func.count()).select_from(tasks).where(tasks.c.status == Status.SUCCEEDED.value)
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        async with database.read() as connection:
            if int(await connection.scalar(query) or 0) >= count:
                return
        await asyncio.sleep(0.25)
    raise TimeoutError(f"{count} tasks have not ended after {LONGEST_SECONDS:g} s")


async def submit_over_http(database: str, count: int) -> dict[str, float]:
    """`POST /tasks` over 32 connections, then `/tasks/batch` with a thousand tasks each; the workflow has a history, so
    that each answer holds an estimate, and the only slot is taken, so that all of them wait."""
    body = b'{"workflow":"demo","input":{"steps":1,"step_seconds":0,"ticks":0}}'
    thousand = b'{"tasks":[' + b",".join([body] * 1000) + b"]}"
    async with stand(database) as made, submitter(made) as (pen, reading):
        await made.start_workers(1, MEDIUM_SLOTS="1")
        short, long = {"steps": 1, "step_seconds": 0, "ticks": 0}, {"steps": 5, "step_seconds": 60, "ticks": 0}
        await pen.submit([pen.task("demo", short) for _ in range(5)])
        await _all_ended(reading, 5)
        await pen.submit([pen.task("demo", long)])
        await made.start_api()
        token = await made.token()
        host, port = made.listener.getsockname()[:2]
        await post_many(host, port, token, "/api/v1/tasks", body, 200, 32)
        begun = time.perf_counter()
        waited = await post_many(host, port, token, "/api/v1/tasks", body, count, 32)
        single = count / (time.perf_counter() - begun)
        batches = max(2, count // 500)
        begun = time.perf_counter()
        await post_many(host, port, token, "/api/v1/tasks/batch", thousand, batches, 2)
        return {
            "single": single,
            "p50": statistics.median(waited),
            "p99": sorted(waited)[int(0.99 * len(waited))],
            "batch": 1000 * batches / (time.perf_counter() - begun),
        }


async def progress(database: str, running: int, ticks: int) -> float:
    """Durable progress events a second from so many running tasks, every tick recorded."""
    async with stand(database) as made, submitter(made) as (pen, reading):
        given = {"steps": 1, "step_seconds": 0, "ticks": ticks}
        await made.start_workers(1, MEDIUM_SLOTS=str(running), PROGRESS_INTERVAL_SECONDS="0")
        await _finished(reading, await _submit_one(pen), LONGEST_SECONDS)
        await pen.submit([pen.task("demo", given) for _ in range(running)])
        await _all_ended(reading, running + 1)
        count = sa.select(sa.func.count()).select_from(events).where(events.c.type == "step.progressed")
        whole = sa.select(sa.func.min(tasks.c.started_at), sa.func.max(tasks.c.finished_at)).where(
            tasks.c.workflow == "demo"
        )
        async with reading.read() as connection:
            recorded = int(await connection.scalar(count) or 0)
            begun, ended = (await connection.execute(whole)).one()
        if recorded != running * ticks:
            raise AssertionError(f"{recorded} of {running * ticks} ticks were recorded")
        return float(recorded / ((ended - begun) / 1000))


async def start_up() -> dict[str, float]:
    """Seconds until `casework up` is ready; megabytes of the API and of a worker then."""
    async with stand("sqlite") as made:
        environment = {**made.environment, "CASEWORK_DATA_DIR": str(made.directory / "up")}
        for name in ("CASEWORK_DATABASE_URL", "CASEWORK_REDIS_URL"):
            del environment[name]
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", "up", "--port", "0", env=environment, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        async for line in process.stdout:
            if line.startswith(b"ready"):
                break
        seconds = time.perf_counter() - begun
        sizes = {}
        for child in psutil.Process(process.pid).children(recursive=True):
            found = re.search(r"cli\.main (api|worker)", " ".join(child.cmdline()))
            if found:
                sizes[found[1]] = child.memory_info().rss / 1e6
        process.send_signal(signal.SIGTERM)
        await process.wait()
    return {"ready": seconds, **sizes}


def on_this_machine() -> str:
    """A line about the machine."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "?")
    memory = psutil.virtual_memory().total >> 30
    return f"{os.cpu_count()} cores of {model}, {memory} GiB, Python {sys.version.split()[0]}"
