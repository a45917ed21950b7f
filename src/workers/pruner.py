"""Forgetting, in small batches: the events, checkpoints, documents and deliveries of finished tasks past their
retention, ids of old commits, workers lost long ago. A task's row, its result and its report stay.
"""

import asyncio
import random

import sqlalchemy as sa

from casework import documents as files
from casework import log
from casework.clock import now
from casework.database import Connection, Database, now_ms
from casework.documents import Documents
from casework.errors import CaseworkError
from casework.tables import commits, deliveries, events, steps, tasks, workers

PERIOD_SECONDS = 60.0
COMMIT_MS = 3600 * 1000  # far longer than any writer goes on asking whether its commit happened
LOST_WORKER_MS = 24 * 3600 * 1000
TASKS = 50
EVENTS = 5_000
COMMITS = 2_000
_log = log.get(__name__)


class Pruner:
    """One in every worker process; several at once find each other's rows gone, and that is all."""

    def __init__(self, database: Database, documents: Documents, retention_days: float) -> None:
        self._database = database
        self._documents = documents
        self._retention_ms = round(retention_days * 24 * 3600 * 1000)

    async def run(self) -> None:
        """Prune every minute, for ever; while there is more, a batch a second, so that others write between two."""
        more = False
        while True:
            await asyncio.sleep(1 if more else PERIOD_SECONDS * random.uniform(0.8, 1.2))
            try:
                more = await self.prune()
            except CaseworkError as error:
                more = False
                _log.warning("not pruned", error=str(error))

    async def prune(self) -> bool:
        """One batch; returns whether there may be more."""
        async with self._database.write() as connection:
            pruned, more = await self._prune_events(connection)
            unused = await self._prune_rest(connection, pruned) if pruned else []
            old = await _delete(connection, commits.c.id, commits.c.at < now() - COMMIT_MS, COMMITS)
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
        query = sa.select(tasks.c.id, tasks.c.last_seq, first.label("first")).where(old)
        rows = (await connection.execute(query.order_by(tasks.c.finished_at).limit(TASKS))).all()
        pruned: list[str] = []
        room = EVENTS
        for row in rows:
            upto = min(row.last_seq, (row.first or row.last_seq) + room)
            gone = await connection.execute(sa.delete(events).where(events.c.task_id == row.id, events.c.seq < upto))
            room -= gone.rowcount
            if upto < row.last_seq:
                return pruned, True
            pruned.append(row.id)
        return pruned, len(rows) == TASKS

    async def _prune_rest(self, connection: Connection, pruned: list[str]) -> list[str]:
        """Checkpoints and documents; returns the contents that nobody needs any more."""
        await connection.execute(sa.update(steps).where(steps.c.task_id.in_(pruned)).values(output=None))
        await connection.execute(sa.update(tasks).where(tasks.c.id.in_(pruned)).values(pruned_at=now()))
        await connection.execute(sa.delete(deliveries).where(deliveries.c.task_id.in_(pruned)))
        return await files.release(connection, pruned)


def _holding() -> sa.Select[tuple[str]]:
    return sa.select(tasks.c.worker_id).where(tasks.c.status == "running", tasks.c.worker_id.is_not(None))


async def _delete(connection: Connection, key: sa.Column[str], old: sa.ColumnElement[bool], limit: int) -> int:
    """Delete the first rows that are old; what hangs on them goes with them."""
    first = sa.select(key).where(old).order_by(key).limit(limit)
    ids = list((await connection.execute(first)).scalars())
    if ids:
        await connection.execute(sa.delete(key.table).where(key.in_(ids)))
    return len(ids)
