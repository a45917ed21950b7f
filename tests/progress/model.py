"""What is promised of tasks, as a model without a database: the journal machine's other half (pure).

A method does what is promised, or raises the refusal that is promised.
"""

from dataclasses import dataclass, field
from typing import Any

from casework.errors import Fenced, IdempotencyConflict, Stale, TaskFinal, TaskNotQueued, TaskNotRetryable
from casework.task import WAITING, Status
from progress import event as e

STEPS = ("step_1", "step_2")
MAX_ATTEMPTS = 3
EARLY_MS = 1_000  # a job may come this much before its time: clocks differ
Line = tuple[Any, ...]


def line(event: e.AnyEvent) -> Line:
    """What the model knows of an event: its type, and what it says of attempts and steps."""
    match event:
        case e.TaskQueued():
            return ("task.queued", event.attempt, event.reason)
        case e.TaskStarted():
            return ("task.started", event.attempt, event.worker, *event.restored)
        case e.StepStarted():
            return ("step.started", event.step, event.attempt, event.execution)
        case e.StepSucceeded() | e.StepFailed() | e.StepProgressed():
            return (e.kind(event), event.step)
        case e.TaskInterrupted() | e.TaskRetrying():
            return (e.kind(event), event.attempt, event.next_attempt)
        case e.TaskFailed():
            return ("task.failed", event.attempt, event.error.type)
        case e.TaskSucceeded() | e.TaskCancelled():
            return (e.kind(event), event.attempt)
        case _:
            return (e.kind(event),)


@dataclass(frozen=True)
class Run:
    """A claim that was granted once: who holds its token may write until somebody takes the task."""

    task_id: str
    attempt: int
    token: str
    worker: str


@dataclass
class Life:
    """One task: where it stands, and all that its journal must tell."""

    id: str
    queue: str
    available_at: int
    status: Status = Status.QUEUED
    attempt: int = 1
    failures: int = 0
    deaths: int = 0
    cancelling: bool = False
    run: Run | None = None
    story: list[Line] = field(default_factory=lambda: [("task.queued", 1, "submitted")])
    attempts: dict[int, str | None] = field(default_factory=dict)
    steps: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def finished(self) -> list[str]:
        return [name for name in STEPS if self.steps.get(name, ("", 0))[0] == "succeeded"]

    @property
    def step(self) -> str:
        """The step whose turn it is."""
        return STEPS[min(len(self.finished), len(STEPS) - 1)]

    @property
    def job(self) -> str:
        return f"{self.id}:{self.attempt}"

    @property
    def holder(self) -> Run:
        assert self.run is not None
        return self.run

    def shown(self) -> dict[str, Any]:
        """What SQL must hold."""
        return {
            "row": (self.status.value, self.attempt, self.failures, self.deaths, self.queue, self.available_at),
            "run": (self.run.token, self.run.worker) if self.run else (None, None),
            "flags": (self.cancelling, self.status.final),
            "seqs": list(range(1, len(self.story) + 1)),
            "last_seq": len(self.story),
            "story": self.story,
            "attempts": self.attempts,
            "steps": self.steps,
        }

    def claim(self, run: Run, queue: str, at: int) -> None:
        due = self.available_at <= at + EARLY_MS
        if self.status not in WAITING or run.attempt != self.attempt or queue != self.queue or not due:
            raise Stale
        self.status, self.run = Status.RUNNING, run
        self.attempts[run.attempt] = None
        self.story.append(("task.started", run.attempt, run.worker, *self.finished))
        self._begin()

    def say(self, run: Run, *lines: Line) -> None:
        self._hold(run)
        self.story += lines

    def end_step(self, run: Run, step: str) -> None:
        self.say(run, ("step.succeeded", step))
        self.steps[step] = ("succeeded", self.steps[step][1])
        if step == STEPS[-1]:
            self._end(Status.SUCCEEDED)
        else:
            self._begin()

    def fail(self, run: Run, step: str, available_at: int, *, hopeless: bool) -> None:
        """A step raised: tried again, unless it is no use or nobody wants it any longer."""
        self.say(run, ("step.failed", step))
        self.steps[step] = ("failed", self.steps[step][1])
        if hopeless or self.failures + 1 >= MAX_ATTEMPTS:
            self._end(Status.FAILED, "RuntimeError")
        elif self.cancelling:
            self._end(Status.CANCELLED)
        else:
            self.story.append(("task.retrying", self.attempt, self.attempt + 1))
            self._release(Status.RETRYING, "failed", available_at)
            self.failures, self.deaths = self.failures + 1, 0

    def obey(self, run: Run) -> None:
        self._hold(run)
        self._end(Status.CANCELLED)

    def interrupt(self, run: Run, at: int, *, lost: bool) -> None:
        """The worker stops or is lost."""
        self._hold(run)
        if self.cancelling:
            self._end(Status.CANCELLED)
        elif lost and self.deaths == 2:
            self._end(Status.FAILED, "WorkerLost")
        else:
            self.story.append(("task.interrupted", self.attempt, self.attempt + 1))
            self._release(Status.QUEUED, "interrupted", at)
            self.deaths = self.deaths + 1 if lost else 0

    def cancel(self) -> None:
        if self.status.final:
            raise TaskFinal
        if self.status in WAITING:
            self._end(Status.CANCELLED)
        elif not self.cancelling:
            self.cancelling = True
            self.story.append(("task.cancelling",))

    def retry(self, at: int) -> None:
        if self.status not in (Status.FAILED, Status.CANCELLED):
            raise TaskNotRetryable
        self.status, self.available_at = Status.QUEUED, at
        self.attempt += 1
        self.failures = self.deaths = 0
        self.cancelling = False
        self.story.append(("task.queued", self.attempt, "retried"))

    def move(self, queue: str) -> None:
        if self.status not in WAITING:
            raise TaskNotQueued
        if queue != self.queue:
            self.queue = queue
            self.story.append(("task.moved",))

    def _hold(self, run: Run) -> None:
        if run != self.run:
            raise Fenced

    def _begin(self) -> None:
        count = self.steps.get(self.step, ("", 0))[1] + 1
        self.story.append(("step.started", self.step, self.attempt, count))
        self.steps[self.step] = ("running", count)

    def _release(self, status: Status, outcome: str, available_at: int) -> None:
        self.attempts[self.attempt] = outcome
        self.status, self.run, self.available_at = status, None, available_at
        self.attempt += 1

    def _end(self, status: Status, *error: str) -> None:
        self.story.append((f"task.{status.value}", self.attempt, *error))
        if self.run is not None:
            self.attempts[self.attempt] = "interrupted" if "WorkerLost" in error else status.value
        self.failures += status is Status.FAILED
        self.status, self.run = status, None


@dataclass
class World:
    """All tasks, the idempotency keys they were submitted with, and the workers that are silent."""

    lives: dict[str, Life] = field(default_factory=dict)
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def submit(self, life: Life, key: str | None, body: str) -> str:
        """The id of the task that answers the submission."""
        if key is not None:
            earlier, known = self.keys.setdefault(key, (life.id, body))
            if known != body:
                raise IdempotencyConflict
            if earlier != life.id:
                return earlier
        self.lives[life.id] = life
        return life.id

    def orphans(self) -> list[Life]:
        return [life for life in self.lives.values() if life.run is not None and life.run.worker in self.silent]

    def shown(self) -> dict[str, dict[str, Any]]:
        return {life.id: life.shown() for life in self.lives.values()}
