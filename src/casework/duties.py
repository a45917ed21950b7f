"""Ending background tasks for certain.

A cancellation can be lost: a library's timeout that ends at the same moment may swallow it (seen with asyncio.wait_for
of Python 3.11 under load), and then the task goes on. So it is asked again until it has ended.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN_SECONDS = 0.5


async def end(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    """Cancel the tasks and wait until every one of them has ended."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN_SECONDS)
