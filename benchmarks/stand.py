"""A Casework to measure: Redis on a port, a database of its own, an API and workers, all in a temporary directory.

Beside the product's workflows it offers `stamp`, whose only step tells when its first line ran.
"""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkdtemp

import httpx
import psutil

from api.listener import listen
from casework import accounts, ids
from casework.connection import FAULTS, client
from casework.database import Database, migrate
from cli import redis_server
from cli.drill.postgres import Postgres
from cli.drill.process import Process

PASSWORD = "benchmark"  # noqa: S105 - of a service that lives for minutes on loopback
READY_SECONDS = 30.0
HERE = Path(__file__).parent


class Stand:
    """`directory` holds it all; `start_*` and `stop_*` for the parts, `close` for the whole."""

    def __init__(self, directory: Path, database: str) -> None:
        self.directory = directory
        self.postgres = Postgres(directory / "postgresql") if database == "postgresql" else None
        sqlite = f"sqlite+aiosqlite:///{directory / 'casework.db'}"
        self.database_url = self.postgres.url if self.postgres else sqlite
        self.place = self.postgres.admin if self.postgres else str(directory / "casework.db")  # for those who fill it
        self.port = _free_port()
        self.redis_url = f"redis://127.0.0.1:{self.port}"
        self.listener = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        redis = [*redis_server.command(directory), "--port", str(self.port)]
        self.redis = Process("redis", redis, os.environ, directory / "redis.log")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")},
            "PYTHONPATH": str(_extra_workflows(directory)),
            "CASEWORK_DATA_DIR": str(directory),
            "CASEWORK_DATABASE_URL": self.database_url,
            "CASEWORK_REDIS_URL": self.redis_url,
            "CASEWORK_SECRET_KEY": ids.new() * 2,
            "CASEWORK_LOG_LEVEL": "WARNING",
            "CASEWORK_MAX_STREAMS_PER_USER": "10000",
        }
        self.api: Process | None = None
        self.workers: list[Process] = []
        self.owner_id = ""

    async def open(self) -> None:
        """Redis, the database and its schema, an admin."""
        if self.postgres is not None:
            await self.postgres.create()
        await self.redis.start()
        await self._answers()
        await migrate(self.database_url)
        database = Database(self.database_url, pool_size=1)
        try:
            await accounts.ensure_admin(database, PASSWORD)
            admin = await accounts.find_user(database, "admin")
            self.owner_id = admin.id if admin is not None else ""
        finally:
            await database.close()

    async def _answers(self) -> None:
        redis = client(self.redis_url, size=1, retries=0)
        try:
            await _until(redis.ping)
        finally:
            await redis.aclose(close_connection_pool=True)

    async def start_api(self) -> None:
        """One API process, until it is ready."""
        descriptor = self.listener.fileno()
        self.api = self._process("api", ["api", "--fd", str(descriptor)], [descriptor])
        await self.api.start()
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            await _until(lambda: http.get("/health/ready"))

    async def start_workers(self, count: int, **settings: str) -> None:
        """Worker processes for the queue `medium`, until each has told that it is there."""
        for number in range(count):
            worker = self._process(f"worker-{number}", ["worker", "--queues", "medium"], extra=settings)
            self.workers.append(worker)
            await worker.start()

    async def stop_workers(self) -> None:
        """All of them, at once."""
        await asyncio.gather(*(worker.stop() for worker in self.workers))
        self.workers.clear()

    async def token(self) -> str:
        """Of the admin, for HTTP."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            answer = await http.post("/api/v1/auth/login", json={"username": "admin", "password": PASSWORD})
            return str(answer.json()["access_token"])

    def _process(
        self, name: str, command: list[str], descriptors: list[int] | None = None, extra: dict[str, str] | None = None
    ) -> Process:
        environment = {**self.environment, **{f"CASEWORK_{key}": value for key, value in (extra or {}).items()}}
        python = [sys.executable, "-m", "cli.main", *command]
        return Process(name, python, environment, self.directory / f"{name}.log", pass_fds=descriptors or [])

    async def close(self) -> None:
        """Stop everything."""
        await self.stop_workers()
        if self.api is not None:
            await self.api.stop()
        await self.redis.stop()
        if self.postgres is not None:
            await self.postgres.process.stop()
        self.listener.close()


@asynccontextmanager
async def stand(database: str) -> AsyncIterator[Stand]:
    """A stand that is gone afterwards, its files too."""
    directory = Path(mkdtemp(prefix="casework-bench-"))
    made = Stand(directory, database)
    try:
        await made.open()
        yield made
    finally:
        await made.close()
        shutil.rmtree(directory, ignore_errors=True)


def cpu_seconds(process: Process) -> float:
    """User and system time that a process has taken so far."""
    times = psutil.Process(process.pid).cpu_times()
    return times.user + times.system


async def _until(ask: object) -> None:
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    while True:
        try:
            await ask()  # type: ignore[operator]
        except (*FAULTS, httpx.TransportError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.05)
        else:
            return


def _extra_workflows(directory: Path) -> Path:
    """A directory for PYTHONPATH that makes `stamp` an installed workflow, as a package of somebody's would be."""
    site = directory / "site"
    meta = site / "casework_stamp-1.dist-info"
    meta.mkdir(parents=True)
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: casework-stamp\nVersion: 1\n")
    (meta / "entry_points.txt").write_text("[casework.workflows]\nstamp = stamp:stamp\n")
    shutil.copy(HERE / "stamp.py", site / "stamp.py")
    return site


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
