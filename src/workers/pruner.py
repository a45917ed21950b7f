"""Forgetting, in small batches: finished tasks past their retention, ids of old commits, workers lost long ago."""

import asyncio
import random

import sqlalchemy as sa

from casework import log
from casework.clock import now
from casework.database import Connection, Database, now_ms
from casework.documents import Documents
from casework.errors import CaseworkError
from casework.tables import artifacts, commits, tasks, workers

PERIOD_SECONDS = 60.0
COMMIT_MS = 3600 * 1000  # far longer than any writer goes on asking whether its commit happened
LOST_WORKER_MS = 24 * 3600 * 1000
TASKS = 50
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
        files = await self._old_artifacts()
        for task_id, name in files:
            await self._documents.discard_artifact(task_id, name)
        async with self._database.write() as connection:
            gone = await _delete(connection, tasks.c.id, tasks.c.finished_at < now() - self._retention_ms, TASKS)
            old = await _delete(connection, commits.c.id, commits.c.at < now() - COMMIT_MS, COMMITS)
            lost = sa.and_(workers.c.heartbeat_at < now_ms() - LOST_WORKER_MS, workers.c.id.not_in(_holding()))
            await connection.execute(sa.delete(workers).where(lost))
        if gone:
            _log.info("finished tasks forgotten", count=gone)
        return gone == TASKS or old == COMMITS

    async def _old_artifacts(self) -> list[tuple[str, str]]:
        """The files of the tasks of the next batch: they go first, so that none outlives its row."""
        old = sa.select(tasks.c.id).where(tasks.c.finished_at < now() - self._retention_ms)
        query = sa.select(artifacts.c.task_id, artifacts.c.name)
        query = query.where(artifacts.c.task_id.in_(old.order_by(tasks.c.id).limit(TASKS)))
        async with self._database.read() as connection:
            return [(row.task_id, row.name) for row in await connection.execute(query)]


def _holding() -> sa.Select[tuple[str]]:
    return sa.select(tasks.c.worker_id).where(tasks.c.status == "running", tasks.c.worker_id.is_not(None))


async def _delete(connection: Connection, key: sa.Column[str], old: sa.ColumnElement[bool], limit: int) -> int:
    """Delete the first rows that are old; what hangs on them goes with them."""
    first = sa.select(key).where(old).order_by(key).limit(limit)
    ids = list((await connection.execute(first)).scalars())
    if ids:
        await connection.execute(sa.delete(key.table).where(key.in_(ids)))
    return len(ids)
