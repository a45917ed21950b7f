"""What SQL says is due and Redis does not hold: put back within seconds, and what becomes due dispatched in time.

So a flushed Redis, an empty replica after a failover and a crash between commit and dispatch all heal by themselves.
"""

import asyncio
import random
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from casework import log
from casework.clock import now
from casework.database import Database
from casework.dispatch import Dispatch, Job
from casework.errors import CaseworkError
from casework.states import WAITS, one_of
from casework.tables import queues, tasks
from casework.workflow import QUEUES

PERIOD_SECONDS = 1.5
SETTLED_MS = 1_000  # younger rows are about to be dispatched by whoever wrote them
WHOLE_PASS = 20  # periods between two passes that compare every row, whatever the counts say
PAGE = 1_000
_JOB = (tasks.c.id, tasks.c.attempt, tasks.c.queue, tasks.c.score)
_moment, _settled, _horizon = (sa.bindparam(name, type_=sa.BigInteger) for name in ("moment", "settled", "horizon"))
_waiting = one_of(WAITS)
_DUE = sa.and_(_waiting, tasks.c.available_at <= _settled, tasks.c.updated_at <= _settled)
_COUNTS = sa.select(tasks.c.queue, sa.func.count()).where(_DUE).group_by(tasks.c.queue)
_soon = sa.and_(_waiting, tasks.c.available_at > _moment, tasks.c.available_at <= _horizon)
_UPCOMING = sa.select(*_JOB, tasks.c.available_at).where(_soon).limit(PAGE)
_PAUSED = sa.select(queues.c.name).where(queues.c.paused)
_log = log.get(__name__)


class Reconciler:
    """One in every worker process; they do the same work twice at worst, and that is harmless."""

    def __init__(self, database: Database, dispatch: Dispatch) -> None:
        self._database = database
        self._dispatch = dispatch
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self.paused: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Reconcile every period, for ever."""
        passes = 0
        while True:
            try:
                await self.reconcile(whole=passes % WHOLE_PASS == 0)
                passes += 1
            except CaseworkError as error:
                _log.warning("not reconciled", error=str(error))
            await asyncio.sleep(PERIOD_SECONDS * random.uniform(0.8, 1.2))

    async def flush(self) -> None:
        """Finish what is being sent and forget the timers: the next worker's reconciler sees the same rows."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if self._sending:
            await asyncio.wait(self._sending, timeout=2)

    def schedule(self, job: Job, due_at: int = 0) -> None:
        """Dispatch a job at `due_at` (milliseconds since the epoch), now where that is past."""
        earlier = self._timers.pop(job.id, None)
        if earlier is not None:
            earlier.cancel()
        wait = (due_at - now()) / 1000
        if wait <= 0:
            self._send(job)
        else:
            self._timers[job.id] = asyncio.get_running_loop().call_later(wait, self._send, job)

    def _send(self, job: Job) -> None:
        self._timers.pop(job.id, None)
        sending = asyncio.get_running_loop().create_task(self._ensure([job]), name=f"dispatch {job.id}")
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)

    async def _ensure(self, jobs: Sequence[Job]) -> None:
        try:
            await self._dispatch.ensure(jobs)
        except CaseworkError as error:
            _log.warning("not dispatched yet", count=len(jobs), error=str(error))

    async def reconcile(self, *, whole: bool = True) -> int:
        """One pass; returns how many jobs Redis was missing. `whole` looks at every row that is due."""
        moment = now()
        found = await self._database.look(lambda connection: _look(connection, moment))
        self.paused = found.paused
        missing = 0
        for queue in QUEUES:
            due = found.due.get(queue, 0)
            if due and (whole or await self._dispatch.depth(queue) < due):
                missing += await self._restore(queue, moment)
        for job, available_at in found.upcoming:
            self.schedule(job, available_at)
        if missing:
            _log.warning("jobs that Redis did not hold were put back", count=missing)
        return missing

    async def _restore(self, queue: str, moment: int) -> int:
        missing, last, given = 0, "", {"settled": moment - SETTLED_MS}
        while True:
            query = sa.select(*_JOB).where(_DUE, tasks.c.queue == queue, tasks.c.id > last)
            async with self._database.read() as connection:
                rows = (await connection.execute(query.order_by(tasks.c.id).limit(PAGE), given)).all()
            if not rows:
                return missing
            missing += await self._dispatch.ensure([Job(row.id, row.attempt, row.queue, row.score) for row in rows])
            last = rows[-1].id


class _Found(NamedTuple):
    """What one look at SQL tells: the paused queues, how much is due in each, what becomes due before the next look."""

    paused: frozenset[str]
    due: dict[str, int]
    upcoming: list[tuple[Job, int]]


def _look(connection: sa.Connection, moment: int) -> _Found:
    given = {"moment": moment, "settled": moment - SETTLED_MS, "horizon": moment + int(2.5 * PERIOD_SECONDS * 1000)}
    upcoming = connection.execute(_UPCOMING, given)
    return _Found(
        frozenset(connection.scalars(_PAUSED)),
        {queue: int(count) for queue, count in connection.execute(_COUNTS, given)},
        [(Job(row.id, row.attempt, row.queue, row.score), row.available_at) for row in upcoming],
    )
