"""Workers as processes of their own, to be killed, frozen and stopped; and a Redis that may be."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from casework.connection import FAULTS, client
from casework.settings import Settings
from cli import redis_server
from cli.drill.process import Process
from tests.support import eventually

CASEWORK = (sys.executable, "-m", "cli.main", "worker")
ARQ = (str(Path(sys.executable).with_name("arq")), "workers.Medium")
Start = Callable[..., Awaitable[Process]]


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """The environment of a process with this test's settings; fuses are lit in `tmp_path / "fuses"`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
    names = ("data_dir", "database_url", "redis_url", "lease_seconds", "heartbeat_seconds", "retry_base_seconds")
    fuses = tmp_path / "fuses"
    fuses.mkdir()
    own = {**{name: getattr(settings, name) for name in names}, "failpoints": fuses}
    return {**kept, **{f"CASEWORK_{name.upper()}": str(value) for name, value in own.items()}}


@pytest.fixture
async def start(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[Start]:
    """`await start(*CASEWORK)` → a worker process; all that still run are stopped in the end."""
    started: list[Process] = []

    async def starting(*command: str) -> Process:
        name = f"worker-{len(started)}"
        process = Process(name, command, environment, tmp_path / f"{name}.log")
        started.append(process)
        await process.start()
        return process

    yield starting
    for process in started:
        assert await process.stop(), f"{process.name} did not end on SIGTERM"


class OwnRedis:
    """A server for one test, with its append-only file on."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.url = f"unix://{directory}/redis.sock"
        self.process = Process("redis", redis_server.command(directory), os.environ, directory / "redis.log")

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Redis]:
        """A client of its own."""
        redis = client(self.url, size=1, retries=0)
        try:
            yield redis
        finally:
            await redis.aclose(close_connection_pool=True)

    async def start(self) -> None:
        """Start it and wait until it answers."""
        async with self.connected() as redis:

            async def answers() -> bool:
                await self.process.start()
                try:
                    await redis.ping()
                except FAULTS:
                    return False
                return True

            await eventually(answers, 20, "Redis does not answer")


@pytest.fixture
async def own_redis(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OwnRedis]:
    server = OwnRedis(tmp_path_factory.mktemp("redis"))
    await server.start()
    yield server
    await server.process.stop()
