"""What was decided elsewhere about the runs of this process: cancelled by their owner, or taken by another worker.

Asked of SQL twice a second while anything runs, so that it works without Redis too; finds as well what SQL gave to
this process and it does not run.
"""

import asyncio

import sqlalchemy as sa

from casework import log
from casework.database import Database
from casework.errors import CaseworkError
from casework.tables import tasks
from workers.runner import Runner

PERIOD_SECONDS = 0.5
REST_PERIODS = 4  # between two looks of a process that runs nothing
_log = log.get(__name__)


class Steering:
    """One in every worker process."""

    def __init__(self, database: Database, runner: Runner) -> None:
        self._database = database
        self._runner = runner
        columns = (tasks.c.id, tasks.c.run_token, tasks.c.cancel_requested_at)
        self._query = sa.select(*columns).where(tasks.c.worker_id == runner.worker_id, tasks.c.status == "running")

    async def run(self) -> None:
        """Look every period, for ever."""
        at_rest = 0
        while True:
            await asyncio.sleep(PERIOD_SECONDS)
            at_rest = 0 if self._runner.runs else at_rest + 1
            if at_rest % REST_PERIODS:
                continue
            try:
                await self.look()
            except CaseworkError as error:
                _log.warning("steering could not look", error=str(error))

    async def look(self) -> None:
        """Stop the runs that are to stop; give back what nobody here runs."""
        runs, held = dict(self._runner.runs), set(self._runner.held)
        found = await self._database.look(lambda connection: connection.execute(self._query).all())
        rows = {row.run_token: row for row in found}
        for token, run in runs.items():
            if self._runner.runs.get(token) is not run:
                continue  # it has ended meanwhile
            if token not in rows:
                run.stop("fenced")
            elif rows[token].cancel_requested_at is not None:
                run.stop("cancelled")
        for token in rows.keys() - held - self._runner.held:
            await self._runner.give_back(rows[token].id, token)
