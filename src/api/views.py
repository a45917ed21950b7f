"""A task as clients see it: its status, and everything."""

from contextlib import suppress
from typing import Any

import msgspec

from api.state import State
from casework import notify
from casework.clock import now, rfc3339
from casework.database import Connection
from casework.errors import DatabaseUnavailable
from casework.task import WAITING, Task
from progress import listing, operating, reading


def moment(value: int | None) -> str | None:
    """Milliseconds since the epoch as RFC 3339, or nothing."""
    return None if value is None else rfc3339(value)


async def status(state: State, connection: Connection, task: Task) -> dict[str, Any]:
    """The body of `/status`."""
    estimate = await state.history.estimate(connection, task)
    return {
        "task_id": task.id,
        "status": task.status.value,
        "progress": task.progress,
        "current_step": task.current_step,
        "message": task.message,
        "queue": task.queue,
        "queue_position": await reading.position(connection, task),
        "eta_seconds": None if estimate is None else round(estimate.seconds, 1),
        "eta_range": None if estimate is None else [round(estimate.low, 1), round(estimate.high, 1)],
        "attempt": task.attempt,
        "max_attempts": task.max_attempts,
        "last_seq": task.last_seq,
        "updated_at": rfc3339(task.updated_at),
    }


def brief(task: Task) -> dict[str, Any]:
    """A line of a list."""
    return {
        "task_id": task.id,
        "workflow": task.workflow,
        "status": task.status.value,
        "progress": task.progress,
        "current_step": task.current_step,
        "message": task.message,
        "queue": task.queue,
        "attempt": task.attempt,
        "max_attempts": task.max_attempts,
        "last_seq": task.last_seq,
        "owner": task.owner_id,
        "created_at": rfc3339(task.created_at),
        "started_at": moment(task.started_at),
        "finished_at": moment(task.finished_at),
        "updated_at": rfc3339(task.updated_at),
    }


async def whole(state: State, connection: Connection, task: Task, *, for_admin: bool) -> dict[str, Any]:
    """Everything; tracebacks for admins alone."""
    steps = [_step(view) for view in await reading.step_views(connection, task)]
    attempts = [_attempt(row, for_admin=for_admin) for row in await reading.attempt_rows(connection, task.id)]
    names = await listing.usernames(connection, [task.owner_id])
    ended = task.finished_at or now()
    return {
        **await status(state, connection, task),
        "workflow": task.workflow,
        "input": msgspec.Raw(task.input.encode()),
        "steps": steps,
        "attempts": attempts,
        "error": None if task.error is None else msgspec.Raw(task.error.encode()),
        "created_at": rfc3339(task.created_at),
        "started_at": moment(task.started_at),
        "finished_at": moment(task.finished_at),
        "owner": task.owner_id,
        "owner_name": names.get(task.owner_id),
        "queue_paused": task.status in WAITING and await operating.is_paused(connection, task.queue),
        "available_at": rfc3339(task.available_at),
        "cancel_requested_at": moment(task.cancel_requested_at),
        "request_id": task.request_id,
        "worker": task.worker_id,
        "run_seconds": None if task.started_at is None else (ended - task.started_at) / 1000,
        "wait_seconds": ((task.started_at or ended) - task.created_at) / 1000,
    }


def _step(view: reading.StepView) -> dict[str, Any]:
    took = None if view.started_at is None else ((view.finished_at or now()) - view.started_at) / 1000
    columns = msgspec.structs.asdict(view)
    times = {"started_at": moment(view.started_at), "finished_at": moment(view.finished_at), "run_seconds": took}
    return {**columns, "title": msgspec.structs.asdict(view.title), **times}


def _attempt(row: Any, *, for_admin: bool) -> dict[str, Any]:
    error = None if row.error is None else msgspec.json.decode(row.error)
    if error is not None and not for_admin:
        error.pop("traceback", None)
    return {
        "number": row.number,
        "started_at": rfc3339(row.started_at),
        "finished_at": moment(row.finished_at),
        "outcome": row.outcome,
        "error": error,
        "worker": row.worker_id,
        "retry_in_seconds": row.retry_in_seconds,
        **({"fingerprint": row.fingerprint} if for_admin else {}),
        "queue": row.queue,
        "available_at": moment(row.available_at),
    }


def delivery(row: Any) -> dict[str, Any]:
    """A line of a task's delivery log; of a target what is no secret."""
    return {
        "id": row.id,
        "event": row.event,
        "target": notify.shown(row.url),
        "status": row.status,
        "tries": msgspec.Raw(row.tries.encode()),
        "created_at": rfc3339(row.created_at),
        "next_try_at": rfc3339(row.next_at) if row.status == "pending" else None,
        "delivered_at": moment(row.delivered_at),
    }


def links(task: Task) -> dict[str, str]:
    """Where a client goes on."""
    self = f"/api/v1/tasks/{task.id}"
    return {
        "self": self,
        "status": f"{self}/status",
        "events": f"{self}/events",
        "result": f"{self}/result",
        "cancel": f"{self}/cancel",
    }


async def accepted(state: State, task: Task, place: int | None) -> dict[str, Any]:
    """The answer to a submission; its place, where the commit did not tell it, and the time left are null where the
    database went away since."""
    estimate = None
    if place is None or not state.history.knows_nothing(task.workflow):
        with suppress(DatabaseUnavailable):
            if place is not None:
                estimate = await state.history.at_submission(state.database, task, place)
            else:
                async with state.database.read() as connection:
                    estimate = await state.history.estimate(connection, task)
                    place = await reading.position(connection, task)
            state.forecasts.note(task, "submit", estimate)
    return {
        "task_id": task.id,
        "status": task.status.value,
        "task_system": state.settings.task_system,
        "workflow": task.workflow,
        "queue": task.queue,
        "queue_position": place,
        "eta_seconds": None if estimate is None else round(estimate.seconds, 1),
        "created_at": rfc3339(task.created_at),
        "links": links(task),
    }
