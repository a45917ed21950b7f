"""What operators ask, with many finished tasks: fills an empty database and times each question, warm.

`--database URL` takes an empty database of your own (PostgreSQL); without it SQLite in a temporary file. Exits with 1
where a question takes longer than `--limit` milliseconds.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from casework import ids, tables
from casework.clock import now
from casework.database import Connection, Database, migrate
from casework.task import Status
from progress import failures, grades, history, listing, operating, stats
from progress.listing import Filter

DAY = 24 * 3600
SPAN_MS = 6 * DAY * 1000
QUEUED = 20_000  # the newest tasks still wait
CHUNK = 20_000
SLOTS = {"high": 8, "medium": 8, "low": 4}
Ask = Callable[[Connection], Awaitable[Any]]


def questions() -> dict[str, Ask]:
    """Each by what it is called in the report."""

    def page(**wanted: str) -> Ask:
        return lambda connection: listing.page(connection, Filter(**wanted), None, 50)

    return {
        "statistics of an hour": lambda c: stats.over(c, 3600),
        "statistics of a day": lambda c: stats.over(c, DAY),
        "statistics of a week": lambda c: stats.over(c, 7 * DAY),
        "the monitor's snapshot": lambda c: operating.snapshot(c, SLOTS, 5),
        "failures of a day": lambda c: failures.groups(c, now() - DAY * 1000, "", 50),
        "failures of a week": lambda c: failures.groups(c, now() - 7 * DAY * 1000, "", 50),
        "tasks": page(),
        "tasks that failed": page(status="failed"),
        "tasks that run": page(status="running"),
        "tasks that wait in a queue": page(status="queued", queue="low"),
        "cancelled tasks of a rare workflow": page(status="cancelled", workflow="rare"),
        "tasks of an owner": page(owner="user3"),
        "tasks with a failure": page(fingerprint=f"{3:016x}"),
        "tasks by a text that none has": page(search="zzz"),
        "how many there are": lambda c: listing.count(c, Filter(), ids.new()),
        "recent runs of a rare workflow": lambda c: history.recent_runs(c, "rare"),
        "how good the estimates were": lambda c: grades.summary(c, "start"),
    }


def rows(count: int, chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """All rows, by table: tasks over six days, two in a hundred failed, one cancelled."""
    found: dict[str, list[dict[str, Any]]] = {"tasks": [], "failures": [], "estimates": []}
    first = now() - SPAN_MS
    for number in range(count):
        at = first + SPAN_MS * number // count
        task_id = ids.first(at)[:24] + f"{number:012x}"
        status = chance.choices(["succeeded", "failed", "cancelled"], [97, 2, 1])[0]
        workflow = chance.choices(["demo", "litigation-analysis", "rare"], [700, 299, 1])[0]
        started = at + chance.randint(1, 5_000)
        ended = started + chance.randint(50, 60_000)
        waits = number >= count - QUEUED
        times = {"started_at": started, "attempt_started_at": started, "finished_at": ended}
        row: dict[str, Any] = {
            "id": task_id,
            "owner_id": f"u{number % 50}",
            "workflow": workflow,
            "input": '{"steps":3}' + " " * 200,
        }
        row |= {"queue": chance.choices(["high", "medium", "low"], [1, 799, 200])[0], "available_at": at, "score": at}
        row |= {"status": Status.QUEUED.value if waits else status, "created_at": at, "updated_at": at}
        found["tasks"].append({**row, **(dict.fromkeys(times) if waits else times)})
        if status == "failed" and not waits:
            told: dict[str, Any] = {
                "step": "s",
                "type": f"Error{number % 7}",
                "message": "m",
                "fingerprint": f"{number % 40:016x}",
            }
            failed: dict[str, Any] = {
                "task_id": task_id,
                "attempt": 1,
                "at": ended,
                "workflow": workflow,
                "final": True,
                **told,
            }
            found["failures"].append(failed)
        if number % 20 == 0:
            said: dict[str, Any] = {"seconds": 10.0, "low": 1.0, "high": 60.0, "widened": 1.0}
            found["estimates"].append({"task_id": task_id, "made": "start", "workflow": workflow, "at": at, **said})
    return found


async def fill(database: Database, count: int) -> None:
    """An empty database as it is after a busy week."""
    people = [{"id": f"u{n}", "username": f"user{n}", "role": "user", "password_hash": ""} for n in range(50)]
    async with database.write() as connection:
        await connection.execute(sa.insert(tables.users).values(created_at=0), people)
    for name, made in rows(count, random.Random(1)).items():
        for begin in range(0, len(made), CHUNK):
            async with database.write() as connection:
                await connection.execute(sa.insert(tables.metadata.tables[name]), made[begin : begin + CHUNK])
    async with database.write() as connection:
        await connection.execute(sa.text("ANALYZE"))


async def run(url: str, count: int, limit: float) -> int:
    """Fill and ask; 1 where a question takes too long."""
    await migrate(url)
    database = Database(url)
    slowest = 0.0
    try:
        await fill(database, count)
        for name, ask in questions().items():
            async with database.read() as connection:
                await ask(connection)
                begun = time.perf_counter()
                await ask(connection)
            taken = 1000 * (time.perf_counter() - begun)
            slowest = max(slowest, taken)
            print(f"{name:<36} {taken:8.1f} ms")
    finally:
        await database.close()
    return 0 if slowest <= limit else 1


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty database; SQLite in a temporary file when left out")
    parser.add_argument("--limit", type=float, default=1_000, help="milliseconds (default 1,000)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        url = asked.database or f"sqlite+aiosqlite:///{Path(directory) / 'operating.db'}"
        return asyncio.run(run(url, asked.tasks, asked.limit))


if __name__ == "__main__":
    sys.exit(main())
