"""Failed attempts, those alike together: by fingerprint, within a window."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.clock import rfc3339
from casework.database import unsought
from casework.tables import failures

SAMPLES = 5
_c = failures.c


async def groups(
    connection: AsyncConnection, since: int, workflow: str, limit: int
) -> tuple[int, list[dict[str, Any]]]:
    """(all failed attempts since then, the most frequent groups of them)."""
    recent = [_c.at >= since, *([_c.workflow == workflow] if workflow else [])]
    total = await connection.scalar(sa.select(sa.func.count()).select_from(failures).where(*recent))
    counted = sa.select(_c.fingerprint, sa.func.count().label("times"), sa.func.max(_c.at).label("last"))
    counted = counted.add_columns(sa.func.count(_c.task_id.distinct()).label("tasks"))
    counted = counted.where(*recent).group_by(unsought(_c.fingerprint))  # else SQLite reads them all, ready grouped
    most = counted.order_by(sa.desc("times"), sa.desc("last")).limit(limit).subquery()
    alike = failures.alias()
    same = alike.c.fingerprint == most.c.fingerprint
    first = sa.select(sa.func.min(alike.c.at)).where(same).scalar_subquery()
    told = [  # what is alike tells the same, so any of them will do
        sa.select(alike.c[name]).where(same).order_by(alike.c.at.desc()).limit(1).scalar_subquery().label(name)
        for name in ("type", "message", "step", "workflow")
    ]
    query = sa.select(most, first.label("first"), *told).order_by(most.c.times.desc(), most.c.last.desc())
    rows = (await connection.execute(query)).all()
    samples = await _samples(connection, since, [row.fingerprint for row in rows])
    return int(total or 0), [_group(row, samples.get(row.fingerprint, [])) for row in rows]


async def _samples(connection: AsyncConnection, since: int, fingerprints: list[str]) -> dict[str, list[str]]:
    """The newest tasks of each group."""
    place = sa.func.row_number().over(partition_by=_c.fingerprint, order_by=_c.at.desc()).label("place")
    newest = sa.select(_c.fingerprint, _c.task_id, place)
    newest = newest.where(_c.fingerprint.in_(fingerprints), _c.at >= since)
    ordered = newest.subquery()
    query = sa.select(ordered).where(ordered.c.place <= 10 * SAMPLES).order_by(ordered.c.place)
    found: dict[str, dict[str, None]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.fingerprint, {})[row.task_id] = None
    return {fingerprint: list(ids)[:SAMPLES] for fingerprint, ids in found.items()}


def _group(row: sa.Row[Any], task_ids: list[str]) -> dict[str, Any]:
    return {
        "fingerprint": row.fingerprint,
        "type": row.type,
        "message": row.message,
        "step": row.step,
        "workflow": row.workflow,
        "count": row.times,
        "tasks": row.tasks,
        "first_seen": rfc3339(row.first),
        "last_seen": rfc3339(row.last),
        "task_ids": task_ids,
    }
