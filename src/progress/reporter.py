"""A run's pen: what one attempt of one task says, in order, through the process's writer.

Ticks nearer together than a person can see are merged, the last one of each step always kept; nothing else ever is.
A tick waits for no commit. What is said is fenced by the run's token: a run that has lost its task gets Fenced.
"""

import asyncio
from collections.abc import Callable, Sequence

from casework import duties
from casework.errors import CaseworkError
from progress import event as e
from progress.command import Artifact, Change, held
from progress.live import Pen
from progress.writer import Writer

UNSAID = 200  # ticks that are recorded every one, and not committed yet; the next one waits


class Reporter:
    """One for an attempt. `interval` in seconds, 0 records every tick; `lost` is called when a tick finds the run
    fenced off, which nobody awaits."""

    def __init__(
        self, writer: Writer, task_id: str, token: str, interval: float, lost: Callable[[CaseworkError], None]
    ) -> None:
        self._writer = writer
        self._task_id = task_id
        self._token = token
        self._interval = interval
        self._lost = lost
        self._ticks: list[e.StepProgressed] = []
        self._last_tick = 0.0
        self._timer: asyncio.Task[None] | None = None
        self._pen = Pen(task_id, writer.bus.show)

    async def say(
        self,
        *events: e.Event,
        output: str | None = None,
        result: str | None = None,
        traceback: str | None = None,
        artifacts: Sequence[Artifact] = (),
    ) -> None:
        """Commit pending ticks, then the events and what belongs to them; raises Fenced."""
        if events:
            self._pen.drop()
        everything = [*self._ticks, *events]
        self._ticks.clear()
        await self._writer.write(
            Change(
                task_id=self._task_id,
                decide=held(self._token, everything),
                output=output,
                result=result,
                traceback=traceback,
                artifacts=artifacts,
            )
        )

    async def tick(self, tick: e.StepProgressed) -> None:
        """Record a tick: now, where the last one is long enough ago, or merged with those that follow."""
        if self._interval > 0:  # the newest goes last, so that the task's progress never falls
            self._ticks = [earlier for earlier in self._ticks if earlier.step != tick.step]
        self._ticks.append(tick)
        if len(self._ticks) >= UNSAID:
            await self.say()
        elif self._timer is None:
            wait = self._last_tick + self._interval - asyncio.get_running_loop().time()
            self._timer = asyncio.create_task(self._flush_after(wait), name=f"ticks of {self._task_id}")

    def show(self, step: str, text: str) -> None:
        """Show what a step has written so far to whoever watches; it is no event, and kept nowhere."""
        self._pen.write(step, text)

    async def _flush_after(self, wait: float) -> None:
        await asyncio.sleep(max(0.0, wait))
        while self._ticks:  # what comes while the commit is awaited is merged: an outage piles nothing up
            self._last_tick = asyncio.get_running_loop().time()
            try:
                await self.say()
            except CaseworkError as error:
                self._lost(error)
                break
            await asyncio.sleep(self._interval)
        self._timer = None

    async def close(self) -> None:
        """Stop the timers; a pending tick goes with the event that ends the run."""
        self._pen.drop()
        if self._timer is not None:
            await duties.end([self._timer])
            self._timer = None
