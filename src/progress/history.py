"""What the past says about a task's time left: recent runs and grades from SQL, handed to the pure `eta`.

What is known of a workflow is kept for ten seconds in the process: estimates are asked for often and age slowly.
"""

import asyncio
import time
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.clock import now
from casework.database import Database, now_ms
from casework.errors import CaseworkError
from casework.states import WAITS, one_of
from casework.tables import queues, steps, tasks, workers
from casework.task import WAITING, Status, Task
from casework.workflow import Plan, Workflow, find
from progress import grades
from progress.eta import Estimate, Past, PastRun, StepProgress, estimate, queue_wait, wait_range, widening
from progress.grades import Made

RECENT_RUNS = 50
RECENT_MS = 30 * 24 * 3600 * 1000
GRADES = 100
FRESH_SECONDS = 10.0
SERVING_SECONDS = 1.0
SIMULATED = 2_000  # tasks ahead beyond these are counted at the simulated pace
ALIKE = 200  # the same where all ahead are taken to be of one length
QUEUE_FRESH_SECONDS = 1.0


class Known(msgspec.Struct, frozen=True):
    """What is known of a workflow, until when (monotonic), and by how much ranges are to be widened."""

    past: Past
    widened: Mapping[Made, float]
    fresh_until: float


class Queue(msgspec.Struct, frozen=True):
    """How a queue stands, until when (monotonic): its slots, the seconds that each running task still takes, the mean
    seconds of one that waits; None where a workflow among them has no past."""

    slots: int
    running: list[float] | None
    typical: float | None
    fresh_until: float


NOTHING = Known(Past([]), {}, 0.0)


