"""A process for a file that nobody trusts: what becomes of it there is a notice of that file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from casework import Context, Process, StepCrashed
from casework.workflows.reading import notice
from casework.workflows.reading.notice import Unreadable


@asynccontextmanager
async def guarded(ctx: Context, seconds: float) -> AsyncIterator[Process]:
    """A process to oneself for so long; raises Unreadable when it is out of time, of memory, or dead."""
    try:
        async with ctx.process() as process, asyncio.timeout(seconds):
            yield process
    except TimeoutError:
        raise Unreadable(notice.too_slow(seconds)) from None
    except StepCrashed:
        raise Unreadable(notice.CRASHED) from None
    except MemoryError:
        raise Unreadable(notice.TOO_MUCH_MEMORY) from None
