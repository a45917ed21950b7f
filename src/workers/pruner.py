"""Forgetting, in small batches: the events, checkpoints, documents and deliveries of finished tasks past their
retention, ids of old commits, workers lost long ago. A task's row, its result and its report stay.
"""

import asyncio
import random
import time

import sqlalchemy as sa

from casework import documents as files
from casework import log
from casework.clock import now
from casework.database import Connection, Database, now_ms
from casework.documents import Documents
from casework.errors import CaseworkError
from casework.tables import commits, deliveries, events, steps, tasks, workers

PERIOD_SECONDS = 60.0
RESTS = 99  # times as long as a batch took: so that fewer than one in a hundred others can meet with one
RESTS_LATE = 9  # the same when it is days behind: it must keep up with what is submitted
LATE_MS = 2 * 24 * 3600 * 1000
LEAST_REST_SECONDS = 0.1
COMMIT_MS = 3600 * 1000  # far longer than any writer goes on asking whether its commit happened
LOST_WORKER_MS = 24 * 3600 * 1000
TASKS = 20
EVENTS = 1_000
COMMITS = 2_000
_DELETE_EVENTS = sa.delete(events).where(events.c.task_id == sa.bindparam("task"), events.c.seq < sa.bindparam("upto"))
_log = log.get(__name__)


class Pruner:
    """One in every worker process; each takes what no other one has in hand."""

    def __init__(self, database: Database, documents: Documents, retention_days: float) -> None:
        self._database = database
        self._documents = documents
        self._retention_ms = round(retention_days * 24 * 3600 * 1000)
        self._late = False

    async def run(self) -> None:
        """Prune every minute, for ever; while there is more, a small batch and a long rest, so that nobody waits."""
        rest = PERIOD_SECONDS * random.uniform(0.8, 1.2)
        while True:
            await asyncio.sleep(rest)
            rest = PERIOD_SECONDS * random.uniform(0.8, 1.2)
            begun = time.monotonic()
            try:
                if await self.prune():
                    rest = self.rest(time.monotonic() - begun)
            except CaseworkError as error:
                _log.warning("not pruned", error=str(error))

    def rest(self, taken: float) -> float:
        """Seconds to wait after a batch that took so long, where there is more."""
        rests = RESTS_LATE if self._late else RESTS
        return min(PERIOD_SECONDS, max(LEAST_REST_SECONDS, rests * taken))

    async def prune(self) -> bool:
        """One batch; returns whether there may be more."""
        async with self._database.write() as connection:
            pruned, more = await self._prune_events(connection)
            unused = await self._prune_rest(connection, pruned) if pruned else []
            old = await _forget_commits(connection)
            lost = sa.and_(workers.c.heartbeat_at < now_ms() - LOST_WORKER_MS, workers.c.id.not_in(_holding()))
            await connection.execute(sa.delete(workers).where(lost))
        for sha256 in unused:  # after the commit: a content without a row harms less than a row without its content
            await self._documents.discard(sha256)
        if pruned:
            _log.info("finished tasks pruned", count=len(pruned))
        return more or old == COMMITS

    async def _prune_events(self, connection: Connection) -> tuple[list[str], bool]:
        """Delete all but the last event of the oldest tasks; returns the tasks that are done, and whether to go on."""
        first = sa.select(sa.func.min(events.c.seq)).where(events.c.task_id == tasks.c.id).scalar_subquery()
        old = sa.and_(tasks.c.finished_at < now() - self._retention_ms, tasks.c.pruned_at.is_(None))
        query = sa.select(tasks.c.id, tasks.c.last_seq, tasks.c.finished_at, first.label("first")).where(old)
        query = query.order_by(tasks.c.finished_at).limit(TASKS).with_for_update(skip_locked=True, of=tasks)
        rows = (await connection.execute(query)).all()
        self._late = bool(rows) and rows[0].finished_at < now() - self._retention_ms - LATE_MS
        pruned: list[str] = []
        gone = []
        room = EVENTS
        for row in rows:
            begin = row.first or row.last_seq
            upto = min(row.last_seq, begin + room)
            gone.append({"task": row.id, "upto": upto})
            room -= upto - begin
            if upto < row.last_seq:
                break
            pruned.append(row.id)
        if gone:
            await connection.execute(_DELETE_EVENTS, gone)
        return pruned, len(pruned) < len(rows) or len(rows) == TASKS

    async def _prune_rest(self, connection: Connection, pruned: list[str]) -> list[str]:
        """Checkpoints and documents; returns the contents that nobody needs any more."""
        checkpoints = sa.and_(steps.c.task_id.in_(pruned), steps.c.output.is_not(None))
        await connection.execute(sa.update(steps).where(checkpoints).values(output=None))
        await connection.execute(sa.update(tasks).where(tasks.c.id.in_(pruned)).values(pruned_at=now()))
        await connection.execute(sa.delete(deliveries).where(deliveries.c.task_id.in_(pruned)))
        return await files.release(connection, pruned)


def _holding() -> sa.Select[tuple[str]]:
    return sa.select(tasks.c.worker_id).where(tasks.c.status == "running", tasks.c.worker_id.is_not(None))


async def _forget_commits(connection: Connection) -> int:
    """Delete the oldest ids that nobody asks for any more; returns how many."""
    first = sa.select(commits.c.id).where(commits.c.at < now() - COMMIT_MS).order_by(commits.c.at).limit(COMMITS)
    ids = list((await connection.execute(first)).scalars())
    if ids:
        await connection.execute(sa.delete(commits).where(commits.c.id.in_(ids)))
    return len(ids)
