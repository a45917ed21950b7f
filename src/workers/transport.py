"""arq's worker, taught to outlive Redis: takes what is due out of its queue and runs it; SQL decides the rest.

arq keeps its command line, signals, slots and health check. Its polling of a shared head, its in-progress keys and
its results are not used: a taken job belongs to one worker, and what is lost on the way the reconciler puts back.
"""

import asyncio
from contextlib import suppress
from signal import Signals
from typing import Any

import arq.worker

from casework import log
from casework.connection import FAULTS
from casework.dispatch import FUNCTION, parse_id, put_back, take
from casework.retry import backoff
from workers.process import WorkerProcess

TAKE_SECONDS = 1.0
_log = log.get(__name__)


class Worker(arq.worker.Worker):
    """`ctx["process"]` is the WorkerProcess, `ctx["queue"]` the queue's name."""

    async def main(self) -> None:
        if self.on_startup:
            await self.on_startup(self.ctx)
        self.ctx["redis"] = self.pool
        self._freed = asyncio.Event()
        failures = 0
        while self.allow_pick_jobs:  # also the way out where a cancellation was lost
            try:
                await self._take_some()
                await self.record_health()
                if self.burst and not self.tasks and await self._nothing_to_take():
                    return
                failures = 0
            except FAULTS as error:
                failures += 1
                _log.warning("Redis is away; running tasks go on", error=type(error).__name__, failures=failures)
                await asyncio.sleep(backoff(failures, 0.1, 1.0))

    async def _take_some(self) -> None:
        process: WorkerProcess = self.ctx["process"]
        queue: str = self.ctx["queue"]
        room = self.max_jobs - len(self.tasks)
        if room <= 0 or not self.allow_pick_jobs or queue in process.reconciler.paused:
            self._freed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), TAKE_SECONDS)
            return
        taken = await take(self.pool, queue, room, 0.1 if self.burst else TAKE_SECONDS)
        if taken and (queue in process.reconciler.paused or not self.allow_pick_jobs):
            await put_back(self.pool, queue, taken)  # paused, or stopping, while it waited for the first one
            return
        for job_id in taken:
            if job_id not in self.tasks:
                task = self.tasks[job_id] = self.loop.create_task(self.run_job(job_id, 0), name=f"job {job_id}")
                task.add_done_callback(self._end)

    async def _nothing_to_take(self) -> bool:
        return self.ctx["queue"] in self.ctx["process"].reconciler.paused or not await self.pool.zcard(self.queue_name)

    def _end(self, ended: asyncio.Task[Any]) -> None:
        self.tasks = {job_id: task for job_id, task in self.tasks.items() if task is not ended}
        self._freed.set()

    async def run_job(self, job_id: str, score: int) -> None:
        """Run one taken job to its end; whatever it raises is logged, never the worker's own end."""
        try:
            await self.functions[FUNCTION].coroutine({**self.ctx, "job_id": job_id}, *parse_id(job_id))
            self.jobs_complete += 1
        except Exception:  # noqa: BLE001 - whatever it is, the other runs of this process must go on
            self.jobs_failed += 1
            _log.exception("a job ended in a way that is nobody's", job_id=job_id, score=score)

    def handle_sig(self, signum: Signals) -> None:
        """Stop taking, hand over what runs; the loop ends when that is done."""
        self.allow_pick_jobs = False
        if "process" in self.ctx:
            self.ctx["process"].drain()
        super().handle_sig(signum)

    async def close(self) -> None:
        """Wait for the hand-overs, then close what this worker opened, also with Redis away."""
        if not self._handle_signals:
            self.handle_sig(Signals.SIGUSR1)
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        with suppress(*FAULTS):
            await self.pool.delete(self.health_check_key)
        if self.on_shutdown:
            await self.on_shutdown(self.ctx)
        await self.pool.aclose(close_connection_pool=True)


def install() -> None:
    """Let the stock `arq` command, which looks its worker class up late, use ours."""
    arq.worker.Worker = Worker  # type: ignore[misc]


async def run_task(ctx: dict[str, Any], task_id: str, attempt: int) -> None:
    """The one function that arq knows: run an attempt of a task."""
    process: WorkerProcess = ctx["process"]
    await process.runner.run(task_id, attempt, ctx["queue"])
