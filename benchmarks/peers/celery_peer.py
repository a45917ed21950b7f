"""Celery on Redis: prefork, a process a core; with PEER_RESULTS also its result backend and `track_started`."""

import os
import time

import redis
from celery import Celery
from peer import finish, main, start

URL = os.environ["PEER_REDIS_URL"]
RESULTS = os.environ.get("PEER_RESULTS")
app = Celery("peer", broker=URL, backend=RESULTS)
app.conf.task_ignore_result = RESULTS is None
app.conf.task_track_started = RESULTS is not None
app.conf.worker_prefetch_multiplier = 64
app.conf.broker_connection_retry_on_startup = True
_store = redis.Redis.from_url(URL)


@app.task(name="noop")
def noop(number: int, of: int) -> None:
    if number in (0, of - 1):
        _store.rpush("marks", time.monotonic_ns())


@app.task(name="stamp")
def stamp(sent: int) -> None:
    _store.rpush("stamps", time.monotonic_ns() - sent)


@app.task(name="progress", bind=True)
def progress(self: object, updates: int) -> None:
    begun = time.monotonic_ns()
    for number in range(updates):
        self.update_state(state="PROGRESS", meta={"done": number, "total": updates})  # type: ignore[attr-defined]
    _store.rpush("progress", f"{begun} {time.monotonic_ns()}")


async def drain(count: int) -> float:
    begun = start()
    with app.producer_or_acquire() as producer:
        for number in range(count):
            noop.apply_async((number, count), producer=producer)
    return finish(begun)


async def latency() -> None:
    stamp.delay(time.monotonic_ns())


async def report(count: int) -> float:
    begun = start()
    for _ in range(2):
        progress.delay(count)
    return finish(begun)


if __name__ == "__main__":
    import sys

    main(report if sys.argv[1:2] == ["progress"] else drain, latency)
