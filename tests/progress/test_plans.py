"""What is asked again and again is answered from indexes: nothing reads all tasks or events, however many there are."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from obstore.store import MemoryStore

from casework import documents, ids, tables
from casework.clock import now
from casework.database import Connection, Database
from casework.documents import Documents
from casework.errors import NotFound
from casework.task import Status, Task
from progress import failures, feed, grades, history, journal, listing, operating, outbox, reading, samples, stats
from progress.batch import NewTask, Opening
from progress.listing import Filter
from workers.pruner import Pruner
from workers.reaper import Reaper
from workers.reconciler import Reconciler
from workers.runner import Runner
from workers.steering import Steering

TASKS, EVENTS = 3_000, 5
DAY_MS = 24 * 3600 * 1000
SLOTS = {"high": 1, "medium": 1, "low": 1}
PAST = history.History(SLOTS, 5)
BIG = ("tasks", "events", "steps", "attempts", "failures", "estimates")
SMALL = ("ix_tasks_waiting", "ix_tasks_running", "ix_tasks_open")  # indexes that hold no finished task
WALKS = ("all", "succeeded", "of a text")  # along the ids, to a limit
Ask = Callable[[Database], Awaitable[Any]]
NEW = Task(
    id=ids.new(), owner_id="u", workflow="demo", queue="medium", status=Status.QUEUED, input="{}",
    available_at=now(), created_at=now(), updated_at=now(), idempotency_key="k",
)  # fmt: skip


def read(ask: Callable[[Connection], Awaitable[Any]]) -> Ask:
    async def asked(database: Database) -> None:
        async with database.read() as connection:
            with suppress(NotFound):
                await ask(connection)

    return asked


def page(**wanted: str) -> Ask:
    return read(lambda connection: listing.page(connection, Filter(**wanted), None, 50))


QUESTIONS: dict[str, Ask] = {
    "statistics": read(lambda c: stats.over(c, 3600)),
    "rates": read(lambda c: stats.rates(c, 60)),
    "a snapshot": read(lambda c: operating.snapshot(c, SLOTS, 5)),
    "queues": read(lambda c: operating.queues(c, SLOTS, 5)),
    "workers": read(lambda c: operating.workers(c, 5)),
    "depths": read(samples.depths),
    "failures": read(lambda c: failures.groups(c, now() - 1000, "", 50)),
    "grades": read(lambda c: grades.graded(c, "start", workflow="demo")),
    "recent runs": read(lambda c: history.recent_runs(c, "demo")),
    "all": page(),
    "succeeded": page(status="succeeded"),
    "failed": page(status="failed"),
    "running": page(status="running"),
    "queued": page(status="queued"),
    "queued in a queue": page(status="queued", queue="low"),
    "of a workflow": page(workflow="rare"),
    "of a workflow, queued": page(workflow="demo", status="queued"),
    "of a text": page(search="zzz"),
    "owned": page(owner="u1"),
    "owned, failed": page(owner="u1", status="failed"),
    "owned, of a workflow": page(owner="u1", workflow="demo"),
    "with a failure": page(fingerprint="0"),
    "by id": page(search=ids.new()),
    "to be cancelled": read(lambda c: listing.ids_of(c, Filter(), list(Status)[:3], ids.new(), 200)),
    "to be retried": read(lambda c: listing.ids_of(c, Filter(), [Status.FAILED, Status.CANCELLED], ids.new(), 200)),
    "a task": read(lambda c: reading.task(c, NEW.id, None)),
    "its attempts": read(lambda c: reading.attempt_rows(c, NEW.id)),
    "its steps": read(lambda c: reading.step_views(c, NEW)),
    "its events": read(lambda c: journal.after(c, NEW.id, 0, 200)),
    "its first event": read(lambda c: reading.first_seq(c, NEW.id)),
    "its place": read(lambda c: reading.position(c, NEW)),
    "its place when it is new": read(lambda c: c.run_sync(journal._ahead, NEW, now())),
    "its deliveries": read(lambda c: outbox.of_task(c, NEW.id)),
    "the same key": read(lambda c: c.run_sync(journal._repeats, [Opening([NewTask(NEW)])])),
    "its time in the queue": read(lambda c: PAST._queue(c, "medium")),
    "its time": read(lambda c: PAST.estimate(c, NEW)),
    "an owner's open tasks": read(lambda c: reading.unfinished(c, "u1", 100)),
    "a feed": lambda database: feed.unfinished(database, ["u1"]),
    "what is due": lambda database: Reconciler(database, None).reconcile(whole=False),  # type: ignore[arg-type]
    "what Redis lost": lambda database: Reconciler(database, None)._restore("medium", now()),  # type: ignore[arg-type]
    "orphans": lambda database: Reaper(database, None, None, 5, lambda: 9, print)._orphans(),  # type: ignore[arg-type]
    "what was decided": lambda database: Steering(database, _Idle()).look(),
    "notifications": lambda database: database.look(lambda c: outbox.waits(c, "w", 5, [])),
    "documents": read(lambda c: documents.listed(c, "u1", 50, None)),
    "pruning": lambda database: Pruner(database, Documents(MemoryStore()), retention_days=90).prune(),
}


class _Idle(Runner):
    def __init__(self) -> None:
        self.worker_id, self.runs, self.held = "w", {}, set()


async def fill(database: Database) -> None:
    """Some thousand finished tasks, the oldest past their retention; nothing waits or runs."""
    people: list[dict[str, Any]] = [{"id": f"u{n}", "username": f"user{n}", "role": "user"} for n in range(50)]
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in BIG}
    for number in range(TASKS):
        at = now() - 100 * DAY_MS + number * 100 * DAY_MS // TASKS
        task = ids.first(at)[:24] + f"{number:012x}"
        status = "failed" if number % 50 == 0 else "succeeded"
        moments = {"started_at": at, "attempt_started_at": at, "finished_at": at + 9}
        row: dict[str, Any] = {
            "id": task,
            "owner_id": f"u{number % 50}",
            "workflow": "rare" if number % 500 == 0 else "demo",
        }
        row |= {"queue": "medium", "status": status, "input": "{}" + " " * 300, "available_at": at, "score": at}
        rows["tasks"].append({**row, **moments, "created_at": at, "updated_at": at, "last_seq": EVENTS})
        event = {"task_id": task, "type": "task.log", "at": at, "data": "{}" + " " * 200}
        rows["events"] += [{**event, "seq": seq} for seq in range(1, EVENTS + 1)]
        step = {"task_id": task, "name": "s", "status": "succeeded", "attempt": 1, "output": "1"}
        rows["steps"].append({**step, "started_at": at, "finished_at": at + 9})
        rows["attempts"].append({"task_id": task, "number": 1, "started_at": at, "queue": "medium"})
        told = {"task_id": task, "workflow": "demo", "at": at}
        fault = {"attempt": 1, "type": "E", "message": "m", "fingerprint": f"{number % 7}", "final": True}
        rows["failures"].append({**told, **fault})
        rows["estimates"].append({**told, "made": "start", "seconds": 1.0, "low": 1.0, "high": 1.0, "widened": 1.0})
    async with database.write() as connection:
        await connection.execute(sa.insert(tables.users).values(password_hash="", created_at=0), people)
        for name, made in rows.items():
            await connection.execute(sa.insert(tables.metadata.tables[name]), made)
    if not database.is_sqlite:  # as autovacuum does; of an SQLite nobody does it
        async with database.write() as connection:
            await connection.execute(sa.text("ANALYZE"))


async def statements(database: Database, ask: Ask) -> list[tuple[str, Any]]:
    """What a question sends."""
    sent: list[tuple[str, Any]] = []

    def keep(_: object, __: object, statement: str, parameters: Any, ___: object, many: bool) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "INSERT")):
            sent.append((statement, parameters[0] if many else parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", keep)
    try:
        await ask(database)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", keep)
    return sent


def faults(name: str, plan: list[str]) -> list[str]:
    """The lines that read all of a big table."""
    found = [line for line in plan for table in BIG if f"Seq Scan on {table}" in line and name not in WALKS]
    for line in plan:
        words = line.split()
        walks = name in WALKS and words[-1].startswith("sqlite_autoindex_tasks")
        if words[:1] == ["SCAN"] and words[1] in BIG and not (walks or words[-1].startswith(SMALL)):
            found.append(line)
    return found


@pytest.mark.timeout(60)
async def test_no_question_reads_all_tasks_or_events(database: Database) -> None:
    await fill(database)
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    found = []
    for name, ask in QUESTIONS.items():
        sent = await statements(database, ask)
        assert sent, name
        async with database.read() as connection:
            if not database.is_sqlite:
                await connection.execute(sa.text("SET random_page_cost = 1"))  # a few thousand rows lie in memory
            for statement, parameters in sent:
                rows = await connection.exec_driver_sql(explain + statement, parameters)
                plan = [str(row[-1]) for row in rows]
                found += [(name, statement[:200], line, plan) for line in faults(name, plan)]
    assert not found, "\n".join(map(str, found))
