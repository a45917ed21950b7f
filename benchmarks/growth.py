"""The same requests to two services in turn: one with hardly any task, one with a million finished tasks and ten
million events; and what a day's pruning costs those who use the second one. `--help` tells the sizes.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import filling
import httpx
import sqlalchemy as sa
from pruning import pruning
from spread import shown, spread
from stand import Stand, stand

from casework.database import Database
from casework.tables import events, tasks
from progress import operating
from progress.history import FRESH_SECONDS

WARM = 60  # tasks that both have run: each has a past to estimate by, and something on every page
FAILING = 55
SUBMIT = {"workflow": "demo", "input": {"steps": 2, "step_seconds": 0, "ticks": 0}}
LONG = {"workflow": "demo", "input": {"steps": 50, "step_seconds": 60, "ticks": 0}}
FAIL = {"workflow": "demo", "max_attempts": 1, "input": {"steps": 1, "step_seconds": 0, "ticks": 0, "fail_at": 1}}
SNAPSHOT_SECONDS = 1.1  # after its last reader has gone, no snapshot is made any more
SLOTS = {"high": 8, "medium": 8, "low": 4}
STREAMS = 30
Times = dict[str, list[float]]
Ask = Callable[["Side", int], Awaitable[Any]]


class Side:
    """One of the two services, with what is asked of it: `old` are ids of finished tasks of all ages."""

    def __init__(self, made: Stand, http: httpx.AsyncClient, database: Database) -> None:
        self.made = made
        self.http = http
        self.database = database
        self.old: list[str] = []
        self.running = ""
        self.owner = "admin"
        self.found: Times = {}

    async def get(self, path: str) -> Any:
        answer = await self.http.get(path)
        answer.raise_for_status()
        return answer.json() if answer.headers.get("content-type", "").startswith("application/json") else None

    async def post(self, body: dict[str, Any]) -> str:
        answer = await self.http.post("/api/v1/tasks", json=body)
        answer.raise_for_status()
        return str(answer.json()["task_id"])

    async def stream(self, path: str, until: str) -> None:
        """Open a stream and read until that event."""
        async with self.http.stream("GET", path, headers={"Accept": "text/event-stream"}) as answer:
            async for line in answer.aiter_lines():
                if line == f"event: {until}":
                    return
        raise AssertionError(f"{path} ended without {until}")

    async def snapshot(self) -> None:
        async with self.database.read() as connection:
            await operating.snapshot(connection, SLOTS, 5)

    async def warm(self) -> None:
        """A few tasks, some of which fail; one that runs on."""
        await asyncio.gather(*(self.post(SUBMIT) for _ in range(WARM)), *(self.post(FAIL) for _ in range(FAILING)))
        self.running = await self.post(LONG)
        waits = True
        while waits:
            await asyncio.sleep(0.1)
            waits = bool((await self.get("/api/v1/tasks?status=queued"))["items"])
        async with self.database.read() as connection:
            ended = sa.select(tasks.c.id).where(tasks.c.status == "succeeded").order_by(tasks.c.id)
            self.old = list((await connection.execute(ended)).scalars())

    def any(self) -> str:
        return random.choice(self.old)


def _get(path: str) -> Ask:
    """`{…}` are filled in: a task that has ended at any time, one that runs, an id from the middle, an owner."""

    def ask(side: Side, number: int) -> Awaitable[Any]:
        old, middle = side.any(), side.old[len(side.old) // 2]
        return side.get(
            path.format(old=old, running=side.running, middle=middle, owner=side.owner, n=3600 + number, begin=old[:13])
        )

    return ask


ASKED: dict[str, Ask] = {
    "submit": lambda side, _: side.post(SUBMIT),
    "status, running": _get("/api/v1/tasks/{running}/status"),
    "status, finished": _get("/api/v1/tasks/{old}/status"),
    "one task, finished": _get("/api/v1/tasks/{old}"),
    "its result": _get("/api/v1/tasks/{old}/result"),
    "its events, as JSON": _get("/api/v1/tasks/{old}/events"),
    "its stream, to the end": lambda side, _: side.stream(f"/api/v1/tasks/{side.any()}/events", "end"),
    "a running one's stream, opened": lambda side, _: side.stream(f"/api/v1/tasks/{side.running}/events", "hello"),
    "all tasks' stream, opened": lambda side, _: side.stream("/api/v1/events", "hello"),
    "list": _get("/api/v1/tasks?limit=50"),
    "list, from the middle": _get("/api/v1/tasks?limit=50&cursor={middle}"),
    "list, failed": _get("/api/v1/tasks?limit=50&status=failed"),
    "list, succeeded": _get("/api/v1/tasks?limit=50&status=succeeded"),
    "list, running": _get("/api/v1/tasks?limit=50&status=running"),
    "list, an owner's": _get("/api/v1/tasks?limit=50&owner={owner}"),
    "list, an owner's failed": _get("/api/v1/tasks?limit=50&owner={owner}&status=failed"),
    "list, a workflow's": _get("/api/v1/tasks?limit=50&workflow=demo"),
    "list, a workflow's succeeded": _get("/api/v1/tasks?limit=20&workflow=demo&status=succeeded"),
    "list, a rare workflow's": _get("/api/v1/tasks?limit=50&workflow=rare"),
    "list, a queue's": _get("/api/v1/tasks?limit=50&queue=medium"),
    "search, an id's beginning": _get("/api/v1/tasks?limit=50&search={begin}"),
    "search, a text that none has": _get("/api/v1/tasks?limit=50&search=zzz"),
    "monitor snapshot, made": lambda side, _: side.snapshot(),
    "queues": _get("/api/v1/queues"),
    "workers": _get("/api/v1/workers"),
    "statistics of an hour": _get("/api/v1/stats?window={n}"),
    "failures of a day": _get("/api/v1/failures?window=86400"),
    "audit": _get("/api/v1/audit"),
    "metrics": _get("/metrics"),
    "ready": _get("/health/ready"),
}


async def growth(count: int, requests: int, database: str, pruned: float) -> None:
    """Print how long each request takes on both, and what pruning does for at most so many seconds."""
    async with AsyncExitStack() as stack:
        stands = [await stack.enter_async_context(stand(database)) for _ in range(2)]
        begun = time.perf_counter()
        await (filling.fill_postgresql if database == "postgresql" else filling.fill_sqlite)(stands[1].place, count)
        print(f"    filled in {time.perf_counter() - begun:.0f} s", flush=True)
        sides = [await _side(stack, made) for made in stands]
        sides[1].owner = "user0"
        for side in sides:
            await side.warm()
        if requests > STREAMS:
            await asyncio.sleep(FRESH_SECONDS)  # then the empty one knows of its few tasks as well
        await _ask(sides, requests)
        await _watch(sides, min(STREAMS, requests))
        await _print(sides, database)
        if pruned:
            await stands[0].stop_workers()
            await pruning(stands[1], sides[1].http, sides[1].database, pruned)


async def _side(stack: AsyncExitStack, made: Stand) -> Side:
    await made.start_api()
    await made.start_workers(1, MEDIUM_SLOTS="8")
    headers = {"Authorization": f"Bearer {await made.token()}"}
    client = httpx.AsyncClient(base_url=made.url, headers=headers, trust_env=False, timeout=60)
    database = Database(made.database_url, pool_size=2)
    stack.push_async_callback(database.close)
    return Side(made, await stack.enter_async_context(client), database)


async def _ask(sides: Sequence[Side], requests: int) -> None:
    """Each question so many times, of one and the other in turn; the first tenth is not counted."""
    for name, ask in ASKED.items():
        warm = max(1, requests // 10)
        for number in range(warm + requests):
            for side in sides if number % 2 else sides[::-1]:
                begun = time.perf_counter()
                await ask(side, number)
                if number >= warm:
                    side.found.setdefault(name, []).append(1000 * (time.perf_counter() - begun))


async def _watch(sides: Sequence[Side], count: int) -> None:
    for _ in range(count):
        for side in sides:
            begun = time.perf_counter()
            await side.stream("/api/v1/monitor/events", "snapshot")
            waited = 1000 * (time.perf_counter() - begun)
            side.found.setdefault("monitor's stream, to its snapshot", []).append(waited)
        await asyncio.sleep(SNAPSHOT_SECONDS)


async def _print(sides: Sequence[Side], database: str) -> None:
    sizes = []
    for side in sides:
        async with side.database.read() as connection:
            ended = sa.select(sa.func.count()).select_from(tasks).where(tasks.c.finished_at.is_not(None))
            count = await connection.scalar(ended)
            sizes.append((count, await connection.scalar(sa.select(sa.func.count()).select_from(events))))
    (few, _), (many, told) = sizes
    print(f"\n{database}: {few:,} finished tasks, and {many:,} with {told:,} events; milliseconds, p50 / p95 / p99\n")
    print("| request | empty | grown | p95, grown / empty |\n|---|--:|--:|--:|")
    for name, found in sides[0].found.items():
        empty, grown = spread(found), spread(sides[1].found[name])
        print(f"| {name} | {shown(empty)} | {shown(grown)} | {grown[1] / empty[1]:.2f} |")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=300, help="of each kind, to each of the two")
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--pruned", type=float, default=120.0, help="seconds of pruning to measure at most; 0 for none")
    asked = parser.parse_args()
    asyncio.run(growth(asked.tasks, asked.requests, asked.database, asked.pruned))
    return 0


if __name__ == "__main__":
    sys.exit(main())
