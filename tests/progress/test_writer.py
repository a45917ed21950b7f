"""The group-committing writer, in good times and in an outage."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from casework.clock import now
from casework.database import Database
from casework.errors import DatabaseUnavailable, Fenced
from progress import command, journal
from progress import event as e
from progress.bus import Bus
from progress.command import Change
from progress.writer import Writer
from tests.workers.conftest import Submit, dispatch, submit, writer

__all__ = ["dispatch", "submit", "writer"]  # fixtures


def log_line(task_id: str, text: str) -> Change:
    return Change(task_id=task_id, decide=lambda _task, _steps: [e.TaskLog(e.stamp(now()), "info", text)])


async def test_what_is_said_together_is_committed_together(writer: Writer, submit: Submit) -> None:
    tasks = [await submit(dispatched=False) for _ in range(3)]
    before = writer.commits
    await asyncio.gather(*(writer.write(log_line(task.id, f"{n}")) for n in range(100) for task in tasks))
    assert writer.commits - before < 20


async def test_a_refused_unit_harms_no_other(writer: Writer, submit: Submit, database: Database) -> None:
    task = await submit(dispatched=False)
    fenced = Change(task_id=task.id, decide=command.held("no token", [e.TaskLog(e.stamp(now()), "info", "x")]))
    outcomes = await asyncio.gather(
        writer.write(log_line(task.id, "1")),
        writer.write(fenced),
        writer.write(log_line(task.id, "2")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], Fenced)
    async with database.read() as connection:
        assert [record.seq for record in await journal.after(connection, task.id, 0, 10)] == [1, 2, 3]


async def test_a_cancelled_callers_unit_is_still_written(writer: Writer, submit: Submit, database: Database) -> None:
    task = await submit(dispatched=False)
    saying = asyncio.create_task(writer.write(log_line(task.id, "late")))
    await asyncio.sleep(0)
    saying.cancel()
    await writer.write(log_line(task.id, "after"))
    async with database.read() as connection:
        assert len(await journal.after(connection, task.id, 0, 10)) == 3


class Outage:
    """Makes the database's next transactions fail: before their COMMIT, or after it, its answer lost."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.before = 0
        self.after = 0
        real = database.transact

        async def transact(work: Callable[[sa.Connection], Any]) -> Any:
            if self.before:
                self.before -= 1
                raise DatabaseUnavailable
            answer = await real(work)
            if self.after:
                self.after -= 1
                raise DatabaseUnavailable
            return answer

        monkeypatch.setattr(database, "transact", transact)


@pytest.mark.parametrize("lost", ["before", "after"])
async def test_a_holding_writer_writes_exactly_once_through_an_outage(
    database: Database, redis_url: str, submit: Submit, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    task = await submit(dispatched=False)
    outage = Outage(database, monkeypatch)
    async with Bus(redis_url) as bus, Writer(database, bus, hold=True) as holding:
        setattr(outage, lost, 2 if lost == "before" else 1)
        committed = await holding.write(log_line(task.id, "kept"))
    assert [record.seq for record in committed.records] == [2]
    async with database.read() as connection:
        assert [record.seq for record in await journal.after(connection, task.id, 0, 10)] == [1, 2]


async def test_a_writer_that_does_not_hold_refuses_at_once_and_stores_nothing(
    database: Database, writer: Writer, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await submit(dispatched=False)
    outage = Outage(database, monkeypatch)
    outage.before = 1
    with pytest.raises(DatabaseUnavailable):
        await writer.write(log_line(task.id, "refused"))
    async with database.read() as connection:
        assert len(await journal.after(connection, task.id, 0, 10)) == 1
