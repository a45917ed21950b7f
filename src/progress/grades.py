"""Estimates held against what came of them: kept when they are made, graded once their task has succeeded."""

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.clock import now
from casework.database import upsert
from casework.tables import estimates, tasks
from casework.task import Status, Task
from progress.eta import Estimate, Grade, quantile

Made = Literal["submit", "start"]
MADE: tuple[Made, ...] = ("submit", "start")
SHOWN = 50
KEPT_MS = 30 * 24 * 3600 * 1000
LOOKED_AT = 1_000  # estimates among which the newest graded ones are looked for: the others' tasks have not ended
_c = estimates.c


def row(task: Task, made: Made, at: int, estimate: Estimate) -> dict[str, Any]:
    """What is kept of an estimate that was made at `at`."""
    told = {"seconds": estimate.seconds, "low": estimate.low, "high": estimate.high, "widened": estimate.widened}
    return {"task_id": task.id, "made": made, "workflow": task.workflow, "at": at, **told}


async def keep(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Store estimates, the first one of a task counts; forget what is too old to tell of today."""
    await connection.execute(upsert(connection, estimates).on_conflict_do_nothing(), rows)
    for made in MADE:
        await connection.execute(sa.delete(estimates).where(_c.made == made, _c.at < now() - KEPT_MS))


async def graded(
    connection: AsyncConnection, made: Made, *, workflow: str | None = None, limit: int = SHOWN
) -> list[Grade]:
    """The newest estimates whose tasks have succeeded."""
    newest = sa.select(_c.task_id, _c.at, _c.seconds, _c.low, _c.high, _c.widened).where(_c.made == made)
    if workflow is not None:
        newest = newest.where(_c.workflow == workflow)
    said = newest.order_by(_c.at.desc()).limit(LOOKED_AT).subquery()
    ended = sa.and_(tasks.c.id == said.c.task_id, tasks.c.status == Status.SUCCEEDED.value)
    query = sa.select(said, tasks.c.finished_at).join(tasks, ended).order_by(said.c.at.desc()).limit(limit)
    return [
        Grade(Estimate(row.seconds, row.low, row.high, row.widened), (row.finished_at - row.at) / 1000)
        for row in await connection.execute(query)
    ]


async def summary(connection: AsyncConnection, made: Made) -> dict[str, float | int | None]:
    """How good the last of them were: the median error, and the share whose range held the real time."""
    found = await graded(connection, made)
    if not found:
        return {"count": 0, "median_error": None, "inside": None}
    inside = sum(grade.inside for grade in found) / len(found)
    return {
        "count": len(found),
        "median_error": round(quantile([grade.error for grade in found], 0.5), 4),
        "inside": round(inside, 4),
    }
