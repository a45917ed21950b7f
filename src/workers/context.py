"""What a step sees of its run: the real `casework.Context`.

Holds no state of its own but what the step leaves: its artifacts and how far it is.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, ParamSpec, TypeVar

from casework import documents as store
from casework import log
from casework.clock import now
from casework.context import Document, Process
from casework.database import Database
from casework.documents import Documents
from casework.errors import ArtifactNotFound
from casework.task import Task, sayable
from progress import event as e
from progress.command import Artifact
from progress.reporter import Reporter
from workers.pool import ProcessPool

P = ParamSpec("P")
T = TypeVar("T")
MESSAGE_CHARACTERS = 2_000
LOG_CHARACTERS = 200
_log = log.get(__name__)


class Tools:
    """What the steps of all runs of a process share."""

    def __init__(self, database: Database, documents: Documents, pool: ProcessPool) -> None:
        self.database = database
        self.documents = documents
        self.pool = pool


class StepContext:
    """One for each execution of a step; `overall(fraction)` tells the task's progress when the step's is known."""

    def __init__(
        self,
        task: Task,
        step: str,
        executions: Mapping[str, int],
        reporter: Reporter,
        tools: Tools,
        overall: Callable[[float], float],
    ) -> None:
        self._task = task
        self._step = step
        self._executions = executions
        self._reporter = reporter
        self._tools = tools
        self._overall = overall
        self.artifacts: dict[str, Artifact] = {}

    @property
    def task_id(self) -> str:
        return self._task.id

    @property
    def attempt(self) -> int:
        return self._task.attempt

    @property
    def last_attempt(self) -> bool:
        return self._task.failures + 1 >= self._task.max_attempts

    @property
    def step(self) -> str:
        return self._step

    @property
    def executions(self) -> Mapping[str, int]:
        return self._executions

    async def progress(
        self, done: float, total: float, message: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        fraction = min(1.0, max(0.0, done / total)) if total > 0 else 0.0
        await self._reporter.tick(
            e.StepProgressed(
                at=e.stamp(now()),
                step=self._step,
                progress=self._overall(fraction),
                step_progress=round(100 * fraction, 2),
                done=done,
                total=total,
                message=sayable(message[:MESSAGE_CHARACTERS]),
                data=data,
            )
        )

    async def log(self, message: str, level: str = "info", data: Mapping[str, Any] | None = None) -> None:
        message = sayable(message[:MESSAGE_CHARACTERS])
        line = e.TaskLog(e.stamp(now()), level, message, self._step, data)
        _log.log(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO), "said", message=message[:LOG_CHARACTERS]
        )
        await self._reporter.say(line)

    def show(self, text: str) -> None:
        self._reporter.show(self._step, text)

    async def documents(self, ids: list[str]) -> list[Document]:
        async with self._tools.database.read() as connection:
            return await store.find(connection, self._task.owner_id, ids)

    async def read(self, document: Document) -> bytes:
        return await self._tools.documents.read(document)

    async def artifact(self, name: str, content: bytes, media_type: str) -> None:
        await self._tools.documents.put_artifact(self._task.id, name, content)
        self.artifacts[name] = Artifact(name, media_type, len(content), store.digest(content))

    async def left(self, name: str, media_type: str) -> bytes | None:
        try:
            content = await self._tools.documents.read_artifact(self._task.id, name)
        except ArtifactNotFound:
            return None
        self.artifacts[name] = Artifact(name, media_type, len(content), store.digest(content))
        return content

    async def in_process(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._tools.pool.run(work, *args, **kwargs)

    def process(self) -> AbstractAsyncContextManager[Process]:
        return self._tools.pool.process()

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(work, *args, **kwargs)
