"""What all peers' scripts share: `python X_peer.py drain N` enqueues N no-ops and prints the seconds it took,
`python X_peer.py latency N` starts N jobs one after the other and prints the milliseconds each waited, as JSON."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable

import redis

BURST = 100  # enqueued together where a client can


def start() -> float:
    return time.perf_counter()


def finish(begun: float) -> float:
    return time.perf_counter() - begun


def main(drain: Callable[[int], Awaitable[float]], latency: Callable[[], Awaitable[None]]) -> None:
    verb, count = sys.argv[1], int(sys.argv[2])
    asyncio.run(_latency(latency, count) if verb == "latency" else _drain(drain, count))


async def _drain(drain: Callable[[int], Awaitable[float]], count: int) -> None:
    print(json.dumps(await drain(count)))


async def _latency(latency: Callable[[], Awaitable[None]], count: int) -> None:
    store = redis.Redis.from_url(os.environ["PEER_REDIS_URL"])
    waited = []
    for number in range(count):
        await asyncio.sleep(0.02 + 0.013 * (number % 7))  # the worker is idle, and no poll is in step with us
        await latency()
        popped = await asyncio.to_thread(store.blpop, ["stamps"], 60)
        waited.append(int(popped[1]) / 1e6)
    store.close()
    print(json.dumps(waited))
