"""The settings that arq's worker is made from, one mapping a queue.

A plain mapping: of a class arq reads only what stands in its own `__dict__`, and says nothing of what it ignores.
"""

import socket
from typing import Any

from arq.connections import RedisSettings
from arq.worker import func

from casework import collector, log, settings
from casework.dispatch import FUNCTION, connect, queue_key
from workers.process import WorkerProcess
from workers.transport import install, run_task

NEVER_SECONDS = 30 * 24 * 3600  # arq's own limits stay out of the way: ours are in SQL
HEALTH_SECONDS = 10


def build(queue: str) -> dict[str, Any]:
    """The settings for `arq workers.High` and its like: a process that serves one queue."""
    install()
    return {
        **shared(queue),
        "redis_settings": RedisSettings.from_dsn(settings.load().redis),
        "on_startup": _open,
        "on_shutdown": _close,
        "ctx": {"queue": queue},
    }


def shared(queue: str) -> dict[str, Any]:
    """What a worker of this queue needs whoever opens its process."""
    configured = settings.load()
    slots = configured.slots(queue)
    return {
        "functions": [func(run_task, name=FUNCTION, max_tries=1_000_000, timeout=NEVER_SECONDS)],
        "queue_name": queue_key(queue),
        "redis_pool": connect(configured.redis, queue, size=slots + 4),
        "max_jobs": slots,
        "job_timeout": NEVER_SECONDS,
        "keep_result": 0,
        "health_check_interval": HEALTH_SECONDS,
        "health_check_key": f"casework:health:{queue}:{socket.gethostname()}",
    }


async def _open(ctx: dict[str, Any]) -> None:
    configured = settings.load()
    log.configure(configured.log_format, configured.log_level)
    collector.settle()
    ctx["process"] = await WorkerProcess(configured, [ctx["queue"]]).__aenter__()


async def _close(ctx: dict[str, Any]) -> None:
    if "process" in ctx:
        await ctx.pop("process").__aexit__(None, None, None)
