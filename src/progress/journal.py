"""The truth in SQL: the only writer of tasks, steps, attempts and events.

`commit` applies many units in one transaction: lock the rows, decide and fold in Python, write what came out. With
the rows locked (BEGIN IMMEDIATE, SELECT … FOR UPDATE) each decision is a compare-and-set and each `seq` has no hole.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from casework import tables as t
from casework.clock import now
from casework.states import WAITS, one_of
from casework.task import Status, Task
from progress.batch import Batch, Opening, Outcome, Repeats, Row, Unit
from progress.command import Change, Steps, StepState
from progress.event import Record

WRITTEN = (
    "queue", "status", "available_at", "score", "updated_at", "attempt", "failures", "deaths", "last_seq", "run_token",
    "worker_id", "progress", "current_step", "message", "started_at", "attempt_started_at", "finished_at",
    "cancel_requested_at", "error",
)  # fmt: skip
LEFT_OUT = ("input", "result")  # what is long and what a change does not look at
STATE = [column for column in t.tasks.c if column.name not in LEFT_OUT]


def _bound(*names: str) -> dict[str, Any]:
    return {name: sa.bindparam(name) for name in names}


_task = t.tasks.c.id == sa.bindparam("_id")
_step = sa.and_(t.steps.c.task_id == sa.bindparam("_task"), t.steps.c.name == sa.bindparam("_name"))
_attempt = sa.and_(t.attempts.c.task_id == sa.bindparam("_task"), t.attempts.c.number == sa.bindparam("_number"))
_UPDATE_TASK = sa.update(t.tasks).where(_task).values(_bound(*WRITTEN))
_STORE_RESULT = sa.update(t.tasks).where(_task).values(_bound("result"))
_TICK_STEP = sa.update(t.steps).where(_step).values(_bound("progress", "message"))
_FINISH_STEP = sa.update(t.steps).where(_step).values(_bound("status", "progress", "finished_at", "output"))
_FAIL_STEP = sa.update(t.steps).where(_step).values(_bound("status", "finished_at"))
_END_ATTEMPT = (
    sa.update(t.attempts).where(_attempt).values(_bound("finished_at", "outcome", "error", "retry_in_seconds"))
)


def commit(connection: sa.Connection, units: Sequence[Unit], commit_id: str) -> list[Outcome]:
    """Apply the units in their order; a unit that is refused yields its error and changes nothing.

    The transaction is the caller's. Raises what the database raises; then nothing of any unit is stored.
    """
    changes = [unit for unit in units if isinstance(unit, Change)]
    tasks, steps, paused = _lock(connection, changes)
    repeats = _repeats(connection, [unit for unit in units if isinstance(unit, Opening)])
    batch = Batch(tasks, steps, repeats, paused)
    outcomes = [batch.apply(unit) for unit in units]
    _place(connection, units, outcomes)
    _store(connection, batch, commit_id)
    return outcomes


def happened(connection: sa.Connection, commit_id: str) -> bool:
    """Whether the transaction of that id was committed, though its answer was lost."""
    return connection.scalar(sa.select(t.commits.c.at).where(t.commits.c.id == commit_id)) is not None


async def after(connection: AsyncConnection, task_id: str, seq: int, limit: int) -> list[Record]:
    """The records of a task past `seq`, in order, at most `limit`."""
    columns = (t.events.c.seq, t.events.c.type, t.events.c.data)
    query = sa.select(*columns).where(t.events.c.task_id == task_id, t.events.c.seq > seq)
    rows = await connection.execute(query.order_by(t.events.c.seq).limit(limit))
    return [Record(task_id, row.seq, row.type, row.data.encode()) for row in rows]


def task_of(row: sa.Row[Any]) -> Task:
    """A row of `tasks` as the struct; columns that were not selected keep their defaults, the input is empty then."""
    columns = row._asdict()
    columns.pop("score", None)
    columns.pop("paused", None)
    columns["status"] = Status(columns["status"])
    return Task(**{"input": "", **columns})


def _lock(
    connection: sa.Connection, changes: Sequence[Change]
) -> tuple[dict[str, Task], dict[str, Steps], frozenset[str]]:
    """The rows that the changes are about; of those to be claimed the input, the stored steps, and which of their
    queues are paused."""
    ids = sorted({change.task_id for change in changes})
    if not ids:
        return {}, {}, frozenset()
    claimed = [change.task_id for change in changes if change.with_steps]
    columns: list[Any] = list(STATE)
    if claimed:
        to_be_claimed = t.tasks.c.id.in_(claimed)
        paused = sa.exists().where(t.queues.c.paused, t.queues.c.name == t.tasks.c.queue)
        columns += [
            sa.case((to_be_claimed, t.tasks.c.input), else_="").label("input"),
            sa.and_(to_be_claimed, paused).label("paused"),
        ]
    query = sa.select(*columns).where(t.tasks.c.id.in_(ids)).order_by(t.tasks.c.id)
    rows = connection.execute(query.with_for_update(of=t.tasks)).all()
    tasks = {row.id: task_of(row) for row in rows}
    if not claimed:
        return tasks, {}, frozenset()
    restarted = [task_id for task_id in claimed if task_id in tasks and tasks[task_id].attempt > 1]
    return tasks, _steps(connection, restarted), frozenset(row.queue for row in rows if row.paused)


def _steps(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Steps]:
    if not ids:
        return {}
    c = t.steps.c
    query = sa.select(c.task_id, c.name, c.status, c.executions, c.output).where(c.task_id.in_(ids))
    found: dict[str, dict[str, StepState]] = {}
    for row in connection.execute(query):
        state = StepState(row.name, row.status, row.executions, row.output)
        found.setdefault(row.task_id, {})[row.name] = state
    return dict(found)


def _repeats(connection: sa.Connection, openings: Iterable[Opening]) -> Repeats:
    tasks = [new.task for opening in openings for new in opening.tasks]
    keys = [(task.owner_id, task.idempotency_key) for task in tasks if task.idempotency_key is not None]
    if not keys:
        return {}
    pair = sa.tuple_(t.tasks.c.owner_id, t.tasks.c.idempotency_key)
    found = [task_of(row) for row in connection.execute(sa.select(*STATE).where(pair.in_(keys)))]
    return {(task.owner_id, str(task.idempotency_key)): task for task in found}


def _place(connection: sa.Connection, units: Sequence[Unit], outcomes: Sequence[Outcome]) -> None:
    """Tell single new tasks their places: one count for all of a queue that have the same boost."""
    moment = now()
    single = [
        outcome[0]
        for unit, outcome in zip(units, outcomes, strict=True)
        if isinstance(unit, Opening) and len(unit.tasks) == 1 and isinstance(outcome, list)
    ]
    new = [made for made in single if made.records and made.task.available_at <= moment]
    new.sort(key=lambda made: (made.task.queue, made.task.score, made.task.id))
    ahead: dict[tuple[str, int], int] = {}
    before: Counter[str] = Counter()
    for made in new:
        task = made.task
        group = (task.queue, task.boost_ms)
        if group not in ahead:
            ahead[group] = _ahead(connection, task, moment)
        made.position = 1 + ahead[group] + before[task.queue]
        before[task.queue] += 1


def _ahead(connection: sa.Connection, task: Task, moment: int) -> int:
    """How many tasks of its queue are handed out before it."""
    c = t.tasks.c
    sooner = sa.or_(c.score < task.score, sa.and_(c.score == task.score, c.id < task.id))
    waiting = sa.and_(one_of(WAITS), c.available_at <= moment)
    count = sa.select(sa.func.count()).select_from(t.tasks).where(c.queue == task.queue, waiting, sooner)
    return int(connection.scalar(count) or 0)


def _store(connection: sa.Connection, batch: Batch, commit_id: str) -> None:
    changed = [batch.tasks[task_id] for task_id in batch.changed]
    dialect = connection.dialect.name
    writes: list[tuple[sa.Executable, list[Row]]] = [
        (sa.insert(t.tasks), [_columns(task) for task in batch.new_tasks]),
        (sa.insert(t.task_documents), batch.uses),
        (_UPDATE_TASK, [{"_id": task.id, **{n: getattr(task, n) for n in WRITTEN}} for task in changed]),
        (sa.insert(t.events), batch.events),
        (_upsert(dialect, t.steps), batch.steps_begun),
        (_TICK_STEP, list(batch.steps_ticked.values())),
        (_FINISH_STEP, batch.steps_succeeded),
        (_FAIL_STEP, batch.steps_failed),
        (_upsert(dialect, t.attempts), batch.attempts_begun),
        (_END_ATTEMPT, batch.attempts_ended),
        (_upsert(dialect, t.artifacts), batch.artifacts),
        (_STORE_RESULT, batch.results),
        (sa.insert(t.outbox), batch.outbox),
        (sa.insert(t.failures), batch.failures),
        (sa.insert(t.audit), batch.audit),
        (sa.insert(t.commits), [{"id": commit_id, "at": now()}] if batch.events else []),
    ]
    for statement, rows in writes:
        if rows:
            connection.execute(statement, rows)


def _columns(task: Task) -> Row:
    return {**msgspec.structs.asdict(task), "score": task.score}


@cache
def _upsert(dialect: str, table: sa.Table) -> sa.Executable:
    """Insert, or replace the given columns where the key is there already."""
    given = {
        "steps": ("status", "attempt", "executions", "progress", "message", "started_at", "finished_at"),
        "attempts": ("started_at", "worker_id", "queue", "available_at"),
        "artifacts": ("media_type", "size", "sha256"),
    }[table.name]
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    key = [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(index_elements=key, set_={name: insert.excluded[name] for name in given})
