"""Rescue of what dead workers held: after the lease any worker gives their tasks the next attempt.

Judges in the database's time, and only while this process's own beats have come through for a lease: after an outage
of the database everybody would look dead.
"""

import asyncio
from collections.abc import Callable

import sqlalchemy as sa

from casework import log
from casework.clock import now
from casework.database import Database, now_ms
from casework.dispatch import Dispatch, Job
from casework.errors import CaseworkError, Fenced, TaskNotFound
from casework.tables import tasks, workers
from casework.task import Task
from progress import command
from progress.writer import Writer

BATCH = 200
_log = log.get(__name__)


class Reaper:
    """`steady` tells for how many seconds the own beats have come through; `schedule` dispatches what is rescued."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        dispatch: Dispatch,
        lease: float,
        steady: Callable[[], float],
        schedule: Callable[[Job, int], None],
    ) -> None:
        self._database = database
        self._writer = writer
        self._dispatch = dispatch
        self._lease = lease
        self._steady = steady
        self._schedule = schedule
        self._query = _orphans(lease)

    async def run(self) -> None:
        """Look every tenth of a lease, for ever."""
        while True:
            await asyncio.sleep(min(0.5, self._lease / 10))
            if self._steady() < self._lease:
                continue
            try:
                await self.reap()
            except CaseworkError as error:
                _log.warning("the reaper could not look", error=str(error))

    async def reap(self) -> int:
        """Rescue the tasks of workers that are silent for longer than the lease; returns how many."""
        rescued = 0
        for task_id, token, worker in await self._orphans():
            try:
                committed = await self._writer.write(command.interrupt(task_id, token, now(), "worker_lost"))
            except (Fenced, TaskNotFound):
                continue  # somebody was faster
            rescued += 1
            await self._dispatch_next(committed.task)
            _log.warning("task rescued", task_id=task_id, worker=worker, status=committed.task.status)
        return rescued

    async def _dispatch_next(self, task: Task) -> None:
        if not task.status.final:
            self._schedule(Job.of(task), 0)
        lost = Job(task.id, task.attempt - (0 if task.status.final else 1), task.queue, 0)
        try:
            await self._dispatch.remove([lost])
        except CaseworkError as error:
            _log.warning("a job of a lost attempt stays until it is taken", error=str(error))

    async def _orphans(self) -> list[tuple[str, str, str]]:
        rows = await self._database.look(lambda connection: connection.execute(self._query).all())
        return [(row.id, row.run_token, row.worker_id) for row in rows]


def _orphans(lease: float) -> sa.Select[tuple[str, str, str]]:
    silent = sa.or_(workers.c.id.is_(None), workers.c.heartbeat_at < now_ms() - int(lease * 1000))
    return (
        sa.select(tasks.c.id, tasks.c.run_token, tasks.c.worker_id)
        .select_from(tasks.outerjoin(workers, workers.c.id == tasks.c.worker_id))
        .where(tasks.c.status == "running", silent)
        .limit(BATCH)
    )
