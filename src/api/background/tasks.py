"""Tasks the way they are usually put into a web process: run by asyncio, kept in a dict, told to who is connected.

In memory: tasks, what runs, who listens. In the database: accounts and documents. No queue, no retries, no history:
what the process forgets is gone.
"""

import asyncio
import traceback
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, ParamSpec, TypeVar

import msgspec

from api.state import State
from casework import documents, duties, log
from casework.clock import now
from casework.context import Document
from casework.task import Fault, Task
from casework.workflow import Workflow
from progress import event as e
from progress.event import Record
from progress.fold import fold

P = ParamSpec("P")
T = TypeVar("T")
_log = log.get(__name__)


class Held:
    """A task, the asyncio task that runs it, the files it has left, and those who listen."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.job: asyncio.Task[None] | None = None
        self.artifacts: dict[str, tuple[str, int]] = {}
        self.listeners: set[asyncio.Queue[Record]] = set()

    def say(self, event: e.Event) -> None:
        """Change the task, and tell whoever is connected; nobody else will ever know."""
        folded = fold(self.task, event)
        folded.last_seq = self.task.last_seq + 1
        self.task = folded
        record = e.record(folded.id, folded.last_seq, event)
        for listener in self.listeners:
            listener.put_nowait(record)


class Background(State):
    """The state of such a process: its tasks in a dict."""

    async def open_tasks(self, stack: AsyncExitStack) -> None:
        self.held: dict[str, Held] = {}
        stack.push_async_callback(self._stop)

    def open_streams(self) -> float:
        return sum(len(held.listeners) for held in self.held.values())

    def delivered_by_poll(self) -> float:
        return 0

    def start(self, task: Task, workflow: Workflow[Any]) -> None:
        """Run it, now."""
        held = self.held[task.id] = Held(task)
        held.task.last_seq = 1
        held.job = asyncio.create_task(self._run(held, workflow), name=task.id)

    async def _run(self, held: Held, workflow: Workflow[Any]) -> None:
        task = held.task
        bound = _log.bind(task_id=task.id, request_id=task.request_id)
        try:
            await asyncio.sleep(max(0.0, (task.available_at - now()) / 1000))
            held.say(e.TaskStarted(e.stamp(now()), 1, "api"))
            bound.info("task started", workflow=task.workflow)
            result = await self._steps(held, workflow)
            held.task.result = msgspec.json.encode(result).decode()
            held.say(e.TaskSucceeded(e.stamp(now()), 1, (now() - task.created_at) / 1000))
            bound.info("task succeeded")
        except asyncio.CancelledError:
            held.say(e.TaskCancelled(e.stamp(now()), 1))
            raise
        except Exception as error:  # noqa: BLE001 - whatever a task raises, it is the task's end
            held.say(e.TaskFailed(e.stamp(now()), 1, Fault.of(error)))
            bound.warning("task failed", error=type(error).__name__, traceback=traceback.format_exc())

    async def _steps(self, held: Held, workflow: Workflow[Any]) -> Any:
        parsed = workflow.load(held.task.input.encode())
        plan = workflow.plan(parsed)
        outputs: dict[str, Any] = {}
        for name in plan.order:
            step, begun = plan.steps[name], now()
            done = plan.progress(dict.fromkeys(outputs, 1.0))
            held.say(e.StepStarted(e.stamp(begun), name, 1, 1, done))
            ctx = StepContext(self, held, name, done, plan.progress({name: 1.0}))
            given = {"ctx": ctx, "input": parsed, **outputs}
            outputs[name] = await step.run(*(given[parameter] for parameter in step.parameters))
            done = plan.progress(dict.fromkeys(outputs, 1.0))
            held.say(e.StepSucceeded(e.stamp(now()), name, done, (now() - begun) / 1000))
        last = StepContext(self, held, "", 100.0, 0.0)
        last.executions = dict.fromkeys(outputs, 1)
        return workflow.result(last, {name: outputs[name] for name in plan.steps})

    async def _stop(self) -> None:
        """The process ends, and with it everything that runs."""
        await duties.end([held.job for held in self.held.values() if held.job is not None])


class StepContext:
    """What a step sees: `casework.Context`, told in memory."""

    def __init__(self, state: Background, held: Held, step: str, done: float, share: float) -> None:
        self._state = state
        self._held = held
        self._done = done
        self._share = share
        self.task_id = held.task.id
        self.attempt = 1
        self.step = step
        self.executions: Mapping[str, int] = {step: 1}

    async def progress(
        self, done: float, total: float, message: str = "", data: Mapping[str, Any] | None = None
    ) -> None:
        share = min(1.0, done / total) if total > 0 else 0.0
        overall = round(self._done + share * self._share, 2)
        tick = e.StepProgressed(e.stamp(now()), self.step, overall, round(100 * share, 2), done, total, message, data)
        self._held.say(tick)

    async def log(self, message: str, level: str = "info", data: Mapping[str, Any] | None = None) -> None:
        self._held.say(e.TaskLog(e.stamp(now()), level, message, self.step, data))

    def show(self, text: str) -> None:
        pass  # nobody listens: this system is polled

    async def documents(self, ids: list[str]) -> list[Document]:
        async with self._state.database.read() as connection:
            return await documents.find(connection, self._held.task.owner_id, ids)

    async def read(self, document: Document) -> bytes:
        return await self._state.documents.read(document)

    async def artifact(self, name: str, content: bytes, media_type: str) -> None:
        await self._state.documents.put_artifact(self.task_id, name, content)
        self._held.artifacts[name] = (media_type, len(content))

    async def in_process(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(work, *args, **kwargs)

    in_thread = in_process
