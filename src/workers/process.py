"""What one worker process holds, whichever queues it serves: opened together, closed in order, also when cancelled."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from casework import duties, failpoint, log
from casework.database import Database
from casework.dispatch import Dispatch
from casework.documents import Documents, open_store
from casework.settings import Settings
from casework.workflow import workflows
from progress.bus import Bus
from progress.forecasts import Forecasts
from progress.history import History
from progress.writer import Writer
from workers.context import Tools
from workers.notifier import Notifier
from workers.pool import ProcessPool
from workers.presence import Presence, new_worker_id
from workers.pruner import Pruner
from workers.reaper import Reaper
from workers.reconciler import Reconciler
from workers.runner import Runner
from workers.steering import Steering

_log = log.get(__name__)


class WorkerProcess:
    """`async with WorkerProcess(settings, queues) as process`: then `process.runner.run(task_id, attempt)`."""

    runner: Runner
    reconciler: Reconciler
    presence: Presence

    def __init__(self, settings: Settings, queues: Sequence[str]) -> None:
        self.settings = settings
        self.queues = queues
        self.id = new_worker_id()
        self._stack = AsyncExitStack()
        self._duties: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "WorkerProcess":
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        _log.info("worker ready", worker=self.id, queues=list(self.queues))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        _log.info("worker gone", worker=self.id)

    def drain(self) -> None:
        """Stop what runs, to be handed over; tell so in the next beat."""
        self.presence.draining = True
        self.runner.stop()

    async def _open(self) -> None:
        settings, stack = self.settings, self._stack
        failpoint.watch(settings.failpoints)
        workflows()  # a workflow that cannot be loaded is told now, not at its first task
        slots = sum(settings.slots(queue) for queue in self.queues)
        database = Database(settings.database)
        stack.push_async_callback(database.close)
        dispatch = Dispatch(settings.redis)
        stack.push_async_callback(dispatch.close)
        self.presence = Presence(settings.database, self.id, self.queues, slots, settings.heartbeat_seconds)
        stack.push_async_callback(self.presence.stop)
        bus = await stack.enter_async_context(Bus(settings.redis))
        writer = await stack.enter_async_context(Writer(database, bus, hold=True))
        pool = ProcessPool(settings.pool_processes, settings.pool_memory_bytes)
        stack.callback(pool.close)
        self.reconciler = Reconciler(database, dispatch)
        tools = Tools(database, Documents(open_store(settings)), pool)
        forecasts = Forecasts(database, History({}, settings.lease_seconds))
        self.runner = Runner(settings, self.id, writer, tools, self.reconciler.schedule, forecasts)
        reaper = Reaper(
            database, writer, dispatch, settings.lease_seconds, self.presence.steady_seconds, self.reconciler.schedule
        )
        await self.presence.start()
        stack.push_async_callback(self._stop_duties)
        running = {
            "reaper": reaper.run,
            "reconciler": self.reconciler.run,
            "steering": Steering(database, self.runner).run,
            "forecasts": forecasts.run,
            "pruner": Pruner(database, tools.documents, settings.retention_days).run,
            "notifier": Notifier(database, settings, self.id).run,
        }
        self._duties = [duties.begin(name, duty) for name, duty in running.items()]

    async def _stop_duties(self) -> None:
        await duties.end(self._duties)
        await self.reconciler.flush()
