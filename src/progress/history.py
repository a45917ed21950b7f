"""What the past says about a task's time left: durations of recent runs from SQL, handed to the pure `eta`.

The durations of a workflow are kept for ten seconds in the process: estimates are asked for often and age slowly.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.clock import now
from casework.errors import CaseworkError
from casework.tables import steps, tasks
from casework.task import WAITING, Status, Task
from casework.workflow import Plan, find
from progress.eta import Estimate, StepProgress, estimate, quantile, queue_wait

RECENT_RUNS = 50
FRESH_SECONDS = 10.0
SIMULATED = 2_000  # tasks ahead beyond these are counted at the simulated pace
Durations = Mapping[str, Sequence[float]]
WHOLE = ""  # the key under which a workflow's durations hold those of whole runs


class History:
    """One a process; `slots` are the tasks each queue runs at once."""

    def __init__(self, slots: Mapping[str, int]) -> None:
        self._slots = slots
        self._known: dict[str, tuple[float, Durations]] = {}

    def knows_nothing(self, workflow: str) -> bool:
        """Whether it was looked for lately and no run of the workflow has ended yet: then there is no estimate."""
        fresh_until, known = self._known.get(workflow, (0.0, {}))
        return time.monotonic() < fresh_until and not known

    async def estimate(self, connection: AsyncConnection, task: Task) -> Estimate | None:
        """The time left of a task (its row with the input), in the queue and running; None where nothing tells."""
        if task.status.final:
            return None
        past = await self._durations(connection, task.workflow)
        if not past:
            return None
        try:
            plan = find(task.workflow).plan(find(task.workflow).load(task.input.encode()))
        except (CaseworkError, msgspec.MsgspecError):
            return None
        standing = await _standing(connection, task, plan)
        wait = await self._wait(connection, task) if task.status in WAITING else 0.0
        return None if wait is None else estimate(standing, past, wait)

    async def _durations(self, connection: AsyncConnection, workflow: str) -> Durations:
        """Seconds of the recent successful runs of a workflow, by step name, and of the whole."""
        fresh_until, known = self._known.get(workflow, (0.0, {}))
        if time.monotonic() < fresh_until:
            return known
        c = tasks.c
        recent = sa.select(c.id, (c.finished_at - c.attempt_started_at).label("ms"))
        recent = recent.where(c.workflow == workflow, c.status == Status.SUCCEEDED.value, c.finished_at.is_not(None))
        recent = recent.where(c.attempt == 1)  # later attempts skip what is restored
        runs = recent.order_by(c.finished_at.desc()).limit(RECENT_RUNS).subquery()
        found: dict[str, list[float]] = {}
        for row in await connection.execute(sa.select(runs.c.ms)):
            found.setdefault(WHOLE, []).append(row.ms / 1000)
        taken = (steps.c.finished_at - steps.c.started_at).label("ms")
        query = sa.select(steps.c.name, taken).join(runs, runs.c.id == steps.c.task_id)
        for row in await connection.execute(query.where(steps.c.status == "succeeded")):
            found.setdefault(row.name, []).append(row.ms / 1000)
        self._known[workflow] = (time.monotonic() + FRESH_SECONDS, found)
        return found

    async def _wait(self, connection: AsyncConnection, task: Task) -> float | None:
        """Seconds until the task starts: those ahead of it, and those that run, over the slots of its queue."""
        c = tasks.c
        before = sa.or_(c.score < task.score, sa.and_(c.score == task.score, c.id < task.id))
        waiting = c.status.in_([status.value for status in WAITING])
        ahead_query = sa.select(c.workflow, sa.func.count().label("tasks")).group_by(c.workflow)
        ahead_query = ahead_query.where(c.queue == task.queue, waiting, c.available_at <= now(), before)
        running_query = sa.select(c.workflow, c.attempt_started_at)
        running_query = running_query.where(c.queue == task.queue, c.status == Status.RUNNING.value).limit(SIMULATED)
        ahead: list[float] = []
        for row in (await connection.execute(ahead_query)).all():
            typical = await self._typical(connection, row.workflow)
            if typical is None:
                return None
            ahead += [typical] * min(row.tasks, SIMULATED)
        running: list[float] = []
        for row in (await connection.execute(running_query)).all():
            typical = await self._typical(connection, row.workflow)
            if typical is None:
                return None
            running.append(max(0.0, typical - (now() - row.attempt_started_at) / 1000))
        not_before = max(0.0, (task.available_at - now()) / 1000)
        return max(not_before, queue_wait(ahead, running, self._slots.get(task.queue, 1)))

    async def _typical(self, connection: AsyncConnection, workflow: str) -> float | None:
        whole = (await self._durations(connection, workflow)).get(WHOLE)
        return quantile(whole, 0.5) if whole else None


async def _standing(connection: AsyncConnection, task: Task, plan: Plan) -> list[StepProgress]:
    """Where each step of the plan stands, in the plan's topological order."""
    stored: dict[str, Any] = {}
    if task.started_at is not None:
        columns = (steps.c.name, steps.c.status, steps.c.attempt, steps.c.progress, steps.c.started_at)
        rows = await connection.execute(sa.select(*columns).where(steps.c.task_id == task.id))
        stored = {row.name: row for row in rows}
    standing = []
    for name in plan.order:
        row, needs = stored.get(name), plan.steps[name].needs
        if row is not None and row.status == "succeeded":
            standing.append(StepProgress(name, needs, done=True))
        elif row is not None and row.status == "running" and task.status is Status.RUNNING:
            elapsed = max(0.0, (now() - row.started_at) / 1000)
            standing.append(StepProgress(name, needs, row.progress / 100, elapsed))
        else:
            standing.append(StepProgress(name, needs))
    return standing
