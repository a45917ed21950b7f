"""An attempt's life, seen in the journal it leaves."""

from collections import Counter

import msgspec
import sqlalchemy as sa

from casework import tables
from casework.clock import now
from casework.database import Database
from casework.task import Task
from progress import command
from progress import event as e
from progress.event import AnyEvent
from progress.writer import Writer
from tests.support import eventually
from tests.workers.conftest import Events, Submit
from workers.process import WorkerProcess


async def ended(events: Events, task: Task, deadline: float = 15) -> list[AnyEvent]:
    """The journal of a task once it has ended."""

    async def final() -> list[AnyEvent] | None:
        found = await events(task.id)
        return found if e.kind(found[-1]) in e.FINAL else None

    found: list[AnyEvent] = await eventually(final, deadline, "the task has not ended")
    return found


def kinds(found: list[AnyEvent]) -> list[str]:
    return [e.kind(event) for event in found]


async def test_a_task_runs_its_steps_in_order_to_success(
    worker: WorkerProcess, submit: Submit, events: Events, database: Database
) -> None:
    task = await submit(steps=2, step_seconds=0, ticks=0)
    a_step = ["step.started", "step.succeeded"]
    assert kinds(await ended(events, task)) == ["task.queued", "task.started", *a_step, *a_step, "task.succeeded"]
    async with database.read() as connection:
        result = await connection.scalar(sa.select(tables.tasks.c.result).where(tables.tasks.c.id == task.id))
    assert msgspec.json.decode(str(result)) == {
        "steps_run": 2, "attempts": 1, "executions": {"step_1": 1, "step_2": 1},
    }  # fmt: skip


async def test_steps_that_need_nothing_of_each_other_run_together(
    worker: WorkerProcess, submit: Submit, events: Events
) -> None:
    task = await submit("diamond", queue="high")
    found = await ended(events, task)
    assert kinds(found)[-1] == "task.succeeded"  # `left` and `right` wait for each other


async def test_a_later_attempt_restores_finished_steps_with_their_types(
    worker: WorkerProcess, submit: Submit, events: Events
) -> None:
    task = await submit("diamond", queue="high")
    found = await ended(events, task)
    started = [event for event in found if isinstance(event, e.TaskStarted)]
    assert [sorted(event.restored) for event in started] == [[], ["left", "right"]]
    assert Counter(event.step for event in found if isinstance(event, e.StepStarted)) == {
        "left": 1,
        "right": 1,
        "join": 2,
    }


async def test_a_failing_task_is_tried_as_often_as_it_may_be_and_then_fails(
    worker: WorkerProcess, submit: Submit, events: Events, database: Database
) -> None:
    task = await submit(steps=1, step_seconds=0, ticks=0, fail_at=1, fail_times=99, max_attempts=3)
    found = await ended(events, task)
    assert kinds(found).count("task.retrying") == 2
    last = found[-1]
    assert isinstance(last, e.TaskFailed)
    assert last.error.type == "DemoFailure"
    async with database.read() as connection:
        rows = (await connection.execute(sa.select(tables.attempts).order_by(tables.attempts.c.number))).all()
    assert [(row.number, row.outcome) for row in rows] == [(1, "failed"), (2, "failed"), (3, "failed")]
    assert "Traceback" in msgspec.json.decode(rows[-1].error)["traceback"]


async def test_no_event_carries_a_traceback(worker: WorkerProcess, submit: Submit, events: Events) -> None:
    task = await submit(steps=1, step_seconds=0, ticks=0, fail_at=1, fail_times=99, max_attempts=1)
    assert b"Traceback" not in msgspec.json.encode(await ended(events, task))


async def test_what_no_database_keeps_and_no_json_carries_is_told_without_it(
    worker: WorkerProcess, submit: Submit, events: Events
) -> None:
    found = await ended(events, await submit("unspeakable", max_attempts=2))
    assert kinds(found).count("task.retrying") == 1
    said = {event.message for event in found if isinstance(event, e.StepProgressed | e.TaskLog)}
    faults = {(event.error.type, event.error.message) for event in found if isinstance(event, e.StepFailed)}
    assert said == {"a\ufffdb?c"}
    assert faults == {("RuntimeError", "a\ufffdb?c")}


