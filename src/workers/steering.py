"""What was decided elsewhere about the runs of this process: cancelled by their owner, or taken by another worker.

Asked of SQL twice a second, so that it works without Redis too; finds as well what SQL gave to this process and it
does not run.
"""

import asyncio

import sqlalchemy as sa

from casework import log
from casework.database import Database
from casework.errors import CaseworkError
from casework.tables import tasks
from workers.runner import Runner

PERIOD_SECONDS = 0.5
_log = log.get(__name__)


class Steering:
    """One in every worker process."""

    def __init__(self, database: Database, runner: Runner) -> None:
        self._database = database
        self._runner = runner

    async def run(self) -> None:
        """Look every period, for ever."""
        while True:
            await asyncio.sleep(PERIOD_SECONDS)
            try:
                await self.look()
            except CaseworkError as error:
                _log.warning("steering could not look", error=str(error))

    async def look(self) -> None:
        """Stop the runs that are to stop; give back what nobody here runs."""
        runs, held = dict(self._runner.runs), set(self._runner.held)
        columns = (tasks.c.id, tasks.c.run_token, tasks.c.cancel_requested_at)
        query = sa.select(*columns).where(tasks.c.worker_id == self._runner.worker_id, tasks.c.status == "running")
        async with self._database.read() as connection:
            rows = {row.run_token: row for row in await connection.execute(query)}
        for token, run in runs.items():
            if self._runner.runs.get(token) is not run:
                continue  # it has ended meanwhile
            if token not in rows:
                run.stop("fenced")
            elif rows[token].cancel_requested_at is not None:
                run.stop("cancelled")
        for token in rows.keys() - held - self._runner.held:
            await self._runner.give_back(rows[token].id, token)
