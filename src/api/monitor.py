"""What goes on, for everybody who watches: one snapshot a second a process, none while nobody does.

There is no queue per watcher: one that is slow takes the newest snapshot when it comes round.
"""

import asyncio
from collections.abc import Mapping

from api import sse
from casework import duties, log
from casework.database import Database
from casework.errors import CaseworkError
from progress import operating
from progress.follow import Awake

PERIOD_SECONDS = 1.0
_log = log.get(__name__)


class Monitor:
    """One a process: `async with Monitor(…)`; `made` counts the snapshots."""

    def __init__(self, database: Database, slots: Mapping[str, int], lease: float) -> None:
        self._database = database
        self._slots = slots
        self._lease = lease
        self._watchers: set[Awake] = set()
        self._making: asyncio.Task[None] | None = None
        self.made = 0
        self.latest: bytes | None = None
        self.away = False

    async def __aenter__(self) -> "Monitor":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watchers.clear()
        if self._making is not None:
            await duties.end([self._making])

    def watch(self, awake: Awake) -> None:
        """Set the event whenever there is a newer snapshot; the first watcher starts the making of them."""
        self._watchers.add(awake)
        if self._making is None:
            self._making = duties.begin("monitor", self._make)

    def leave(self, awake: Awake) -> None:
        """After the last one has left there are none."""
        self._watchers.discard(awake)

    async def _make(self) -> None:
        self.away = False
        while self._watchers:
            await self._snapshot()
            for awake in self._watchers:
                awake.set()
            await asyncio.sleep(PERIOD_SECONDS)
        self._making = self.latest = None

    async def _snapshot(self) -> None:
        try:
            async with self._database.read() as connection:
                shown = await operating.snapshot(connection, self._slots, self._lease)
        except CaseworkError as error:
            self.away = True
            _log.warning("no snapshot", error=error.detail)
            return
        self.away = False
        self.made += 1
        self.latest = sse.named("snapshot", shown)
