"""What may be asked of a task, and whether it holds now: (row) → events, or an error and nothing happens (pure).

The journal calls a decision with the row locked, so what it sees is what it changes: each is a compare-and-set.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from casework.audit import Entry
from casework.errors import Fenced, Stale, TaskFinal, TaskNotQueued, TaskNotRetryable, WorkerLost
from casework.task import WAITING, Fault, Status, Task
from progress import event as e

DEATHS_BEFORE_FAILURE = 3


class StepState(msgspec.Struct, frozen=True):
    """What is stored of a step: how often its body began and, once it succeeded, its output as JSON."""

    name: str
    status: str
    executions: int
    output: str | None


Steps = Mapping[str, StepState]
Decide = Callable[[Task, Steps], Sequence[e.Event]]


class Artifact(msgspec.Struct, frozen=True):
    """A file that a step has left in the store: `size` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


class Change(msgspec.Struct, kw_only=True):
    """A decision about one task and what is stored with its events in the same transaction.

    `token` becomes the fence of a run that starts, `output` the checkpoint of the step that succeeds, `result` and
    `artifacts` belong to the task, `traceback` to the attempt that ends. `with_steps` asks for what is stored of the
    steps of a task that has run before; a change `unless_paused` is refused as Stale while that queue is paused.
    `audit` tells who asked for it; it is kept where the change changes something.
    """

    task_id: str
    decide: Decide
    token: str | None = None
    output: str | None = None
    result: str | None = None
    traceback: str | None = None
    artifacts: Sequence[Artifact] = ()
    with_steps: bool = False
    unless_paused: str | None = None
    audit: Entry | None = None


def claim(
    task_id: str,
    attempt: int,
    token: str,
    at: int,
    begin: Callable[[Task, Steps], Sequence[e.Event]],
    queue: str | None = None,
) -> Change:
    """Take the attempt for a run with this token; `begin` makes its first events. Refused: Stale, also where the
    task waits in another queue than the one that handed it out, or that one is paused."""

    def decide(task: Task, steps: Steps) -> Sequence[e.Event]:
        if task.status not in WAITING or task.attempt != attempt:
            raise Stale(f"attempt {attempt} of a task that is {task.status}, attempt {task.attempt}")
        if queue not in (None, task.queue):
            raise Stale(f"a job of queue {queue} for a task that was moved to {task.queue}")
        if task.available_at > at + 1000:
            raise Stale(f"attempt {attempt} is not due before {e.stamp(task.available_at)}")
        return begin(task, steps)

    return Change(task_id=task_id, decide=decide, token=token, with_steps=True, unless_paused=queue)


def held(token: str, events: Sequence[e.Event]) -> Callable[[Task, Steps], Sequence[e.Event]]:
    """The events of a run that must still hold the task; a retry of what its owner has cancelled meanwhile is the end
    instead. Refused: Fenced."""

    def decide(task: Task, _: Steps) -> Sequence[e.Event]:
        if task.run_token != token:
            raise Fenced
        return [_unless_cancelled(event) for event in events] if task.cancel_requested_at else events

    return decide


def _unless_cancelled(event: e.Event) -> e.Event:
    return e.TaskCancelled(event.at, event.attempt) if isinstance(event, e.TaskRetrying) else event


def cancel(task_id: str, by: str, at: int) -> Change:
    """Stop the task: at once while it waits, by asking its run otherwise. Refused: TaskFinal."""

    def decide(task: Task, _: Steps) -> Sequence[e.Event]:
        if task.status.final:
            raise TaskFinal(f"the task is already {task.status}")
        if task.status in WAITING:
            return [e.TaskCancelled(e.stamp(at), task.attempt, by)]
        return [] if task.cancel_requested_at else [e.TaskCancelling(e.stamp(at), by)]

    return Change(task_id=task_id, decide=decide)


def retry(task_id: str, at: int) -> Change:
    """Run a failed or cancelled task again, keeping its finished steps. Refused: TaskNotRetryable."""

    def decide(task: Task, _: Steps) -> Sequence[e.Event]:
        if task.status not in (Status.FAILED, Status.CANCELLED):
            raise TaskNotRetryable(f"the task is {task.status}; only a failed or cancelled one can be retried")
        if task.pruned_at is not None:
            raise TaskNotRetryable("the task is past its retention: its documents are gone; submit it anew")
        now = e.stamp(at)
        return [e.TaskQueued(now, task.queue, task.attempt + 1, now, "retried")]

    return Change(task_id=task_id, decide=decide)


def move(task_id: str, queue: str, at: int) -> Change:
    """Put a waiting task into another queue. Refused: TaskNotQueued."""

    def decide(task: Task, _: Steps) -> Sequence[e.Event]:
        if task.status not in WAITING:
            raise TaskNotQueued(f"the task is {task.status}; only a queued one can be moved")
        return [] if task.queue == queue else [e.TaskMoved(e.stamp(at), task.queue, queue)]

    return Change(task_id=task_id, decide=decide)


def interrupt(task_id: str, token: str, at: int, reason: Literal["worker_stopped", "worker_lost"]) -> Change:
    """Take the task from its worker, which stops or is lost: the next attempt at once and no failure counted, or the
    end after three deaths in a row, or what the owner asked for. Refused: Fenced (somebody was faster)."""

    def decide(task: Task, _: Steps) -> Sequence[e.Event]:
        if task.run_token != token:
            raise Fenced
        now = e.stamp(at)
        if task.cancel_requested_at:
            return [e.TaskCancelled(now, task.attempt)]
        if reason == "worker_lost" and task.deaths + 1 >= DEATHS_BEFORE_FAILURE:
            return [e.TaskFailed(now, task.attempt, Fault.of(WorkerLost()))]
        return [e.TaskInterrupted(now, task.attempt, task.attempt + 1, reason, task.worker_id)]

    return Change(task_id=task_id, decide=decide)
