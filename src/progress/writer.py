"""The one group-committing writer of a process: what waits is written in one transaction, then rung.

Batches grow with load, because a transaction costs about the same for one row as for a hundred. In an outage a
worker's writer holds what it has and tries again (`hold`); an API's refuses at once, so that its callers can say 503.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from casework import duties, ids, log
from casework.database import Database
from casework.errors import DatabaseUnavailable, Draining
from casework.retry import backoff
from progress import journal
from progress.batch import Committed, Opening, Outcome, Unit
from progress.bus import Bus
from progress.command import Change

BATCH = 500
BACKLOG = 5_000  # units a holding writer keeps through an outage; then its callers wait
COMMIT_SECONDS = 20.0
_log = log.get(__name__)


class Writer:
    """Open it once in a process: `async with Writer(database, bus, hold=True) as writer`."""

    def __init__(self, database: Database, bus: Bus, *, hold: bool) -> None:
        self._database = database
        self.bus = bus
        self._hold = hold
        self._waiting: deque[tuple[Unit, asyncio.Future[list[Committed]]]] = deque()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self.commits = 0
        self.units = 0

    async def __aenter__(self) -> "Writer":
        self._task = duties.begin("writer", self._write_for_ever)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what waits, for at most five seconds; what is left then fails with Draining."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=5)
            await duties.end([self._task])
        _settle(self._waiting, [Draining()] * len(self._waiting))
        self._waiting.clear()

    async def write(self, change: Change) -> Committed:
        """Apply a change and wait for its commit; raises what it was refused with, or DatabaseUnavailable."""
        return (await self._submit(change))[0]

    async def open(self, opening: Opening) -> list[Committed]:
        """Open tasks, all or none, and wait for the commit; raises as `write` does."""
        return await self._submit(opening)

    async def _submit(self, unit: Unit) -> list[Committed]:
        while not self._room.is_set():
            await self._room.wait()
        if self._closing:
            raise Draining
        future: asyncio.Future[list[Committed]] = asyncio.get_running_loop().create_future()
        self._waiting.append((unit, future))
        if len(self._waiting) >= BACKLOG:
            self._room.clear()
        self._wake.set()
        # A caller that is cancelled leaves its unit to be written: a half-told story is worse than a late one.
        return await asyncio.shield(future)

    async def _write_for_ever(self) -> None:
        while not (self._closing and not self._waiting):
            await self._wake.wait()
            if not self._closing:
                self._wake.clear()
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                self._room.set()
                try:
                    await self._write_batch(taken)
                except asyncio.CancelledError:
                    self._waiting.extendleft(reversed(taken))
                    raise

    async def _write_batch(self, taken: Sequence[tuple[Unit, asyncio.Future[list[Committed]]]]) -> None:
        units = [unit for unit, _ in taken]
        try:
            outcomes = await self._commit(units)
        except DatabaseUnavailable as error:
            _settle(taken, [error] * len(taken))
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for an answer for ever
            if len(taken) == 1:
                _log.exception("a write was refused by the database")
                _settle(taken, [error])
                return
            for one in taken:  # find the one that the database refuses: the others must not fail with it
                await self._write_batch([one])
        else:
            self.commits += 1
            self.units += len(units)
            _settle(taken, outcomes)
            self.bus.ring(committed for outcome in outcomes if isinstance(outcome, list) for committed in outcome)

    async def _commit(self, units: Sequence[Unit]) -> list[Outcome]:
        """One transaction, tried again through an outage. A COMMIT whose answer was lost is looked up, not repeated."""
        commit_id = ids.new()
        decided: list[Outcome] = []  # what the last try that reached its COMMIT came to
        failures = 0

        def transaction(connection: sa.Connection) -> list[Outcome]:
            nonlocal decided
            if not (failures and journal.happened(connection, commit_id)):
                decided = journal.commit(connection, units, commit_id)
            return decided

        while True:
            try:
                async with asyncio.timeout(COMMIT_SECONDS):
                    return await self._database.transact(transaction)
            except IntegrityError:
                if failures and await self._happened(commit_id):
                    return decided
                raise
            except (DatabaseUnavailable, TimeoutError) as error:
                failures += 1
                unanswered = bool(decided) and failures == 1
                if not self._hold and not unanswered:
                    raise DatabaseUnavailable from error
                _log.warning("the database is away; writes wait", units=len(units), failures=failures)
                await asyncio.sleep(backoff(failures, 0.1, 2.0))

    async def _happened(self, commit_id: str) -> bool:
        async with self._database.read() as connection:
            return await connection.run_sync(journal.happened, commit_id)


def _settle(
    taken: Collection[tuple[Unit, asyncio.Future[list[Committed]]]], outcomes: Sequence[Outcome | Exception]
) -> None:
    for (_, future), outcome in zip(taken, outcomes, strict=True):
        if future.done():
            continue
        if isinstance(outcome, list):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
            future.exception()  # a cancelled caller no longer takes it: that is no unhandled error
