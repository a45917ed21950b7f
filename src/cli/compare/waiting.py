"""Waiting for something to become true, no longer than it may take; and killing a process with all its children."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from casework.errors import SetupError
from cli.drill.process import Process

PERIOD_SECONDS = 0.1
KILLED_SECONDS = 10.0


async def kill(process: Process) -> None:
    """`kill -9`, for the process and its children: each has a session of its own."""
    if process.running:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.ended(KILLED_SECONDS)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, message: str) -> None:
    """Return once it holds; raises SetupError with the message after so many seconds."""
    if not await comes(condition, seconds):
        raise SetupError(message)


async def comes(condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Whether it holds within so many seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not await condition():
        if loop.time() > deadline:
            return False
        await asyncio.sleep(PERIOD_SECONDS)
    return True
