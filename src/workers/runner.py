"""One attempt's life: claim, run the graph, settle.

Every way out is an event in the journal; whoever lost the task meanwhile says nothing and changes nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import msgspec
import structlog

from casework import failpoint, ids, log
from casework.clock import now
from casework.dispatch import Job
from casework.errors import (
    CaseworkError,
    DefinitionError,
    Fenced,
    InvalidInput,
    RetryLater,
    Stale,
    TaskNotFound,
    WorkflowNotFound,
)
from casework.retry import backoff
from casework.settings import Settings
from casework.task import Fault, Task
from progress import command
from progress import event as e
from progress.batch import Committed
from progress.forecasts import Forecasts
from progress.reporter import Reporter
from progress.writer import Writer
from workers.context import Tools
from workers.run import Prepared, Run, StepFault, first_events, prepare

SETTLE_SECONDS = 8.0  # what a stopping worker waits for the database before it leaves the rest to the reaper
T = TypeVar("T")
_log = log.get(__name__)


class Runner:
    """Runs attempts for one worker process; `schedule(job, due_at)` dispatches what follows from an attempt."""

    def __init__(
        self,
        settings: Settings,
        worker_id: str,
        writer: Writer,
        tools: Tools,
        schedule: Callable[[Job, int], None],
        forecasts: Forecasts,
    ) -> None:
        self._settings = settings
        self.worker_id = worker_id
        self._writer = writer
        self._tools = tools
        self._schedule = schedule
        self._forecasts = forecasts
        self.held: set[str] = set()  # the tokens of all attempts, from before the claim until after the end
        self.runs: dict[str, Run] = {}  # by token: a task may come back here while its lost run still ends

    async def run(self, task_id: str, attempt: int, queue: str | None = None) -> None:
        """Run the attempt, if it is the one that is due (in `queue`, where a queue handed it out), to whatever end;
        raises nothing that is the task's."""
        with structlog.contextvars.bound_contextvars(task_id=task_id, attempt=attempt, worker=self.worker_id):
            claim = _Claim(task_id, attempt, queue, self.worker_id)
            failpoint.reach("job.taken")
            self.held.add(claim.token)
            try:
                claimed, stopped = await _finish(self._take(claim))
                if claimed is None:
                    return
                failpoint.reach("claim.committed")
                with structlog.contextvars.bound_contextvars(request_id=claimed.task.request_id):
                    await self._run_claimed(claimed.task, claim, stopped=stopped)
            finally:
                self.held.discard(claim.token)

    async def give_back(self, task_id: str, token: str) -> None:
        """SQL says that this worker runs an attempt of which it knows nothing: another one must."""
        try:
            committed = await self._writer.write(command.interrupt(task_id, token, now(), "worker_lost"))
        except (Fenced, TaskNotFound):
            return
        _log.error("an attempt that nobody ran was given back", task_id=task_id)
        if not committed.task.status.final:
            self._schedule(Job.of(committed.task), 0)

    def stop(self) -> None:
        """This worker stops: hand over what runs."""
        for run in list(self.runs.values()):
            run.stop("worker_stopped")

    async def _take(self, claim: "_Claim") -> Committed | None:
        try:
            return await self._writer.write(claim.change())
        except (Stale, TaskNotFound) as refusal:
            _log.debug("nothing to run", reason=str(refusal))
        except WorkflowNotFound as error:
            _log.warning("left to a worker that has this workflow", error=str(error))
        return None

    async def _run_claimed(self, task: Task, claim: "_Claim", *, stopped: bool) -> None:
        _log.info("attempt started", workflow=task.workflow)

        def lost(_: CaseworkError) -> None:
            if claim.token in self.runs:
                self.runs[claim.token].stop("fenced")

        reporter = Reporter(self._writer, task.id, claim.token, self._settings.progress_interval_seconds, lost)
        try:
            await self._settle(task, claim, reporter, stopped=stopped)
        except (Fenced, TaskNotFound):
            _log.warning("the task was taken from this run; nothing of it is kept")
        except CaseworkError as error:
            _log.error("the attempt could not be settled; it will be found and given back", error=str(error))
        finally:
            await reporter.close()

    async def _settle(self, task: Task, claim: "_Claim", reporter: Reporter, *, stopped: bool) -> None:
        if claim.prepared is None:
            await reporter.say(e.TaskFailed(e.stamp(now()), task.attempt, Fault.of(claim.unfit)))
            return
        workflow, prepared = claim.prepared.workflow, claim.prepared
        self._forecasts.started(task, prepared.plan, prepared.input, prepared.outputs)
        run = self.runs[claim.token] = Run(task, claim.prepared, reporter, self._tools)
        if stopped:
            run.stop("worker_stopped")
        try:
            await run.execute(workflow.timeout or self._settings.task_timeout_seconds)
            failpoint.reach("final.committed")
            _log.info("task succeeded")
        except StepFault as fault:
            permanent = workflow.is_permanent(fault.error)
            await _finish(self._fail(task, fault, reporter, permanent=permanent))
        except asyncio.CancelledError:
            await self._stop(run, claim.token, reporter)
        finally:
            self.runs.pop(claim.token, None)

    async def _fail(self, task: Task, fault: StepFault, reporter: Reporter, *, permanent: bool) -> None:
        error = Fault.of(fault.error)
        failures = task.failures + 1
        _log.warning("attempt failed", error=error.type, failures=failures, permanent=permanent)
        if permanent or failures >= task.max_attempts:
            final = e.TaskFailed(e.stamp(now()), task.attempt, error)
            await reporter.say(*fault.events, final, traceback=fault.traceback)
            return
        wait = backoff(failures, self._settings.retry_base_seconds, self._settings.retry_max_seconds)
        if isinstance(fault.error, RetryLater):
            wait += fault.error.retry_after
        moment = now()
        available_at = moment + round(wait * 1000)
        following = e.TaskRetrying(
            e.stamp(moment), task.attempt, task.attempt + 1, error, round(wait, 3), e.stamp(available_at)
        )
        await reporter.say(*fault.events, following, traceback=fault.traceback)
        job = Job(task.id, task.attempt + 1, task.queue, available_at - task.boost_ms)
        self._schedule(job, available_at)

    async def _stop(self, run: Run, token: str, reporter: Reporter) -> None:
        """The run was cancelled: by its owner, by a fence, or because this worker stops."""
        task = run.task
        if run.stopped == "fenced":
            raise Fenced
        if run.stopped == "cancelled":
            await _finish(reporter.say(e.TaskCancelled(e.stamp(now()), task.attempt)))
            _log.info("task cancelled")
            return
        handed, _ = await _finish(
            asyncio.wait_for(
                self._writer.write(command.interrupt(task.id, token, now(), "worker_stopped")), SETTLE_SECONDS
            )
        )
        failpoint.reach("handover.committed")
        if not handed.task.status.final:
            self._schedule(Job.of(handed.task), 0)
        _log.info("attempt handed over")


