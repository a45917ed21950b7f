"""docket on Redis streams, one worker with a hundred slots; `python docket_peer.py worker` is that worker."""

import asyncio
import os
import sys
import time
from datetime import timedelta

import uvloop
from docket import Docket, Worker
from peer import BURST, finish, main, start
from redis.asyncio import Redis

URL = os.environ["PEER_REDIS_URL"]
CHECK = timedelta(milliseconds=5)


async def noop(number: int, of: int) -> None:
    if number in (0, of - 1):
        await _mark("marks", time.monotonic_ns())


async def stamp(sent: int) -> None:
    await _mark("stamps", time.monotonic_ns() - sent)


async def _mark(key: str, value: int) -> None:
    async with Redis.from_url(URL) as redis:
        await redis.rpush(key, value)


async def work() -> None:
    async with Docket(url=URL) as docket:
        for task in (noop, stamp):
            docket.register(task)
        async with Worker(docket, concurrency=100, minimum_check_interval=CHECK) as worker:
            await worker.run_forever()


async def drain(count: int) -> float:
    async with Docket(url=URL) as docket:
        begun = start()
        for first in range(0, count, BURST):
            await asyncio.gather(*(docket.add(noop)(n, count) for n in range(first, min(count, first + BURST))))
        return finish(begun)


async def latency() -> None:
    async with Docket(url=URL) as docket:
        await docket.add(stamp)(time.monotonic_ns())


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        uvloop.run(work())
    else:
        main(drain, latency)
