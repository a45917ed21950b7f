"""The service under drill: Redis, a database, two API processes behind one socket, three workers."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import httpx
import psutil

from api.listener import listen
from casework import accounts, ids
from casework.connection import FAULTS, client
from casework.database import Database, migrate
from casework.errors import SetupError
from cli import redis_server
from cli.drill.postgres import Postgres
from cli.drill.process import Process

PASSWORD = ids.new()
READY_SECONDS = 30.0
SHOWN = 400  # characters of either end of a log's line
OWN = {
    "SECRET_KEY": ids.new() * 2,
    "LEASE_SECONDS": "1.5",
    "HEARTBEAT_SECONDS": "0.4",
    "RETRY_BASE_SECONDS": "0.5",
    "RETRY_MAX_SECONDS": "2",
    "MAX_STREAMS_PER_USER": "1000",
}
YIELDING = {"CASEWORK_LEASE_SECONDS", "CASEWORK_HEARTBEAT_SECONDS"}  # those of the environment count


class Service:
    """All of it in `directory`; `disk`, where given, is a small file system for the SQLite file."""

    def __init__(self, directory: Path, *, postgresql: bool, disk: Path | None) -> None:
        self.directory = directory
        self.fuses = directory / "fuses"
        self.disk = disk
        self.postgres = Postgres(directory / "postgresql") if postgresql else None
        self.sqlite = None if postgresql else (disk or directory) / "casework.db"
        self.database_url = self.postgres.url if self.postgres else f"sqlite+aiosqlite:///{self.sqlite}"
        self.redis_url = f"unix://{directory}/redis.sock"
        self.listener = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.environment = self._environment()
        self.lease = float(self.environment["CASEWORK_LEASE_SECONDS"])
        python, descriptor = [sys.executable, "-m", "cli.main"], self.listener.fileno()
        arq = str(Path(sys.executable).with_name("arq"))
        self.redis = Process("redis", redis_server.command(directory), os.environ, directory / "redis.log")
        self.apis = [self._process(f"api-{n}", [*python, "api", "--fd", str(descriptor)], [descriptor]) for n in (1, 2)]
        self.workers = [
            self._process("worker-1", [*python, "worker"]),
            self._process("worker-2", [*python, "worker"]),
            self._process("arq-medium", [arq, "workers.Medium"]),
        ]

    def _environment(self) -> dict[str, str]:
        own = {
            **OWN,
            "DATA_DIR": str(self.directory),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "FAILPOINTS": str(self.fuses),
        }
        given = {name: value for name, value in os.environ.items() if name in YIELDING}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
        return {**kept, **{f"CASEWORK_{name}": value for name, value in own.items()}, **given}

    def _process(self, name: str, command: list[str], descriptors: list[int] | None = None) -> Process:
        log = self.directory / f"{name}.log"
        return Process(name, command, self.environment, log, pass_fds=descriptors or [])

    @property
    def processes(self) -> list[Process]:
        """The API's and the workers'."""
        return [*self.apis, *self.workers]

    async def start(self) -> None:
        """Everything, until it is ready; raises SetupError otherwise."""
        self.fuses.mkdir()
        if self.postgres is not None:
            await self.postgres.create()
        await self.start_redis()
        await migrate(self.database_url)
        await self._add_admin()
        for process in self.processes:
            await process.start()
        await self._ready()

    async def _add_admin(self) -> None:
        database = Database(self.database_url, pool_size=1)
        try:
            await accounts.ensure_admin(database, PASSWORD)
        finally:
            await database.close()

    async def start_redis(self) -> None:
        """Start Redis and wait until it answers."""
        redis = client(self.redis_url, size=1, retries=0)
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        try:
            while asyncio.get_running_loop().time() < deadline:
                await self.redis.start()
                try:
                    await redis.ping()
                except FAULTS:
                    await asyncio.sleep(0.02)
                else:
                    return
        finally:
            await redis.aclose(close_connection_pool=True)
        raise SetupError("Redis does not start")

    async def forget_redis(self) -> None:
        """Remove what a stopped Redis has stored."""
        await asyncio.to_thread(shutil.rmtree, self.directory / "redis")
        (self.directory / "redis").mkdir()

    async def _ready(self) -> None:
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        async with httpx.AsyncClient(trust_env=False) as http:
            while asyncio.get_running_loop().time() < deadline:
                try:
                    if (await http.get(f"{self.url}/health/ready")).status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
        raise SetupError(f"the service is not ready; the logs in {self.directory} say why")

    async def stop(self) -> list[str]:
        """Stop all in order; returns what did not end by itself, what it left in Redis and who lives on."""
        left = []
        stopped = await asyncio.gather(*(process.stop() for process in self.processes))
        left += [
            f"{process.name} did not end by itself"
            for process, ended in zip(self.processes, stopped, strict=True)
            if not ended
        ]
        if self.postgres is not None:
            left += [f"a connection to PostgreSQL: {each}" for each in await self.postgres.clients()]
        left += await self._redis_leftovers()
        await self.redis.stop()
        if self.postgres is not None:
            await self.postgres.process.stop()
        self.listener.close()
        return left + self._living() + self._complaints()

    async def _redis_leftovers(self) -> list[str]:
        redis = client(self.redis_url, size=1)
        try:
            clients = await redis.client_list()
            keys = [key.decode() for key in await redis.keys("*")]
            channels = [channel.decode() for channel in await redis.pubsub_channels()]
        finally:
            await redis.aclose(close_connection_pool=True)
        reasonless = [key for key in keys if not key.startswith("casework:health:")]
        return (
            [f"a Redis key: {key}" for key in reasonless]
            + [f"a Redis channel: {channel}" for channel in channels]
            + [f"a connection to Redis: {each['cmd']}" for each in clients[1:]]
        )

    def _complaints(self) -> list[str]:
        """What no log may hold, whatever is done to the service."""
        found = []
        for process in self.processes:
            lines = (self.directory / f"{process.name}.log").read_text().splitlines()
            bad = [line for line in lines if '"level":"error"' in line or line.startswith("Traceback")]
            found += [f"in the log of {process.name}: {_ends(line)}" for line in bad[:5]]
        return found

    def _living(self) -> list[str]:
        """Processes of this drill, wherever they hang by now."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("CASEWORK_DATA_DIR") == str(self.directory):
                    found.append(f"a process: {' '.join(process.cmdline())[:120]}")
            except psutil.Error:
                continue
        return found


def _ends(line: str) -> str:
    """What happened stands at the beginning of a line, and what was raised at its end."""
    return line if len(line) <= 2 * SHOWN else f"{line[:SHOWN]} … {line[-SHOWN:]}"
