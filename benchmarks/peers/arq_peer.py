"""Stock arq, as its documentation shows it, with the poll and limits that measured best."""

import asyncio
import os
import time
from typing import Any

from arq import create_pool
from arq.connections import RedisSettings
from peer import BURST, finish, main, start

SETTINGS = RedisSettings.from_dsn(os.environ["PEER_REDIS_URL"])


async def noop(ctx: dict[str, Any], number: int, of: int) -> None:
    if number in (0, of - 1):
        await ctx["redis"].rpush("marks", time.monotonic_ns())


async def stamp(ctx: dict[str, Any], sent: int) -> None:
    await ctx["redis"].rpush("stamps", time.monotonic_ns() - sent)


class WorkerSettings:
    functions = [noop, stamp]  # noqa: RUF012 - as arq's documentation writes it
    redis_settings = SETTINGS
    max_jobs = 100
    poll_delay = float(os.environ.get("PEER_POLL", "0.5"))
    queue_read_limit = 1000


async def drain(count: int) -> float:
    pool = await create_pool(SETTINGS)
    begun = start()
    for first in range(0, count, BURST):
        await asyncio.gather(*(pool.enqueue_job("noop", n, count) for n in range(first, min(count, first + BURST))))
    return finish(begun)


async def latency() -> None:
    pool = await create_pool(SETTINGS)
    await pool.enqueue_job("stamp", time.monotonic_ns())


if __name__ == "__main__":
    main(drain, latency)
