"""One attempt's steps: started as their needs are met, checkpointed as they end, stopped together.

Says everything through its reporter; how the attempt is settled is the runner's.
"""

import asyncio
import traceback
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import structlog

from casework import failpoint, log
from casework.clock import now
from casework.errors import Fenced, TaskTimeout
from casework.task import Fault, Task, sayable
from casework.workflow import Plan, Step, Workflow, find
from progress import event as e
from progress.command import Steps
from progress.reporter import Reporter
from workers.context import StepContext, Tools

StopReason = Literal["cancelled", "fenced", "worker_stopped"]
CHECKPOINT_BYTES = 64 * 1024 * 1024
_log = log.get(__name__)


class Prepared(msgspec.Struct):
    """What a claimed task means to this process: its graph, its input, and the outputs that earlier attempts kept."""

    workflow: Workflow[Any]
    plan: Plan
    input: Any
    outputs: dict[str, Any]
    executions: dict[str, int]


def prepare(task: Task, steps: Steps) -> Prepared:
    """Read a task and its stored steps; raises WorkflowNotFound, or MsgspecError for an input that no longer fits."""
    workflow = find(task.workflow)
    read = workflow.load(task.input.encode())
    plan = workflow.plan(read)
    outputs = {}
    for name, step in plan.steps.items():
        stored = steps[name].output if name in steps else None
        if stored is None:
            continue
        try:
            outputs[name] = step.restore(stored.encode())
        except msgspec.MsgspecError:
            _log.warning("a checkpoint of another version is not used", step=name)
    return Prepared(workflow, plan, read, outputs, {name: state.executions for name, state in steps.items()})


def first_events(prepared: Prepared, attempt: int, worker: str) -> list[e.Event]:
    """What a claim says: the attempt has started, and so have the steps that wait for nothing."""
    plan, kept = prepared.plan, list(prepared.outputs)
    progress = plan.progress(dict.fromkeys(kept, 1.0))
    at = e.stamp(now())
    counts = prepared.executions
    begun = [e.StepStarted(at, s.name, attempt, counts.get(s.name, 0) + 1, progress) for s in plan.ready(kept)]
    return [e.TaskStarted(at, attempt, worker, progress, kept), *begun]


class StepFault(Exception):
    """A step raised `error`; `events` tell it, to be committed with what becomes of the task."""

    def __init__(self, error: Exception, events: Sequence[e.Event]) -> None:
        super().__init__(str(error))
        self.error = error
        self.events = events
        self.traceback = sayable("".join(traceback.format_exception(error))[-20_000:])


