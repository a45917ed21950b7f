"""Telling those who asked of a task's end: looks into the outbox, claims what is due, sends it, logs the try.

At least once, and never in a task's way: what a worker had claimed when it died is another's after the lease.
"""

import asyncio
import random
import time

from casework import courier, duties, failpoint, log, notify
from casework.clock import now, rfc3339
from casework.database import Database
from casework.errors import CaseworkError, NotDelivered, Undeliverable
from casework.retry import backoff
from casework.settings import Settings
from progress import outbox
from progress.outbox import Claimed, Try

PERIOD_SECONDS = 1.0
AT_ONCE = 8
TRIES = 12
LONGEST_WAIT_SECONDS = 3600.0
_log = log.get(__name__)


class Notifier:
    """One in every worker process."""

    def __init__(self, database: Database, settings: Settings, worker_id: str) -> None:
        self._database = database
        self._settings = settings
        self._worker_id = worker_id
        self._sending: dict[str, asyncio.Task[None]] = {}
        urls = settings.notify_urls
        self._urls = [] if urls is None else urls.get_secret_value().split()

    async def run(self) -> None:
        """Look every second, for ever."""
        try:
            while True:
                await asyncio.sleep(PERIOD_SECONDS * random.uniform(0.8, 1.2))
                try:
                    await self.look()
                except CaseworkError as error:
                    _log.warning("the outbox could not be read", error=str(error))
        finally:
            await duties.end(list(self._sending.values()))

    async def look(self) -> None:
        """Begin to send what is due, as far as there is room."""
        me, lease, busy = self._worker_id, self._settings.lease_seconds, list(self._sending)
        if not await self._database.look(lambda connection: outbox.waits(connection, me, lease, busy)):
            return
        async with self._database.write() as connection:
            await outbox.expand(connection, self._urls)
            claimed = await outbox.claim(connection, me, lease, busy, AT_ONCE - len(busy))
        failpoint.reach("delivery.claimed")
        for each in claimed:
            sending = asyncio.create_task(self._send(each), name=f"delivery {each.message.id}")
            self._sending[each.message.id] = sending
            sending.add_done_callback(lambda _, done=each.message.id: self._sending.pop(done, None))  # type: ignore[misc]

    async def _send(self, claimed: Claimed) -> None:
        message, begun, at = claimed.message, time.monotonic(), rfc3339(now())
        bound = _log.bind(task_id=claimed.task_id, delivery=message.id, target=notify.shown(message.url))
        final = len(claimed.tries) + 1 >= TRIES
        try:
            outcome, ok = await courier.bring(message, self._settings), True
            bound.info("notified", outcome=outcome)
        except NotDelivered as error:
            outcome, ok = error.detail, False
            final = final or isinstance(error, Undeliverable)
            bound.warning("not notified", outcome=outcome, final=final, tries=len(claimed.tries) + 1)
        tries = [*claimed.tries, Try(at, round(time.monotonic() - begun, 3), ok, outcome)]
        wait = backoff(len(tries), self._settings.notify_retry_seconds, LONGEST_WAIT_SECONDS)
        next_at = None if final else now() + round(wait * 1000)
        try:
            async with self._database.write() as connection:
                await outbox.settle(connection, message.id, self._worker_id, tries, next_at)
        except CaseworkError as error:  # still ours: the next look sends it again
            bound.warning("a delivery could not be logged and is repeated", error=str(error))
