"""What became of tasks within a window: counts, percentiles, a series for a chart. Reads indexes alone.

A task's id begins with the moment it was made, so what was submitted is counted by the primary key.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from casework import ids
from casework.clock import now, rfc3339
from casework.errors import WorkflowNotFound
from casework.tables import failures, samples, tasks
from casework.task import Status
from casework.workflow import QUEUES, find
from progress import grades
from progress.eta import quantile

NEWEST = 2_000  # of a workflow or a queue: the percentiles' sample
KINDS = 20
POINTS = 60
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600)
ENDS = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED)
_t, _f, _s = tasks.c, failures.c, samples.c
Counts = Counter[tuple[int, str, str]]


async def over(connection: AsyncConnection, window: int) -> dict[str, Any]:
    """The body of `/stats` for the last `window` seconds."""
    step = 1000 * next((each for each in STEPS if each * POINTS >= window), STEPS[-1])
    upto = now()
    since = upto - window * 1000
    moments = list(range(since // step * step, upto + 1, step))
    borders = [since, *moments[1:], upto + 1]
    names = await _workflows(connection)
    ended = await _ended(connection, names, borders)
    submitted = await _submitted(connection, borders)
    kinds, retried = await _errors(connection, since)
    runs = {name: await _runs(connection, name, since) for name in names}
    waits = {queue: await _waits(connection, queue, since) for queue in QUEUES}
    depths = await _depths(connection, moments[0], step)
    return {
        "window": window,
        "from": rfc3339(since),
        "to": rfc3339(upto),
        "bucket_seconds": step // 1000,
        "submitted": sum(submitted),
        **_outcomes(ended.items()),
        "retried": retried,
        "run_seconds": percentiles([seconds for each in runs.values() for seconds in each]),
        "wait_seconds": percentiles([seconds for each in waits.values() for seconds in each]),
        "by_workflow": _by_workflow(ended, runs),
        "by_queue": [{"queue": queue, "wait_seconds": percentiles(seconds)} for queue, seconds in waits.items()],
        "errors": kinds,
        "series": _series(moments, borders, submitted, ended),
        "depths": [{"at": rfc3339(at), **{queue: depths.get((at, queue)) for queue in QUEUES}} for at in moments],
        "estimates": {made: await grades.summary(connection, made) for made in grades.MADE},
    }


async def rates(connection: AsyncConnection, window: int) -> dict[str, float]:
    """Tasks a second over the last `window` seconds."""
    since, upto = now() - window * 1000, now() + 1
    ended = await _ended(connection, await _workflows(connection), [since, upto])
    [submitted] = await _submitted(connection, [since, upto])
    again = sa.select(sa.func.count()).select_from(failures).where(_f.at >= since, ~_f.final)
    retried = int(await connection.scalar(again) or 0)
    counts = {"submitted": submitted, **{name: n for name, n in _outcomes(ended.items()).items() if name in _RATED}}
    return {"window": window, **{name: round(n / window, 3) for name, n in {**counts, "retried": retried}.items()}}


_RATED = (Status.SUCCEEDED.value, Status.FAILED.value)


def percentiles(values: Sequence[float]) -> dict[str, float | None]:
    """p50, p95 and p99; None of nothing."""
    ordered = sorted(values)
    return {f"p{share}": round(quantile(ordered, share / 100), 3) if ordered else None for share in (50, 95, 99)}


async def _workflows(connection: AsyncConnection) -> list[str]:
    """All workflows of which a task has ended, each found by one step in the index."""
    first = sa.select(sa.func.min(_t.workflow).label("name")).where(_t.finished_at.is_not(None)).cte(recursive=True)
    other = sa.select(sa.func.min(_t.workflow)).where(_t.finished_at.is_not(None), _t.workflow > first.c.name)
    names = first.union_all(sa.select(other.scalar_subquery()).where(first.c.name.is_not(None)))
    return [name for name in (await connection.execute(sa.select(names.c.name))).scalars() if name is not None]


async def _ended(connection: AsyncConnection, workflows: Sequence[str], borders: Sequence[int]) -> Counts:
    """How many ended, by (border after which, status, workflow): a range of the index each, so nothing is sorted."""
    if not workflows:
        return Counter()
    text, number = sa.String(), sa.BigInteger()
    names = sa.values(sa.column("name", text)).data([(name,) for name in workflows]).cte("names")
    ends = sa.values(sa.column("status", text)).data([(status.value,) for status in ENDS]).cte("ends")
    within = sa.values(sa.column("low", number), sa.column("high", number)).data(list(pairwise(borders)))
    buckets = within.cte("buckets")
    fits = (_t.workflow == names.c.name, _t.status == ends.c.status)
    ranged = (_t.finished_at >= buckets.c.low, _t.finished_at < buckets.c.high)
    count = sa.select(sa.func.count()).select_from(tasks).where(*fits, *ranged).scalar_subquery().label("tasks")
    everything = names.join(ends, sa.true()).join(buckets, sa.true())
    query = sa.select(buckets.c.low, ends.c.status, names.c.name, count).select_from(everything)
    return Counter({(row.low, row.status, row.name): row.tasks for row in await connection.execute(query) if row.tasks})


async def _submitted(connection: AsyncConnection, borders: Sequence[int]) -> list[int]:
    """How many were submitted between each border and the next."""
    counts = [
        sa.select(sa.func.count()).select_from(tasks).where(_t.id >= ids.first(low), _t.id < ids.first(high))
        for low, high in pairwise(borders)
    ]
    row = (await connection.execute(sa.select(*(each.scalar_subquery() for each in counts)))).one()
    return [int(each) for each in row]


async def _errors(connection: AsyncConnection, since: int) -> tuple[list[dict[str, Any]], int]:
    """(failed attempts by type, how many of all were followed by another attempt)."""
    again = sa.func.sum(sa.case((_f.final, 0), else_=1)).label("again")
    query = sa.select(_f.type, sa.func.count().label("count"), again).where(_f.at >= since).group_by(_f.type)
    rows = (await connection.execute(query.order_by(sa.desc("count"), _f.type))).all()
    return [{"type": row.type, "count": row.count} for row in rows[:KINDS]], sum(int(row.again) for row in rows)


async def _runs(connection: AsyncConnection, workflow: str, since: int) -> list[float]:
    """Seconds from start to success of the newest."""
    query = sa.select((_t.finished_at - _t.started_at).label("ms")).where(
        _t.workflow == workflow, _t.status == Status.SUCCEEDED.value, _t.finished_at >= since
    )
    return [row.ms / 1000 for row in await connection.execute(query.order_by(_t.finished_at.desc()).limit(NEWEST))]


async def _waits(connection: AsyncConnection, queue: str, since: int) -> list[float]:
    return await recent_waits(connection, queue, since, NEWEST)


async def recent_waits(connection: AsyncConnection, queue: str, since: int, limit: int) -> list[float]:
    """Seconds from submission to the first start of the newest that a queue has started since then."""
    query = sa.select((_t.started_at - _t.created_at).label("ms")).where(_t.queue == queue, _t.started_at >= since)
    return [row.ms / 1000 for row in await connection.execute(query.order_by(_t.started_at.desc()).limit(limit))]


async def _depths(connection: AsyncConnection, since: int, step: int) -> dict[tuple[int, str], dict[str, int]]:
    """The largest sampled depth by (beginning of the bucket, queue)."""
    bucket = _bucket(_s.at, step).label("bucket")
    largest = (sa.func.max(_s.queued).label("queued"), sa.func.max(_s.running).label("running"))
    query = sa.select(bucket, _s.queue, *largest).where(_s.at >= since).group_by(bucket, _s.queue)
    rows = await connection.execute(query)
    return {(row.bucket, row.queue): {"queued": row.queued, "running": row.running} for row in rows}


def _bucket(moment: sa.ColumnElement[int], step: int) -> sa.ColumnElement[int]:
    width = sa.literal_column(str(step), sa.BigInteger())  # written out: PostgreSQL must see that it groups by the same
    return moment // width * width


def _outcomes(ended: Iterable[tuple[tuple[int, str, str], int]]) -> dict[str, Any]:
    by_status: Counter[str] = Counter()
    for (_, status, _), count in ended:
        by_status[status] += count
    judged = by_status[Status.SUCCEEDED] + by_status[Status.FAILED]
    rate = round(by_status[Status.SUCCEEDED] / judged, 4) if judged else None
    return {**{status.value: by_status[status] for status in ENDS}, "success_rate": rate}


def _by_workflow(ended: Counts, runs: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    names = sorted({workflow for _, _, workflow in ended})
    return [
        {
            "workflow": name,
            "title": _title(name),
            **_outcomes(each for each in ended.items() if each[0][2] == name),
            "run_seconds": percentiles(runs[name]),
        }
        for name in names
    ]


def _title(workflow: str) -> dict[str, str] | None:
    try:
        return msgspec.structs.asdict(find(workflow).title)
    except WorkflowNotFound:
        return None


def _series(
    moments: Sequence[int], borders: Sequence[int], submitted: Sequence[int], ended: Counts
) -> list[dict[str, Any]]:
    by_bucket: Counter[tuple[int, str]] = Counter()
    for (low, status, _), count in ended.items():
        by_bucket[low, status] += count
    return [
        {"at": rfc3339(at), "submitted": new, **{status.value: by_bucket[low, status] for status in ENDS}}
        for at, low, new in zip(moments, borders, submitted, strict=False)  # there is one border more
    ]
