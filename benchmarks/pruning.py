"""What pruning a day costs those who submit, run and watch tasks meanwhile: the same steady load before it, while it
goes on, and after it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable

import filling
import httpx
import sqlalchemy as sa
from spread import shown, spread
from stand import Stand

from casework.clock import now
from casework.database import Database
from casework.tables import attempts, tasks

A_SECOND = 20  # submissions, and as many looks at a status
WARM_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 90.0  # until a worker that has just started begins to prune
AFTER_SECONDS = 45.0
SUBMIT = {"workflow": "demo", "input": {"steps": 2, "step_seconds": 0, "ticks": 0}}
Timed = tuple[int, float]  # when (milliseconds since the epoch), how many milliseconds it took


class Load:
    """Requests at a steady pace, however long each takes."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._last = ""
        self.sent: set[asyncio.Task[None]] = set()
        self.found: dict[str, list[Timed]] = defaultdict(list)

    async def run(self) -> None:
        begun, number = time.monotonic(), 0
        while True:
            for kind, ask in (("submit", self._submit), ("status", self._status)):
                sent = asyncio.create_task(self._time(kind, ask))
                self.sent.add(sent)
                sent.add_done_callback(self.sent.discard)
            number += 1
            await asyncio.sleep(max(0.0, begun + number / A_SECOND - time.monotonic()))

    async def _time(self, kind: str, ask: Callable[[], Awaitable[None]]) -> None:
        at, begun = now(), time.perf_counter()
        await ask()
        self.found[kind].append((at, 1000 * (time.perf_counter() - begun)))

    async def _submit(self) -> None:
        answer = await self._http.post("/api/v1/tasks", json=SUBMIT)
        self._last = str(answer.raise_for_status().json()["task_id"])

    async def _status(self) -> None:
        if self._last:
            (await self._http.get(f"/api/v1/tasks/{self._last}/status")).raise_for_status()


async def pruning(made: Stand, http: httpx.AsyncClient, database: Database, seconds: float) -> None:
    """Print how long each takes without and with pruning, which is watched for at most so many seconds."""
    await made.stop_workers()
    load = Load(http)
    loading = asyncio.create_task(load.run())
    try:
        await made.start_workers(1, RETENTION_DAYS=f"{filling.DAYS - 1}")
        await asyncio.sleep(WARM_SECONDS)
        warm, first = now(), await _oldest(database)
        await _until_later(database, first, LONGEST_WAIT_SECONDS)
        begun = now()
        due = begun - (filling.DAYS - 1) * filling.DAY_MS
        await _until_later(database, due, seconds)
        ended = now()
        async with database.read() as connection:
            gone = sa.select(sa.func.count()).select_from(tasks).where(tasks.c.pruned_at.is_not(None))
            pruned = int(await connection.scalar(gone) or 0)
        if await _oldest(database) < due:  # it would go on: the rest is for another worker
            await made.stop_workers()
            await made.start_workers(1)
        await asyncio.sleep(AFTER_SECONDS)
    finally:
        loading.cancel()
        await asyncio.gather(loading, *load.sent, return_exceptions=True)
    load.found["due to start"] = await _starts(database, warm)
    _print(load.found, (warm, begun, ended), pruned)


async def _until_later(database: Database, moment: int, seconds: float) -> None:
    """Wait, at most so long, until no task that ended at the moment or before still has its events."""
    deadline = time.monotonic() + seconds
    while True:
        if await _oldest(database) > moment or time.monotonic() > deadline:
            return
        await asyncio.sleep(0.25)


async def _oldest(database: Database) -> int:
    """When the oldest task ended that still has its events."""
    query = sa.select(sa.func.min(tasks.c.finished_at))
    async with database.read() as connection:
        return int(await connection.scalar(query.where(tasks.c.finished_at > 0, tasks.c.pruned_at.is_(None))) or 0)


async def _starts(database: Database, since: int) -> list[Timed]:
    query = sa.select(attempts.c.available_at, attempts.c.started_at).join(tasks, tasks.c.id == attempts.c.task_id)
    async with database.read() as connection:
        rows = await connection.execute(query.where(tasks.c.created_at >= since))
        return [(row.available_at, float(row.started_at - row.available_at)) for row in rows]


def _print(found: dict[str, list[Timed]], moments: tuple[int, int, int], pruned: int) -> None:
    warm, begun, ended = moments
    seconds = (ended - begun) / 1000
    print(f"\n{pruned:,} tasks pruned within {seconds:.0f} s; milliseconds, p50 / p95 / p99\n")
    print("| at the same pace | without pruning | while it goes on | p99, with / without |\n|---|--:|--:|--:|")
    for kind, timed in found.items():
        during = [each for at, each in timed if begun <= at < ended]
        beside = [each for at, each in timed if warm <= at < begun or at >= ended + 1000 * WARM_SECONDS]
        with_, without = spread(during), spread(beside)
        print(f"| {kind} | {shown(without)} | {shown(with_)} | {with_[2] / without[2]:.2f} |")
