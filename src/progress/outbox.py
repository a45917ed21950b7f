"""Notifications in SQL: an end written with its final event becomes one delivery a URL; each is claimed, tried, logged.

A claim belongs to a living worker: of one that is silent for longer than the lease, anybody may take it over.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework import ids
from casework.clock import now, rfc3339
from casework.courier import Message
from casework.database import now_ms
from casework.errors import WorkflowNotFound
from casework.notify import ENDS
from casework.tables import deliveries, outbox, tasks, workers
from casework.workflow import Title, find

BATCH = 50
_c = deliveries.c
_TITLES = {
    "failed": ("任务失败", "Task failed"),
    "succeeded": ("任务完成", "Task done"),
    "cancelled": ("已取消", "Cancelled"),
}


class Wish(msgspec.Struct):
    """What a task's `notify` holds."""

    on: list[str] = []
    urls: list[str] = []


class Try(msgspec.Struct):
    """One try: when it began, how long it took, and what came of it."""

    at: str
    seconds: float
    ok: bool
    outcome: str


class Claimed(msgspec.Struct):
    """A delivery that is ours to try, and what was tried before."""

    message: Message
    task_id: str
    tries: list[Try]


def _due(worker_id: str, lease: float, busy: Collection[str]) -> sa.ColumnElement[bool]:
    alive = sa.select(workers.c.id).where(workers.c.heartbeat_at >= now_ms() - int(lease * 1000))
    free = sa.or_(_c.worker_id.is_(None), _c.worker_id == worker_id, _c.worker_id.not_in(alive))
    return sa.and_(_c.status == "pending", _c.next_at <= now(), free, _c.id.not_in(busy))


def waits(connection: sa.Connection, worker_id: str, lease: float, busy: Collection[str]) -> bool:
    """Whether there is anything to do for this worker, which is `busy` with some."""
    ends = sa.select(outbox.c.task_id).exists()
    due = sa.select(_c.id).where(_due(worker_id, lease, busy)).exists()
    return bool(connection.scalar(sa.select(sa.or_(ends, due))))


async def expand(connection: AsyncConnection, service_urls: Sequence[str]) -> None:
    """Turn ends into deliveries, all or none with the transaction: a task's own URLs for the ends that it asks for, the
    service's for these and every failure."""
    columns = (tasks.c.id, tasks.c.workflow, tasks.c.notify, tasks.c.error, tasks.c.attempt, tasks.c.created_at)
    query = sa.select(outbox, *columns).join(tasks).order_by(outbox.c.at).limit(BATCH)
    rows = (await connection.execute(query.with_for_update(skip_locked=True, of=outbox))).all()
    made = [each for row in rows for each in _deliveries(row, service_urls)]
    if made:
        await connection.execute(sa.insert(deliveries), made)
    for row in rows:
        await connection.execute(sa.delete(outbox).where(outbox.c.task_id == row.task_id, outbox.c.seq == row.seq))


def _deliveries(row: Any, service_urls: Sequence[str]) -> list[dict[str, Any]]:
    wish = msgspec.json.decode(row.notify, type=Wish) if row.notify else Wish()
    end = row.type.removeprefix("task.")
    assert end in ENDS  # noqa: S101 - what the journal writes
    own = wish.urls if end in wish.on else []
    urls = [(url, True) for url in own] + [(url, False) for url in service_urls if end in ("failed", *wish.on)]
    return [_delivery(row, end, url, given=given) for url, given in urls]


def _delivery(row: Any, end: str, url: str, *, given: bool) -> dict[str, Any]:
    error = msgspec.json.decode(row.error) if row.error and end == "failed" else None
    data = {
        "task_id": row.task_id,
        "seq": row.seq,
        "workflow": row.workflow,
        "status": end,
        "attempt": row.attempt,
        "error": error,
        "created_at": rfc3339(row.created_at),
        "finished_at": rfc3339(row.at),
        "links": {"self": f"/api/v1/tasks/{row.task_id}"},
    }
    body = msgspec.json.encode({"type": row.type, "timestamp": rfc3339(row.at), "data": data}).decode()
    zh, en = _TITLES[end]
    title = _title(row.workflow)
    lines = [f"{title.zh} / {title.en}", row.task_id, *([f"{error['type']}: {error['message']}"] if error else [])]
    message = Message(ids.new(), url, given, f"{zh} · {en}", "\n".join(lines), body)
    return {
        "id": message.id,
        "task_id": row.task_id,
        "event": row.type,
        "url": url,
        "given": given,
        "message": msgspec.json.encode(message).decode(),
        "status": "pending",
        "tries": "[]",
        "created_at": now(),
        "next_at": now(),
    }


def _title(workflow: str) -> Title:
    try:
        return find(workflow).title
    except WorkflowNotFound:  # of another version
        return Title(workflow, workflow)


async def claim(
    connection: AsyncConnection, worker_id: str, lease: float, busy: Collection[str], limit: int
) -> list[Claimed]:
    """Take up to `limit` due deliveries for this worker; no two workers are given the same one while both live."""
    query = sa.select(_c.id, _c.task_id, _c.message, _c.tries).where(_due(worker_id, lease, busy))
    rows = (
        await connection.execute(
            query.order_by(_c.next_at).limit(limit).with_for_update(skip_locked=True, of=deliveries)
        )
    ).all()
    if rows:
        taken = sa.update(deliveries).where(_c.id.in_([row.id for row in rows]))
        await connection.execute(taken.values(worker_id=worker_id))
    decode = msgspec.json.decode
    return [Claimed(decode(row.message, type=Message), row.task_id, decode(row.tries, type=list[Try])) for row in rows]


async def settle(
    connection: AsyncConnection, delivery_id: str, worker_id: str, tries: Sequence[Try], next_at: int | None
) -> None:
    """Log the last of the tries: delivered, to be tried again at `next_at`, or given up where that is None."""
    last = tries[-1]
    status = "delivered" if last.ok else "failed" if next_at is None else "pending"
    values: dict[str, Any] = {"status": status, "tries": msgspec.json.encode(list(tries)).decode(), "worker_id": None}
    if last.ok:
        values["delivered_at"] = now()
    elif next_at is not None:
        values["next_at"] = next_at
    mine = sa.and_(_c.id == delivery_id, _c.worker_id == worker_id)
    await connection.execute(sa.update(deliveries).where(mine).values(values))


async def of_task(connection: AsyncConnection, task_id: str) -> Sequence[Any]:
    """The delivery log of a task, oldest first; `tries` as JSON."""
    columns = (_c.id, _c.event, _c.url, _c.status, _c.tries, _c.created_at, _c.next_at, _c.delivered_at)
    query = sa.select(*columns).where(_c.task_id == task_id).order_by(_c.created_at, _c.id)
    return (await connection.execute(query)).all()
