"""Workers in this process, the workflows they run, and tasks for them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from casework import Context, PermanentError, Title, Workflow, duties, ids
from casework import workflow as catalogue
from casework.clock import now
from casework.database import Database
from casework.dispatch import Dispatch, Job
from casework.settings import Settings
from casework.task import Status, Task
from casework.workflows.demo import demo
from progress import event as e
from progress import journal
from progress.batch import NewTask, Opening
from progress.bus import Bus
from progress.event import AnyEvent
from progress.writer import Writer
from tests.workers.processes import environment, own_redis, start
from workers import arq_settings
from workers.process import WorkerProcess
from workers.transport import Worker

__all__ = ["environment", "own_redis", "start"]


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """An input without fields."""


class Sum(msgspec.Struct):
    """An output that is more than a plain number."""

    value: int


diamond = Workflow("diamond", title=Title("菱形", "Diamond"), input=Nothing, queue="high")
meetings: dict[str, asyncio.Barrier] = {}


async def meet(ctx: Context) -> None:
    """Come past here only together with the other step."""
    await asyncio.wait_for(meetings.setdefault(ctx.task_id, asyncio.Barrier(2)).wait(), 5)


@diamond.step(title=Title("左", "Left"))
async def left(ctx: Context) -> Sum:
    await meet(ctx)
    return Sum(1)


@diamond.step(title=Title("右", "Right"))
async def right(ctx: Context) -> Sum:
    await meet(ctx)
    return Sum(2)


@diamond.step(title=Title("合", "Join"))
async def join(ctx: Context, left: Sum, right: Sum) -> Sum:
    if ctx.attempt == 1:
        raise RuntimeError("not yet")
    return Sum(left.value + right.value)


stubborn = Workflow("stubborn", title=Title("执拗", "Stubborn"), input=Nothing, timeout=0.3)


@stubborn.step(title=Title("等", "Wait"))
async def wait(ctx: Context) -> None:
    await asyncio.Event().wait()


hopeless = Workflow("hopeless", title=Title("无望", "Hopeless"), input=Nothing)


@hopeless.step(title=Title("败", "Fail"))
async def fail(ctx: Context) -> None:
    raise PermanentError("this cannot be mended")


blocking = Workflow("blocking", title=Title("阻塞", "Blocking"), input=Nothing)


@blocking.step(title=Title("堵", "Block"))
async def block(ctx: Context) -> None:
    time.sleep(4)  # noqa: ASYNC251 - the fault that is meant: past the lease of these tests


UNSPEAKABLE = "a\0b\udcffc"  # no database keeps the one, no JSON carries the other
unspeakable = Workflow("unspeakable", title=Title("难言", "Unspeakable"), input=Nothing)


@unspeakable.step(title=Title("言", "Say"))
async def say(ctx: Context) -> None:
    await ctx.progress(1, 2, UNSPEAKABLE)
    await ctx.log(UNSPEAKABLE)
    raise RuntimeError(UNSPEAKABLE)


WORKFLOWS: dict[str, Workflow[Any]] = {w.name: w for w in (demo, diamond, stubborn, hopeless, blocking, unspeakable)}


@pytest.fixture(autouse=True)
def _workflows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "workflows", lambda: WORKFLOWS)
    monkeypatch.setattr("workers.process.workflows", lambda: WORKFLOWS)


@pytest.fixture
async def writer(database: Database, redis_url: str) -> AsyncIterator[Writer]:
    """The writer of something that is no worker, as an API has it."""
    async with Bus(redis_url) as bus, Writer(database, bus, hold=False) as writer:
        yield writer


@pytest.fixture
async def dispatch(redis_url: str) -> AsyncIterator[Dispatch]:
    dispatch = Dispatch(redis_url)
    yield dispatch
    await dispatch.close()


Submit = Callable[..., Awaitable[Task]]


@pytest.fixture
def submit(writer: Writer, dispatch: Dispatch, user: str) -> Submit:
    """`await submit("demo", queue="medium", max_attempts=4, dispatched=True, **input)` → the task's row."""

    async def opened(
        workflow: str = "demo", *, queue: str = "medium", max_attempts: int = 4, dispatched: bool = True, **raw: Any
    ) -> Task:
        stored = msgspec.json.encode(WORKFLOWS[workflow].parse(raw)).decode()
        moment = now()
        task = Task(
            id=ids.new(),
            owner_id=user,
            workflow=workflow,
            queue=queue,
            status=Status.QUEUED,
            input=stored,
            available_at=moment,
            created_at=moment,
            updated_at=moment,
            max_attempts=max_attempts,
        )
        await writer.open(Opening([NewTask(task)]))
        if dispatched:
            await dispatch.ensure([Job.of(task)])
        return task

    return opened


Events = Callable[[str], Awaitable[list[AnyEvent]]]


@pytest.fixture
def events(database: Database) -> Events:
    """`await events(task_id)` → what its journal holds."""

    async def read(task_id: str) -> list[AnyEvent]:
        async with database.read() as connection:
            return [e.decode(record.data) for record in await journal.after(connection, task_id, 0, 10_000)]

    return read


@asynccontextmanager
async def working(settings: Settings, *queues: str) -> AsyncIterator[WorkerProcess]:
    """A worker process on these queues in this loop, until the end of the block."""
    async with WorkerProcess(settings, queues) as process:
        workers = [
            Worker(**arq_settings.shared(queue), handle_signals=False, ctx={"queue": queue, "process": process})
            for queue in queues
        ]
        running = [asyncio.create_task(worker.async_run(), name="worker under test") for worker in workers]
        try:
            yield process
        finally:
            process.drain()
            for worker in workers:
                await worker.close()
            await duties.end(running)


@pytest.fixture
def settings_loaded(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The test's settings, also for those who load them."""
    monkeypatch.setattr("casework.settings.load", lambda: settings)
    return settings


@pytest.fixture
async def worker(settings_loaded: Settings) -> AsyncIterator[WorkerProcess]:
    """A worker on all three queues."""
    async with working(settings_loaded, "high", "medium", "low") as process:
        yield process
