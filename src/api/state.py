"""What the API process holds: opened together before the first request, closed in order after the last."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from functools import partial

from api.metrics import Metrics
from api.monitor import Monitor
from api.overview import Overview
from api.sessions import Sessions
from api.streams import Streams
from casework import accounts, duties, failpoint, log
from casework.database import Database
from casework.dispatch import Dispatch, Job
from casework.documents import Documents, open_store
from casework.errors import CaseworkError
from casework.settings import Settings
from casework.workflow import QUEUES, workflows
from progress import samples
from progress.bus import Bus
from progress.forecasts import Forecasts
from progress.history import History
from progress.hub import Hub
from progress.writer import Writer

DISPATCH_SECONDS = 1.0
_log = log.get(__name__)


class State:
    """`await open()` … `await close()`; `draining` is set when the process is told to stop."""

    database: Database
    writer: Writer
    dispatch: Dispatch
    hub: Hub
    sessions: Sessions
    streams: Streams
    overview: Overview
    monitor: Monitor
    forecasts: Forecasts

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.key = accounts.secret_key(settings)
        self.documents = Documents(open_store(settings))
        self.slots: dict[str, int] = {queue: settings.slots(queue) for queue in QUEUES}
        self.history = History(self.slots, settings.lease_seconds)
        self.draining = asyncio.Event()
        self.metrics = Metrics(self.open_streams, self.delivered_by_poll)
        self._stack = AsyncExitStack()
        self._duties: list[asyncio.Task[None]] = []
        self._new: list[Job] = []
        self._moved: list[Job] = []
        self._sending: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect; raises DefinitionError for a workflow that cannot be loaded."""
        failpoint.watch(self.settings.failpoints)
        workflows()
        stack = self._stack
        self.database = Database(self.settings.database, pool_size=10)
        stack.push_async_callback(self.database.close)
        self.sessions = Sessions(self.database, self.key)
        await self.open_tasks(stack)

    async def open_tasks(self, stack: AsyncExitStack) -> None:
        """The task system: the seam at which `api.background` puts another one."""
        settings = self.settings
        self.dispatch = Dispatch(settings.redis)
        stack.push_async_callback(self.dispatch.close)
        bus = await stack.enter_async_context(Bus(settings.redis))
        self.writer = await stack.enter_async_context(Writer(self.database, bus, hold=False))
        self.hub = await stack.enter_async_context(Hub(self.database, settings.redis))
        self.streams = await stack.enter_async_context(Streams(settings, self.sessions, self.draining))
        self.overview = Overview(self.database)
        self.monitor = await stack.enter_async_context(Monitor(self.database, self.slots, settings.lease_seconds))
        self.forecasts = Forecasts(self.database, self.history)
        self._duties = [
            duties.begin("forecasts", self.forecasts.run),
            duties.begin("samples", partial(samples.sample_for_ever, self.database)),
        ]
        stack.push_async_callback(duties.end, self._duties)
        stack.push_async_callback(self._sent)

    def open_streams(self) -> float:
        """How many event streams are open."""
        return len(self.streams)

    def delivered_by_poll(self) -> float:
        """How many readers the hub's safety poll had to wake."""
        return self.hub.delivered_by_poll

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
        await self._stack.aclose()

    def send(self, jobs: Iterable[Job], *, moved: bool = False) -> None:
        """Dispatch committed jobs without making anybody wait for Redis; what fails the reconcilers put right."""
        (self._moved if moved else self._new).extend(jobs)
        if self._sending is None:
            self._sending = duties.begin("dispatch", self._send)

    async def _send(self) -> None:
        """Everything that has come together, in as few round trips as it takes."""
        while self._new or self._moved:
            new, moved = self._new, self._moved
            self._new, self._moved = [], []
            try:
                await self.dispatch.remove(moved)
                await self.dispatch.ensure([*new, *moved])
            except CaseworkError as error:
                _log.warning("not dispatched yet", count=len(new) + len(moved), error=error.detail)
        self._sending = None

    async def withdraw(self, jobs: Iterable[Job]) -> None:
        """Take jobs out of their queues; where that fails they are quiet no-ops later."""
        try:
            async with asyncio.timeout(DISPATCH_SECONDS):
                await self.dispatch.remove(jobs)
        except (CaseworkError, TimeoutError) as error:
            _log.warning("a job stays until it is taken", error=str(error))

    async def _sent(self) -> None:
        if self._sending is not None:
            await asyncio.wait([sending := self._sending], timeout=DISPATCH_SECONDS)
            await duties.end([sending])
