"""The worker's sign of life: one UPDATE of `workers` a beat, in the database's time, from a thread of its own.

So a loop that is busy for longer than the lease is not taken for dead, only reported as lagging.
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Sequence
from typing import Any

import psutil
import sqlalchemy as sa

from casework import ids, log
from casework.database import Database, now_ms
from casework.errors import CaseworkError, SetupError
from casework.tables import workers

FIRST_BEAT_SECONDS = 15.0
BLOCKED_BEATS = 5
LATE_BEATS = 2.5
_log = log.get(__name__)


def new_worker_id() -> str:
    """`host:pid:random`, unique for each start of a process."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{ids.new()[-8:]}"


class Presence:
    """Beats from `start` to `stop`; `period` in seconds."""

    def __init__(self, url: str, worker_id: str, queues: Sequence[str], slots: int, period: float) -> None:
        self.worker_id = worker_id
        self.draining = False
        self._url = url
        self._queues = ",".join(queues)
        self._slots = slots
        self._period = period
        self._process = psutil.Process()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
        self._stopping = threading.Event()
        self._first = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked_at = 0.0
        self._answered_at = 0.0
        self._steady_since: float | None = None
        self._beaten_at = 0.0

    async def start(self) -> None:
        """Begin to beat and wait for the first beat: no task may be claimed by a worker that nobody knows."""
        self._loop = asyncio.get_running_loop()
        self._asked_at = self._answered_at = time.monotonic()
        self._thread.start()
        try:
            await asyncio.wait_for(self._first.wait(), FIRST_BEAT_SECONDS)
        except TimeoutError:
            self._stopping.set()
            raise SetupError(
                "the worker cannot reach the database; see the warnings above, then start it again"
            ) from None

    async def stop(self) -> None:
        """Sign off: whatever this worker still held is anybody's at once."""
        self._stopping.set()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, 5)

    def steady_seconds(self) -> float:
        """For how long every beat has come through in time: while the database was away, everybody looks dead."""
        since, moment = self._steady_since, time.monotonic()
        late = moment - self._beaten_at > LATE_BEATS * self._period
        return 0.0 if since is None or late else moment - since

    def lag_seconds(self) -> float:
        """For how long the worker's loop has not answered."""
        return max(0.0, time.monotonic() - self._asked_at) if self._answered_at < self._asked_at else 0.0

    def _run(self) -> None:
        asyncio.run(self._beat_until_stopped())

    async def _beat_until_stopped(self) -> None:
        database = Database(self._url, pool_size=1)
        try:
            while not self._stopping.is_set():
                await self._try_to_beat(database)
                self._ask_loop()
                await asyncio.to_thread(self._stopping.wait, self._period)
            try:
                await asyncio.wait_for(self._sign_off(database), 2)
            except (CaseworkError, TimeoutError) as error:
                _log.warning("could not sign off; the lease will tell", error=str(error))
        finally:
            await database.close()

    async def _try_to_beat(self, database: Database) -> None:
        try:
            await self._beat(database)
        except CaseworkError as error:
            self._steady_since = None
            _log.warning("a beat was missed", error=str(error))
            return
        except Exception:  # noqa: BLE001 - a thread that died of it would let a sound worker be taken for dead
            self._steady_since = None
            _log.exception("a beat failed")
            return
        moment = time.monotonic()
        if self._steady_since is None or moment - self._beaten_at > LATE_BEATS * self._period:
            self._steady_since = moment
        self._beaten_at = moment
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._first.set)

    async def _beat(self, database: Database) -> None:
        state = {
            "status": "draining" if self.draining else "alive",
            "heartbeat_at": now_ms(),
            "rss_bytes": self._process.memory_info().rss,
            "cpu_percent": self._process.cpu_percent(),
            "loop_lag_seconds": round(self.lag_seconds(), 3),
        }
        await database.transact(lambda connection: self._write(connection, state))

    def _write(self, connection: sa.Connection, state: dict[str, Any]) -> None:
        if connection.execute(sa.update(workers).where(workers.c.id == self.worker_id).values(**state)).rowcount:
            return
        born = {"host": socket.gethostname(), "pid": os.getpid(), "queues": self._queues, "slots": self._slots}
        connection.execute(sa.insert(workers).values(id=self.worker_id, started_at=now_ms(), **born, **state))

    async def _sign_off(self, database: Database) -> None:
        gone = sa.delete(workers).where(workers.c.id == self.worker_id)
        await database.transact(lambda connection: connection.execute(gone))

    def _ask_loop(self) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        if self._answered_at < self._asked_at:
            if self.lag_seconds() > BLOCKED_BEATS * self._period:
                _log.warning("the loop is blocked; something in it should be in a pool", seconds=self.lag_seconds())
            return
        self._asked_at = time.monotonic()
        self._loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        self._answered_at = time.monotonic()
