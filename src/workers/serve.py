"""One process that serves several queues, each with its own slots: `casework worker --queues high,medium,low`."""

import asyncio
import signal
from collections.abc import Sequence

from casework import collector, duties
from casework.settings import Settings
from workers.arq_settings import shared
from workers.process import WorkerProcess
from workers.transport import Worker


async def serve(settings: Settings, queues: Sequence[str]) -> None:
    """Serve until SIGTERM or SIGINT; then hand over what runs. Raises SetupError when it cannot start."""
    collector.settle()
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with WorkerProcess(settings, queues) as process:
        workers = [
            Worker(**shared(queue), handle_signals=False, ctx={"queue": queue, "process": process}) for queue in queues
        ]
        running = [asyncio.create_task(worker.async_run(), name=f"queue {worker.ctx['queue']}") for worker in workers]
        stop = asyncio.create_task(stopping.wait(), name="stop")
        try:
            await asyncio.wait([stop, *running], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            process.drain()
            await asyncio.gather(*(worker.close() for worker in workers), return_exceptions=True)
            await duties.end(running)
        for task in running:
            if not task.cancelled():
                task.result()