class History:
    """One a process; `slots` are the tasks of each queue that one worker runs at once, `lease` in seconds."""

    def __init__(self, slots: Mapping[str, int], lease: float) -> None:
        self._slots = slots
        self._lease = lease
        self._known: dict[str, Known] = {}
        self._wanted: set[str] = set()
        self._queues: dict[str, Queue] = {}
        self._looking = asyncio.Lock()
        self._serves: dict[str, tuple[float, int]] = {}

    def knows_nothing(self, workflow: str) -> bool:
        """Whether it was looked for lately and no run of the workflow has ended yet: then there is no estimate."""
        known = self._known.get(workflow, NOTHING)
        return time.monotonic() < known.fresh_until and not known.past

    async def estimate(self, connection: AsyncConnection, task: Task) -> Estimate | None:
        """The time left of a task (its row with the input), in the queue and running; None where nothing tells."""
        if task.status.final:
            return None
        known = await self.known(connection, task.workflow)
        if not known.past:
            return None
        try:
            workflow = find(task.workflow)
            read = workflow.load(task.input.encode())
            plan = workflow.plan(read)
        except (CaseworkError, msgspec.MsgspecError):
            return None
        standing = await _standing(connection, task, plan, read)
        if task.status not in WAITING:
            return estimate(standing, known.past, widened=known.widened.get("start", 1.0))
        wait = await self._wait(connection, task)
        return None if wait is None else estimate(standing, known.past, wait, known.widened.get("submit", 1.0))

    async def at_submission(self, database: Database, task: Task, place: int) -> Estimate | None:
        """The time left of a task that was just submitted and is the `place`th of its queue: one look at SQL a second,
        however many are submitted."""
        async with self._looking:
            known, queue = self._known.get(task.workflow, NOTHING), self._queues.get(task.queue)
            moment = time.monotonic()
            if queue is None or min(known.fresh_until, queue.fresh_until) < moment:
                async with database.read() as connection:
                    known = await self.known(connection, task.workflow)
                    queue = self._queues[task.queue] = await self._queue(connection, task.queue)
        if not (known.past and queue.slots) or queue.running is None or (place > 1 and queue.typical is None):
            return None
        try:
            workflow = find(task.workflow)
            read = workflow.load(task.input.encode())
            plan = workflow.plan(read)
        except (CaseworkError, msgspec.MsgspecError):
            return None
        steps_ = [StepProgress(name, plan.steps[name].needs, size=_size(plan, name, read)) for name in plan.order]
        simulated = min(place - 1, ALIKE)
        seconds = queue_wait([queue.typical or 0.0] * simulated, queue.running, queue.slots)
        if place - 1 > ALIKE:
            seconds *= (place - 1) / ALIKE
        return estimate(
            steps_,
            known.past,
            wait_range(seconds, place - 1, queue.slots, known.past),
            known.widened.get("submit", 1.0),
        )

    async def _queue(self, connection: AsyncConnection, name: str) -> Queue:
        c = tasks.c
        waiting = sa.and_(one_of(WAITS), c.available_at <= now())
        query = sa.select(c.workflow, sa.func.count().label("tasks")).where(c.queue == name, waiting)
        counted = (await connection.execute(query.group_by(c.workflow))).all()
        means = {row.workflow: (await self.known(connection, row.workflow)).past for row in counted}
        typical = None
        if counted and all(means.values()):
            total = sum(row.tasks for row in counted)
            typical = sum(means[row.workflow].whole() * row.tasks for row in counted) / total
        slots = self._slots.get(name, 1) * await self._serving(connection, name)
        return Queue(slots, await self._busy(connection, name), typical, time.monotonic() + QUEUE_FRESH_SECONDS)

    async def _busy(self, connection: AsyncConnection, queue: str) -> list[float] | None:
        """The seconds that each running task of the queue still takes; None where one has no past."""
        c = tasks.c
        query = sa.select(c.workflow, c.attempt_started_at)
        query = query.where(c.queue == queue, c.status == Status.RUNNING.value).limit(SIMULATED)
        found = []
        for row in (await connection.execute(query)).all():
            past = (await self.known(connection, row.workflow)).past
            if not past:
                return None
            found.append(max(0.0, past.whole() - (now() - row.attempt_started_at) / 1000))
        return found

    def at_start(self, task: Task, plan: Plan, read: Any, finished: Collection[str]) -> Estimate | None:
        """The time that a run needs which starts now, from what this process knew before it, without a look at SQL."""
        self._wanted.add(task.workflow)
        known = self._known.get(task.workflow, NOTHING)
        if not known.past:
            return None
        standing = [
            StepProgress(name, plan.steps[name].needs, done=name in finished, size=_size(plan, name, read))
            for name in plan.order
        ]
        return estimate(standing, known.past, widened=known.widened.get("start", 1.0))

    @property
    def stale(self) -> bool:
        """Whether `at_start` would have known more after a `refresh`."""
        return any(self._known.get(each, NOTHING).fresh_until < time.monotonic() for each in self._wanted)

    async def refresh(self, connection: AsyncConnection) -> None:
        """Look again at the workflows of which `at_start` was asked."""
        for workflow in list(self._wanted):
            await self.known(connection, workflow)
        self._wanted.clear()

    async def known(self, connection: AsyncConnection, workflow: str) -> Known:
        """What is known of a workflow, not older than ten seconds."""
        known = self._known.get(workflow, NOTHING)
        if time.monotonic() < known.fresh_until:
            return known
        past = Past(await recent_runs(connection, workflow))
        widened: dict[Made, float] = {}
        for made in grades.MADE if past else ():
            graded = await grades.graded(connection, made, workflow=workflow, limit=GRADES)
            widened[made] = widening(graded)
        self._known[workflow] = Known(past, widened, time.monotonic() + FRESH_SECONDS)
        return self._known[workflow]

    async def _wait(self, connection: AsyncConnection, task: Task) -> Estimate | None:
        """Seconds until the task starts: those ahead of it, and those that run, over the slots of its queue."""
        slots = self._slots.get(task.queue, 1) * await self._serving(connection, task.queue)
        if not slots:
            return None
        c = tasks.c
        before = sa.or_(c.score < task.score, sa.and_(c.score == task.score, c.id < task.id))
        waiting = one_of(WAITS)
        ahead_query = sa.select(c.workflow, sa.func.count().label("tasks")).group_by(c.workflow)
        ahead_query = ahead_query.where(c.queue == task.queue, waiting, c.available_at <= now(), before)
        ahead: list[float] = []
        beyond = 1.0
        for row in (await connection.execute(ahead_query)).all():
            past = (await self.known(connection, row.workflow)).past
            if not past:
                return None
            ahead += [past.whole()] * min(row.tasks, SIMULATED)
            beyond = max(beyond, row.tasks / SIMULATED)
        running = await self._busy(connection, task.queue)
        if running is None:
            return None
        seconds = queue_wait(ahead, running, slots) * beyond
        own = (await self.known(connection, task.workflow)).past
        not_before = max(0.0, (task.available_at - now()) / 1000)
        wait = wait_range(seconds, len(ahead), slots, own)
        return Estimate(*(max(not_before, each) for each in (wait.seconds, wait.low, wait.high)))

    async def _serving(self, connection: AsyncConnection, queue: str) -> int:
        """How many living workers would start a task of the queue now: none while it is paused."""
        fresh_until, serving = self._serves.get(queue, (0.0, 0))
        if time.monotonic() >= fresh_until:
            serving = await self._count(connection, queue)
            self._serves[queue] = time.monotonic() + SERVING_SECONDS, serving
        return serving

    async def _count(self, connection: AsyncConnection, queue: str) -> int:
        if await connection.scalar(sa.select(queues.c.name).where(queues.c.name == queue, queues.c.paused)):
            return 0
        c = workers.c
        living = sa.and_(c.status == "alive", c.heartbeat_at >= now_ms() - int(self._lease * 1000))
        rows = await connection.execute(sa.select(c.queues).where(living))
        return sum(queue in row.queues.split(",") for row in rows)