class Run:
    """The steps of one attempt that this process has claimed."""

    def __init__(self, task: Task, prepared: Prepared, reporter: Reporter, tools: Tools) -> None:
        self.task = task
        self.stopped: StopReason | None = None
        self._workflow = prepared.workflow
        self._plan = prepared.plan
        self._input = prepared.input
        self._outputs = dict(prepared.outputs)
        self._executions = dict(prepared.executions)
        self._reporter = reporter
        self._tools = tools
        self._begun: set[str] = set(self._outputs)
        self._fractions: dict[str, float] = dict.fromkeys(self._outputs, 1.0)
        self._progress = task.progress
        self._main: asyncio.Task[None] | None = None

    def stop(self, reason: StopReason) -> None:
        """End the run at its next await; the first reason counts."""
        if self.stopped is None:
            self.stopped = reason
            if self._main is not None:
                self._main.cancel()

    async def execute(self, seconds: float) -> None:
        """Run the steps to the task's success; raises StepFault, Fenced, or CancelledError once stopped."""
        self._main = asyncio.current_task()
        if self.stopped is not None:
            raise asyncio.CancelledError
        try:
            async with asyncio.timeout(seconds):
                await self._run_steps()
        except TimeoutError:
            timeout = TaskTimeout(f"the attempt took longer than {seconds:g} s")
            raise StepFault(timeout, []) from None
        except BaseExceptionGroup as group:
            if self.stopped is not None:
                raise asyncio.CancelledError from group  # a step that fails while it is stopped has been stopped
            raise _first(group) from None

    async def _run_steps(self) -> None:
        async with asyncio.TaskGroup() as group:
            ready = self._take_ready()
            for step in ready:
                group.create_task(self._step(group, step), name=f"{self.task.id} {step.name}")
            if not ready:
                event, result = self._success()
                await self._reporter.say(event, result=result)

    def _take_ready(self) -> list[Step]:
        ready = self._plan.ready(self._outputs, self._begun)
        for step in ready:
            self._begun.add(step.name)
            self._executions[step.name] = self._executions.get(step.name, 0) + 1
        return ready

    async def _step(self, group: asyncio.TaskGroup, step: Step) -> None:
        started = asyncio.get_running_loop().time()
        structlog.contextvars.bind_contextvars(step=step.name)  # in this task of the loop's, and no other
        ctx = self._context(step)
        try:
            async with asyncio.timeout(step.timeout):
                output = await step.run(*self._arguments(step, ctx))
            failpoint.reach("step.done")
            stored = _encode(output)
            self._outputs[step.name] = output
            last = len(self._outputs) == len(self._plan.steps)
            success = self._success() if last else None
        except Fenced:
            raise
        except Exception as error:
            raise self._fault(step, error, started) from error
        seconds = round(asyncio.get_running_loop().time() - started, 3)
        ended = e.StepSucceeded(e.stamp(now()), step.name, self._overall(step.name, 1.0), seconds)
        artifacts = list(ctx.artifacts.values())
        if success is not None:
            final, result = success
            await self._reporter.say(ended, final, output=stored, result=result, artifacts=artifacts)
            return
        ready = self._take_ready()
        await self._reporter.say(ended, *self._started(ready), output=stored, artifacts=artifacts)
        for following in ready:
            group.create_task(self._step(group, following), name=f"{self.task.id} {following.name}")

    def _arguments(self, step: Step, ctx: StepContext) -> list[Any]:
        given = {"ctx": ctx, "input": self._input}
        return [given[name] if name in given else self._outputs[name] for name in step.parameters]

    def _context(self, step: Step) -> StepContext:
        def overall(fraction: float) -> float:
            return self._overall(step.name, fraction)

        return StepContext(self.task, step.name, self._executions, self._reporter, self._tools, overall)

    def _overall(self, step: str, fraction: float) -> float:
        self._fractions[step] = max(fraction, self._fractions.get(step, 0.0))
        self._progress = max(self._progress, self._plan.progress(self._fractions))
        return self._progress

    def _started(self, steps: Sequence[Step]) -> list[e.Event]:
        at = e.stamp(now())
        attempt = self.task.attempt
        return [e.StepStarted(at, s.name, attempt, self._executions[s.name], self._progress) for s in steps]

    def _success(self) -> tuple[e.Event, str]:
        outputs = {name: self._outputs[name] for name in self._plan.steps}
        last = next(reversed(self._plan.steps.values()), None)
        ctx = self._context(last) if last is not None else None
        result = _encode(self._workflow.result(ctx, outputs))
        seconds = (now() - (self.task.attempt_started_at or now())) / 1000
        return e.TaskSucceeded(e.stamp(now()), self.task.attempt, seconds), result

    def _fault(self, step: Step, error: Exception, started: float) -> StepFault:
        if isinstance(error, TimeoutError) and step.timeout is not None and not str(error):
            error = TaskTimeout(f"step {step.name} took longer than {step.timeout:g} s")
        seconds = round(asyncio.get_running_loop().time() - started, 3)
        _log.warning("step failed", error=type(error).__name__, seconds=seconds)
        return StepFault(error, [e.StepFailed(e.stamp(now()), step.name, Fault.of(error), seconds)])


def _encode(output: Any) -> str:
    encoded = msgspec.json.encode(output)
    if len(encoded) > CHECKPOINT_BYTES:
        raise ValueError(f"an output of {len(encoded)} bytes is too large to keep; leave it as an artifact")
    return encoded.decode()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error that decides: Fenced before any other, else the first that was raised."""
    flat = [_first(error) if isinstance(error, BaseExceptionGroup) else error for error in group.exceptions]
    return next((error for error in flat if isinstance(error, Fenced)), flat[0])
