"""The database locked, stopped and cut while tasks run: their events wait and none is missing."""

import asyncio
import signal
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from casework.database import Database, migrate
from casework.errors import CaseworkError
from casework.task import Task
from cli.drill.postgres import Postgres
from progress import event as e
from tests.conftest import DATABASE
from tests.support import eventually
from tests.workers.conftest import Events, Submit
from tests.workers.processes import ARQ, Start
from tests.workers.test_redis_outages import has_started, unharmed
from tests.workers.test_runner import kinds

AWAY_SECONDS = 4.0  # past the lease
Outage = Callable[[], Coroutine[Any, Any, None]]


@pytest.fixture
async def postgres() -> AsyncIterator[Postgres | None]:
    """A server of this test's own, to be stopped; None on SQLite."""
    if DATABASE == "sqlite":
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="cwpg") as directory:  # pytest's own are closed to others
        server = Postgres(Path(directory) / "server")
        await server.create()
        yield server
        await server.process.stop(signal.SIGINT)


@pytest.fixture
async def database_url(postgres: Postgres | None, tmp_path: Path) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path}/casework.db" if postgres is None else postgres.url
    await migrate(url)
    return url


async def lasts(seconds: float) -> None:
    """An outage lasts: this is the fault itself, not a wait for something."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    await eventually(lambda: loop.time() >= until, seconds + 5)


@pytest.fixture(params=["away", "cut"])
def outage(request: pytest.FixtureRequest, postgres: Postgres | None, database_url: str) -> Outage:
    """SQLite: locked by somebody, once for long or again and again; PostgreSQL: stopped, or its connections cut."""

    async def locked(times: int, seconds: float) -> None:
        connection = sqlite3.connect(str(make_url(database_url).database), timeout=20, isolation_level=None)
        for _ in range(times):
            connection.execute("BEGIN IMMEDIATE")
            await lasts(seconds)
            connection.execute("ROLLBACK")
        connection.close()

    async def stopped(server: Postgres) -> None:
        await server.process.stop(signal.SIGINT)
        await lasts(AWAY_SECONDS)
        await server.start()

    async def cut(server: Postgres) -> None:
        for _ in range(10):
            await server.cut()
            await lasts(0.2)

    away = request.param == "away"
    if postgres is None:
        return lambda: locked(1, AWAY_SECONDS) if away else locked(10, 0.3)
    return lambda: stopped(postgres) if away else cut(postgres)


async def test_running_tasks_go_on_and_afterwards_no_event_is_missing(
    outage: Outage, start: Start, submit: Submit, events: Events, database: Database
) -> None:
    worker = await start(*ARQ)
    tasks = [await submit(steps=3, step_seconds=1, ticks=4) for _ in range(4)]
    for task in tasks:
        await has_started(events, task)
    await outage()
    for task in tasks:
        found = await told_to_the_end(events, task)
        assert unharmed(found)
        assert kinds(found).count("step.succeeded") == 3
        assert [event.done for event in found if isinstance(event, e.StepProgressed)][-1] == 4
    assert worker.running


async def told_to_the_end(events: Events, task: Task) -> list[e.AnyEvent]:
    """The journal once it is complete; a read that the outage cuts is tried again."""

    async def final() -> list[e.AnyEvent]:
        try:
            found = await events(task.id)
        except CaseworkError:
            return []
        return found if found and e.kind(found[-1]) in e.FINAL else []

    found: list[e.AnyEvent] = await eventually(final, 40, "the task has not ended")
    return found
