"""`casework up`: all in one place, for a laptop or a small server."""

import asyncio
import signal
import socket
import sys
from collections.abc import Sequence

import rich_click as click

from api.listener import listen
from casework import accounts, log, settings
from casework.connection import FAULTS, client
from casework.database import Database, migrate
from casework.errors import SetupError
from casework.settings import Settings
from casework.workflow import QUEUES, workflows
from cli import redis_server
from cli.data_dir import Lock, prepare
from cli.supervisor import Child

READY_SECONDS = 30.0
STOP_SECONDS = 6.0
_log = log.get(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--workers", "count", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
@click.option("--queues", default=",".join(QUEUES), show_default=True, help="Queues that the workers serve.")
def command(host: str, port: int, count: int, queues: str) -> None:
    """Start everything: Redis, the database, the API and workers.

    Data lives in CASEWORK_DATA_DIR (./casework-data). Prints a line that starts with `ready` and holds the URL.
    Ctrl-C stops it all; started again it goes on with what was unfinished.
    """
    configured = settings.load()
    log.configure(configured.log_format, configured.log_level)
    asyncio.run(run(configured, host, port, count, queues))


async def run(configured: Settings, host: str, port: int, count: int, queues: str) -> None:
    """Serve until SIGINT or SIGTERM; raises SetupError when something cannot start."""
    prepare(configured.data_dir)
    lock = Lock(configured.data_dir)
    lock.acquire()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    children: list[list[Child]] = []
    try:
        with listen(host, port) as listener:
            serving = asyncio.create_task(_start(configured, listener, count, queues, children), name="start")
            stop = asyncio.create_task(stopping.wait(), name="stop")
            await asyncio.wait([serving, stop], return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
                await stop
            serving.cancel()
            stop.cancel()
            await asyncio.wait([serving, stop])
    finally:
        for together in reversed(children):
            await asyncio.gather(*(child.stop(STOP_SECONDS) for child in together))
        lock.release()


async def _start(
    configured: Settings, listener: socket.socket, count: int, queues: str, children: list[list[Child]]
) -> None:
    workflows()
    background = configured.task_system == "background"  # then the API is all there is
    if not background and not configured.redis_url:
        redis = Child("redis", _redis_command(configured))
        children.append([redis])
        await redis.start()
        await _answers(configured.redis)
    await migrate(configured.database)
    await _admin(configured)
    python = [sys.executable, "-m", "cli.main"]
    descriptor = listener.fileno()
    api = Child("api", [*python, "api", "--fd", str(descriptor)], pass_fds=[descriptor])
    numbers = range(1, 1 + (0 if background else count))
    workers = [Child(f"worker {n}", [*python, "worker", "--queues", queues]) for n in numbers]
    children.append([api, *workers])
    for child in [api, *workers]:
        await child.start()
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    await _ready(url, configured, workers)
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()


def _redis_command(configured: Settings) -> Sequence[str]:
    command = redis_server.command(configured.data_dir)
    (configured.data_dir / "redis.sock").unlink(missing_ok=True)  # of a server that was killed: the lock is ours
    return command


async def _answers(url: str) -> None:
    """Wait until the server has loaded its data."""
    redis = client(url, size=1, retries=0)
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    try:
        while True:
            try:
                await redis.ping()
            except FAULTS as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise SetupError(f"the embedded Redis does not answer ({error}); {redis_server.HELP}") from None
                await asyncio.sleep(0.02)
            else:
                return
    finally:
        await redis.aclose(close_connection_pool=True)


async def _admin(configured: Settings) -> None:
    given = configured.admin_password
    database = Database(configured.database, pool_size=1)
    try:
        made = await accounts.ensure_admin(database, None if given is None else given.get_secret_value())
    finally:
        await database.close()
    if made is not None:
        sys.stdout.write(f"made the user admin with the password {made} (shown this once; keep it)\n")
        sys.stdout.flush()


async def _ready(url: str, configured: Settings, workers: Sequence[Child]) -> None:
    """Wait until the API answers and every worker beats."""
    import httpx

    from progress import operating

    database = Database(configured.database, pool_size=1)
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    pids = {child.process.pid for child in workers if child.process is not None}
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            while asyncio.get_running_loop().time() < deadline:
                try:
                    answered = (await http.get(f"{url}/health/ready")).status_code == httpx.codes.OK
                except httpx.TransportError:
                    answered = False
                async with database.read() as connection:
                    beating = {row["pid"] for row in await operating.workers(connection, configured.lease_seconds)}
                if answered and pids <= beating:
                    return
                await asyncio.sleep(0.05)
    finally:
        await database.close()
    raise SetupError(f"not ready after {READY_SECONDS:g} s; the log above says why")
