"""A server under measurement: a process on a socket that is open already, its CPU, its end."""

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil

HERE = Path(__file__).resolve().parent


@asynccontextmanager
async def process(*command: str, listener: socket.socket, **environment: str) -> AsyncIterator[psutil.Process]:
    """A server on this socket, once it answers."""
    started = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
        command,
        pass_fds=[listener.fileno()],
        env={**os.environ, **environment},
        cwd=HERE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield psutil.Process(started.pid)
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def cpu(process: psutil.Process) -> float:
    """Seconds of CPU that it has had."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def answers(url: str) -> None:
    """Wait until there is an answer."""
    async with httpx.AsyncClient(trust_env=False) as http:
        for _ in range(300):
            try:
                if (await http.get(url)).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError(f"no answer from {url}")


async def end(server: psutil.Process) -> float:
    """How long it takes to end when it is asked to."""
    begun = time.perf_counter()
    server.terminate()
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return time.perf_counter() - begun
