"""Steering under fire: cancellation at every moment, moves with jobs in Redis, pauses across restarts of workers."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from casework import Context, Title, Workflow
from casework.audit import Entry
from casework.clock import now
from casework.database import Database
from casework.dispatch import Dispatch, Job
from casework.errors import TaskFinal
from casework.settings import Settings
from casework.task import Task
from progress import command, operating
from progress import event as e
from progress.writer import Writer
from tests.support import eventually
from tests.workers.conftest import WORKFLOWS, Events, Nothing, Submit, working
from tests.workers.test_runner import ended, kinds
from workers.process import WorkerProcess

gated = Workflow("gated", title=Title("门", "Gated"), input=Nothing)
gates: dict[str, asyncio.Event] = {}
cleaned: Counter[str] = Counter()


@gated.step(title=Title("一", "First"))
async def first(ctx: Context) -> int:
    await gates.setdefault(ctx.task_id, asyncio.Event()).wait()
    return 1


@gated.step(title=Title("二", "Second"))
async def second(ctx: Context, first: int) -> int:
    """Goes on only when it is tried again; its cleanup takes a moment."""
    try:
        if ctx.attempt == 1:
            await asyncio.Event().wait()
        return first
    finally:
        await asyncio.sleep(0.2)
        cleaned[ctx.task_id] += 1


brittle = Workflow("brittle", title=Title("脆", "Brittle"), input=Nothing)


@brittle.step(title=Title("断", "Break"))
async def snap(ctx: Context) -> None:
    await gates.setdefault(ctx.task_id, asyncio.Event()).wait()
    raise RuntimeError("it broke")


Cancel = Callable[[Task], Awaitable[object]]
Told = Callable[[Task, str], Awaitable[None]]


@pytest.fixture(autouse=True)
def _workflows_of_these_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    for workflow in (gated, brittle):
        monkeypatch.setitem(WORKFLOWS, workflow.name, workflow)


@pytest.fixture
def cancel(writer: Writer) -> Cancel:
    return lambda task: writer.write(command.cancel(task.id, "somebody", now()))


@pytest.fixture
def told(events: Events) -> Told:
    """`await told(task, "step.started second")` waits until the journal tells it."""

    async def wait(task: Task, what: str) -> None:
        async def found() -> bool:
            return what in [f"{e.kind(event)} {getattr(event, 'step', '')}".strip() for event in await events(task.id)]

        await eventually(found, 10, f"the journal never told {what!r}")

    return wait


def open_gate(task: Task) -> None:
    gates.setdefault(task.id, asyncio.Event()).set()


async def test_a_task_cancelled_in_the_queue_never_begins_though_its_job_is_in_redis(
    settings_loaded: Settings, submit: Submit, events: Events, cancel: Cancel
) -> None:
    unwanted, wanted = await submit("gated"), await submit(steps=1, step_seconds=0, ticks=0)
    await cancel(unwanted)
    async with working(settings_loaded, "medium"):
        await ended(events, wanted)
    assert kinds(await events(unwanted.id)) == ["task.queued", "task.cancelled"]


async def test_a_cancelled_step_cleans_up_and_all_of_it_takes_less_than_two_seconds(
    worker: WorkerProcess, submit: Submit, events: Events, cancel: Cancel, told: Told
) -> None:
    task = await submit("gated")
    open_gate(task)
    await told(task, "step.started second")
    await cancel(task)
    found = await ended(events, task, deadline=2)
    assert kinds(found)[-2:] == ["task.cancelling", "task.cancelled"]
    assert cleaned[task.id] == 1


async def test_a_task_cancelled_between_two_steps_keeps_the_first_and_goes_on_from_there_when_retried(
    worker: WorkerProcess, submit: Submit, events: Events, cancel: Cancel, writer: Writer, told: Told
) -> None:
    task = await submit("gated")
    await told(task, "step.started first")
    await cancel(task)
    open_gate(task)
    assert kinds(await ended(events, task, deadline=2))[-1] == "task.cancelled"
    await told(task, "step.succeeded first")
    await writer.write(command.retry(task.id, now()))
    await told(task, "task.succeeded")
    found = await events(task.id)
    assert [event.restored for event in found if isinstance(event, e.TaskStarted)] == [[], ["first"]]
    assert Counter(kinds(found))["task.cancelled"] == 1
    assert [event.step for event in found if isinstance(event, e.StepStarted)].count("first") == 1


async def test_a_task_cancelled_during_its_backoff_is_cancelled_at_once(
    worker: WorkerProcess, submit: Submit, events: Events, cancel: Cancel, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.runner.backoff", lambda *_: 60.0)
    task = await submit("brittle")
    open_gate(task)
    await told(task, "task.retrying")
    await cancel(task)
    last = (await events(task.id))[-1]
    assert isinstance(last, e.TaskCancelled)
    assert last.by == "somebody"


async def test_a_run_that_fails_after_its_owner_cancelled_it_is_cancelled_and_not_tried_again(
    worker: WorkerProcess, submit: Submit, events: Events, cancel: Cancel, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.runner.backoff", lambda *_: 60.0)
    task = await submit("brittle")
    await told(task, "step.started snap")
    await cancel(task)
    open_gate(task)
    found = await ended(events, task, deadline=2)
    assert kinds(found)[-1] == "task.cancelled"
    assert "task.retrying" not in kinds(found)


@pytest.mark.parametrize("moment", ["before", "during", "after"])
async def test_a_task_cancelled_around_its_hand_over_ends_and_is_not_handed_on(
    settings_loaded: Settings, submit: Submit, events: Events, cancel: Cancel, told: Told, moment: str
) -> None:
    task = await submit("gated")
    open_gate(task)
    async with working(settings_loaded, "medium") as process:
        await told(task, "step.started second")
        if moment == "before":
            await cancel(task)
        process.drain()
        if moment == "during":
            await cancel(task)
    if moment == "after":
        assert kinds(await events(task.id))[-1] == "task.interrupted"
        await cancel(task)
    found = await events(task.id)
    assert kinds(found)[-1] == "task.cancelled"
    assert kinds(found).count("task.started") == cleaned[task.id] == 1


async def test_a_second_cancellation_is_accepted_and_changes_nothing(
    worker: WorkerProcess, submit: Submit, events: Events, cancel: Cancel, told: Told
) -> None:
    task = await submit("gated")
    open_gate(task)
    await told(task, "step.started second")
    await asyncio.gather(cancel(task), cancel(task), cancel(task))
    found = await ended(events, task, deadline=2)
    assert kinds(found).count("task.cancelling") == kinds(found).count("task.cancelled") == cleaned[task.id] == 1


async def test_what_has_ended_can_no_longer_be_cancelled(
    worker: WorkerProcess, submit: Submit, events: Events, cancel: Cancel
) -> None:
    task = await submit(steps=1, step_seconds=0, ticks=0)
    found = await ended(events, task)
    with pytest.raises(TaskFinal):
        await cancel(task)
    assert await events(task.id) == found


async def started_by(events: Events, task: Task) -> list[str]:
    return [event.worker for event in await ended(events, task) if isinstance(event, e.TaskStarted)]


@pytest.mark.parametrize("told_redis", [True, False], ids=["job moved", "job left behind"])
async def test_a_moved_task_runs_exactly_once_and_in_its_new_queue(
    settings_loaded: Settings, submit: Submit, events: Events, writer: Writer, dispatch: Dispatch, told_redis: bool
) -> None:
    """`left behind`: the API was killed between its commit and Redis, so the old queue still holds the job."""
    tasks = [await submit(steps=1, step_seconds=0, ticks=0) for _ in range(5)]
    for task in tasks:
        moved = (await writer.write(command.move(task.id, "high", now()))).task
        if told_redis:
            await dispatch.remove([Job.of(moved)])
            await dispatch.ensure([Job.of(moved)])
    async with working(settings_loaded, "medium"), working(settings_loaded, "high") as new:
        assert [await started_by(events, task) for task in tasks] == [[new.id]] * 5


async def test_a_task_moved_during_its_backoff_is_tried_again_in_its_new_queue(
    settings_loaded: Settings,
    submit: Submit,
    events: Events,
    writer: Writer,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workers.runner.backoff", lambda *_: 0.5)
    task = await submit("brittle", max_attempts=2)
    open_gate(task)
    async with working(settings_loaded, "medium") as old, working(settings_loaded, "high") as new:
        await told(task, "task.retrying")
        await writer.write(command.move(task.id, "high", now()))
        assert await started_by(events, task) == [old.id, new.id]


async def pause(database: Database, *, paused: bool) -> None:
    async with database.write() as connection:
        by = Entry(actor="chief", action="queue.pause" if paused else "queue.resume", queue="medium")
        await operating.pause(connection, "medium", by, paused=paused)


async def test_a_queue_finishes_what_runs_and_starts_nothing_from_the_moment_it_is_paused(
    settings_loaded: Settings, submit: Submit, events: Events, database: Database, told: Told
) -> None:
    async with working(settings_loaded, "medium", "high"):
        running = await submit("gated", max_attempts=1)
        await told(running, "step.started first")
        await pause(database, paused=True)
        held = await submit(steps=1, step_seconds=0, ticks=0)
        open_gate(running)
        await told(running, "step.started second")
        await ended(events, await submit(steps=1, step_seconds=0, ticks=0, queue="high"))
        assert kinds(await events(held.id)) == ["task.queued"]


@pytest.mark.parametrize("dispatched", [True, False])
async def test_a_pause_and_its_end_survive_restarts_of_the_workers(
    settings_loaded: Settings, submit: Submit, events: Events, database: Database, dispatched: bool
) -> None:
    await pause(database, paused=True)
    held = [await submit(steps=1, step_seconds=0, ticks=0, dispatched=dispatched) for _ in range(3)]
    for _ in range(3):
        async with working(settings_loaded, "medium", "high"):
            await ended(events, await submit(steps=1, step_seconds=0, ticks=0, queue="high"))
    assert [kinds(await events(task.id)) for task in held] == [["task.queued"]] * 3
    await pause(database, paused=False)
    for task in held:
        async with working(settings_loaded, "medium"):
            assert kinds(await ended(events, task))[-1] == "task.succeeded"
