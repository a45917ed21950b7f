"""What operators ask of SQL: queues, workers, and who is alive, in the database's time."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.audit import Entry
from casework.clock import now, rfc3339
from casework.database import now_ms
from casework.states import one_of
from casework.tables import audit, tasks
from casework.tables import queues as queue_table
from casework.tables import workers as worker_table
from casework.task import Status
from progress import samples, stats
from progress.samples import EMPTY, Depth

WAITS = 100  # the recent starts whose waits are looked at, within
WAITS_MS = 3600 * 1000
RATES_SECONDS = 60


async def alive_workers(connection: AsyncConnection, lease: float) -> int:
    """How many workers have beaten within the lease (seconds)."""
    recent = worker_table.c.heartbeat_at >= now_ms() - int(lease * 1000)
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(worker_table).where(recent)) or 0)


async def queues(connection: AsyncConnection, slots: Mapping[str, int], lease: float) -> list[dict[str, Any]]:
    """Each queue with what waits (due), what runs, its slots over all living workers, and recent waits in seconds."""
    return await _queues(connection, slots, await samples.depths(connection), await workers(connection, lease))


async def _queues(
    connection: AsyncConnection, slots: Mapping[str, int], depths: Mapping[str, Depth], shown: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    paused = {row.name for row in await connection.execute(sa.select(queue_table).where(queue_table.c.paused))}
    serving = [row["queues"] for row in shown if row["status"] != "lost"]
    found = []
    for name in slots:
        waits = await stats.recent_waits(connection, name, now() - WAITS_MS, WAITS)
        depth = depths.get(name, EMPTY)
        found.append(
            {
                "name": name,
                "paused": name in paused,
                "queued": depth.queued,
                "running": depth.running,
                "slots": slots[name] * sum(name in served for served in serving),
                "oldest_wait_seconds": None if depth.oldest is None else max(0, now() - depth.oldest) / 1000,
                "wait_seconds": {name: each for name, each in stats.percentiles(waits).items() if name != "p99"},
            }
        )
    return found


async def snapshot(connection: AsyncConnection, slots: Mapping[str, int], lease: float) -> dict[str, Any]:
    """What somebody watches: queues, workers, rates, what there is to do, and the newest task's id."""
    depths = await samples.depths(connection)
    shown = await workers(connection, lease)
    return {
        "at": rfc3339(now()),
        "queues": await _queues(connection, slots, depths, shown),
        "workers": shown,
        "rates": await stats.rates(connection, RATES_SECONDS),
        "counts": {
            "queued": sum(depth.queued for depth in depths.values()),
            "scheduled": sum(depth.scheduled for depth in depths.values()),
            "running": sum(depth.running for depth in depths.values()),
        },
        "newest_task_id": await connection.scalar(sa.select(sa.func.max(tasks.c.id))),
    }


async def is_paused(connection: AsyncConnection, name: str) -> bool:
    """Whether the queue starts nothing for now."""
    return bool(await connection.scalar(sa.select(queue_table.c.paused).where(queue_table.c.name == name)))


async def pause(connection: AsyncConnection, name: str, by: Entry, *, paused: bool) -> None:
    """Pause or resume a queue, in a transaction of the caller's; kept in the audit where it changes something."""
    if await is_paused(connection, name) == paused:
        return
    await connection.execute(sa.insert(audit).values(by.row()))
    changed = await connection.execute(sa.update(queue_table).where(queue_table.c.name == name).values(paused=paused))
    if not changed.rowcount:
        await connection.execute(sa.insert(queue_table).values(name=name, paused=paused))


async def workers(connection: AsyncConnection, lease: float) -> list[dict[str, Any]]:
    """Each worker's row, `queues` as a list, `running` task ids; `lost` when silent for longer than the lease,
    `blocked` when it beats while its loop has not answered for that long."""
    held: dict[str, list[str]] = {}
    running = sa.select(tasks.c.worker_id, tasks.c.id).where(one_of([Status.RUNNING]))
    for row in await connection.execute(running):
        held.setdefault(row.worker_id, []).append(row.id)
    silent = (worker_table.c.heartbeat_at < now_ms() - int(lease * 1000)).label("silent")
    found = []
    for row in await connection.execute(sa.select(worker_table, silent).order_by(worker_table.c.id)):
        columns = row._asdict()
        lost = columns.pop("silent")
        status = "lost" if lost else columns["status"]
        times = {"started_at": rfc3339(row.started_at), "heartbeat_at": rfc3339(row.heartbeat_at)}
        more = {**times, "queues": row.queues.split(","), "status": status, "running": held.get(row.id, [])}
        found.append({**columns, **more, "blocked": not lost and row.loop_lag_seconds > lease})
    return found
