"""What tests of all packages lean on."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any


async def eventually(condition: Callable[[], Any], deadline: float = 5, message: str = "it never came") -> Any:
    """What the (async) condition gives once it is true; fails with the message after `deadline` seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + deadline
    while True:
        outcome = condition()
        found = await outcome if inspect.isawaitable(outcome) else outcome
        if found:
            return found
        if loop.time() > until:
            raise AssertionError(f"{message} (waited {deadline} s)")
        await asyncio.sleep(0.02)