class _Claim:
    """The claim of one attempt, and what the claimed task means to this process once it is taken."""

    def __init__(self, task_id: str, attempt: int, queue: str | None, worker_id: str) -> None:
        self.token = ids.new()
        self.prepared: Prepared | None = None
        self.unfit: Exception = InvalidInput()
        self._task_id = task_id
        self._attempt = attempt
        self._queue = queue
        self._worker_id = worker_id

    def change(self) -> command.Change:
        """The change to be written; raises WorkflowNotFound from within, and then nothing is taken."""
        return command.claim(self._task_id, self._attempt, self.token, now(), self._begin, self._queue)

    def _begin(self, task: Task, steps: command.Steps) -> Sequence[e.Event]:
        try:
            self.prepared = prepare(task, steps)
        except (InvalidInput, DefinitionError, msgspec.MsgspecError) as error:
            self.unfit = error  # the input no longer fits this version: the run says so and fails
            return [e.TaskStarted(e.stamp(now()), self._attempt, self._worker_id)]
        return first_events(self.prepared, self._attempt, self._worker_id)


async def _finish(work: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """(the result, whether this task was asked to stop meanwhile): work that must not be left half done."""
    task = asyncio.ensure_future(work)
    stopped = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            stopped = True
    return task.result(), stopped
