"""arq and its queues behind four verbs: `ensure`, `remove`, `take`, `depth`.

A job is one attempt and nothing but its id, `{task_id}:{attempt}`, in a queue; its function is always `run_task`.
Whether it may run is decided in SQL: one that is here twice or too late is harmless, a missing one is put back.
"""

from collections.abc import Iterable
from itertools import groupby

import msgspec
from arq.connections import ArqRedis

from casework.connection import FAULTS, pool
from casework.errors import RedisUnavailable
from casework.task import Task
from casework.workflow import QUEUES

FUNCTION = "run_task"
BATCH = 500


class Job(msgspec.Struct, frozen=True):
    """One attempt of a task in its queue; `score` in milliseconds, lower goes first, ties by id."""

    task_id: str
    attempt: int
    queue: str
    score: int

    @property
    def id(self) -> str:
        return f"{self.task_id}:{self.attempt}"

    @classmethod
    def of(cls, task: Task) -> "Job":
        """The job of the attempt that the task waits for."""
        return cls(task.id, task.attempt, task.queue, task.score)


def queue_key(queue: str) -> str:
    """The sorted set that holds the waiting job ids of a queue."""
    return f"casework:{queue}"


def parse_id(job_id: str) -> tuple[str, int]:
    """`{task_id}:{attempt}` → its parts; raises ValueError for what is no job id of ours."""
    task_id, _, attempt = job_id.rpartition(":")
    return task_id, int(attempt)


def connect(url: str, queue: str = "medium", *, size: int = 20) -> ArqRedis:
    """arq's client on a pool that survives a Redis restart."""
    return ArqRedis(pool(url, size=size), default_queue_name=queue_key(queue))


class Dispatch:
    """The queues, for whoever puts work in or looks at them; raises RedisUnavailable when Redis is away."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url, size=4)

    async def close(self) -> None:
        """Close all connections."""
        await self._redis.aclose(close_connection_pool=True)

    async def ensure(self, jobs: Iterable[Job]) -> int:
        """Put the jobs into their queues where they are not there already; returns how many were missing."""
        added = 0
        try:
            for queue, group in groupby(sorted(jobs, key=lambda job: job.queue), key=lambda job: job.queue):
                waiting = list(group)
                for start in range(0, len(waiting), BATCH):
                    places = {job.id: job.score for job in waiting[start : start + BATCH]}
                    added += await self._redis.zadd(queue_key(queue), places, nx=True)
        except FAULTS as error:
            raise RedisUnavailable from error
        return added

    async def remove(self, jobs: Iterable[Job]) -> None:
        """Take the jobs out of whatever queue they wait in."""
        ids = [job.id for job in jobs]
        if not ids:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for queue in QUEUES:
                    pipe.zrem(queue_key(queue), *ids)
                await pipe.execute()
        except FAULTS as error:
            raise RedisUnavailable from error

    async def depth(self, queue: str) -> int:
        """How many jobs wait in the queue."""
        try:
            return int(await self._redis.zcard(queue_key(queue)))
        except FAULTS as error:
            raise RedisUnavailable from error

    async def ping(self) -> None:
        """Raise RedisUnavailable unless Redis answers."""
        try:
            await self._redis.ping()
        except FAULTS as error:
            raise RedisUnavailable from error


async def take(redis: ArqRedis, queue: str, room: int, wait: float) -> dict[str, float]:
    """Take up to `room` due job ids, with their scores, out of a queue, waiting up to `wait` seconds for the first.

    Taking removes: no two workers are ever handed the same id, and none is scanned past. An id that is lost between
    here and its claim is put back by the reconciler.
    """
    taken = await redis.zpopmin(queue_key(queue), room)
    if not taken:
        first = await redis.bzpopmin([queue_key(queue)], wait)
        taken = [first[1:]] if first is not None else []
    return {member.decode(): score for member, score in taken}


async def put_back(redis: ArqRedis, queue: str, taken: dict[str, float]) -> None:
    """Undo `take`, each id at the place it had."""
    await redis.zadd(queue_key(queue), taken, nx=True)
