"""What readers ask of SQL: a task's state, steps, attempts and files, lists of tasks, a place in the queue."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.clock import now
from casework.errors import ArtifactNotFound, CaseworkError, TaskNotFound
from casework.states import WAITS, one_of
from casework.tables import artifacts, attempts, events, failures, steps, tasks
from casework.task import WAITING, Status, Task
from casework.workflow import Title, find
from progress.command import Artifact
from progress.journal import STATE, task_of


class StepView(msgspec.Struct, frozen=True):
    """A step as readers see it; moments in milliseconds since the epoch."""

    name: str
    title: Title
    status: str
    progress: float
    message: str
    started_at: int | None
    finished_at: int | None
    restored: bool
    attempt: int | None = None
    executions: int = 0


async def task(connection: AsyncConnection, task_id: str, owner_id: str | None, *, whole: bool = False) -> Task:
    """The task's row, of that owner (None: anybody's); `whole` with input and result. Raises TaskNotFound."""
    columns = list(tasks.c) if whole else [*STATE, tasks.c.input]
    query = sa.select(*columns).where(tasks.c.id == task_id)
    if owner_id is not None:
        query = query.where(tasks.c.owner_id == owner_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise TaskNotFound
    return task_of(row)


async def keyed(connection: AsyncConnection, owner_id: str, keys: Sequence[str]) -> list[Task]:
    """The owner's tasks that were submitted under these idempotency keys, in their order."""
    columns = [*STATE, tasks.c.input]
    query = sa.select(*columns).where(tasks.c.owner_id == owner_id, tasks.c.idempotency_key.in_(keys))
    found = {row.idempotency_key: task_of(row) for row in await connection.execute(query)}
    return [found[key] for key in keys if key in found]


async def unfinished(connection: AsyncConnection, owner_id: str, limit: int) -> list[Task]:
    """The owner's tasks that have not ended, newest first."""
    query = sa.select(*STATE).where(tasks.c.owner_id == owner_id, tasks.c.finished_at.is_(None))
    return [task_of(row) for row in await connection.execute(query.order_by(tasks.c.id.desc()).limit(limit))]


async def position(connection: AsyncConnection, of: Task) -> int | None:
    """1 for the task that its queue hands out next; None for one that does not wait."""
    if of.status not in WAITING:
        return None
    before = sa.or_(tasks.c.score < of.score, sa.and_(tasks.c.score == of.score, tasks.c.id < of.id))
    due = tasks.c.available_at <= max(now(), of.available_at)
    count = sa.select(sa.func.count()).select_from(tasks).where(tasks.c.queue == of.queue, one_of(WAITS), due, before)
    return 1 + int(await connection.scalar(count) or 0)


async def step_views(connection: AsyncConnection, of: Task) -> list[StepView]:
    """All steps of the task's plan in their declared order, with what is stored of each."""
    rows = await connection.execute(
        sa.select(*(c for c in steps.c if c.name != "output")).where(steps.c.task_id == of.id)
    )
    stored = {row.name: row for row in rows}
    titles = _titles(of) or {name: Title(name, name) for name in stored}
    return [_view(of, name, title, stored.get(name)) for name, title in titles.items()]


def _titles(of: Task) -> dict[str, Title]:
    try:
        workflow = find(of.workflow)
        return {step.name: step.title for step in workflow.plan(workflow.load(of.input.encode())).steps.values()}
    except (CaseworkError, msgspec.MsgspecError):  # of another version: what is stored is shown under its names
        return {}


def _view(of: Task, name: str, title: Title, row: Any) -> StepView:
    idle = "skipped" if of.status.final else "pending"
    if row is None:
        return StepView(name, title, idle, 0.0, "", None, None, restored=False)
    current = row.attempt == of.attempt
    status = row.status
    if status == "running" and not (current and of.status is Status.RUNNING):
        status = idle
    if status == "failed" and not current and not of.status.final:
        status = "pending"
    restored = status == "succeeded" and not current
    times = (row.started_at, row.finished_at)
    return StepView(name, title, status, row.progress, row.message, *times, restored, row.attempt, row.executions)


async def attempt_rows(connection: AsyncConnection, task_id: str) -> Sequence[sa.Row[Any]]:
    """The attempts of a task in their order, each failed one with the `fingerprint` of its failure."""
    alike = (failures.c.task_id == attempts.c.task_id) & (failures.c.attempt == attempts.c.number)
    query = sa.select(attempts, failures.c.fingerprint).outerjoin_from(attempts, failures, alike)
    query = query.where(attempts.c.task_id == task_id).order_by(attempts.c.number)
    return (await connection.execute(query)).all()


async def artifacts_of(connection: AsyncConnection, task_id: str) -> list[Artifact]:
    """The files that a task has left, by name."""
    c = artifacts.c
    query = sa.select(c.name, c.media_type, c.size, c.sha256).where(c.task_id == task_id).order_by(c.name)
    return [Artifact(*row) for row in await connection.execute(query)]


async def artifact(connection: AsyncConnection, task_id: str, name: str) -> Artifact:
    """One of them; raises ArtifactNotFound."""
    for found in await artifacts_of(connection, task_id):
        if found.name == name:
            return found
    raise ArtifactNotFound


async def first_seq(connection: AsyncConnection, task_id: str) -> int:
    """The oldest event that is kept; 1 unless older ones were pruned."""
    return int(await connection.scalar(sa.select(sa.func.min(events.c.seq)).where(events.c.task_id == task_id)) or 1)
