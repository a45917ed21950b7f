"""What the readers of `watchers.py` read: tasks of one owner, events for them, and the moment of each commit."""

import time

from casework import ids
from casework.clock import now
from casework.task import Status, Task
from progress import event as e
from progress.batch import Committed, NewTask, Opening
from progress.bus import Bus
from progress.command import Change
from progress.writer import Writer

TEXT = "进展：" + "x" * 90


class Timed(Bus):
    """A bell that notes when it is rung: the moment after the commit."""

    rung: dict[tuple[str, int], float]

    def ring(self, commits: object) -> None:
        moment = time.perf_counter()
        known: list[Committed] = list(commits)  # type: ignore[call-overload]
        self.rung.update({(r.task_id, r.seq): moment for each in known for r in each.records})
        super().ring(known)


class Committer:
    """Tasks of one owner, and events for them."""

    def __init__(self, writer: Writer, bus: Timed, owner: str) -> None:
        self._writer = writer
        self.bus = bus
        self._owner = owner

    async def task(self) -> str:
        """A new task, which nobody will run."""
        moment = now()
        task = Task(
            id=ids.new(),
            owner_id=self._owner,
            workflow="demo",
            queue="low",
            status=Status.QUEUED,
            input="{}",
            available_at=moment,
            created_at=moment,
            updated_at=moment,
        )
        await self._writer.open(Opening([NewTask(task)]))
        return task.id

    async def say(self, task_id: str, count: int = 1) -> float:
        """Commit events; the moment of the commit."""
        change = Change(
            task_id=task_id, decide=lambda *_: [e.TaskLog(e.stamp(now()), "info", TEXT) for _ in range(count)]
        )
        committed = await self._writer.write(change)
        return self.bus.rung[task_id, committed.records[-1].seq]
