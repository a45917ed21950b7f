"""A database as it is after a month of work: so many finished tasks with all that they left, and what else grows."""

import asyncio
import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg
import sqlalchemy as sa
from stories import CONTENT, OTHER, OWNER, TASK, Rows, stories

from casework import ids, tables
from casework.clock import now
from casework.workflow import QUEUES

DAYS = 30
DAY_MS = 24 * 3600 * 1000
OWNERS = 200
CHUNK = 10_000
RECENT_MS = 60_000  # the newest task is so old
SAMPLE_MS = 15_000
SAMPLED_MS = 7 * DAY_MS
COMMITS = 7_000  # of the last hour
SIGNED_OUT = 5_000


async def fill_postgresql(url: str, count: int) -> None:
    """By COPY, indexes kept, vacuumed and analysed as autovacuum would have it; `url` is that of a superuser."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute("SET session_replication_role = replica")  # no look at foreign keys
        async for chunk in _chunks(count):
            for table, rows in chunk.items():
                columns = [column.name for column in tables.metadata.tables[table].columns]
                await connection.copy_records_to_table(table, records=rows, columns=columns)
        await connection.execute("VACUUM (ANALYZE)", timeout=600)
        await connection.execute("CHECKPOINT", timeout=600)
    finally:
        await connection.close()


async def fill_sqlite(path: str, count: int) -> None:
    """In one transaction; nobody analyses an SQLite of ours, so this does not."""
    connection = sqlite3.connect(path)
    try:
        async for chunk in _chunks(count):
            for table, rows in chunk.items():
                places = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


async def _chunks(count: int) -> Any:
    told = await stories()
    for chunk in _rows(told, count):
        yield {table: rows for table, rows in chunk.items() if rows}
        await asyncio.sleep(0)


def _rows(told: Sequence[Any], count: int) -> Iterator[Rows]:
    chance = random.Random(1)
    upto = now() - RECENT_MS
    owners = [ids.first(upto - DAYS * DAY_MS)[:-12] + f"{n:012x}" for n in range(OWNERS)]
    yield _others(owners, upto)
    kinds = chance.choices(told, [story.weight for story in told], k=count)
    for first in range(0, count, CHUNK):
        chunk: Rows = defaultdict(list)
        for number in range(first, min(count, first + CHUNK)):
            at = upto - DAYS * DAY_MS * (count - number) // count
            made = ids.first(at)[:24]
            names = {
                TASK: f"{made}{number:012x}",
                OTHER: f"{made}{number + (1 << 44):012x}",
                OWNER: owners[int(OWNERS * chance.random() ** 2)],
                CONTENT: f"{number:064x}",
            }
            kinds[number].tell(chunk, names, at, 0.2 + 2 * chance.random())
        yield chunk


def _others(owners: Sequence[str], upto: int) -> Rows:
    """What is there whatever the tasks were."""
    last = upto // SAMPLE_MS * SAMPLE_MS
    moments = range(last - SAMPLED_MS, last, SAMPLE_MS)
    hour = 3_600_000
    return {
        "users": [(owner, f"user{n}", "user", "", upto) for n, owner in enumerate(owners)],
        "samples": [(at, queue, at % 7, at % 3) for at in moments for queue in QUEUES],
        "commits": [(ids.new(), upto - hour * n // COMMITS) for n in range(COMMITS)],
        "revoked_tokens": [(ids.new(), upto // 1000 + n) for n in range(SIGNED_OUT)],
    }


def rows_by_table(metadata: sa.MetaData = tables.metadata) -> list[sa.Select[Any]]:
    """How many rows each table has, for a report."""
    return [sa.select(sa.literal(table.name), sa.func.count()).select_from(table) for table in metadata.sorted_tables]
