"""SAQ on Redis, its async worker with a hundred slots."""

import asyncio
import os
import time
from typing import Any

from peer import BURST, finish, main, start
from saq import Queue

queue = Queue.from_url(os.environ["PEER_REDIS_URL"])


async def noop(_: Any, *, number: int, of: int) -> None:
    if number in (0, of - 1):
        await queue.redis.rpush("marks", time.monotonic_ns())


async def stamp(_: Any, *, sent: int) -> None:
    await queue.redis.rpush("stamps", time.monotonic_ns() - sent)


settings = {"queue": queue, "functions": [noop, stamp], "concurrency": 100}


async def drain(count: int) -> float:
    await queue.connect()
    begun = start()
    for first in range(0, count, BURST):
        await asyncio.gather(
            *(queue.enqueue("noop", number=n, of=count) for n in range(first, min(count, first + BURST)))
        )
    return finish(begun)


async def latency() -> None:
    await queue.enqueue("stamp", sent=time.monotonic_ns())


if __name__ == "__main__":
    main(drain, latency)