async def recent_runs(connection: AsyncConnection, workflow: str, limit: int = RECENT_RUNS) -> list[PastRun]:
    """The newest runs of a workflow that succeeded at the first attempt: later ones skip what is restored."""
    c = tasks.c
    recent = sa.select(c.id, (c.finished_at - c.attempt_started_at).label("ms")).where(
        c.workflow == workflow, c.status == Status.SUCCEEDED.value, c.attempt == 1, c.finished_at >= now() - RECENT_MS
    )
    runs = recent.order_by(c.finished_at.desc()).limit(limit).subquery()
    whole = {row.id: row.ms / 1000 for row in await connection.execute(sa.select(runs.c.id, runs.c.ms))}
    taken = (steps.c.finished_at - steps.c.started_at).label("ms")
    query = sa.select(steps.c.task_id, steps.c.name, taken).join(runs, runs.c.id == steps.c.task_id)
    by_step: dict[str, dict[str, float]] = {task_id: {} for task_id in whole}
    for row in await connection.execute(query.where(steps.c.status == "succeeded")):
        if row.task_id in by_step:
            by_step[row.task_id][row.name] = row.ms / 1000
    sizes = await _sizes(connection, workflow, list(whole))
    return [PastRun(seconds, by_step[task_id], sizes.get(task_id, {})) for task_id, seconds in whole.items()]


async def _sizes(connection: AsyncConnection, workflow: str, ids: list[str]) -> dict[str, dict[str, float]]:
    """The sizes of the steps of each task, where the workflow tells them."""
    try:
        known = find(workflow)
    except CaseworkError:
        return {}
    if known.declared and not any(step.size for step in known.declared):
        return {}
    found: dict[str, dict[str, float]] = {}
    rows = await connection.execute(sa.select(tasks.c.id, tasks.c.input).where(tasks.c.id.in_(ids)))
    for row in rows.all():
        found[row.id] = _sizes_of(known, row.input)
        await asyncio.sleep(0)  # a graph a task may take a while to make
    return found


def _sizes_of(workflow: Workflow[Any], stored: str) -> dict[str, float]:
    try:
        read = workflow.load(stored.encode())
        plan = workflow.plan(read)
    except (CaseworkError, msgspec.MsgspecError):  # of another version
        return {}
    return {name: size for name in plan.order if (size := _size(plan, name, read)) is not None}


def _size(plan: Plan, name: str, read: Any) -> float | None:
    size = plan.steps[name].size
    return None if size is None else float(size(read))


async def _standing(connection: AsyncConnection, task: Task, plan: Plan, read: Any) -> list[StepProgress]:
    """Where each step of the plan stands, in the plan's topological order."""
    stored: dict[str, Any] = {}
    if task.started_at is not None:
        columns = (steps.c.name, steps.c.status, steps.c.attempt, steps.c.progress, steps.c.started_at)
        rows = await connection.execute(sa.select(*columns).where(steps.c.task_id == task.id))
        stored = {row.name: row for row in rows}
    standing = []
    for name in plan.order:
        row, needs, size = stored.get(name), plan.steps[name].needs, _size(plan, name, read)
        if row is not None and row.status == "succeeded":
            standing.append(StepProgress(name, needs, done=True))
        elif row is not None and row.status == "running" and task.status is Status.RUNNING:
            elapsed = max(0.0, (now() - row.started_at) / 1000)
            standing.append(StepProgress(name, needs, row.progress / 100, elapsed, size=size))
        else:
            standing.append(StepProgress(name, needs, size=size))
    return standing
