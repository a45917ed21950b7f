"""What was decided elsewhere about the runs of this process: cancelled by their owner, or taken by another worker.

Asked of SQL twice a second while anything runs, so that it works without Redis too.
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
        """Stop the runs that are to stop."""
        runs = dict(self._runner.runs)
        if not runs:
            return
        columns = (tasks.c.id, tasks.c.run_token, tasks.c.cancel_requested_at)
        async with self._database.read() as connection:
            rows = (await connection.execute(sa.select(*columns).where(tasks.c.id.in_(runs)))).all()
        for row in rows:
            run = runs[row.id]
            if row.run_token != self._runner.tokens.get(row.id):
                if self._runner.runs.get(row.id) is run:
                    run.stop("fenced")
            elif row.cancel_requested_at is not None:
                run.stop("cancelled")