async def test_a_permanent_error_is_not_tried_again(worker: WorkerProcess, submit: Submit, events: Events) -> None:
    found = await ended(events, await submit("hopeless"))
    assert kinds(found)[-2:] == ["step.failed", "task.failed"]
    assert "task.retrying" not in kinds(found)


async def test_an_attempt_that_takes_too_long_is_ended_and_tried_again(
    worker: WorkerProcess, submit: Submit, events: Events
) -> None:
    found = await ended(events, await submit("stubborn", max_attempts=2))
    assert kinds(found).count("task.retrying") == 1
    last = found[-1]
    assert isinstance(last, e.TaskFailed)
    assert last.error.type == "TaskTimeout"


async def test_a_running_task_is_cancelled_within_two_seconds(
    worker: WorkerProcess, submit: Submit, events: Events, writer: Writer
) -> None:
    task = await submit(steps=1, step_seconds=60, ticks=0)

    async def runs() -> bool:
        return "step.started" in kinds(await events(task.id))

    await eventually(runs, 5, "the task has not started")
    await writer.write(command.cancel(task.id, "somebody", now()))
    found = await ended(events, task, deadline=2)
    assert kinds(found)[-2:] == ["task.cancelling", "task.cancelled"]


async def test_a_waiting_task_is_cancelled_at_once_and_its_job_is_a_quiet_no_op(
    submit: Submit, events: Events, writer: Writer, worker: WorkerProcess
) -> None:
    task = await submit(dispatched=False)
    await writer.write(command.cancel(task.id, "somebody", now()))
    await worker.runner.run(task.id, 1)
    assert kinds(await events(task.id)) == ["task.queued", "task.cancelled"]


async def test_a_failed_task_retried_by_hand_keeps_its_finished_steps(
    worker: WorkerProcess, submit: Submit, events: Events, writer: Writer
) -> None:
    task = await submit(steps=2, step_seconds=0, ticks=0, fail_at=2, fail_times=1, max_attempts=1)
    assert kinds(await ended(events, task))[-1] == "task.failed"
    await writer.write(command.retry(task.id, now()))  # the reconciler dispatches it

    async def succeeded() -> list[AnyEvent] | None:
        found = await events(task.id)
        return found if kinds(found)[-1] == "task.succeeded" else None

    found = await eventually(succeeded, 15, "the retried task has not succeeded")
    executions = Counter(event.step for event in found if isinstance(event, e.StepStarted))
    assert executions == {"step_1": 1, "step_2": 2}


async def test_two_workers_that_are_handed_one_attempt_run_it_once(
    worker: WorkerProcess, submit: Submit, events: Events
) -> None:
    task = await submit(steps=1, step_seconds=0.2, ticks=0)
    await worker.runner.run(task.id, 1)
    assert kinds(await ended(events, task)).count("task.started") == 1


async def test_an_input_that_no_longer_fits_fails_the_task_with_the_reason(
    worker: WorkerProcess, submit: Submit, events: Events, database: Database, dispatch: object
) -> None:
    task = await submit(dispatched=False)
    async with database.write() as connection:
        await connection.execute(
            sa.update(tables.tasks).where(tables.tasks.c.id == task.id).values(input='{"steps":"many"}')
        )
    await worker.runner.run(task.id, 1)
    last = (await ended(events, task))[-1]
    assert isinstance(last, e.TaskFailed)
    assert "$.steps" in last.error.message


async def test_progress_never_falls_within_an_attempt(worker: WorkerProcess, submit: Submit, events: Events) -> None:
    task = await submit(steps=3, step_seconds=0.1, ticks=20)
    seen = [event.progress for event in await ended(events, task) if hasattr(event, "progress")]
    assert seen == sorted(seen)
    assert seen[-1] == 100
