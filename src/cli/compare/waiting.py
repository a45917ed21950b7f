"""Waiting for something to become true, and no longer than it may take."""

import asyncio
from collections.abc import Awaitable, Callable

from casework.errors import SetupError

PERIOD_SECONDS = 0.1


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
