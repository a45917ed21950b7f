"""arq and its queues behind four verbs: `ensure`, `remove`, `take`, `depth`.

An arq job is one attempt: its id is `{task_id}:{attempt}`, its function always `run_task`. Whether an attempt may
run is decided in SQL; a job that is here twice or too late is harmless, and one that is missing is put back.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import msgspec
from arq.connections import ArqRedis
from arq.constants import job_key_prefix
from arq.jobs import serialize_job

from casework.clock import now
from casework.connection import FAULTS, pool
from casework.errors import RedisUnavailable
from casework.task import Task
from casework.workflow import QUEUES

FUNCTION = "run_task"
BATCH = 500

# Idempotent, so a replayed EVALSHA is harmless; no TTL, so a long queue loses nothing; NX, so a place is kept.
_ENSURE = """
local added = 0
for i = 1, #ARGV, 3 do
  local id, score, payload = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if not redis.call('ZSCORE', KEYS[1], id) then
    redis.call('SET', KEYS[2] .. id, payload)
    redis.call('ZADD', KEYS[1], 'NX', score, id)
    added = added + 1
  end
end
return added
"""


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


def encode_payload(payload: dict[str, Any]) -> bytes:
    """arq's job as JSON: readable at night, and nothing that is unpickled."""
    return msgspec.json.encode(payload)


def decode_payload(payload: bytes) -> dict[str, Any]:
    """The inverse of `encode_payload`."""
    return msgspec.json.decode(payload, type=dict[str, Any])


def connect(url: str, queue: str = "medium", *, size: int = 20) -> ArqRedis:
    """arq's client on a pool that survives a Redis restart."""
    return ArqRedis(
        pool(url, size=size),
        job_serializer=encode_payload,
        job_deserializer=decode_payload,
        default_queue_name=queue_key(queue),
    )


class Dispatch:
    """The queues, for whoever puts work in or looks at them; raises RedisUnavailable when Redis is away."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url, size=4)
        self._ensure = self._redis.register_script(_ENSURE)

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
                    added += await self._ensure_batch(queue, waiting[start : start + BATCH])
        except FAULTS as error:
            raise RedisUnavailable from error
        return added

    async def _ensure_batch(self, queue: str, jobs: Sequence[Job]) -> int:
        arguments: list[str | int | bytes] = []
        moment = now()
        for job in jobs:
            payload = serialize_job(FUNCTION, (job.task_id, job.attempt), {}, None, moment, serializer=encode_payload)
            arguments += [job.id, job.score, payload]
        return int(await self._ensure(keys=[queue_key(queue), job_key_prefix], args=arguments))

    async def remove(self, jobs: Iterable[Job]) -> None:
        """Take the jobs out of whatever queue they wait in."""
        ids = [job.id for job in jobs]
        if not ids:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for queue in QUEUES:
                    pipe.zrem(queue_key(queue), *ids)
                pipe.delete(*(job_key_prefix + job_id for job_id in ids))
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
