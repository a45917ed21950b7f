"""What is old enough is forgotten, and nothing else."""

import sqlalchemy as sa
from obstore.store import MemoryStore

from casework import tables
from casework.clock import now
from casework.database import Database
from casework.documents import Documents
from casework.errors import ArtifactNotFound
from progress import command
from progress.writer import Writer
from tests.workers.conftest import Submit
from workers.pruner import COMMIT_MS, Pruner

DAY_MS = 24 * 3600 * 1000


async def test_only_finished_tasks_past_their_retention_are_forgotten_with_all_that_hangs_on_them(
    database: Database, submit: Submit, writer: Writer
) -> None:
    old, young, unfinished = [await submit(dispatched=False) for _ in range(3)]
    for task in (old, young):
        await writer.write(command.cancel(task.id, "li", now()))
    documents = Documents(MemoryStore())
    await documents.put_artifact(old.id, "report.md", b"x")
    artifact = {"task_id": old.id, "name": "report.md", "media_type": "text/markdown", "size": 1, "sha256": "x"}
    async with database.write() as connection:
        await connection.execute(sa.insert(tables.artifacts).values(artifact))
        long_ago = now() - 2 * DAY_MS
        await connection.execute(
            sa.update(tables.tasks).where(tables.tasks.c.id == old.id).values(finished_at=long_ago)
        )
        await connection.execute(sa.update(tables.tasks).where(tables.tasks.c.id == unfinished.id).values(created_at=0))
        await connection.execute(sa.update(tables.commits).values(at=now() - COMMIT_MS - 1))
    await Pruner(database, documents, retention_days=1).prune()
    async with database.read() as connection:
        kept = set((await connection.execute(sa.select(tables.tasks.c.id))).scalars())
        told = set((await connection.execute(sa.select(tables.events.c.task_id))).scalars())
        assert not (await connection.execute(sa.select(tables.artifacts))).all()
        assert not (await connection.execute(sa.select(tables.commits))).all()
    assert kept == told == {young.id, unfinished.id}
    try:
        await documents.read_artifact(old.id, "report.md")
        raise AssertionError("the file is still there")
    except ArtifactNotFound:
        pass
