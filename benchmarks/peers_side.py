"""The peers: an environment of their own, their workers, and the same figures as are taken of Casework."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from stand import Stand, stand

from casework.connection import client

HERE = Path(__file__).parent
PACKAGES = [
    "celery[redis]",
    "psycopg2-binary",
    "sqlalchemy",
    "saq[redis,hiredis]",
    "taskiq<0.12",
    "taskiq-redis",
    "pydocket",
    "uvloop",
]
LONGEST_SECONDS = 300.0


class Peer(msgspec.Struct, frozen=True):
    """`worker` is the command line of one worker process behind `python`, run in `peers/`; `results`: it stores the
    state of each task in PostgreSQL; `ours`: it runs in Casework's own environment, which pins the same arq."""

    name: str
    script: str
    worker: Sequence[str]
    results: bool = False
    ours: bool = False
    poll: str = ""


CELERY = ["-m", "celery", "-A", "celery_peer", "worker", "--concurrency", "2", "-l", "error"]
LEAN = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
PEERS = [
    Peer("Celery, prefork", "celery_peer.py", [*CELERY, *LEAN]),
    Peer("Celery, prefork, PostgreSQL results", "celery_peer.py", [*CELERY, *LEAN], results=True),
    Peer("SAQ", "saq_peer.py", ["-m", "saq", "saq_peer.settings"]),
    Peer(
        "taskiq",
        "taskiq_peer.py",
        ["-m", "taskiq", "worker", "taskiq_peer:broker", "--workers", "1", "--log-level", "ERROR"],
    ),
    Peer("docket", "docket_peer.py", ["docket_peer.py", "worker"]),
    Peer("arq, stock", "arq_peer.py", ["-m", "arq", "arq_peer.WorkerSettings"], ours=True),
    Peer("arq, poll 0.01 s", "arq_peer.py", ["-m", "arq", "arq_peer.WorkerSettings"], ours=True, poll="0.01"),
]


def environment(directory: Path) -> Path:
    """The peers' Python, installed where it is not there yet."""
    python = directory / "bin" / "python"
    if not python.exists():
        print(f"==> Installing the peers into {directory}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(install, check=True)
    return python


def versions(python: Path) -> str:
    """What was installed."""
    names = ("celery", "saq", "taskiq", "taskiq-redis", "pydocket")
    code = f"import importlib.metadata as m; print(', '.join(f'{{n}} {{m.version(n)}}' for n in {names}))"
    return subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True).stdout.strip()


class Bench:
    """One peer on a Redis of its own: `await start_latency(n)`, `await drain(n, workers)`."""

    def __init__(self, peer: Peer, python: Path) -> None:
        self._peer = peer
        self._python = sys.executable if peer.ours else str(python)

    async def start_latency(self, count: int) -> list[float]:
        """Milliseconds from the client's call to the first line of the job, one at a time."""
        async with stand("sqlite") as made:
            worker = await self._worker(made, {})
            try:
                await self._client(made, {}, "latency", 3)
                return [float(each) for each in json.loads(await self._client(made, {}, "latency", count))]
            finally:
                await _ended(worker)

    async def drain(self, count: int, workers: int) -> tuple[float, float]:
        """(enqueued a second, drained a second): the second from the start of the first job to that of the last."""
        async with stand("postgresql" if self._peer.results else "sqlite") as made:
            extra = _results(made) if self._peer.results else {}
            seconds = float(await self._client(made, extra, "drain", count))
            started = [await self._worker(made, extra) for _ in range(workers)]
            try:
                marks = await _marks(made)
            finally:
                await asyncio.gather(*map(_ended, started))
            return count / seconds, count / ((marks[-1] - marks[0]) / 1e9)

    async def progress(self, updates: int) -> float:
        """Updates a second from two running tasks, kept in Redis by the result backend and overwritten each time."""
        async with stand("sqlite") as made:
            extra = {"PEER_RESULTS": made.redis_url}
            worker = await self._worker(made, extra)
            try:
                await self._client(made, extra, "progress", updates)
                spans = [tuple(map(int, span.split())) for span in await _popped(made, "progress", 2)]
            finally:
                await _ended(worker)
            return 2 * updates / ((max(end for _, end in spans) - min(begun for begun, _ in spans)) / 1e9)

    async def _worker(self, made: Stand, extra: dict[str, str]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            self._python, *self._peer.worker, cwd=HERE / "peers", env=self._env(made, extra),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    async def _client(self, made: Stand, extra: dict[str, str], verb: str, count: int) -> bytes:
        process = await asyncio.create_subprocess_exec(
            self._python, self._peer.script, verb, str(count), cwd=HERE / "peers", env=self._env(made, extra),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), LONGEST_SECONDS)
        if process.returncode:
            raise AssertionError(f"{self._peer.script} {verb} ended with {process.returncode}")
        return out

    def _env(self, made: Stand, extra: dict[str, str]) -> dict[str, str]:
        poll = {"PEER_POLL": self._peer.poll} if self._peer.poll else {}
        return {**os.environ, "PEER_REDIS_URL": made.redis_url, "PYTHONPATH": str(HERE / "peers"), **poll, **extra}


def _results(made: Stand) -> dict[str, str]:
    assert made.postgres is not None
    return {"PEER_RESULTS": f"db+postgresql+psycopg2://postgres@/postgres?host={made.directory / 'postgresql'}"}


async def _marks(made: Stand) -> list[int]:
    return sorted(int(each) for each in await _popped(made, "marks", 2))


async def _popped(made: Stand, key: str, count: int) -> list[bytes]:
    redis = client(made.redis_url, size=1)
    found: list[bytes] = []
    deadline = time.monotonic() + LONGEST_SECONDS
    while len(found) < count:
        popped = await redis.blpop([key], 1)
        if popped:
            found.append(popped[1])
        elif time.monotonic() > deadline:
            raise TimeoutError(f"the peer has not finished after {LONGEST_SECONDS:g} s")
    await redis.aclose(close_connection_pool=True)
    return found


async def _ended(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()
