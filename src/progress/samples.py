"""How deep each queue was over time: a sample every few seconds, kept for a week, whichever process is first."""

import asyncio

import msgspec
import sqlalchemy as sa

from casework import log
from casework.clock import now
from casework.database import Connection, Database, upsert
from casework.errors import CaseworkError
from casework.states import WAITS, one_of
from casework.tables import samples, tasks
from casework.task import Status
from casework.workflow import QUEUES

PERIOD_SECONDS = 15
KEPT_MS = 7 * 24 * 3600 * 1000
_log = log.get(__name__)


class Depth(msgspec.Struct, frozen=True):
    """A queue's tasks: due, not due yet, running; since when the oldest that is due has been."""

    queued: int = 0
    scheduled: int = 0
    running: int = 0
    oldest: int | None = None


EMPTY = Depth()


async def sample_for_ever(database: Database) -> None:
    """At every multiple of the period, which all processes share."""
    while True:
        period = PERIOD_SECONDS * 1000
        await asyncio.sleep((period - now() % period) / 1000)
        try:
            async with database.write() as connection:
                await sample(connection, now() // period * period)
        except CaseworkError as error:
            _log.warning("the depth of the queues was not sampled", error=error.detail)


async def sample(connection: Connection, at: int) -> None:
    """Keep what waits and what runs now as of `at`, unless somebody has; forget what is too old."""
    found = await depths(connection)
    rows = []
    for name in QUEUES:
        depth = found.get(name, EMPTY)
        rows.append({"at": at, "queue": name, "queued": depth.queued, "running": depth.running})
    await connection.execute(upsert(connection, samples).on_conflict_do_nothing(), rows)
    await connection.execute(sa.delete(samples).where(samples.c.at < at - KEPT_MS))


async def depths(connection: Connection) -> dict[str, Depth]:
    """Each queue that is not empty."""
    c = tasks.c
    due = sa.func.sum(sa.case((c.available_at <= now(), 1), else_=0))
    waiting = sa.select(
        c.queue, sa.func.count().label("tasks"), due.label("due"), sa.func.min(c.available_at).label("oldest")
    )
    found: dict[str, Depth] = {}
    for row in await connection.execute(waiting.where(one_of(WAITS)).group_by(c.queue)):
        queued = int(row.due)
        found[row.queue] = Depth(queued, row.tasks - queued, 0, row.oldest if queued else None)
    running = sa.select(c.queue, sa.func.count().label("tasks")).where(one_of([Status.RUNNING])).group_by(c.queue)
    for row in await connection.execute(running):
        found[row.queue] = msgspec.structs.replace(found.get(row.queue, EMPTY), running=row.tasks)
    return found
