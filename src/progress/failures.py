"""Failed attempts, those alike together: by fingerprint, within a window."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.clock import rfc3339
from casework.tables import failures

SAMPLES = 5
_c = failures.c


async def groups(
    connection: AsyncConnection, since: int, workflow: str, limit: int
) -> tuple[int, list[dict[str, Any]]]:
    """(all failed attempts since then, the most frequent groups of them)."""
    recent = [_c.at >= since, *([_c.workflow == workflow] if workflow else [])]
    total = await connection.scalar(sa.select(sa.func.count()).select_from(failures).where(*recent))
    counted = sa.select(_c.fingerprint, sa.func.count().label("count"), sa.func.max(_c.at).label("last"))
    counted = counted.add_columns(sa.func.count(_c.task_id.distinct()).label("tasks"))
    counted = counted.where(*recent).group_by(_c.fingerprint)
    rows = (await connection.execute(counted.order_by(sa.desc("count"), sa.desc("last")).limit(limit))).all()
    return int(total or 0), [await _group(connection, row) for row in rows]


async def _group(connection: AsyncConnection, counted: sa.Row[Any]) -> dict[str, Any]:
    alike = _c.fingerprint == counted.fingerprint
    latest = sa.select(_c.type, _c.message, _c.step, _c.workflow).where(alike).order_by(_c.at.desc()).limit(1)
    newest = (await connection.execute(latest)).one()
    first = await connection.scalar(sa.select(sa.func.min(_c.at)).where(alike))
    recent = sa.select(_c.task_id).where(alike).order_by(_c.at.desc()).limit(10 * SAMPLES)
    ids = list(dict.fromkeys((await connection.execute(recent)).scalars()))[:SAMPLES]
    return {
        "fingerprint": counted.fingerprint,
        **newest._asdict(),
        "count": counted.count,
        "tasks": counted.tasks,
        "first_seen": rfc3339(int(first or counted.last)),
        "last_seen": rfc3339(counted.last),
        "task_ids": ids,
    }
