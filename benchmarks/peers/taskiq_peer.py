"""taskiq on a Redis list, one worker process with a hundred slots."""

import asyncio
import os
import time

import redis.asyncio
from peer import BURST, finish, main, start
from taskiq_redis import ListQueueBroker

URL = os.environ["PEER_REDIS_URL"]
broker = ListQueueBroker(URL)
store = redis.asyncio.Redis.from_url(URL)


@broker.task
async def noop(number: int, of: int) -> None:
    if number in (0, of - 1):
        await store.rpush("marks", time.monotonic_ns())


@broker.task
async def stamp(sent: int) -> None:
    await store.rpush("stamps", time.monotonic_ns() - sent)


async def drain(count: int) -> float:
    await broker.startup()
    begun = start()
    for first in range(0, count, BURST):
        await asyncio.gather(*(noop.kiq(n, count) for n in range(first, min(count, first + BURST))))
    return finish(begun)


async def latency() -> None:
    await stamp.kiq(time.monotonic_ns())


if __name__ == "__main__":
    main(drain, latency)
