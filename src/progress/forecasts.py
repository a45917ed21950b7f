"""Estimates on their way to being graded: noted without making anybody wait, written once a second.

A process that dies loses the last second's; in an outage they are dropped, for nothing depends on them.
"""

import asyncio
from collections.abc import Collection
from typing import Any

from casework import log
from casework.clock import now
from casework.database import Database
from casework.errors import CaseworkError
from casework.task import Task
from casework.workflow import Plan
from progress import grades
from progress.eta import Estimate
from progress.grades import Made
from progress.history import History

PERIOD_SECONDS = 1.0
MOST = 50  # a period: enough to grade by, however many tasks there are
_log = log.get(__name__)


class Forecasts:
    """One a process; `run` writes for ever."""

    def __init__(self, database: Database, history: History) -> None:
        self._database = database
        self._history = history
        self._rows: list[dict[str, Any]] = []

    def note(self, task: Task, made: Made, estimate: Estimate | None) -> None:
        """Remember what was said of a task just now."""
        if estimate is not None and len(self._rows) < MOST:
            self._rows.append(grades.row(task, made, now(), estimate))

    def started(self, task: Task, plan: Plan, read: Any, finished: Collection[str]) -> None:
        """An attempt begins: say how long it takes, if it is a task's first."""
        if task.attempt == 1 and len(self._rows) < MOST:
            self.note(task, "start", self._history.at_start(task, plan, read, finished))

    async def run(self) -> None:
        """Write what was noted, and look again at the history, every second."""
        while True:
            await asyncio.sleep(PERIOD_SECONDS)
            try:
                await self.flush()
            except CaseworkError as error:
                _log.warning("estimates were not kept", error=error.detail)

    async def flush(self) -> None:
        """Write what was noted."""
        rows, self._rows = self._rows, []
        if rows:
            async with self._database.write() as connection:
                await grades.keep(connection, rows)
        if self._history.stale:
            async with self._database.read() as connection:
                await self._history.refresh(connection)
