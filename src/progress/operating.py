"""What operators ask of SQL: queues, workers, and who is alive, in the database's time."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.clock import now
from casework.database import now_ms
from casework.tables import queues as queue_table
from casework.tables import tasks
from casework.tables import workers as worker_table
from casework.task import WAITING, Status
from progress.eta import quantile

WAITS = 200  # the recent starts whose waits are looked at
_waiting = tasks.c.status.in_([status.value for status in WAITING])


async def alive_workers(connection: AsyncConnection, lease: float) -> int:
    """How many workers have beaten within the lease (seconds)."""
    recent = worker_table.c.heartbeat_at >= now_ms() - int(lease * 1000)
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(worker_table).where(recent)) or 0)


async def queues(connection: AsyncConnection, slots: Mapping[str, int], lease: float) -> list[dict[str, Any]]:
    """Each queue with what waits (due), what runs, its slots over all living workers, and recent waits in seconds."""
    paused = {row.name for row in await connection.execute(sa.select(queue_table).where(queue_table.c.paused))}
    c = tasks.c
    due = sa.select(c.queue, sa.func.count().label("tasks"), sa.func.min(c.available_at).label("oldest"))
    due = due.where(_waiting, c.available_at <= now()).group_by(c.queue)
    waiting = {row.queue: row for row in await connection.execute(due)}
    run = sa.select(c.queue, sa.func.count().label("tasks")).where(c.status == Status.RUNNING.value).group_by(c.queue)
    running = {row.queue: row.tasks for row in await connection.execute(run)}
    serving = [row["queues"] for row in await workers(connection, lease) if row["status"] != "lost"]
    found = []
    for name in slots:
        waits = await _waits(connection, name)
        row = waiting.get(name)
        found.append(
            {
                "name": name,
                "paused": name in paused,
                "queued": row.tasks if row else 0,
                "running": running.get(name, 0),
                "slots": slots[name] * sum(name in served for served in serving),
                "oldest_wait_seconds": (now() - row.oldest) / 1000 if row else None,
                "wait_seconds": {"p50": quantile(waits, 0.5), "p95": quantile(waits, 0.95)}
                if waits
                else {"p50": None, "p95": None},
            }
        )
    return found


async def _waits(connection: AsyncConnection, queue: str) -> list[float]:
    c = tasks.c
    query = sa.select((c.started_at - c.created_at).label("ms")).where(c.queue == queue, c.started_at.is_not(None))
    return [row.ms / 1000 for row in await connection.execute(query.order_by(c.id.desc()).limit(WAITS))]


async def pause(connection: AsyncConnection, name: str, *, paused: bool) -> None:
    """Pause or resume a queue, in a transaction of the caller's."""
    changed = await connection.execute(sa.update(queue_table).where(queue_table.c.name == name).values(paused=paused))
    if not changed.rowcount:
        await connection.execute(sa.insert(queue_table).values(name=name, paused=paused))


async def workers(connection: AsyncConnection, lease: float) -> list[dict[str, Any]]:
    """Each worker's row, `queues` as a list, `running` task ids; `lost` when silent for longer than the lease,
    `blocked` when it beats while its loop has not answered for that long."""
    held: dict[str, list[str]] = {}
    running = sa.select(tasks.c.worker_id, tasks.c.id).where(tasks.c.status == Status.RUNNING.value)
    for row in await connection.execute(running):
        held.setdefault(row.worker_id, []).append(row.id)
    silent = (worker_table.c.heartbeat_at < now_ms() - int(lease * 1000)).label("silent")
    found = []
    for row in await connection.execute(sa.select(worker_table, silent).order_by(worker_table.c.id)):
        columns = row._asdict()
        lost = columns.pop("silent")
        status = "lost" if lost else columns["status"]
        more = {"queues": row.queues.split(","), "status": status, "running": held.get(row.id, [])}
        found.append({**columns, **more, "blocked": not lost and row.loop_lag_seconds > lease})
    return found
