"""How an event changes the task's row, its steps and its attempts (pure).

`fold(task, event)` is the only way a task's row changes; the journal stores what comes out.
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from casework.clock import parse
from casework.errors import RunError
from casework.task import MOVES, Status, Task
from progress import event as e


def fold(task: Task, event: e.Event, token: str | None = None) -> Task:  # noqa: C901 - one case a kind of event
    """The row after the event; `token` is the fence that a starting run sets. Raises RunError for an illegal move."""
    at = parse(event.at)
    changed = replace(task, updated_at=at)
    match event:
        case e.TaskQueued():
            return _queue_again(changed, event)
        case e.TaskStarted():
            _move(changed, Status.RUNNING)
            changed.run_token = token
            changed.worker_id = event.worker
            changed.started_at = task.started_at or at
            changed.attempt_started_at = at
            changed.progress = event.progress
            changed.current_step = None
            changed.message = ""
        case e.StepStarted():
            changed.current_step = event.step
            changed.progress = max(task.progress, event.progress)
        case e.StepProgressed():
            changed.current_step = event.step
            changed.message = event.message
            changed.progress = max(task.progress, event.progress)
        case e.StepSucceeded():
            changed.progress = max(task.progress, event.progress)
        case e.TaskRetrying():
            _release(changed, Status.RETRYING, event.next_attempt, parse(event.available_at))
            changed.failures += 1
            changed.deaths = 0
        case e.TaskInterrupted():
            _release(changed, Status.QUEUED, event.next_attempt, at)
            changed.deaths = task.deaths + 1 if event.reason == "worker_lost" else 0
        case e.TaskMoved():
            changed.queue = event.queue
        case e.TaskCancelling():
            changed.cancel_requested_at = at
        case e.TaskSucceeded():
            _end(changed, Status.SUCCEEDED, at)
            changed.progress = 100.0
        case e.TaskFailed():
            _end(changed, Status.FAILED, at)
            changed.failures += 1
            changed.error = msgspec.json.encode(event.error).decode()
        case e.TaskCancelled():
            _end(changed, Status.CANCELLED, at)
        case _:
            pass  # a step's failure and a log line change no column of the task
    return changed


def _move(task: Task, to: Status) -> None:
    if to not in MOVES[task.status]:
        raise RunError(f"a task cannot go from {task.status} to {to}")
    task.status = to


def _queue_again(task: Task, event: e.TaskQueued) -> Task:
    _move(task, Status.QUEUED)
    task.queue = event.queue
    task.attempt = event.attempt
    task.available_at = parse(event.available_at)
    if event.reason == "retried":
        task.failures = task.deaths = 0
        task.error = task.finished_at = task.cancel_requested_at = None
        task.message = ""
    return task


def _release(task: Task, status: Status, next_attempt: int, available_at: int) -> None:
    _move(task, status)
    task.attempt = next_attempt
    task.available_at = available_at
    task.run_token = task.worker_id = task.current_step = None


def _end(task: Task, status: Status, at: int) -> None:
    _move(task, status)
    task.finished_at = at
    task.run_token = task.worker_id = task.current_step = None


def step_change(event: e.Event) -> dict[str, Any] | None:
    """The columns of `steps` that the event sets, `name` among them; None where it is about no step's state."""
    match event:
        case e.StepStarted():
            return {
                "name": event.step,
                "status": "running",
                "attempt": event.attempt,
                "executions": event.execution,
                "progress": 0.0,
                "message": "",
                "started_at": parse(event.at),
                "finished_at": None,
            }
        case e.StepProgressed():
            return {"name": event.step, "progress": event.step_progress, "message": event.message}
        case e.StepSucceeded():
            return {"name": event.step, "status": "succeeded", "progress": 100.0, "finished_at": parse(event.at)}
        case e.StepFailed():
            return {"name": event.step, "status": "failed", "finished_at": parse(event.at)}
        case _:
            return None


def attempt_change(event: e.Event) -> dict[str, Any] | None:
    """The columns of `attempts` that the event sets, `number` among them; None where it is about no attempt."""
    match event:
        case e.TaskStarted():
            return {"number": event.attempt, "started_at": parse(event.at), "worker_id": event.worker}
        case e.TaskSucceeded():
            return _ended(event.attempt, event, "succeeded")
        case e.TaskCancelled():
            return _ended(event.attempt, event, "cancelled")
        case e.TaskInterrupted():
            return _ended(event.attempt, event, "interrupted")
        case e.TaskFailed():
            outcome = "interrupted" if event.error.type == "WorkerLost" else "failed"
            return _ended(event.attempt, event, outcome, error=event.error)
        case e.TaskRetrying():
            wait = event.retry_in_seconds
            return _ended(event.attempt, event, "failed", error=event.error, retry_in_seconds=wait)
        case _:
            return None


def _ended(number: int, event: e.Event, outcome: str, **more: Any) -> dict[str, Any]:
    columns = {"error": None, "retry_in_seconds": None, **more}
    return {"number": number, "finished_at": parse(event.at), "outcome": outcome, **columns}
