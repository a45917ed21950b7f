"""Background duties: kept up for as long as the process lives, and ended for certain.

A duty that dies of what nobody expected would be missed by nobody until much later: it is told in the log, and begins
anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from casework import log
from casework.retry import backoff

AGAIN_SECONDS = 0.5
HEALTHY_SECONDS = 60.0  # a duty that lasted so long begins to count its failures anew
LONGEST_WAIT_SECONDS = 30.0
_log = log.get(__name__)


def begin(name: str, duty: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    """A task that does the duty until it returns, again and again where it fails; pass it to `end`."""
    return asyncio.create_task(_keep_up(name, duty), name=name)


async def _keep_up(name: str, duty: Callable[[], Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        begun = loop.time()
        try:
            return await duty()
        except Exception:  # noqa: BLE001 - whatever it is, the process cannot do without this duty
            failures = 1 if loop.time() - begun > HEALTHY_SECONDS else failures + 1
            _log.exception("a duty failed and begins anew", duty=name, failures=failures)
        await asyncio.sleep(backoff(failures, 0.5, LONGEST_WAIT_SECONDS))


async def end(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    """Cancel the tasks and wait until every one of them has ended.

    A cancellation can be lost: a library's timeout that ends at the same moment may swallow it (seen with
    asyncio.wait_for of Python 3.11 under load), and then the task goes on. So it is asked again until it has ended.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN_SECONDS)
