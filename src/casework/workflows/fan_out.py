"""Many pieces of one step at a time, but not too many: other tasks want the processes too."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def fan_out(work: Callable[[T], Awaitable[R]], items: Sequence[T], at_once: int) -> list[R]:
    """What `work` gives for each, in the order of the items, `at_once` at a time.

    The first failure cancels the others, waits for their end, and is raised as it is.
    """
    gate = asyncio.Semaphore(at_once)

    async def one(item: T) -> R:
        async with gate:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
