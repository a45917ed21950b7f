"""The real parts that the journal machine drives, with a clock of its own and a look at what SQL holds."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import sqlalchemy as sa

from casework import ids
from casework import tables as t
from casework.clock import now
from casework.database import Database, now_ms
from casework.dispatch import Dispatch, Job, connect, parse_id, queue_key, take
from casework.errors import CaseworkError
from progress import event as e
from progress import journal
from progress.batch import Committed
from progress.bus import Bus
from progress.writer import Writer
from tests.progress.acts import Act
from tests.progress.model import line
from workers.reaper import Reaper
from workers.reconciler import Reconciler

LEASE_SECONDS = 3_600.0  # far longer than a test: only `beat` makes a worker silent
HELD_SECONDS = 0.01  # long enough for another transaction to come upon the locks
WORKERS = ("A", "B", "C")
Refusal = type[CaseworkError]
T = TypeVar("T")


class Clock:
    """The time that all parts see but the database, in milliseconds."""

    def __init__(self) -> None:
        self.at = now()

    def __call__(self) -> int:
        return self.at


class Parts:
    """One database, one Redis and the writer of one process."""

    def __init__(self, redis_url: str, clock: Clock, database: Database, writer: Writer) -> None:
        self.clock = clock
        self.owner = ids.new()
        self._scheduled: list[str] = []
        self._database = database
        self.dispatch = Dispatch(redis_url)
        self.redis = connect(redis_url)
        self.writer = writer
        self._reconciler = Reconciler(database, self.dispatch)
        self._reaper = Reaper(database, writer, self.dispatch, LEASE_SECONDS, lambda: 0.0, self._schedule)

    def _schedule(self, job: Job, due_at: int) -> None:
        assert due_at == 0
        self._scheduled.append(job.id)

    async def close(self) -> None:
        await self.redis.aclose(close_connection_pool=True)
        await self.dispatch.close()

    async def clear(self) -> None:
        """Forget what was before: one owner, and workers that beat."""
        await self.lose_redis()
        owner = {"id": self.owner, "username": "li", "role": "user", "password_hash": "", "created_at": 0}
        born = {"host": "h", "pid": 1, "queues": "medium", "slots": 1, "status": "alive", "started_at": 0}
        async with self._database.write() as connection:
            for table in (t.tasks, t.workers, t.users):
                await connection.execute(sa.delete(table))
            await connection.execute(sa.insert(t.users).values(owner))
            for worker in WORKERS:
                await connection.execute(sa.insert(t.workers).values(id=worker, heartbeat_at=now_ms(), **born))

    async def beat(self, worker: str, *, silent: bool) -> None:
        """The worker beats, or has not for two leases."""
        age = int(2_000 * LEASE_SECONDS) if silent else 0
        beaten = sa.update(t.workers).where(t.workers.c.id == worker).values(heartbeat_at=now_ms() - age)
        async with self._database.write() as connection:
            await connection.execute(beaten)

    async def reap(self) -> tuple[int, list[str]]:
        """How many tasks the reaper rescued, and the jobs that it scheduled."""
        self._scheduled.clear()
        return await self._reaper.reap(), sorted(self._scheduled)

    async def reconcile(self) -> None:
        await self._reconciler.reconcile()
        await self._reconciler.flush()

    async def lose_redis(self) -> None:
        await self.redis.flushdb()

    async def jobs(self, queue: str) -> set[str]:
        return {member.decode() for member in await self.redis.zrange(queue_key(queue), 0, -1)}

    async def take(self, queue: str) -> list[tuple[str, int]]:
        """The (task, attempt) that the queue hands out next, if any."""
        if not await self.redis.zcard(queue_key(queue)):
            return []
        return [parse_id(job) for job in await take(self.redis, queue, 1, 1)]

    async def do(self, act: Act) -> Refusal | None:
        """Write the act; the refusal where it is one."""
        return _refusal(await answered(self.writer.write(act.change)))

    async def do_in_one_batch(self, acts: Sequence[Act]) -> list[Refusal | None]:
        return list(await asyncio.gather(*map(self.do, acts)))

    async def race(self, first: Act, second: Act) -> list[Refusal | None]:
        """Another process is in the middle of the first act while the second one begins."""
        async with self._database.write() as connection:
            [outcome] = await connection.run_sync(journal.commit, [first.change], ids.new())
            following = asyncio.create_task(self.do(second))
            overtaken, _ = await asyncio.wait([following], timeout=HELD_SECONDS)
        refusals = [type(outcome) if isinstance(outcome, CaseworkError) else None, await following]
        assert not overtaken, "the second did not wait for the first"
        return refusals

    async def look(self) -> dict[str, dict[str, Any]]:
        """What SQL holds, in the model's terms."""
        async with self._database.read() as connection:
            found = {row.id: _shown(row) for row in await connection.execute(sa.select(t.tasks))}
            for row in await connection.execute(sa.select(t.events).order_by(t.events.c.task_id, t.events.c.seq)):
                found[row.task_id]["seqs"].append(row.seq)
                found[row.task_id]["story"].append(line(e.decode(row.data)))
            for row in await connection.execute(sa.select(t.attempts)):
                found[row.task_id]["attempts"][row.number] = row.outcome
            for row in await connection.execute(sa.select(t.steps)):
                found[row.task_id]["steps"][row.name] = (row.status, row.executions)
                assert (row.output is not None) == (row.status == "succeeded"), "a checkpoint goes with its success"
        return found


def _shown(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "row": (row.status, row.attempt, row.failures, row.deaths, row.queue, row.available_at),
        "run": (row.run_token, row.worker_id),
        "flags": (row.cancel_requested_at is not None, row.finished_at is not None),
        "last_seq": row.last_seq,
        "seqs": [],
        "story": [],
        "attempts": {},
        "steps": {},
    }


def _refusal(answer: Committed | Refusal) -> Refusal | None:
    return None if isinstance(answer, Committed) else answer


async def answered(work: Coroutine[Any, Any, T]) -> T | Refusal:
    try:
        return await work
    except CaseworkError as refusal:
        return type(refusal)


@asynccontextmanager
async def opened(url: str, redis_url: str, clock: Clock) -> AsyncIterator[Parts]:
    """The parts, until the end of the block."""
    database = Database(url)
    async with Bus(redis_url) as bus, Writer(database, bus, hold=False) as writer:
        parts = Parts(redis_url, clock, database, writer)
        yield parts
        await parts.close()
    await database.close()
