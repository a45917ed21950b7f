"""What is old enough is forgotten, and nothing else."""

import asyncio

import pytest
import sqlalchemy as sa
from obstore.store import MemoryStore

from casework import documents as files
from casework import tables
from casework.clock import now
from casework.database import Database
from casework.documents import Documents
from casework.errors import DocumentNotFound, TaskNotRetryable
from progress import command, reading
from progress import event as e
from progress.writer import Writer
from tests.workers.conftest import Events, Submit
from workers import pruner
from workers.pruner import COMMIT_MS, Pruner

DAY_MS = 24 * 3600 * 1000


async def age(database: Database, task_id: str, days: int = 2) -> None:
    """Let the task have ended so many days ago."""
    async with database.write() as connection:
        query = sa.update(tables.tasks).where(tables.tasks.c.id == task_id)
        await connection.execute(query.values(finished_at=now() - days * DAY_MS))


async def seqs(events: Events, database: Database, task_id: str) -> list[int]:
    async with database.read() as connection:
        query = sa.select(tables.events.c.seq).where(tables.events.c.task_id == task_id)
        return sorted((await connection.execute(query)).scalars())


async def test_only_finished_tasks_past_their_retention_are_pruned_and_their_last_event_stays(
    database: Database, submit: Submit, writer: Writer, events: Events
) -> None:
    old, young, unfinished = [await submit(dispatched=False) for _ in range(3)]
    for task in (old, young):
        await writer.write(command.cancel(task.id, "li", now()))
    await age(database, old.id)
    async with database.write() as connection:
        await connection.execute(sa.update(tables.tasks).where(tables.tasks.c.id == unfinished.id).values(created_at=0))
        await connection.execute(sa.update(tables.commits).values(at=now() - COMMIT_MS - 1))
    await Pruner(database, Documents(MemoryStore()), retention_days=1).prune()
    assert await seqs(events, database, old.id) == [2]
    assert await seqs(events, database, young.id) == [1, 2]
    assert await seqs(events, database, unfinished.id) == [1]
    async with database.read() as connection:
        assert (await reading.task(connection, old.id, None)).pruned_at is not None
        assert (await reading.task(connection, young.id, None)).pruned_at is None
        assert await reading.first_seq(connection, old.id) == 2
        assert not (await connection.execute(sa.select(tables.commits))).all()


async def test_a_long_journal_is_pruned_in_small_batches(
    database: Database, submit: Submit, writer: Writer, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruner, "EVENTS", 4)
    task = await submit(dispatched=False)
    line = command.Change(task_id=task.id, decide=lambda *_: [e.TaskLog(e.stamp(now()), "info", "a line")])
    for _ in range(9):
        await writer.write(line)
    await writer.write(command.cancel(task.id, "li", now()))
    await age(database, task.id)
    one = Pruner(database, Documents(MemoryStore()), retention_days=1)
    found = []
    while await one.prune():
        found.append((await seqs(events, database, task.id))[0])
    assert found == [5, 9]
    assert await seqs(events, database, task.id) == [11]


async def test_it_rests_long_between_batches_unless_it_is_days_behind(
    database: Database, submit: Submit, writer: Writer
) -> None:
    one = Pruner(database, Documents(MemoryStore()), retention_days=1)
    for days, rest in ((2, 0.99), (4, 0.1)):
        task = await submit(dispatched=False)
        await writer.write(command.cancel(task.id, "li", now()))
        await age(database, task.id, days)
        await one.prune()
        assert one.rest(0.01) == pytest.approx(rest)
    assert one.rest(1000) == pruner.PERIOD_SECONDS


async def test_what_one_pruner_has_in_hand_another_leaves_to_it(
    database: Database, submit: Submit, writer: Writer, events: Events
) -> None:
    task = await submit(dispatched=False)
    await writer.write(command.cancel(task.id, "li", now()))
    await age(database, task.id)
    one = Pruner(database, Documents(MemoryStore()), retention_days=1)
    if database.is_sqlite:  # one writer at a time: there is no meanwhile
        await one.prune()
    else:
        async with database.write() as connection:
            assert await one._prune_events(connection) == ([task.id], False)
            async with asyncio.timeout(5):
                assert await one.prune() is False
    assert await seqs(events, database, task.id) == [2]


async def test_documents_go_with_the_last_task_that_used_them(
    database: Database, submit: Submit, writer: Writer, user: str
) -> None:
    store = Documents(MemoryStore())
    contents = {name: f"the content of {name}".encode() for name in ("alone", "shared")}
    for content in contents.values():
        await store.put(content, files.digest(content))
    described = [(f"{n}.txt", "text/plain", len(c), files.digest(c)) for n, c in contents.items()]
    old, young = await submit(dispatched=False), await submit(dispatched=False)
    async with database.write() as connection:
        alone, shared = await files.add(connection, user, described)
        uses = [(old, alone), (old, shared), (young, shared)]
        rows = [{"task_id": task.id, "document_id": document.id} for task, document in uses]
        await connection.execute(sa.insert(tables.task_documents), rows)
    for task in (old, young):
        await writer.write(command.cancel(task.id, "li", now()))
    await age(database, old.id)
    await Pruner(database, store, retention_days=1).prune()
    async with database.read() as connection:
        assert [d.name for d in await files.listed(connection, user, 10, None)] == ["shared.txt"]
    assert await store.read(shared) == contents["shared"]
    with pytest.raises(DocumentNotFound):
        await store.read(alone)


async def test_a_pruned_task_is_not_retried(database: Database, submit: Submit, writer: Writer) -> None:
    task = await submit(dispatched=False)
    await writer.write(command.cancel(task.id, "li", now()))
    await age(database, task.id)
    await Pruner(database, Documents(MemoryStore()), retention_days=1).prune()
    with pytest.raises(TaskNotRetryable, match="retention"):
        await writer.write(command.retry(task.id, now()))
